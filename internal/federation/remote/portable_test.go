package remote_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/protocol/integrity"
)

// A soul is somebody whose ids belong to a key and not to a server (FEP-ef61).
type soul struct {
	t   *testing.T
	did string
	key ed25519.PrivateKey
}

func newSoul(t *testing.T) *soul {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &soul{t, integrity.DIDKey(public), private}
}

func (s *soul) path(what string) string          { return account.Gateway + s.did + what }
func (s *soul) at(p *peer, what string) string   { return p.URL + s.path(what) }
func (s *soul) prove(d doc, at time.Time) []byte { return s.proveBy(s.key, d, at) }

func (s *soul) proveBy(key ed25519.PrivateKey, d doc, at time.Time) []byte {
	s.t.Helper()
	b, err := integrity.Sign(mustJSON(d), key, integrity.VerificationMethod(key.Public().(ed25519.PublicKey)), at)
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// lives serves the soul's proved actor at a peer and gives its id there.
func (s *soul) lives(p *peer, name string, at time.Time, changes ...doc) string {
	s.t.Helper()
	actor := s.at(p, "/actor")
	p.leads(name, "acct:"+name+"@"+p.host, actor)
	return p.serve(s.path("/actor"), s.prove(person(actor, name).with(changes...), at))
}

func TestPortableActorNeedsItsProof(t *testing.T) {
	now, h := time.Now(), newHome(t)
	for _, row := range []struct {
		name  string
		serve func(s, other *soul, p *peer) []byte
	}{
		{"without a proof", func(s, other *soul, p *peer) []byte { return mustJSON(person(s.at(p, "/actor"), "bob")) }},
		{"proved by another", func(s, other *soul, p *peer) []byte {
			return s.proveBy(other.key, person(s.at(p, "/actor"), "bob"), now)
		}},
		{"altered afterwards", func(s, other *soul, p *peer) []byte {
			return bytes.Replace(s.prove(person(s.at(p, "/actor"), "bob"), now), []byte("BOB"), []byte("EVE"), 1)
		}},
		{"proved in the future", func(s, other *soul, p *peer) []byte {
			return s.prove(person(s.at(p, "/actor"), "bob"), now.Add(2*time.Hour))
		}},
		{"another's, with a good proof", func(s, other *soul, p *peer) []byte { return other.prove(person(other.at(p, "/actor"), "bob"), now) }},
		{"in the name of another, by one's own proof", func(s, other *soul, p *peer) []byte { return other.prove(person(s.at(p, "/actor"), "bob"), now) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, s, other := newPeer(t), newSoul(t), newSoul(t)
			p.leads("bob", "acct:bob@"+p.host, s.at(p, "/actor"))
			p.serve(s.path("/actor"), row.serve(s, other, p))
			_, err := h.Actor(t.Context(), s.at(p, "/actor"), nil)
			wantKind(t, err, fault.Denied)
			if n := h.count("account"); n != 1 {
				t.Errorf("%d accounts", n)
			}
		})
	}
}

func TestPortableActorMovesAndIsNotMovedBack(t *testing.T) {
	first, second, h, s := newPeer(t), newPeer(t), newHome(t), newSoul(t)
	past := time.Now().Add(-time.Hour)
	old := s.lives(first, "bob", past)
	a, err := h.Actor(t.Context(), old, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.URI != "ap://"+s.did+"/actor" || a.Handle() != "bob@"+first.host {
		t.Errorf("met as %s, %s", a.URI, a.Handle())
	}
	moved, err := h.Refresh(t.Context(), s.lives(second, "bob", past.Add(time.Minute)), nil)
	if err != nil || moved.ID != a.ID || moved.Location != s.at(second, "/actor") {
		t.Fatalf("moved to %+v, %v", moved, err)
	}
	_, err = h.Refresh(t.Context(), old, nil) // the document before, with its good proof
	wantKind(t, err, fault.Conflict)
	now, err := h.accounts.Get(t.Context(), a.ID)
	if err != nil || now.Location != s.at(second, "/actor") || now.Handle() != "bob@"+second.host {
		t.Errorf("after a replay: %+v, %v", now, err)
	}
	ref, err := h.FetchObject(t.Context(), a.URI, nil) // without a gateway in the id: where it was last seen
	if err != nil || ref.ID() != s.at(second, "/actor") {
		t.Errorf("%v, %v", ref.ID(), err)
	}
}

func TestGatewayDoesNotLendItsNames(t *testing.T) {
	p, h, s := newPeer(t), newHome(t), newSoul(t)
	if _, err := h.Actor(t.Context(), p.person("bob"), nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bob", "nobody"} { // taken, and free
		actor := p.serve(s.path("/actor"), s.prove(person(s.at(p, "/actor"), name), time.Now()))
		_, err := h.Actor(t.Context(), actor, nil)
		wantKind(t, err, fault.Denied)
	}
	p.status("/.well-known/webfinger", 500)
	_, err := h.Actor(t.Context(), s.at(p, "/actor"), nil)
	wantKind(t, err, fault.Unavailable) // it may confirm the name later
}

func TestPortablePostNeedsItsProofWhereverItLies(t *testing.T) {
	p, other, h, s := newPeer(t), newPeer(t), newHome(t), newSoul(t)
	actor := s.lives(p, "bob", time.Now())
	bare := p.serve(s.path("/post/1"), note(s.at(p, "/post/1"), actor))
	_, err := h.Post(t.Context(), bare, nil)
	wantKind(t, err, fault.Denied)

	stranger := newSoul(t)
	p.serve(s.path("/post/2"), stranger.prove(note(s.at(p, "/post/2"), actor), time.Now()))
	_, err = h.Post(t.Context(), s.at(p, "/post/2"), nil)
	wantKind(t, err, fault.Denied)

	claimed := stranger.prove(note(stranger.at(p, "/post/3"), actor), time.Now()) // proved by its id's owner, attributed to another
	p.serve(stranger.path("/post/3"), claimed)
	_, err = h.Post(t.Context(), stranger.at(p, "/post/3"), nil)
	wantKind(t, err, fault.Denied)
	h.wantPosts(0)

	other.serve(s.path("/post/4"), s.prove(note(s.at(p, "/post/4"), actor), time.Now()))
	kept, err := h.Post(t.Context(), s.at(other, "/post/4"), nil) // through another gateway
	if err != nil {
		t.Fatal(err)
	}
	if got := h.stored(kept); got.URI != "ap://"+s.did+"/post/4" || !strings.Contains(got.HTML, "said at") {
		t.Errorf("kept %+v", got)
	}
	again, err := h.Post(t.Context(), s.at(p, "/post/4"), nil)
	if err != nil || again != kept {
		t.Errorf("the same post through two gateways is %d and %d, %v", kept, again, err)
	}
}
