package site

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// A newcomer fills in a few questions; a program does so in no time. Who asks
// to live here is given this long at least, and a day at most.
const (
	askAfter  = 4 * time.Second
	askWithin = 24 * time.Hour
)

// askJoin shows the page somebody moves in by to whoever has a link, and to
// all where the keeper is asked first.
func (s *Site) askJoin(w http.ResponseWriter, r *http.Request, v *reader) error {
	code := r.PathValue("code")
	view, err := s.joinView(r, code)
	if err != nil {
		return err
	}
	view.Hue = web.HueOf(code + server.ClientAddr(r).String())
	return s.joinPage(w, r, v, http.StatusOK, view)
}

// joinView is the page for an invitation, or without one for asking.
func (s *Site) joinView(r *http.Request, code string) (web.JoinView, error) {
	m, err := s.Accounts.Manners(r.Context())
	if err != nil {
		return web.JoinView{}, err
	}
	view := web.JoinView{Action: joinPath, Rules: m.RuleList(), About: aboutPath}
	if code == "" {
		if m.Joining != account.Asked {
			return view, fault.New(fault.Denied, "fault.join.closed")
		}
		view.Asks, view.Began = true, s.stampForm(s.Now())
		return view, nil
	}
	i, err := s.Auth.Invitation(r.Context(), code)
	if err != nil {
		return view, err
	}
	by, err := s.Accounts.Card(r.Context(), i.By)
	if err != nil {
		return view, err
	}
	view.Action, view.By, view.Mail = joinPath+"/"+code, by.Called(), i.Email != ""
	return view, nil
}

func (s *Site) joinPage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.JoinView) error {
	w.Header().Set("Cache-Control", "no-store") // the address may hold a secret
	return s.draw(w, r, status, web.Join(web.Page{Frame: s.frame(v), Hue: view.Hue}, view))
}

// joiner are the answers of one who moves in or asks to.
type joiner struct {
	Name     string `form:"name"`
	Address  string `form:"address"`
	Hue      *int   `form:"hue"`
	Reason   string `form:"reason"`
	Email    string `form:"email"`
	Password string `form:"password"`
	Again    string `form:"again"`
	Website  string `form:"website"` // which people do not see
	Began    string `form:"began"`
}

// join lets somebody with an invitation in, or puts down that somebody asks.
func (s *Site) join(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[joiner](r)
	if err != nil {
		return err
	}
	if err := s.Limits.Join(server.ClientAddr(r)); err != nil {
		return err
	}
	view, err := s.joinView(r, r.PathValue("code"))
	if err != nil {
		return err
	}
	if view.Asks {
		err = s.apply(r, v, in)
	} else {
		err = s.enter(w, r, v, in)
	}
	if err == nil {
		if view.Asks {
			return seeOther(w, with(loginPath, "asked_to_join"))
		}
		return seeOther(w, homePath)
	}
	if !fault.Is(err, fault.Invalid, fault.Conflict) && fault.Field(err) == "" {
		return err
	}
	return s.joinPage(w, r, v, http.StatusUnprocessableEntity, wrongJoin(v, view, in, err))
}

// enter makes the account of one who was invited and signs them in.
func (s *Site) enter(w http.ResponseWriter, r *http.Request, v *reader, in joiner) error {
	n, err := in.registration(v, r.PathValue("code"))
	if err != nil {
		return err
	}
	who, err := s.Auth.Register(r.Context(), n)
	if err != nil {
		return err
	}
	s.pages.forget(theHouse)
	return s.Sessions.Begin(w, r, who, auth.ByPassword)
}

// apply puts down that somebody asks. A program that fills in what people do
// not see is told that all went well.
func (s *Site) apply(r *http.Request, v *reader, in joiner) error {
	if in.Website != "" {
		s.Log.InfoContext(r.Context(), "a program asked to live here and was not heard")
		return nil
	}
	if err := s.checkForm(in.Began); err != nil {
		return err
	}
	n, err := in.registration(v, "")
	if err != nil {
		return err
	}
	_, err = s.Auth.Apply(r.Context(), n, in.Reason)
	return err
}

// registration is the account that is asked for.
func (in joiner) registration(v *reader, code string) (auth.Registration, error) {
	if err := sameAgain(in.Password, in.Again, "password"); err != nil {
		return auth.Registration{}, err
	}
	hue := web.HueOf(in.Address)
	if in.Hue != nil {
		hue = *in.Hue
	}
	return auth.Registration{
		Name: in.Address, DisplayName: in.Name, Email: strings.TrimSpace(in.Email), Password: in.Password, Hue: hue, Invitation: code,
		Preference: account.Preference{Visibility: string(post.Public), Language: v.words.Tag()},
	}, nil
}

// wrongJoin is the form with what was typed into it, and what is wrong.
func wrongJoin(v *reader, view web.JoinView, in joiner, err error) web.JoinView {
	view.Name.Value, view.Address.Value, view.Reason.Value, view.Email.Value = in.Name, in.Address, in.Reason, in.Email
	if in.Hue != nil {
		view.Hue = *in.Hue
	}
	if in.Began != "" {
		view.Began = in.Began
	}
	sentence := server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "name":
		view.Address.Error = sentence
	case "display_name":
		view.Name.Error = sentence
	case "reason":
		view.Reason.Error = sentence
	case "email":
		view.Email.Error = sentence
	case "password":
		view.Password.Error = sentence
	default:
		view.Failed = sentence
	}
	return view
}

// stampForm is a moment that only this home can have written.
func (s *Site) stampForm(at time.Time) string {
	text := strconv.FormatInt(at.Unix(), 36)
	m := hmac.New(sha256.New, s.ProxyKey)
	m.Write([]byte("form\x00" + text))
	return text + "-" + hex.EncodeToString(m.Sum(nil)[:12])
}

// checkForm returns Invalid for a form that was filled in faster than people
// do, or that was not made here of late.
func (s *Site) checkForm(stamp string) error {
	text, _, _ := strings.Cut(stamp, "-")
	seconds, err := strconv.ParseInt(text, 36, 64)
	at := time.Unix(seconds, 0)
	if err != nil || !hmac.Equal([]byte(s.stampForm(at)), []byte(stamp)) {
		return fault.New(fault.Invalid, "fault.join.form")
	}
	switch age := s.Now().Sub(at); {
	case age < askAfter:
		return fault.New(fault.Invalid, "fault.join.fast")
	case age > askWithin:
		return fault.New(fault.Invalid, "fault.join.form")
	}
	return nil
}

// joinLink is the whole link of an invitation.
func (s *Site) joinLink(code string) string {
	return s.Names.Origin + joinPath + "/" + url.PathEscape(code)
}
