package account_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
)

func vault(t *testing.T) *account.Vault {
	t.Helper()
	v, err := account.OpenVault(filepath.Join(t.TempDir(), "home.key"), true)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func each(t *testing.T, f func(t *testing.T, d *db.DB, s *account.Service)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, d, account.New(d, id.NewSource(time.Now), time.Now, vault(t))) })
}

func settle(t *testing.T, d *db.DB, s *account.Service, name string) (a *account.Account, err error) {
	t.Helper()
	n, err := s.Prepare(name, "", 0, account.Preference{Visibility: "public"})
	if err != nil {
		return nil, err
	}
	err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		a, err = s.Settle(ctx, tx, n)
		return err
	})
	return a, err
}

func TestNamesThatCanBeHad(t *testing.T) {
	for name, key := range map[string]string{
		"ida": "", "Ida_Marrow": "", "a.b-c": "", "x2": "", "2fast": "",
		"": "fault.name.empty", "a": "fault.name.short", strings.Repeat("a", 31): "fault.name.long",
		".ida": "fault.name.letters", "ida.": "fault.name.letters", "i..da": "fault.name.letters", "идa": "fault.name.letters",
		"i da": "fault.name.letters", "ida/x": "fault.name.letters", "ida\x00": "fault.name.letters",
		"admin": "fault.name.reserved", "Inbox": "fault.name.reserved", "well-known": "fault.name.reserved", "home": "fault.name.reserved",
	} {
		err := account.CheckName(name)
		if got, _ := fault.Message(err); (err == nil) != (key == "") || err != nil && got != key {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestNameIsGivenOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *account.Service) {
		first, err := settle(t, d, s, "Ida")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := settle(t, d, s, "ida"); !fault.Is(err, fault.Conflict) {
			t.Fatalf("in other case: %v", err)
		}
		if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return s.End(ctx, tx, first) }); err != nil {
			t.Fatal(err)
		}
		if _, err := settle(t, d, s, "IDA"); !fault.Is(err, fault.Conflict) {
			t.Fatalf("after its owner left: %v", err)
		}
	})
}

func TestKeysOpenOnlyWithTheHomeKey(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *account.Service) {
		home, err := s.Found(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sealing, err := account.SealOnly(home.SealPublic)
		if err != nil {
			t.Fatal(err)
		}
		beside := account.New(d, id.NewSource(time.Now), time.Now, sealing)
		a, err := settle(t, d, beside, "ida")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := beside.Keys(t.Context(), a.ID); !errors.Is(err, account.ErrSealed) {
			t.Fatalf("beside the home: %v", err)
		}
		keys, err := s.Keys(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(a.URI, "ap://did:key:z6Mk") || keys.RSA.N.BitLen() != 2048 || bytes.Equal(keys.Ed25519, keys.Publishing) {
			t.Errorf("%s, %d bits", a.URI, keys.RSA.N.BitLen())
		}
		if _, err := account.New(d, id.NewSource(time.Now), time.Now, vault(t)).Keys(t.Context(), a.ID); err == nil {
			t.Error("another home's key opened them")
		}
	})
}

func TestHomeKeyIsMadeOnceAndOnlyForItsOwner(t *testing.T) {
	file := filepath.Join(t.TempDir(), "home.key")
	if _, err := account.OpenVault(file, false); err == nil {
		t.Fatal("a key that is not there was opened")
	}
	a, err := account.OpenVault(file, true)
	if err != nil {
		t.Fatal(err)
	}
	b, err := account.OpenVault(file, true)
	if err != nil || !bytes.Equal(a.Public(), b.Public()) {
		t.Fatalf("the key changed: %v", err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
	if err := os.WriteFile(file, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := account.OpenVault(file, true); err == nil {
		t.Fatal("a damaged key was taken, or written over")
	}
}

func TestSetupTokenOpensOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *account.Service) {
		ctx := t.Context()
		if _, err := s.Found(ctx); err != nil {
			t.Fatal(err)
		}
		old, err := s.NewSetupToken(ctx)
		if err != nil {
			t.Fatal(err)
		}
		token, err := s.NewSetupToken(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{"", "x", old} {
			if err := s.CheckSetupToken(ctx, wrong); !fault.Is(err, fault.Denied) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		var wg sync.WaitGroup
		opened := make(chan bool, 8)
		for range 8 {
			wg.Go(func() {
				err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.UseSetupToken(ctx, tx, token) })
				if err != nil && !fault.Is(err, fault.Gone) {
					t.Error(err)
				}
				opened <- err == nil
			})
		}
		wg.Wait()
		close(opened)
		n := 0
		for ok := range opened {
			if ok {
				n++
			}
		}
		if n != 1 {
			t.Errorf("it opened %d times", n)
		}
	})
}

func stranger(uri, name string) *account.Account {
	return &account.Account{Kind: account.KindPerson, Name: name, Host: "far.example", URI: uri, Location: uri, Inbox: uri + "/inbox"}
}

func TestMeetingAgainKeepsWhoTheyAre(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *account.Service) {
		ctx := t.Context()
		a, err := s.Meet(ctx, stranger("https://far.example/1", "wren"), nil)
		if err != nil {
			t.Fatal(err)
		}
		renamed := stranger("https://far.example/1", "wren_adeyemi")
		renamed.DisplayName = "Wren"
		b, err := s.Meet(ctx, renamed, nil)
		if err != nil || b.ID != a.ID {
			t.Fatalf("%v %v", b, err)
		}
		got, err := s.ByHandle(ctx, "WREN_adeyemi", "far.example")
		if err != nil || got.ID != a.ID || got.DisplayName != "Wren" {
			t.Fatalf("%v %v", got, err)
		}
		c, err := s.Meet(ctx, stranger("https://far.example/2", "wren_adeyemi"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.ByHandle(ctx, "wren_adeyemi", "far.example"); err != nil || got.ID != c.ID {
			t.Fatalf("a handle that its server gave to another: %v %v", got, err)
		}
	})
}

func TestOlderProofNeverReplacesANewer(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *account.Service) {
		now := time.Now().Truncate(time.Second)
		at := func(proved time.Time, name string) error {
			a := stranger("ap://did:key:z6MkX/actor", "wren")
			a.DisplayName, a.ProvedAt = name, proved
			_, err := s.Meet(t.Context(), a, nil)
			return err
		}
		if err := at(now, "new"); err != nil {
			t.Fatal(err)
		}
		if err := at(now.Add(-time.Hour), "replayed"); !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
		if a, err := s.ByURI(t.Context(), "ap://did:key:z6MkX/actor"); err != nil || a.DisplayName != "new" {
			t.Fatalf("%v %v", a, err)
		}
	})
}

func TestNobodyElsewhereSpeaksForThoseWhoLiveHere(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *account.Service) {
		ida, err := settle(t, d, s, "ida")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Meet(t.Context(), stranger(ida.URI, "vex"), nil); !fault.Is(err, fault.Denied) {
			t.Errorf("by id: %v", err)
		}
		byName := stranger("https://far.example/vex", "ida")
		byName.Host = ""
		if _, err := s.Meet(t.Context(), byName, nil); !fault.Is(err, fault.Denied) {
			t.Errorf("by name: %v", err)
		}
	})
}

func TestKeyStaysWithWhoListedItFirst(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *account.Service) {
		ctx := t.Context()
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		const uri = "https://far.example/1#main-key"
		wren, err := s.Meet(ctx, stranger("https://far.example/1", "wren"), []account.Listed{{URI: uri, Kind: account.RSA, Public: &key.PublicKey}})
		if err != nil {
			t.Fatal(err)
		}
		public, _, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Meet(ctx, stranger("https://far.example/2", "vex"), []account.Listed{{URI: uri, Kind: account.Ed25519, Public: public}}); err != nil {
			t.Fatal(err)
		}
		k, err := s.KeyByURI(ctx, uri)
		if err != nil || k.AccountID != wren.ID || !key.PublicKey.Equal(k.Public) {
			t.Fatalf("%+v %v", k, err)
		}
		if _, err := s.Meet(ctx, stranger("https://far.example/1", "wren"), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := s.KeyByURI(ctx, uri); !fault.Is(err, fault.NotFound) {
			t.Fatalf("a key that is listed no more: %v", err)
		}
	})
}

func TestNamesJoinTheHostThatWasFixed(t *testing.T) {
	n, err := account.NewNames("https://new.example")
	if err != nil {
		t.Fatal(err)
	}
	a := &account.Account{Local: true, Name: "ida", URI: "ap://did:key:zX/actor"}
	if got := n.Actor(a); got != "https://new.example/.well-known/apgateway/did:key:zX/actor" {
		t.Error(got)
	}
	a.Authority = "https://old.example"
	for got, want := range map[string]string{
		n.Actor(a):                     "https://old.example/.well-known/apgateway/did:key:zX/actor",
		n.ID(a, a.Under("post", 7)):    "https://old.example/.well-known/apgateway/did:key:zX/post/7",
		n.Profile(a):                   "https://old.example/@ida",
		n.SharedInbox(a):               "https://old.example/inbox",
		n.Key(a, account.RSA):          "https://old.example/.well-known/apgateway/did:key:zX/actor#main-key",
		n.Handle(a):                    "ida@new.example",
		n.ID(a, "https://x.example/1"): "https://x.example/1",
	} {
		if got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	far := &account.Account{Location: "https://gw.example/.well-known/apgateway/did:key:zY/actor", URI: "ap://did:key:zY/actor"}
	if got := n.ID(far, "ap://did:key:zY/post/1"); got != "https://gw.example/.well-known/apgateway/did:key:zY/post/1" {
		t.Error(got)
	}
}

func TestProfileSaysWhichFieldIsTooLong(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *account.Service) {
		ida, err := settle(t, d, s, "ida")
		if err != nil {
			t.Fatal(err)
		}
		long, name := strings.Repeat("я", account.BioMax+1), "Ida"
		if _, err := s.Edit(t.Context(), ida.ID, account.Profile{Bio: &long}); !fault.Is(err, fault.Invalid) || fault.Field(err) != "note" {
			t.Errorf("%v in %q", err, fault.Field(err))
		}
		told := 0
		s.Changed.Then(func(context.Context, *db.Tx, account.Changed) error { told++; return nil })
		a, err := s.Edit(t.Context(), ida.ID, account.Profile{DisplayName: &name, Fields: &[]account.Field{{Name: "Site", Value: "x"}}})
		if err != nil || a.DisplayName != "Ida" || len(a.Fields) != 1 || told != 1 {
			t.Errorf("%+v %v, told %d times", a, err, told)
		}
	})
}
