package site

import (
	"net/http"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// sessions are the browsers the reader is signed in with.
func (s *Site) sessions(r *http.Request, v *reader) ([]web.Session, error) {
	all, err := s.Auth.Sessions(r.Context(), v.me.ID)
	here := server.SessionOf(r)
	var out []web.Session
	for _, one := range all {
		line := web.Session{
			Device: device(one.Agent), Opened: one.CreatedAt.In(v.zone), Used: one.SeenAt.In(v.zone),
			Current: here != nil && here.ID == one.ID, Revoke: settingsPath + "/sessions/" + one.ID.String() + "/end",
		}
		if line.Device == "" {
			line.Device = v.words.T("settings.some_browser")
		}
		out = append(out, line)
	}
	return out, err
}

// apps are the programs that may act for the reader. One that was let in
// several times stands once, with all it may do.
func (s *Site) apps(r *http.Request, v *reader) ([]web.App, error) {
	all, err := s.Auth.Tokens(r.Context(), v.me.ID)
	var out []web.App
	at := map[id.ID]int{}
	for _, t := range all {
		i, known := at[t.AppID]
		if !known {
			i = len(out)
			at[t.AppID] = i
			out = append(out, web.App{
				Name: t.AppName, Website: t.AppWebsite, Opened: t.CreatedAt.In(v.zone), Used: t.UsedAt.In(v.zone),
				Revoke: settingsPath + "/apps/" + t.AppID.String() + "/revoke",
			})
		}
		a := &out[i]
		for _, scope := range t.Scopes {
			if !auth.Scopes(a.Scopes).Allow(scope) {
				a.Scopes = append(a.Scopes, scope)
			}
		}
		if opened := t.CreatedAt.In(v.zone); opened.Before(a.Opened) {
			a.Opened = opened
		}
		if used := t.UsedAt.In(v.zone); used.After(a.Used) {
			a.Used = used
		}
	}
	return out, err
}

// savePassword gives the reader a new password. Other browsers are signed out.
func (s *Site) savePassword(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Current  string `form:"current"`
		Password string `form:"password"`
		Again    string `form:"again"`
	}](r)
	if err != nil {
		return err
	}
	if err := s.Limits.SignIn(server.ClientAddr(r), v.me.Name); err != nil {
		return err
	}
	if err = fault.New(fault.Invalid, "fault.form.again").In("new"); in.Password == in.Again {
		err = s.Auth.ChangePassword(r.Context(), v.me.ID, server.SessionOf(r).ID, in.Current, in.Password)
	}
	if err == nil {
		return seeOther(w, with(settingsPath, "password_changed"))
	}
	form, sentence := s.passwordForm(v), server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "old":
		form.Current.Error = sentence
	case "new":
		form.Password.Error = sentence
	default:
		return err
	}
	return s.settingsPage(w, r, v, http.StatusUnprocessableEntity, s.profileForm(v), form)
}

// endSession signs another browser out.
func (s *Site) endSession(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Auth.Revoke(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(settingsPath, "session_ended"))
}

// revokeApp takes back all that an app was given.
func (s *Site) revokeApp(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Auth.RevokeApp(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(settingsPath, "app_revoked"))
}
