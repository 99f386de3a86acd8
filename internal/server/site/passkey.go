package site

import (
	"net/http"

	"allod/internal/auth"
	"allod/internal/server"
	"allod/web"
)

// passkeys are what opens the reader's door in place of the password.
func (s *Site) passkeys(r *http.Request, v *reader) (web.PasskeysView, error) {
	view := web.PasskeysView{Can: s.Auth.Passwordless(), Ask: accessPath + "/passkeys/ask", Add: accessPath + "/passkeys"}
	all, err := s.Auth.Passkeys(r.Context(), v.me.ID)
	for _, k := range all {
		at := accessPath + "/passkeys/" + k.ID.String()
		line := web.Passkey{ID: k.ID.String(), Name: k.Name, Made: k.CreatedAt.In(v.zone), Rename: at + "/name", Remove: at + "/remove"}
		if !k.UsedAt.IsZero() {
			line.Used = k.UsedAt.In(v.zone)
		}
		view.List = append(view.List, line)
	}
	return view, err
}

// An onward is where a script goes on to.
type onward struct {
	To string `json:"to"`
}

// askPasskey is the question to the reader's device.
func (s *Site) askPasskey(w http.ResponseWriter, r *http.Request, v *reader) error {
	c, err := s.Auth.AskForPasskey(r.Context(), v.me.ID, server.SessionOf(r).ID)
	if err != nil {
		return err
	}
	return server.JSON(w, http.StatusOK, c)
}

// passkeyAnswer is what a device signed.
type passkeyAnswer struct {
	Token  string `form:"token"`
	Answer string `form:"answer"`
	Name   string `form:"name"`
	Next   string `form:"next"`
}

// addPasskey keeps what the reader's device made.
func (s *Site) addPasskey(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[passkeyAnswer](r)
	if err != nil {
		return err
	}
	if _, err := s.Auth.AddPasskey(r.Context(), v.me.ID, server.SessionOf(r).ID, in.Token, in.Name, []byte(in.Answer)); err != nil {
		return err
	}
	return server.JSON(w, http.StatusOK, onward{with(accessPath, "passkey_added")})
}

// renamePasskey calls one otherwise.
func (s *Site) renamePasskey(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Name string `form:"name"`
	}](r)
	if err != nil {
		return err
	}
	if err := s.Auth.RenamePasskey(r.Context(), v.me.ID, which, in.Name); err != nil {
		return err
	}
	return seeOther(w, with(accessPath, "saved"))
}

// removePasskey has one open nothing any more.
func (s *Site) removePasskey(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Auth.RemovePasskey(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(accessPath, "passkey_removed"))
}

// askAtDoor is the question to the device of somebody at the door.
func (s *Site) askAtDoor(w http.ResponseWriter, r *http.Request, _ *reader) error {
	if err := s.Limits.Knock(server.ClientAddr(r)); err != nil {
		return err
	}
	c, err := s.Auth.AskAtTheDoor(r.Context())
	if err != nil {
		return err
	}
	return server.JSON(w, http.StatusOK, c)
}

// openByPasskey opens the door to what a device signed.
func (s *Site) openByPasskey(w http.ResponseWriter, r *http.Request, _ *reader) error {
	in, err := server.DecodeBody[passkeyAnswer](r)
	if err != nil {
		return err
	}
	who, err := s.Auth.CheckPasskey(r.Context(), in.Token, []byte(in.Answer))
	if err != nil {
		return err
	}
	if err := s.Sessions.Begin(w, r, who, auth.ByPasskey); err != nil {
		return err
	}
	return server.JSON(w, http.StatusOK, onward{server.Local(in.Next)})
}
