package site

import (
	"net/http"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// askFirst shows the page a home is opened with to whoever has its one-time link.
func (s *Site) askFirst(w http.ResponseWriter, r *http.Request, v *reader) error {
	token := r.URL.Query().Get("token")
	if err := s.Accounts.CheckSetupToken(r.Context(), token); err != nil {
		return err
	}
	hue := web.HueOf(token)
	return s.first(w, r, v, http.StatusOK, web.FirstRunView{Token: token, Hue: hue})
}

func (s *Site) first(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.FirstRunView) error {
	w.Header().Set("Cache-Control", "no-store") // the address holds a secret
	view.Action = firstPath
	return s.draw(w, r, status, web.FirstRun(web.Page{Frame: s.frame(v), Hue: view.Hue}, view))
}

// newcomer are the answers of the first page.
type newcomer struct {
	Token    string `form:"token"`
	Name     string `form:"name"`
	Address  string `form:"address"`
	Hue      int    `form:"hue"`
	Password string `form:"password"`
	Again    string `form:"again"`
}

// moveIn makes the owner's account and lets them in.
func (s *Site) moveIn(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, err := server.DecodeBody[newcomer](r)
	if err != nil {
		return err
	}
	if err := s.Limits.Register(server.ClientAddr(r)); err != nil {
		return err
	}
	if err := s.Accounts.CheckSetupToken(r.Context(), n.Token); err != nil {
		return err
	}
	who, err := s.register(r, n)
	if err == nil {
		s.pages.forget(theHouse)
		if err := s.Sessions.Begin(w, r, who, auth.ByPassword); err != nil {
			return err
		}
		return seeOther(w, homePath)
	}
	if !fault.Is(err, fault.Invalid, fault.Conflict) {
		return err
	}
	view := web.FirstRunView{
		Token: n.Token, Name: web.Field{Value: n.Name}, Address: web.Field{Value: n.Address}, Hue: n.Hue,
	}
	sentence := server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "name":
		view.Address.Error = sentence
	case "display_name":
		view.Name.Error = sentence
	case "password":
		view.Password.Error = sentence
	default:
		view.Failed = sentence
	}
	return s.first(w, r, v, server.Status(err), view)
}

func (s *Site) register(r *http.Request, n newcomer) (*account.Account, error) {
	if err := sameAgain(n.Password, n.Again, "password"); err != nil {
		return nil, err
	}
	return s.Auth.Register(r.Context(), auth.Registration{
		Name: n.Address, DisplayName: n.Name, Password: n.Password, Hue: n.Hue, SetupToken: n.Token, Owner: true,
		Preference: account.Preference{Visibility: string(post.Public)},
	})
}

// sameAgain refuses a new password that was typed twice and not alike. Where
// a script can show it, it is typed once.
func sameAgain(password, again, field string) error {
	if again != "" && again != password {
		return fault.New(fault.Invalid, "fault.form.again").In(field)
	}
	return nil
}

// askSignIn shows the door.
func (s *Site) askSignIn(w http.ResponseWriter, r *http.Request, v *reader) error {
	next := server.Local(r.URL.Query().Get("next"))
	if v.me != nil {
		return seeOther(w, next)
	}
	return s.signInPage(w, r, v, http.StatusOK, web.SignInView{Next: next})
}

func (s *Site) signInPage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.SignInView) error {
	view.Action, view.Lost = loginPath, lostPath
	m, err := s.Accounts.Manners(r.Context())
	if err != nil {
		return err
	}
	if m.Joining == account.Asked {
		view.Join = joinPath
	}
	if s.Auth.Passwordless() {
		view.PasskeyAsk, view.PasskeyOpen = loginPath+"/passkey/ask", loginPath+"/passkey"
	}
	p := web.Page{Frame: s.frame(v), Hue: s.hueFor(r.Context(), v), Notice: notice(v.words, r)}
	return s.draw(w, r, status, web.SignIn(p, view))
}

// knock is what the door is told.
type knock struct {
	Username string `form:"username"`
	Password string `form:"password"`
	Next     string `form:"next"`
}

// signIn opens the door to a name and its password.
func (s *Site) signIn(w http.ResponseWriter, r *http.Request, v *reader) error {
	k, err := server.DecodeBody[knock](r)
	if err != nil {
		return err
	}
	if err := s.Limits.SignIn(server.ClientAddr(r), k.Username); err != nil {
		return err
	}
	next := server.Local(k.Next)
	who, err := s.Auth.CheckPassword(r.Context(), k.Username, k.Password)
	if fault.Is(err, fault.Unauthenticated, fault.Denied) {
		v.me = nil
		return s.signInPage(w, r, v, server.Status(err), web.SignInView{
			Next: next, Username: web.Field{Value: k.Username}, Failed: server.Sentence(v.words, err),
		})
	}
	if err != nil {
		return err
	}
	if err := s.Sessions.Begin(w, r, who, auth.ByPassword); err != nil {
		return err
	}
	return seeOther(w, next)
}

// signOut shuts the door behind one who goes.
func (s *Site) signOut(w http.ResponseWriter, r *http.Request, _ *reader) error {
	if err := s.Sessions.End(w, r); err != nil {
		return err
	}
	return seeOther(w, with(loginPath, "signed_out"))
}

// level reads who may see a post.
func level(text string) (string, error) {
	v, ok := post.ParseVisibility(text)
	if !ok {
		return "", fault.New(fault.Invalid, "fault.post.visibility").In("visibility")
	}
	return string(v), nil
}
