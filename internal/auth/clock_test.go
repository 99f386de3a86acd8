package auth_test

import (
	"testing"
	"time"

	"allod/internal/auth"
	"allod/internal/fault"
)

// TestClockThatJumpsLocksNobodyOutAndOpensNothing sets the clock back, so that
// everything was made in the future, and far ahead, so that everything is old.
func TestClockThatJumpsLocksNobodyOutAndOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		cookie, s := h.session(t, a.ID)
		bearer := h.token(t, a.ID, s.ID)
		app, secret := h.app(t)
		claim := func(code string) auth.Exchange {
			return auth.Exchange{ClientID: app.ClientID, Secret: secret, Code: code, Redirect: back}
		}
		early, late := h.code(t, app, a.ID, s.ID, ""), h.code(t, app, a.ID, s.ID, "")
		opens := func(when string) {
			t.Helper()
			if _, err := h.Session(t.Context(), cookie); err != nil {
				t.Errorf("%s the session is over: %v", when, err)
			}
			if _, err := h.Token(t.Context(), bearer, auth.Caller{}); err != nil {
				t.Errorf("%s the token opens nothing: %v", when, err)
			}
		}
		h.wait(-40 * 24 * time.Hour)
		opens("forty days before,")
		if _, _, err := h.Exchange(t.Context(), claim(early)); err != nil {
			t.Errorf("a code of the future: %v", err)
		}
		must(t, h.Sweep(t.Context()))
		opens("after a sweep forty days before,")

		h.wait(80 * 24 * time.Hour)
		opens("forty days after,")
		if _, _, err := h.Exchange(t.Context(), claim(late)); !fault.Is(err, fault.Invalid) {
			t.Errorf("a code forty days old: %v", err)
		}
		if _, _, err := h.Exchange(t.Context(), claim(early)); !fault.Is(err, fault.Invalid) {
			t.Errorf("a code that was used: %v", err)
		}
		must(t, h.SignOut(t.Context(), cookie))
		h.wait(-40 * 24 * time.Hour)
		if _, err := h.Session(t.Context(), cookie); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the clock goes back and a session that ended opens: %v", err)
		}
	})
}
