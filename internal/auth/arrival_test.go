package auth_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"allod/internal/auth"
	"allod/internal/fault"
)

func (h *house) arrive(t *testing.T) (ask, poll string) {
	t.Helper()
	h.wait(time.Millisecond)
	ask, poll, err := h.Arrive(t.Context(), auth.Caller{Agent: "phone/1", Address: "192.0.2.7"})
	must(t, err)
	return ask, poll
}

func TestDeviceThatWaitsIsLetInOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		_, s := h.session(t, ada.ID)
		ask, poll := h.arrive(t)
		a, err := h.Arrival(t.Context(), ask)
		if err != nil || a.Agent != "phone/1" || a.Address != "192.0.2.7" {
			t.Fatalf("%+v, %v", a, err)
		}
		_, _, err = h.Collect(t.Context(), poll, auth.Caller{})
		want(t, err, fault.NotFound, "")
		want(t, h.LetIn(t.Context(), ask, ada.ID, s.ID, " "), fault.Invalid, "name")
		must(t, h.LetIn(t.Context(), ask, ada.ID, s.ID, "Phone"))
		want(t, h.LetIn(t.Context(), ask, h.person(t, "bob").ID, s.ID, "Phone"), fault.Gone, "")
		_, err = h.Arrival(t.Context(), ask)
		want(t, err, fault.Gone, "")
		must(t, h.TurnAway(t.Context(), ask)) // too late

		var wg sync.WaitGroup
		secrets := make([]string, 8)
		for i := range secrets {
			wg.Go(func() {
				var err error
				if secrets[i], _, err = h.Collect(t.Context(), poll, auth.Caller{}); err != nil {
					want(t, err, fault.NotFound, "")
				}
			})
		}
		wg.Wait()
		secret := strings.Join(secrets, "")
		if len(secret) != 72 {
			t.Fatalf("%d characters of secrets were given", len(secret))
		}
		if p := h.comesIn(t, "ada", secret); p.Name != "Phone" || p.SessionID != s.ID {
			t.Errorf("%+v", p)
		}
	})
}

func TestDeviceWaitsNoLongerThanItMay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		_, s := h.session(t, ada.ID)
		ask, _ := h.arrive(t)
		h.wait(auth.ArriveFor)
		_, err := h.Arrival(t.Context(), ask)
		want(t, err, fault.Gone, "")
		want(t, h.LetIn(t.Context(), ask, ada.ID, s.ID, "Phone"), fault.Gone, "")

		ask, poll := h.arrive(t)
		must(t, h.LetIn(t.Context(), ask, ada.ID, s.ID, "Phone"))
		h.wait(auth.ArriveFor)
		_, _, err = h.Collect(t.Context(), poll, auth.Caller{})
		want(t, err, fault.NotFound, "")

		ask, poll = h.arrive(t)
		must(t, h.TurnAway(t.Context(), ask))
		_, err = h.Arrival(t.Context(), ask)
		want(t, err, fault.Gone, "")
		_, _, err = h.Collect(t.Context(), poll, auth.Caller{})
		want(t, err, fault.NotFound, "")
		must(t, h.Sweep(t.Context()))
	})
}

func TestDeviceIsNotLetInByASessionThatEnded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person(t, "ada"), h.person(t, "bob")
		_, s := h.session(t, ada.ID)
		ask, poll := h.arrive(t)
		want(t, h.LetIn(t.Context(), ask, bob.ID, s.ID, "Phone"), fault.Gone, "")
		must(t, h.LetIn(t.Context(), ask, ada.ID, s.ID, "Phone"))
		must(t, h.Revoke(t.Context(), ada.ID, s.ID))
		_, _, err := h.Collect(t.Context(), poll, auth.Caller{})
		want(t, err, fault.NotFound, "")
	})
}

func TestWordsOfADeviceAreNotOneAnother(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		_, s := h.session(t, ada.ID)
		ask, poll := h.arrive(t)
		want(t, h.LetIn(t.Context(), poll, ada.ID, s.ID, "Phone"), fault.Gone, "")
		must(t, h.LetIn(t.Context(), ask, ada.ID, s.ID, "Phone"))
		for _, wrong := range []string{ask, "", "\xff\x00", strings.Repeat("a", 1<<20)} {
			_, _, err := h.Collect(t.Context(), wrong, auth.Caller{})
			want(t, err, fault.NotFound, "")
		}
		_, _, err := h.Collect(t.Context(), poll, auth.Caller{})
		must(t, err)
	})
}
