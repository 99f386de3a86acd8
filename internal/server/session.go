package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/fault"
)

// cookieFor is as long as browsers keep a cookie at most; when a session ends is decided here.
const cookieFor = 400 * 24 * time.Hour

// Sessions are the browsers that are signed in. The site and the consent
// pages use it; no other door reads a cookie.
type Sessions struct {
	auth     *auth.Service
	accounts *account.Service
	cookie   http.Cookie // without its value
}

// NewSessions returns the sessions of a home with this origin.
func NewSessions(a *auth.Service, accounts *account.Service, origin string) *Sessions {
	c := http.Cookie{Name: "session", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if strings.HasPrefix(origin, "https://") {
		c.Name, c.Secure = "__Host-session", true
	}
	return &Sessions{auth: a, accounts: accounts, cookie: c}
}

// token is the only place where the cookie of a session is read.
func (s *Sessions) token(r *http.Request) string {
	if Domain(r) != nil {
		return ""
	}
	c, err := r.Cookie(s.cookie.Name)
	if err != nil {
		return ""
	}
	return c.Value
}

// Handler lets h know who is signed in, through Me and SessionOf. A cookie
// that opens nothing any more makes a visitor. Requests that change something
// are refused when they come from another site.
func (s *Sessions) Handler(h Handler) Handler {
	return SameOrigin(func(w http.ResponseWriter, r *http.Request) error {
		token := s.token(r)
		if token == "" {
			return h(w, r)
		}
		v, err := s.auth.Session(r.Context(), token)
		if fault.Is(err, fault.Unauthenticated) {
			return h(w, r)
		} else if err != nil {
			return err
		}
		me, err := s.accounts.Card(r.Context(), v.AccountID)
		if err != nil {
			return err
		}
		if me.Gone() {
			return h(w, r)
		}
		ctx := context.WithValue(WithAccount(r.Context(), me), sessionKey{}, v)
		return h(w, r.WithContext(ctx))
	})
}

// Begin signs the browser in. A session it had before ends.
func (s *Sessions) Begin(w http.ResponseWriter, r *http.Request, who *account.Account, way auth.Way) error {
	if old := s.token(r); old != "" {
		if err := s.auth.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	token, err := s.auth.Begin(r.Context(), who.ID, way, r.UserAgent(), ClientAddr(r).String())
	if err != nil {
		return err
	}
	s.set(w, token, int(cookieFor/time.Second))
	return nil
}

// End signs the browser out.
func (s *Sessions) End(w http.ResponseWriter, r *http.Request) error {
	s.set(w, "", -1)
	if token := s.token(r); token != "" {
		return s.auth.SignOut(r.Context(), token)
	}
	return nil
}

func (s *Sessions) set(w http.ResponseWriter, value string, maxAge int) {
	c := s.cookie
	c.Value, c.MaxAge = value, maxAge
	http.SetCookie(w, &c)
}

// unlockFor is how long a browser need not say the password of a link again.
const unlockFor = 24 * time.Hour

// Unlock has the browser keep a pass for what lies below a path, so that a
// password that opens it is said once. It says nothing of who is there.
func (s *Sessions) Unlock(w http.ResponseWriter, path, pass string) {
	http.SetCookie(w, &http.Cookie{
		Name: unlockCookie, Value: pass, Path: path, MaxAge: int(unlockFor / time.Second), HttpOnly: true, Secure: s.cookie.Secure, SameSite: http.SameSiteLaxMode,
	})
}

const unlockCookie = "unlocked"

// Unlocked is the pass that Unlock left, "" for none.
func (s *Sessions) Unlocked(r *http.Request) string {
	c, err := r.Cookie(unlockCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// Local returns next if it is a path of this home, and otherwise "/": where
// to go on to after signing in.
func Local(next string) string {
	if len(next) > headerBytes || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsFunc(next, func(c rune) bool { return c <= ' ' || c == '\\' || c == 0x7f }) {
		return "/"
	}
	return next
}
