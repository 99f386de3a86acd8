package auth_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// device is a device of who, let in in a session.
func (h *house) device(t *testing.T, who, session id.ID) (string, *auth.AppPassword) {
	t.Helper()
	h.wait(time.Millisecond)
	secret, p, err := h.NewAppPassword(t.Context(), auth.NewAppPassword{AccountID: who, Name: "Phone", SessionID: session})
	must(t, err)
	return secret, p
}

func (h *house) shut(t *testing.T, login, secret string) {
	t.Helper()
	_, _, err := h.CheckAppPassword(t.Context(), login, secret, auth.Caller{})
	want(t, err, fault.Unauthenticated, "")
}

func (h *house) comesIn(t *testing.T, login, secret string) *auth.AppPassword {
	t.Helper()
	_, p, err := h.CheckAppPassword(t.Context(), login, secret, auth.Caller{Agent: "phone/1", Address: "192.0.2.7"})
	must(t, err)
	return p
}

func TestAppPasswordOpensForItsPersonAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person(t, "ada"), h.person(t, "bob")
		secret, made := h.device(t, ada.ID, 0)
		if len(secret) != 72 {
			t.Errorf("a secret of %d characters", len(secret))
		}
		for _, login := range []string{"ada", " ADA ", "@ada", "ada@example.org", "Ada@Example.org"} {
			a, p, err := h.CheckAppPassword(t.Context(), login, secret, auth.Caller{})
			if err != nil || a.ID != ada.ID || p.ID != made.ID || p.Name != "Phone" {
				t.Errorf("as %q: %+v, %v", login, p, err)
			}
		}
		for _, login := range []string{"bob", "", "bob@example.org", "ada@other.example", "ada\x00", "\xff", strings.Repeat("a", 5000)} {
			h.shut(t, login, secret)
		}
		for _, wrong := range []string{"", password, secret[:71], secret + "x", strings.ToLower(secret), "\xff\x00", strings.Repeat("a", 1<<20)} {
			h.shut(t, "ada", wrong)
		}
		other, _ := h.device(t, bob.ID, 0)
		h.shut(t, "ada", other)
	})
}

func TestAppPasswordToTypeIsReadAsPeopleType(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		secret, _, err := h.NewAppPassword(t.Context(), auth.NewAppPassword{AccountID: ada.ID, Name: "Television", Typed: true})
		must(t, err)
		for _, typed := range []string{secret, strings.ToUpper(secret), strings.ReplaceAll(secret, "-", ""), " " + strings.ReplaceAll(secret, "-", " ") + "\n"} {
			h.comesIn(t, "ada", typed)
		}
	})
}

func TestAppPasswordIsNoKeyToOtherDoors(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		secret, _ := h.device(t, ada.ID, 0)
		_, err := h.CheckPassword(t.Context(), "ada", secret)
		want(t, err, fault.Unauthenticated, "")
		_, err = h.Token(t.Context(), secret, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
		_, err = h.Session(t.Context(), secret)
		want(t, err, fault.Unauthenticated, "")
		_, s := h.session(t, ada.ID)
		want(t, h.ChangePassword(t.Context(), ada.ID, s.ID, secret, "a wholly new one"), fault.Denied, "old")
	})
}

func TestAppPasswordRemembersItsLastUseToTheHour(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		secret, _ := h.device(t, ada.ID, 0)
		used := func() *auth.AppPassword {
			t.Helper()
			all, err := h.AppPasswords(t.Context(), ada.ID)
			if err != nil || len(all) != 1 {
				t.Fatalf("%d devices, %v", len(all), err)
			}
			return all[0]
		}
		if p := used(); !p.UsedAt.IsZero() {
			t.Errorf("used at %v before any use", p.UsedAt)
		}
		first := h.clock()
		h.comesIn(t, "ada", secret)
		h.wait(30 * time.Minute)
		h.comesIn(t, "ada", secret)
		if p := used(); !p.UsedAt.Equal(first) || p.Agent != "phone/1" || p.Address != "192.0.2.7" {
			t.Errorf("%+v", p)
		}
		h.wait(31 * time.Minute)
		h.comesIn(t, "ada", secret)
		if p := used(); !p.UsedAt.Equal(h.clock()) {
			t.Errorf("used at %v, not now", p.UsedAt)
		}
	})
}

func TestAppPasswordEndsWithWhatItWasGivenBy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		_, here := h.session(t, ada.ID)
		_, there := h.session(t, ada.ID)
		kept, _ := h.device(t, ada.ID, here.ID)
		lost, _ := h.device(t, ada.ID, there.ID)
		printed, _ := h.device(t, ada.ID, 0)
		single, p := h.device(t, ada.ID, here.ID)
		for _, secret := range []string{kept, lost, printed, single} {
			h.comesIn(t, "ada", secret)
		}
		must(t, h.RevokeAppPassword(t.Context(), h.person(t, "bob").ID, p.ID))
		h.comesIn(t, "ada", single)
		must(t, h.RevokeAppPassword(t.Context(), ada.ID, p.ID))
		h.shut(t, "ada", single)
		must(t, h.Revoke(t.Context(), ada.ID, there.ID))
		h.shut(t, "ada", lost)
		h.comesIn(t, "ada", printed)
		must(t, h.RevokeOthers(t.Context(), ada.ID, here.ID))
		h.shut(t, "ada", printed)
		h.comesIn(t, "ada", kept)
		must(t, h.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			gone, err := account.Get(ctx, tx, ada.ID)
			if err != nil {
				return err
			}
			return h.accounts.End(ctx, tx, gone)
		}))
		h.shut(t, "ada", kept)
	})
}

func TestAppPasswordOfOnePausedMayNotAct(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		keeper, bob := h.person(t, "ada"), h.person(t, "bob")
		secret, _ := h.device(t, bob.ID, 0)
		must(t, h.comesIn(t, "bob", secret).MayAct())
		must(t, h.Pause(t.Context(), keeper.ID, bob.ID, "Advertising."))
		want(t, h.comesIn(t, "bob", secret).MayAct(), fault.Denied, "")
		must(t, h.Resume(t.Context(), bob.ID))
		must(t, h.comesIn(t, "bob", secret).MayAct())
	})
}

func TestLostDeviceIsToldToDeleteItsCopiesOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		secret, p := h.device(t, ada.ID, 0)
		lost := func(want bool) {
			t.Helper()
			if got, err := h.Lost(t.Context(), secret); err != nil || got != want {
				t.Errorf("lost: %t, %v", got, err)
			}
		}
		h.comesIn(t, "ada", secret)
		lost(false)
		want(t, h.Wiped(t.Context(), secret), fault.NotFound, "")
		must(t, h.LoseAppPassword(t.Context(), ada.ID, p.ID))
		h.shut(t, "ada", secret)
		lost(true)
		must(t, h.RevokeOthers(t.Context(), ada.ID, 0))
		lost(true)
		must(t, h.Wiped(t.Context(), secret))
		lost(false)
		want(t, h.Wiped(t.Context(), secret), fault.NotFound, "")
		all, err := h.AppPasswords(t.Context(), ada.ID)
		if err != nil || len(all) != 1 || all[0].WipedAt.IsZero() {
			t.Errorf("%+v, %v", all, err)
		}
		h.wait(31 * 24 * time.Hour)
		must(t, h.Sweep(t.Context()))
		if all, _ := h.AppPasswords(t.Context(), ada.ID); len(all) != 0 {
			t.Errorf("%d devices stand a month later", len(all))
		}
	})
}

func TestPasswordForOnceLeadsToALastingOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		once := func() string {
			t.Helper()
			secret, _, err := h.NewAppPassword(t.Context(), auth.NewAppPassword{AccountID: ada.ID, Name: "Phone", Once: true})
			must(t, err)
			return secret
		}
		secret := once()
		h.shut(t, "ada", secret)
		_, _, err := h.Renew(t.Context(), "bob", secret, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
		fresh, _, err := h.Renew(t.Context(), "ada", secret, auth.Caller{})
		must(t, err)
		h.comesIn(t, "ada", fresh)
		_, _, err = h.Renew(t.Context(), "ada", secret, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
		_, _, err = h.Renew(t.Context(), "ada", fresh, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
		late := once()
		h.wait(11 * time.Minute)
		_, _, err = h.Renew(t.Context(), "ada", late, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
		must(t, h.Sweep(t.Context()))
		if all, _ := h.AppPasswords(t.Context(), ada.ID); len(all) != 1 {
			t.Errorf("%d devices", len(all))
		}
	})
}

func TestAppPasswordsHaveNamesAndANumber(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		make := func(name string) error {
			h.wait(time.Millisecond)
			_, _, err := h.NewAppPassword(t.Context(), auth.NewAppPassword{AccountID: ada.ID, Name: name})
			return err
		}
		for _, name := range []string{"", "  ", strings.Repeat("x", 101), "a\x00b", "\xff"} {
			want(t, make(name), fault.Invalid, "name")
		}
		for range auth.AppPasswordsMax {
			must(t, make("Phone"))
		}
		want(t, make("Phone"), fault.TooMany, "")
		_, _, err := h.NewAppPassword(t.Context(), auth.NewAppPassword{AccountID: 7, Name: "Phone"})
		want(t, err, fault.NotFound, "")
	})
}
