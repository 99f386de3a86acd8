package auth_test

import (
	"strings"
	"testing"
	"time"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/id"
)

func TestSessionLastsWhileItIsUsed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		token, first := h.session(t, a.ID)
		if len(token) != 43 || first.AccountID != a.ID || first.Agent != "agent" || first.Address != "192.0.2.1" {
			t.Fatalf("%q %+v", token, first)
		}
		for range 3 {
			h.wait(89 * 24 * time.Hour)
			s, err := h.Session(t.Context(), token)
			must(t, err)
			if !s.SeenAt.Equal(h.clock()) {
				t.Errorf("seen at %v", s.SeenAt)
			}
		}
		h.wait(91 * 24 * time.Hour)
		_, err := h.Session(t.Context(), token)
		want(t, err, fault.Unauthenticated, "")
		must(t, h.Sweep(t.Context()))
		if all, err := h.Sessions(t.Context(), a.ID); err != nil || len(all) != 0 {
			t.Errorf("%v %v", all, err)
		}
	})
}

func TestPageViewsWriteEveryTenMinutes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		token, first := h.session(t, a.ID)
		h.wait(9 * time.Minute)
		s, err := h.Session(t.Context(), token)
		must(t, err)
		if !s.SeenAt.Equal(first.SeenAt) {
			t.Error("written too early")
		}
		h.wait(time.Minute)
		_, err = h.Session(t.Context(), token)
		must(t, err)
		all, err := h.Sessions(t.Context(), a.ID)
		must(t, err)
		if !all[0].SeenAt.Equal(h.clock()) {
			t.Error("not written")
		}
	})
}

func TestRevokedSessionIsOutAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a, b := h.person(t, "ada"), h.person(t, "bob")
		token, s := h.session(t, a.ID)
		bearer := h.token(t, a.ID, s.ID)
		must(t, h.Revoke(t.Context(), b.ID, s.ID)) // not Bob's to revoke
		_, err := h.Session(t.Context(), token)
		must(t, err)
		_, err = h.Token(t.Context(), bearer, auth.Caller{})
		must(t, err)
		must(t, h.Revoke(t.Context(), a.ID, s.ID))
		_, err = h.Session(t.Context(), token)
		want(t, err, fault.Unauthenticated, "")
		_, err = h.Token(t.Context(), bearer, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
	})
}

func TestSigningOutKeepsApps(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		token, s := h.session(t, a.ID)
		bearer := h.token(t, a.ID, s.ID)
		must(t, h.SignOut(t.Context(), token))
		must(t, h.SignOut(t.Context(), token))
		_, err := h.Session(t.Context(), token)
		want(t, err, fault.Unauthenticated, "")
		_, err = h.Token(t.Context(), bearer, auth.Caller{})
		must(t, err)
		must(t, h.RevokeOthers(t.Context(), a.ID, 0))
		_, err = h.Token(t.Context(), bearer, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
	})
}

func TestSessionsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		for range 55 {
			h.session(t, a.ID)
		}
		all, err := h.Sessions(t.Context(), a.ID)
		if err != nil || len(all) != 50 {
			t.Fatalf("%d %v", len(all), err)
		}
	})
}

func TestHostileAgentIsKeptAsText(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		_, err := h.Begin(t.Context(), a.ID, auth.ByPassword, "x\xff\x00"+strings.Repeat("é", 1000), "\x00")
		must(t, err)
		all, err := h.Sessions(t.Context(), a.ID)
		must(t, err)
		if n := len(all[0].Agent); n > 300 || !strings.HasPrefix(all[0].Agent, "x\uFFFDé") {
			t.Errorf("%d %q", n, all[0].Agent[:10])
		}
	})
}

func TestUnknownSecretsOpenNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, secret := range []string{"", "x", "\x00", "\xff", strings.Repeat("a", 1<<16)} {
			_, err := h.Session(t.Context(), secret)
			want(t, err, fault.Unauthenticated, "")
			_, err = h.Token(t.Context(), secret, auth.Caller{})
			want(t, err, fault.Unauthenticated, "")
		}
		must(t, h.Revoke(t.Context(), id.ID(1), id.ID(2)))
	})
}
