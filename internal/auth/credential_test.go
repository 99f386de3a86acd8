package auth_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/fault"
)

func TestPersonSignsInByNameOrEmail(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "Ada")
		for _, login := range []string{"Ada", "ada", " @ADA ", "Ada@example.org", "ada@EXAMPLE.org."} {
			a, err := h.CheckPassword(t.Context(), login, password)
			if err != nil || a.ID != ada.ID {
				t.Errorf("%q: %v", login, err)
			}
		}
	})
}

func TestEverybodyElseIsToldTheSame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person(t, "ada")
		for login, pass := range map[string]string{
			"ada": "wrong horse!", "bob": password, "": password, "ada\x00": password, "\xff": password, "home": "",
			"a@b@c": password, "ada@example.net": password, strings.Repeat("a", 5000): password, "Ada": strings.Repeat("a", 5000),
			"' OR 1=1 --": password, "ada@example.org, eve@example.org": password,
		} {
			_, err := h.CheckPassword(t.Context(), login, pass)
			want(t, err, fault.Unauthenticated, "")
			if key, _ := fault.Message(err); key != "fault.signin.wrong" {
				t.Errorf("%.20q is told %s", login, key)
			}
		}
	})
}

func TestBadRegistrationIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person(t, "ada")
		for name, c := range map[string]struct {
			auth.Registration
			kind  fault.Kind
			field string
		}{
			"short":   {auth.Registration{Name: "bob", Password: "ninechars"}, fault.Invalid, "password"},
			"long":    {auth.Registration{Name: "bob", Password: strings.Repeat("x", 1025)}, fault.Invalid, "password"},
			"bytes":   {auth.Registration{Name: "bob", Password: "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}, fault.Invalid, "password"},
			"name":    {auth.Registration{Name: "b/b", Password: password}, fault.Invalid, "name"},
			"taken":   {auth.Registration{Name: "ADA", Password: password}, fault.Conflict, "name"},
			"address": {auth.Registration{Name: "bob", Email: "bob", Password: password}, fault.Invalid, "email"},
			"mail":    {auth.Registration{Name: "bob", Email: "ADA@example.ORG", Password: password}, fault.Conflict, "email"},
			"token":   {auth.Registration{Name: "bob", Password: password, SetupToken: "x"}, fault.Gone, ""},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := h.Register(t.Context(), c.Registration)
				want(t, err, c.kind, c.field)
			})
		}
		if _, err := h.accounts.ByName(t.Context(), "bob"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a refused registration left something: %v", err)
		}
	})
}

func TestSetupTokenMakesOneOwner(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token, err := h.accounts.NewSetupToken(t.Context())
		must(t, err)
		first := auth.Registration{Name: "ada", Password: password, Owner: true, SetupToken: "wrong"}
		_, err = h.Register(t.Context(), first)
		want(t, err, fault.Denied, "")
		first.SetupToken = token
		a, err := h.Register(t.Context(), first)
		must(t, err)
		c, err := h.Credential(t.Context(), a.ID)
		if err != nil || !c.Owner {
			t.Errorf("%+v, %v", c, err)
		}
		first.Name = "eve"
		_, err = h.Register(t.Context(), first)
		want(t, err, fault.Gone, "")
	})
}

func TestOneNameGoesToOneOfMany(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = h.Register(t.Context(), auth.Registration{Name: "ada", Email: "a@example.org", Password: password})
			})
		}
		wg.Wait()
		in := 0
		for _, err := range errs {
			if err == nil {
				in++
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		}
		if in != 1 {
			t.Errorf("%d are in", in)
		}
	})
}

func TestHashIsRenewedWhenItsCostChanges(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		phc := func() (s string) {
			must(t, h.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT password_hash FROM credential WHERE account_id = $1`, a.ID).Scan(&s)
			}))
			return s
		}
		if s := phc(); !strings.HasPrefix(s, "$argon2id$v=19$m=64,t=1,p=1$") {
			t.Fatal(s)
		}
		later := h.options(auth.Options{})
		_, err := later.CheckPassword(t.Context(), "ada", password)
		must(t, err)
		if s := phc(); !strings.HasPrefix(s, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Fatal(s)
		}
		_, err = later.CheckPassword(t.Context(), "ada", password)
		must(t, err)
	})
}

func TestChangedPasswordSignsOutTheRest(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		mine, here := h.session(t, a.ID)
		other, there := h.session(t, a.ID)
		kept, lost := h.token(t, a.ID, here.ID), h.token(t, a.ID, there.ID)

		err := h.ChangePassword(t.Context(), a.ID, here.ID, "wrong horse", "new password")
		want(t, err, fault.Denied, "old")
		want(t, h.ChangePassword(t.Context(), a.ID, here.ID, password, "short"), fault.Invalid, "new")
		must(t, h.ChangePassword(t.Context(), a.ID, here.ID, password, "new password"))

		_, err = h.CheckPassword(t.Context(), "ada", password)
		want(t, err, fault.Unauthenticated, "")
		_, err = h.CheckPassword(t.Context(), "ada", "new password")
		must(t, err)
		_, err = h.Session(t.Context(), mine)
		must(t, err)
		_, err = h.Session(t.Context(), other)
		want(t, err, fault.Unauthenticated, "")
		_, err = h.Token(t.Context(), kept, auth.Caller{})
		must(t, err)
		_, err = h.Token(t.Context(), lost, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
	})
}

func TestGoneAccountIsOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.person(t, "ada")
		cookie, s := h.session(t, a.ID)
		bearer := h.token(t, a.ID, s.ID)
		_, err := h.Token(t.Context(), bearer, auth.Caller{})
		must(t, err)
		must(t, h.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			gone, err := account.Get(ctx, tx, a.ID)
			if err != nil {
				return err
			}
			return h.accounts.End(ctx, tx, gone)
		}))
		_, err = h.Session(t.Context(), cookie)
		want(t, err, fault.Unauthenticated, "")
		_, err = h.Token(t.Context(), bearer, auth.Caller{})
		want(t, err, fault.Unauthenticated, "")
		_, err = h.CheckPassword(t.Context(), "ada", password)
		want(t, err, fault.Unauthenticated, "")
		_, err = h.Credential(t.Context(), a.ID)
		want(t, err, fault.NotFound, "")
	})
}
