package nextcloud

import (
	"net/http"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/server"
)

// A password is what a device is given in place of another.
type password struct {
	AppPassword string `json:"apppassword"`
}

// own refuses what a page of another site has a browser send, and keeps the answer out of caches.
func own(h server.Handler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := fromElsewhere(r); err != nil {
			return err
		}
		private(w)
		return h(w, r)
	}
}

// exchange gives a device an app password for the password of its person,
// which it may forget then. One that has an app password keeps it.
func (e *entrance) exchange(w http.ResponseWriter, r *http.Request) error {
	login, secret, ok := r.BasicAuth()
	if !ok {
		return fault.New(fault.Unauthenticated, "fault.device.wrong")
	}
	if _, _, err := e.Auth.CheckAppPassword(r.Context(), login, secret, caller(r)); err == nil {
		return fault.New(fault.Denied, "fault.device.has_one")
	} else if !fault.Is(err, fault.Unauthenticated) {
		return err
	}
	if err := e.Limits.SignIn(server.ClientAddr(r), login); err != nil {
		return err
	}
	who, err := e.Auth.CheckPassword(r.Context(), login, secret)
	if err != nil {
		return err
	}
	fresh, _, err := e.Auth.NewAppPassword(r.Context(), auth.NewAppPassword{AccountID: who.ID, Name: deviceOf(r), From: caller(r)})
	if err != nil {
		return err
	}
	return reply(w, r, password{fresh})
}

// deviceOf is what to call a device that nobody gave a name.
func deviceOf(r *http.Request) string {
	if name := server.Device(r.UserAgent()); name != "" {
		return name
	}
	return "Device"
}

// renew gives a device a lasting app password for one that opens once.
func (e *entrance) renew(w http.ResponseWriter, r *http.Request) error {
	login, secret, ok := r.BasicAuth()
	if !ok {
		return fault.New(fault.Unauthenticated, "fault.device.wrong")
	}
	fresh, _, err := e.Auth.Renew(r.Context(), login, secret, caller(r))
	if err != nil {
		return e.slow(r, err)
	}
	return reply(w, r, password{fresh})
}

// leave ends the app password of a device that goes.
func (e *entrance) leave(w http.ResponseWriter, r *http.Request) error {
	login, secret, ok := r.BasicAuth()
	if !ok {
		return fault.New(fault.Unauthenticated, "fault.device.wrong")
	}
	who, p, err := e.Auth.CheckAppPassword(r.Context(), login, secret, caller(r))
	if err != nil {
		return e.slow(r, err)
	}
	if err := e.Auth.RevokeAppPassword(r.Context(), who.ID, p.ID); err != nil {
		return err
	}
	return reply(w, r, nil)
}

// slow counts a device that was not let in.
func (e *entrance) slow(r *http.Request, err error) error {
	if fault.Is(err, fault.Unauthenticated) {
		if slow := e.Limits.Device(server.ClientAddr(r)); slow != nil {
			return slow
		}
	}
	return err
}
