package auth_test

import (
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/id"
)

// opened is a house with a keeper that lets people in some way.
func opened(t *testing.T, h *house, how account.Joining) *account.Account {
	t.Helper()
	h.Service = h.options(auth.Options{Memory: 64, Passes: 1, Key: []byte("a key of this home")})
	h.accounts.Ended.Then(h.Leave)
	keeper := h.person(t, "ada")
	must(t, h.accounts.SetManners(t.Context(), account.Manners{Joining: how}))
	return keeper
}

func invited(name, code string) auth.Registration {
	return auth.Registration{Name: name, Password: password, Invitation: code, Preference: account.Preference{Visibility: "public"}}
}

func TestWhoComesFirstKeepsTheHome(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person(t, "ada"), h.person(t, "bob")
		for who, want := range map[*account.Account]bool{ada: true, bob: false} {
			if keeps, err := h.Keeper(t.Context(), who.ID); err != nil || keeps != want {
				t.Errorf("%s keeps the home: %t, %v", who.Name, keeps, err)
			}
		}
	})
}

func TestInvitationLetsInAsManyAsItSays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		keeper := opened(t, h, account.Invited)
		i, err := h.Invite(t.Context(), keeper.ID, auth.NewInvitation{Note: "the bees", Uses: 1, For: time.Hour})
		must(t, err)
		code := h.Code(i.ID)
		bob, err := h.Register(t.Context(), invited("bob", code))
		must(t, err)
		_, err = h.Register(t.Context(), invited("eve", code))
		want(t, err, fault.Gone, "")
		came, err := h.CameBy(t.Context(), []id.ID{i.ID})
		if err != nil || len(came) != 1 || came[0].AccountID != bob.ID {
			t.Errorf("by it came %v, %v", came, err)
		}
		if keeps, _ := h.Keeper(t.Context(), bob.ID); keeps {
			t.Error("who was invited keeps the home")
		}
	})
}

func TestInvitationsThatOpenNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		keeper := opened(t, h, account.Invited)
		over, err := h.Invite(t.Context(), keeper.ID, auth.NewInvitation{Uses: 1, For: time.Hour})
		must(t, err)
		back, err := h.Invite(t.Context(), keeper.ID, auth.NewInvitation{Uses: 1, For: 100 * time.Hour})
		must(t, err)
		bound, err := h.Invite(t.Context(), keeper.ID, auth.NewInvitation{Uses: 1, For: 100 * time.Hour, Email: "Bob@Mail.example"})
		must(t, err)
		must(t, h.EndInvitation(t.Context(), keeper.ID, back.ID))
		h.wait(2 * time.Hour)
		for code, kind := range map[string]fault.Kind{
			h.Code(over.ID): fault.Gone, h.Code(back.ID): fault.Gone, h.Code(bound.ID)[:30] + "aaaaaaa": fault.NotFound,
			"x": fault.NotFound, strings.Repeat("a", 5000): fault.NotFound, "\xff\x00": fault.NotFound,
		} {
			_, err := h.Register(t.Context(), invited("bob", code))
			want(t, err, kind, "")
		}
		n := invited("bob", h.Code(bound.ID))
		_, err = h.Register(t.Context(), n)
		want(t, err, fault.Denied, "email")
		n.Email = "bob@mail.example"
		_, err = h.Register(t.Context(), n)
		must(t, err)
		_, err = h.Apply(t.Context(), auth.Registration{Name: "eve", Password: password}, "why not")
		want(t, err, fault.Denied, "")
	})
}

func TestOnlyWhoMayInvites(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		keeper := opened(t, h, account.Closed)
		bob := h.person(t, "bob")
		ask := auth.NewInvitation{Uses: 1, For: time.Hour}
		_, err := h.Invite(t.Context(), keeper.ID, ask)
		want(t, err, fault.Denied, "")
		must(t, h.accounts.SetManners(t.Context(), account.Manners{Joining: account.Invited}))
		_, err = h.Invite(t.Context(), bob.ID, ask)
		want(t, err, fault.Denied, "")
		must(t, h.accounts.SetManners(t.Context(), account.Manners{Joining: account.Invited, AllInvite: true}))
		_, err = h.Invite(t.Context(), bob.ID, ask)
		must(t, err)
		for field, n := range map[string]auth.NewInvitation{
			"note": {Note: strings.Repeat("x", 201), Uses: 1, For: time.Hour}, "uses": {Uses: 501, For: time.Hour}, "days": {Uses: 1, For: 9000 * time.Hour},
			"email": {Uses: 1, For: time.Hour, Email: "a@b, c@d"},
		} {
			_, err := h.Invite(t.Context(), bob.ID, n)
			want(t, err, fault.Invalid, field)
		}
	})
}

func TestWhoAsksIsToldHowThingsStand(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		opened(t, h, account.Asked)
		apply := func(name string) *auth.Applicant {
			t.Helper()
			h.wait(time.Millisecond)
			a, err := h.Apply(t.Context(), auth.Registration{Name: name, Password: password, Preference: account.Preference{Visibility: "public"}}, "I keep bees.")
			must(t, err)
			return a
		}
		told := func(name, key string) {
			t.Helper()
			_, err := h.CheckPassword(t.Context(), name, password)
			if got, _ := fault.Message(err); got != key {
				t.Errorf("%s is told %s, not %s", name, got, key)
			}
			_, err = h.CheckPassword(t.Context(), name, "not the password")
			want(t, err, fault.Unauthenticated, "")
		}
		bob, eve := apply("bob"), apply("eve")
		_, err := h.Apply(t.Context(), auth.Registration{Name: "BOB", Password: password}, "me too")
		want(t, err, fault.Conflict, "name")
		told("bob", "fault.signin.asked")
		a, err := h.Admit(t.Context(), bob.ID)
		must(t, err)
		if got, err := h.CheckPassword(t.Context(), "bob", password); err != nil || got.ID != a.ID || a.ID != bob.ID {
			t.Errorf("bob does not come in: %v", err)
		}
		want(t, h.Refuse(t.Context(), eve.ID, " "), fault.Invalid, "why")
		must(t, h.Refuse(t.Context(), eve.ID, "No bees here."))
		told("eve", "fault.signin.refused")
		_, err = h.Admit(t.Context(), eve.ID)
		want(t, err, fault.NotFound, "")
	})
}

func TestPausedMayNotActAndKnowsWhy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		keeper := opened(t, h, account.Closed)
		bob := h.person(t, "bob")
		token, _ := h.session(t, bob.ID)
		must(t, h.Pause(t.Context(), keeper.ID, bob.ID, "Advertising."))
		s, err := h.Session(t.Context(), token)
		must(t, err)
		if key, args := fault.Message(s.MayAct()); key != "fault.standing.paused" || len(args) != 2 || args[1] != "Advertising." {
			t.Errorf("told %s %v", key, args)
		}
		must(t, h.Resume(t.Context(), bob.ID))
		if s, err = h.Session(t.Context(), token); err != nil || s.MayAct() != nil {
			t.Errorf("still paused: %v", err)
		}
		want(t, h.Pause(t.Context(), bob.ID, keeper.ID, "x"), fault.Denied, "")
		must(t, h.SendAway(t.Context(), keeper.ID, bob.ID, "Advertising again."))
		must(t, h.Sweep(t.Context()))
		_, err = h.CheckPassword(t.Context(), "bob", password)
		must(t, err)
		h.wait(auth.LeaveAfter + time.Hour)
		must(t, h.Sweep(t.Context()))
		_, err = h.CheckPassword(t.Context(), "bob", password)
		if key, _ := fault.Message(err); key != "fault.signin.removed" {
			t.Errorf("told %s", key)
		}
		_, err = h.Register(t.Context(), auth.Registration{Name: "bob", Password: password})
		want(t, err, fault.Conflict, "name")
	})
}

func TestResetWorksOnceAndSignsOutEverything(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		token, _ := h.session(t, ada.ID)
		email, who, err := h.Reach(t.Context(), "ADA@example.org")
		if err != nil || email != "ada@example.org" || who.ID != ada.ID {
			t.Fatalf("%q %v", email, err)
		}
		if _, nobody, err := h.Reach(t.Context(), "eve@example.org"); err != nil || nobody != nil {
			t.Errorf("a letter for nobody: %v", err)
		}
		link, err := h.ResetLink(t.Context(), who.ID)
		must(t, err)
		_, err = h.UseReset(t.Context(), link, "short")
		want(t, err, fault.Invalid, "password")
		_, err = h.UseReset(t.Context(), link, "a wholly new one")
		must(t, err)
		_, err = h.UseReset(t.Context(), link, "a wholly new one")
		want(t, err, fault.Gone, "")
		_, err = h.Session(t.Context(), token)
		want(t, err, fault.Unauthenticated, "")
		_, err = h.CheckPassword(t.Context(), "ada", "a wholly new one")
		must(t, err)
		late, err := h.ResetLink(t.Context(), ada.ID)
		must(t, err)
		h.wait(auth.ResetFor)
		_, err = h.CheckReset(t.Context(), late)
		want(t, err, fault.Gone, "")
	})
}

func TestPasskeyQuestionsAreBoundAndShortLived(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Service = h.options(auth.Options{Memory: 64, Passes: 1, Origin: "https://marrow.example"})
		ada, bob := h.person(t, "ada"), h.person(t, "bob")
		add := func(q *auth.Ceremony, who *account.Account, session id.ID) error {
			_, err := h.AddPasskey(t.Context(), who.ID, session, q.Token, "Key", []byte("{}"))
			return err
		}
		told := func(err error, key string) {
			t.Helper()
			if got, _ := fault.Message(err); got != key {
				t.Errorf("told %s, not %s", got, key)
			}
		}
		ask := func() *auth.Ceremony {
			t.Helper()
			q, err := h.AskForPasskey(t.Context(), ada.ID, 7)
			must(t, err)
			return q
		}
		told(add(ask(), bob, 7), "fault.passkey.over") // another person
		told(add(ask(), ada, 8), "fault.passkey.over") // another browser
		q := ask()
		told(add(q, ada, 7), "fault.passkey.unproven")
		told(add(q, ada, 7), "fault.passkey.over") // answered before
		q = ask()
		h.wait(6 * time.Minute)
		told(add(q, ada, 7), "fault.passkey.over")
		door, err := h.AskAtTheDoor(t.Context())
		must(t, err)
		_, err = h.CheckPasskey(t.Context(), door.Token, []byte(`{"id":"x"}`))
		want(t, err, fault.Unauthenticated, "")
		plain := h.options(auth.Options{Origin: "http://127.0.0.1:8420"})
		if plain.Passwordless() {
			t.Error("an address of a machine has passkeys")
		}
	})
}
