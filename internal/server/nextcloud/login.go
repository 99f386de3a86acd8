package nextcloud

import (
	"net/http"
	"net/url"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/server"
	"allod/web"
)

// A flow is what a device is told that asks to be let in.
type flow struct {
	Poll  poll   `json:"poll"`
	Login string `json:"login"` // where its person is asked
}

type poll struct {
	Token    string `json:"token"`
	Endpoint string `json:"endpoint"`
}

// A grant is what a device comes in with from then on.
type grant struct {
	Server      string `json:"server"`
	LoginName   string `json:"loginName"`
	AppPassword string `json:"appPassword"`
}

// begin has a device wait for an answer.
func (e *entrance) begin(w http.ResponseWriter, r *http.Request) error {
	if err := e.Limits.Register(server.ClientAddr(r)); err != nil {
		return err
	}
	ask, token, err := e.Auth.Arrive(r.Context(), caller(r))
	if err != nil {
		return err
	}
	private(w)
	return server.JSON(w, http.StatusOK, flow{Poll: poll{token, e.Origin + pollPath}, Login: e.Origin + askPath + "/" + ask})
}

func caller(r *http.Request) auth.Caller {
	return auth.Caller{Agent: r.UserAgent(), Address: server.ClientAddr(r).String()}
}

// private keeps what holds a secret out of caches.
func private(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

// word is a token that a device sends, as a form.
func word(r *http.Request) (string, error) {
	body, err := server.ReadBody(r, formMax)
	if err != nil {
		return "", err
	}
	q, err := url.ParseQuery(string(body))
	if err != nil {
		return "", server.Malformed("%w", err)
	}
	return q.Get("token"), nil
}

// poll tells a device its app password, once its person has said yes.
func (e *entrance) poll(w http.ResponseWriter, r *http.Request) error {
	private(w)
	token, err := word(r)
	if err != nil {
		return err
	}
	secret, who, err := e.Auth.Collect(r.Context(), token, caller(r))
	if fault.Is(err, fault.NotFound) {
		return server.JSON(w, http.StatusNotFound, []string{})
	} else if err != nil {
		return err
	}
	return server.JSON(w, http.StatusOK, grant{Server: e.Origin, LoginName: who.Name, AppPassword: secret})
}

// lost tells a device that was shut out whether it is to delete its copies.
func (e *entrance) lost(w http.ResponseWriter, r *http.Request) error {
	private(w)
	token, err := word(r)
	if err != nil {
		return err
	}
	lost, err := e.Auth.Lost(r.Context(), token)
	if err != nil {
		return err
	}
	if !lost {
		return server.JSON(w, http.StatusNotFound, []string{})
	}
	return server.JSON(w, http.StatusOK, map[string]bool{"wipe": true})
}

// wiped hears that a device has deleted its copies.
func (e *entrance) wiped(w http.ResponseWriter, r *http.Request) error {
	private(w)
	token, err := word(r)
	if err != nil {
		return err
	}
	if err := e.Auth.Wiped(r.Context(), token); fault.Is(err, fault.NotFound) {
		return server.JSON(w, http.StatusNotFound, []string{})
	} else if err != nil {
		return err
	}
	return server.JSON(w, http.StatusOK, []string{})
}

// ask shows the question, or leads over the sign-in page back to it.
func (e *entrance) ask(w http.ResponseWriter, r *http.Request) error {
	private(w)
	if server.SessionOf(r) == nil {
		return toSignIn(w, r)
	}
	a, err := e.Auth.Arrival(r.Context(), r.PathValue("word"))
	if err != nil {
		return err
	}
	return e.Pages.Connect(w, r, e.view(r, a), nil)
}

func toSignIn(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Location", signInPath+"?"+url.Values{"next": {askPath + "/" + url.PathEscape(r.PathValue("word"))}}.Encode())
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// view is the question as the page asks it.
func (e *entrance) view(r *http.Request, a *auth.Arrival) web.ConnectView {
	here := auth.Network(server.ClientAddr(r).String())
	v := web.ConnectView{
		Action: askPath + "/" + url.PathEscape(r.PathValue("word")), Device: server.Device(a.Agent), Address: a.Address,
		Elsewhere: auth.Network(a.Address) != here,
	}
	v.Name.Value = v.Device
	if e.Auth.Passwordless() {
		v.PasskeyAsk = signInPath + "/passkey/ask"
	}
	return v
}

// A decision is what the page with the question sends. Who says yes by a
// passkey is a script, and is answered as one.
type decision struct {
	Decision string `form:"decision"`
	Name     string `form:"name"`
	Password string `form:"password"`
	Token    string `form:"token"`
	Answer   string `form:"answer"`
}

// decide takes the answer: who says yes shows anew that it is them.
func (e *entrance) decide(w http.ResponseWriter, r *http.Request) error {
	private(w)
	in, err := server.DecodeBody[decision](r)
	if err != nil {
		return err
	}
	session, me := server.SessionOf(r), server.Me(r)
	if session == nil {
		return toSignIn(w, r)
	}
	ask := r.PathValue("word")
	a, err := e.Auth.Arrival(r.Context(), ask)
	if err != nil {
		return err
	}
	switch in.Decision {
	case "allow":
	case "deny":
		if err := e.Auth.TurnAway(r.Context(), ask); err != nil {
			return err
		}
		return seeOther(w, flowPath+"/done?in=no")
	default:
		return server.Malformed("no decision")
	}
	if err = e.prove(r, me, in); err == nil {
		err = e.Auth.LetIn(r.Context(), ask, me.ID, session.ID, in.Name)
	}
	switch {
	case err == nil && in.Token != "":
		return server.JSON(w, http.StatusOK, map[string]string{"to": flowPath + "/done?in=yes"})
	case err == nil:
		return seeOther(w, flowPath+"/done?in=yes")
	case in.Token != "" || fault.Field(err) == "":
		return err
	}
	v := e.view(r, a)
	v.Name.Value = in.Name
	return e.Pages.Connect(w, r, v, err)
}

// prove checks that it is the reader who answers: by their password, or by a passkey of theirs.
func (e *entrance) prove(r *http.Request, me *account.Account, in decision) error {
	if in.Token != "" {
		who, err := e.Auth.CheckPasskey(r.Context(), in.Token, []byte(in.Answer))
		if err == nil && who.ID != me.ID {
			err = fault.New(fault.Unauthenticated, "fault.passkey.unknown")
		}
		return err
	}
	if err := e.Limits.SignIn(server.ClientAddr(r), me.Name); err != nil {
		return err
	}
	who, err := e.Auth.CheckPassword(r.Context(), me.Name, in.Password)
	if fault.Is(err, fault.Unauthenticated) || err == nil && who.ID != me.ID {
		return fault.New(fault.Denied, "fault.form.wrong_password").In("password")
	}
	return err
}

// done says how it ended, and what to do next.
func (e *entrance) done(w http.ResponseWriter, r *http.Request) error {
	return e.Pages.Connected(w, r, r.URL.Query().Get("in") != "no")
}

func seeOther(w http.ResponseWriter, to string) error {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
