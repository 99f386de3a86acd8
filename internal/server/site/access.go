package site

import (
	"net/http"
	"strings"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// access is who and what has access to the reader's things.
func (s *Site) access(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.accessPage(w, r, v, http.StatusOK, web.DevicesView{})
}

// accessPage is that page; form is what the form for a device holds, or led to.
func (s *Site) accessPage(w http.ResponseWriter, r *http.Request, v *reader, status int, form web.DevicesView) error {
	view, err := s.signedIn(r, v)
	if err != nil {
		return err
	}
	view.Cut, view.People, view.Followers = accessPath+"/servers/cut", peoplePath+"/followers", v.me.FollowersCount
	if view.Passkeys, err = s.passkeys(r, v); err != nil {
		return err
	}
	view.Devices.Name, view.Devices.Password, view.Devices.Secret, view.Devices.Made = form.Name, form.Password, form.Secret, form.Made
	hosts, err := s.Ties.FollowerHosts(r.Context(), v.me.ID, healthHosts)
	if err != nil {
		return err
	}
	for _, h := range hosts {
		view.Servers = append(view.Servers, web.HolderRow{Host: h.Host, Followers: h.Followers})
	}
	p, err := s.settingsRoom(r, v, accessPath)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Access(p, view))
}

// signedIn are the browsers and apps that act for the reader, and the devices that keep their files.
func (s *Site) signedIn(r *http.Request, v *reader) (view web.AccessView, err error) {
	view.SignOut = logoutPath
	if view.Sessions, err = s.sessions(r, v); err != nil {
		return view, err
	}
	if view.Apps, err = s.apps(r, v); err != nil {
		return view, err
	}
	if view.Devices, err = s.devices(r, v); err != nil {
		return view, err
	}
	if len(view.Sessions) > 1 || len(view.Apps) > 0 || len(view.Devices.List) > 0 {
		view.EndOthers = accessPath + "/others/end"
	}
	return view, nil
}

// endOthers signs everything out but this browser: other browsers, all apps and all devices.
func (s *Site) endOthers(w http.ResponseWriter, r *http.Request, v *reader) error {
	if err := s.Auth.RevokeOthers(r.Context(), v.me.ID, server.SessionOf(r).ID); err != nil {
		return err
	}
	return seeOther(w, with(accessPath, "others_ended"))
}

// cutServer has a server's people follow the reader no more.
func (s *Site) cutServer(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Host string `form:"host"`
	}](r)
	if err != nil {
		return err
	}
	if err := s.Ties.CutHost(r.Context(), v.me.ID, in.Host); err != nil {
		return err
	}
	return seeOther(w, with(accessPath, "host_cut"))
}

// sessions are the browsers the reader is signed in with.
func (s *Site) sessions(r *http.Request, v *reader) ([]web.Session, error) {
	all, err := s.Auth.Sessions(r.Context(), v.me.ID)
	here := server.SessionOf(r)
	var out []web.Session
	for _, one := range all {
		line := web.Session{
			Device: server.Browser(one.Agent), Opened: one.CreatedAt.In(v.zone), Used: one.SeenAt.In(v.zone),
			Current: here != nil && here.ID == one.ID, Revoke: settingsPath + "/sessions/" + one.ID.String() + "/end",
			Way: string(one.Way), Network: auth.Network(one.Address),
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
				Revoke: settingsPath + "/apps/" + t.AppID.String() + "/revoke", Device: appDevice(t), Network: auth.Network(t.Address),
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

// appDevice is what an app last ran on, as far as it tells.
func appDevice(t *auth.Token) string {
	if d := server.Browser(t.Agent); d != "" {
		return d
	}
	name, _, _ := strings.Cut(t.Agent, " ")
	return clip(name, 40)
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
	if err = sameAgain(in.Password, in.Again, "new"); err == nil {
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
	return seeOther(w, with(accessPath, "session_ended"))
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
	return seeOther(w, with(accessPath, "app_revoked"))
}
