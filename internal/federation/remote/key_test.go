package remote_test

import (
	"crypto/rsa"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"allod/internal/fault"
)

func TestUnknownKeyIsFetchedAndKnownAfterwards(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	actor := p.person("bob")
	for range 3 {
		key, owner, err := h.Key(t.Context(), actor+"#main-key")
		if err != nil {
			t.Fatal(err)
		}
		if !theirKey().PublicKey.Equal(key.Public) || owner.URI != actor || key.AccountID != owner.ID {
			t.Errorf("%+v of %+v", key, owner)
		}
	}
	if n := p.asked("/users/bob"); n != 1 {
		t.Errorf("fetched %d times", n)
	}
}

// TestKeyMustBeListedByItsOwner has a row for each way to bring a key that
// its owner does not list.
func TestKeyMustBeListedByItsOwner(t *testing.T) {
	h := newHome(t)
	for _, row := range []struct {
		incident string
		set      func(good, evil *peer) string // the key id asked for
		owner    string                        // path of the owner at good; "" where there is none
		kind     fault.Kind
	}{
		{"served with its owner", func(good, evil *peer) string { return good.person("bob") + "#main-key" }, "/users/bob", 0},
		{"GoToSocial: served apart, with a stub of its owner", func(good, evil *peer) string {
			actor := good.URL + "/users/bob"
			good.person("bob", doc{"publicKey": listed(actor+"/main-key", actor)})
			return good.serve("/users/bob/main-key", doc{"type": "Person", "id": actor, "preferredUsername": "bob", "publicKey": listed(actor+"/main-key", actor)})
		}, "/users/bob", 0},
		{"served apart, as a key", func(good, evil *peer) string {
			actor := good.URL + "/users/bob"
			good.person("bob", doc{"publicKey": listed(actor+"/key", actor)})
			return good.serve("/users/bob/key", listed(actor+"/key", actor))
		}, "/users/bob", 0},
		{"snac 2.93: served apart, and not listed by the owner it names", func(good, evil *peer) string {
			actor := good.person("bob")
			return good.serve("/upload", listed(good.URL+"/upload", actor))
		}, "", fault.NotFound},
		{"Fedify CVE-2025-54888: served by one host, with an owner at another", func(good, evil *peer) string {
			actor := good.person("bob")
			return evil.serve("/key", listed(evil.URL+"/key", actor))
		}, "", fault.Denied},
		{"listed by somebody of another host", func(good, evil *peer) string {
			actor := good.URL + "/users/bob"
			evil.person("eve", doc{"publicKey": listed(actor+"#main-key", evil.URL+"/users/eve")})
			return evil.URL + "/users/eve#main-key"
		}, "", fault.NotFound},
		{"listed in the name of another", func(good, evil *peer) string {
			actor := good.person("bob")
			good.person("eve", doc{"publicKey": listed(good.URL+"/users/eve#main-key", actor)})
			return good.URL + "/users/eve#main-key"
		}, "", fault.NotFound},
		{"a fragment that is not listed", func(good, evil *peer) string { return good.person("bob") + "#other-key" }, "", fault.NotFound},
		{"no key at all", func(good, evil *peer) string { return good.person("bob", doc{"publicKey": nil}) + "#main-key" }, "", fault.NotFound},
		{"a key that is too short", func(good, evil *peer) string {
			actor := good.URL + "/users/bob"
			return good.person("bob", doc{"publicKey": doc{"id": actor + "#main-key", "owner": actor, "publicKeyPem": shortPEM}}) + "#main-key"
		}, "", fault.NotFound},
		{"a stub as plain JSON", func(good, evil *peer) string {
			good.handle("/json", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Write(mustJSON(listed(good.URL+"/json", good.person("bob"))))
			})
			return good.URL + "/json"
		}, "", fault.Unsupported},
		{"gone with its owner", func(good, evil *peer) string { return good.status("/users/bob", http.StatusGone) + "#main-key" }, "", fault.Gone},
		{"a host in trouble", func(good, evil *peer) string { return good.status("/users/bob", http.StatusBadGateway) + "#main-key" }, "", fault.Unavailable},
		{"of this home", func(good, evil *peer) string { return origin + "/actor#other" }, "", fault.Denied},
		{"no address", func(good, evil *peer) string { return "main-key" }, "", fault.Invalid},
	} {
		t.Run(row.incident, func(t *testing.T) {
			good, evil := newPeer(t), newPeer(t)
			keyID := row.set(good, evil)
			key, owner, err := h.Key(t.Context(), keyID)
			if row.owner == "" {
				wantKind(t, err, row.kind)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if owner.URI != good.URL+row.owner || key.URI != keyID || key.AccountID != owner.ID {
				t.Errorf("%+v of %+v", key, owner)
			}
		})
	}
}

func TestKeyOfOneIsNotTakenOverByAnother(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	bob := p.person("bob")
	if _, _, err := h.Key(t.Context(), bob+"#main-key"); err != nil {
		t.Fatal(err)
	}
	p.person("eve", doc{"publicKey": doc{"id": bob + "#main-key", "owner": p.URL + "/users/eve", "publicKeyPem": publicPEM(newKey())}})
	if _, err := h.Actor(t.Context(), p.URL+"/users/eve", nil); err != nil {
		t.Fatal(err)
	}
	key, owner, err := h.Key(t.Context(), bob+"#main-key")
	if err != nil || owner.URI != bob || !theirKey().PublicKey.Equal(key.Public) {
		t.Errorf("%+v of %+v, %v", key, owner, err)
	}
}

func TestFailedKeyIsNotAskedForAgainForMinutes(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	for range 5 {
		_, _, err := h.Key(t.Context(), p.URL+"/users/nobody#main-key")
		wantKind(t, err, fault.NotFound)
	}
	if n := p.asked("/users/nobody"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	h.pass(6 * time.Minute)
	p.person("nobody")
	if _, _, err := h.Key(t.Context(), p.URL+"/users/nobody#main-key"); err != nil {
		t.Errorf("after minutes: %v", err)
	}

	p.status("/users/carol", http.StatusBadGateway)
	for _, name := range []string{"carol", "dave"} { // the whole host is left alone
		_, _, err := h.Key(t.Context(), p.URL+"/users/"+name+"#main-key")
		wantKind(t, err, fault.Unavailable)
	}
	if n := p.asked("/users/dave"); n != 0 {
		t.Errorf("a host in trouble was asked %d times more", n)
	}
	h.pass(2 * time.Minute)
	p.person("dave")
	if _, _, err := h.Key(t.Context(), p.URL+"/users/dave#main-key"); err != nil {
		t.Errorf("after a minute: %v", err)
	}
}

func TestHostIsAskedForOneKeyAtATime(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	var now, most atomic.Int32
	for i := range 8 {
		name := fmt.Sprintf("user%d", i)
		p.person(name)
		inner := p.routes["/users/"+name]
		p.handle("/users/"+name, func(w http.ResponseWriter, r *http.Request) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(20 * time.Millisecond)
			now.Add(-1)
			inner(w, r)
		})
	}
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			if _, _, err := h.Key(t.Context(), fmt.Sprintf("%s/users/user%d#main-key", p.URL, i%8)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d at a time", most.Load())
	}
	for i := range 8 {
		if n := p.asked(fmt.Sprintf("/users/user%d", i)); n != 1 {
			t.Errorf("key %d was fetched %d times", i, n)
		}
	}
}

func TestSilentHostCostsThreeSeconds(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	p.handle("/users/bob", func(w http.ResponseWriter, r *http.Request) { <-stop })
	start := time.Now()
	_, _, err := h.Key(t.Context(), p.URL+"/users/bob#main-key")
	wantKind(t, err, fault.Timeout)
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestChangedKeyIsFetchedOnceInMinutes(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	keyID := p.person("bob") + "#main-key"
	if _, _, err := h.Key(t.Context(), keyID); err != nil {
		t.Fatal(err)
	}
	_, _, err := h.RefetchKey(t.Context(), keyID)
	wantKind(t, err, fault.TooMany)
	h.pass(10 * time.Minute)

	fresh := newKey()
	actor := p.URL + "/users/bob"
	p.person("bob", doc{"publicKey": doc{"id": keyID, "owner": actor, "publicKeyPem": publicPEM(fresh)}})
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			key, _, err := h.RefetchKey(t.Context(), keyID)
			if err == nil && !fresh.PublicKey.Equal(key.Public) {
				t.Error("the old key came back")
			} else if err != nil {
				wantKind(t, err, fault.TooMany)
			}
		})
	}
	all.Wait()
	if n := p.asked("/users/bob"); n != 2 {
		t.Errorf("fetched %d times", n)
	}
	key, _, err := h.Key(t.Context(), keyID)
	if err != nil || !fresh.PublicKey.Equal(key.Public.(*rsa.PublicKey)) {
		t.Errorf("%v, %v", key, err)
	}

	h.pass(10 * time.Minute)
	p.person("bob", doc{"publicKey": nil}) // revoked
	_, _, err = h.RefetchKey(t.Context(), keyID)
	wantKind(t, err, fault.NotFound)
	_, _, err = h.Key(t.Context(), keyID)
	wantKind(t, err, fault.NotFound)
}

func listed(id, owner string) doc {
	return doc{"id": id, "owner": owner, "publicKeyPem": publicPEM(theirKey())}
}

// shortPEM is an RSA key of 512 bits.
const shortPEM = `-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf
9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==
-----END PUBLIC KEY-----
`
