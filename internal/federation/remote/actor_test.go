package remote_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/federation/remote"
	"allod/protocol/httpsig"
)

func TestActorIsMetOnceAndKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, h := newPeer(t), homeOn(t, d)
		actor := p.person("bob")
		a, err := h.Actor(t.Context(), actor, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{a.Handle(), a.URI, a.Location, a.DisplayName, a.Inbox, a.FollowersURI}
		if diff := cmp.Diff([]string{"bob@" + p.host, actor, actor, "BOB", actor + "/inbox", actor + "/followers"}, got); diff != "" {
			t.Error(diff)
		}
		again, err := h.Actor(t.Context(), actor, nil)
		if err != nil || again.ID != a.ID || p.asked("/users/bob") != 1 {
			t.Errorf("%v, %v, asked %d times", again, err, p.asked("/users/bob"))
		}
		p.person("bob", doc{"name": "Robert"})
		again, err = h.Refresh(t.Context(), actor, nil)
		if err != nil || again.ID != a.ID || again.DisplayName != "Robert" {
			t.Errorf("refreshed: %+v, %v", again, err)
		}
		if n := p.asked("/.well-known/webfinger"); n != 1 {
			t.Errorf("WebFinger was asked %d times for one handle", n)
		}
		err = h.db.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			body, err := h.Document(ctx, tx, a.ID, remote.FormActor)
			if !strings.Contains(string(body), "Robert") {
				t.Errorf("the document kept is %s", body)
			}
			_, none := h.Document(ctx, tx, a.ID, remote.FormPost)
			wantKind(t, none, fault.NotFound)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestSameActorAskedForAtOnceIsFetchedOnce(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	actor := p.person("bob")
	inner := p.routes["/users/bob"]
	p.handle("/users/bob", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(100 * time.Millisecond)
		inner(w, r)
	})
	hurried, giveUp := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer giveUp()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			ctx := t.Context()
			if i == 0 {
				ctx = hurried // whoever gives up does not spoil it for the others
			}
			a, err := h.Actor(ctx, actor, remote.NewBudget(4))
			if i > 0 && (err != nil || a.URI != actor) {
				t.Errorf("%v, %v", a, err)
			}
		})
	}
	all.Wait()
	if n := p.asked("/users/bob"); n != 1 {
		t.Errorf("fetched %d times", n)
	}
}

func TestSpentBudgetOfOneIsNotThatOfAnother(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	actor := p.person("bob")
	inner := p.routes["/users/bob"]
	p.handle("/users/bob", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(50 * time.Millisecond)
		inner(w, r)
	})
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			_, err := h.Actor(t.Context(), actor, remote.NewBudget(i%2*8))
			if i%2 == 1 && err != nil {
				t.Errorf("with a budget: %v", err)
			}
		})
	}
	all.Wait()
	_, err := h.Refresh(t.Context(), actor, remote.NewBudget(0))
	wantKind(t, err, fault.TooMany)
}

func TestRequestsAreSignedByTheHomeAndTwiceAtMost(t *testing.T) {
	h := newHome(t)
	for _, row := range []struct {
		name    string
		takes   httpsig.Form
		learned httpsig.Form
		forms   []httpsig.Form
	}{
		{"first contact", httpsig.Cavage, 0, []httpsig.Form{httpsig.Cavage}},
		{"a host of the new generation", httpsig.RFC9421, 0, []httpsig.Form{httpsig.Cavage, httpsig.RFC9421}},
		{"a host known for it", httpsig.RFC9421, httpsig.RFC9421, []httpsig.Form{httpsig.RFC9421}},
		{"a host that takes neither", 0, 0, []httpsig.Form{httpsig.Cavage, httpsig.RFC9421}},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := newPeer(t)
			home, err := h.accounts.HomeActor(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			keys, err := h.accounts.Keys(t.Context(), home.ID)
			if err != nil {
				t.Fatal(err)
			}
			h.learned = row.learned
			actor := p.person("bob")
			inner := p.routes["/users/bob"]
			var forms []httpsig.Form
			p.handle("/users/bob", func(w http.ResponseWriter, r *http.Request) {
				sig, err := httpsig.DefaultPolicy(time.Now).Parse(httpsig.NewMessage(r, p.URL, nil))
				if err == nil {
					err = sig.Verify(keys.RSA.Public())
				}
				if err != nil || sig.KeyID != origin+"/actor#main-key" {
					t.Errorf("signature by %v: %v", sig, err)
				}
				if forms = append(forms, sig.Form); sig.Form != row.takes {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				inner(w, r)
			})
			_, err = h.Actor(t.Context(), actor, nil)
			if row.takes == 0 {
				wantKind(t, err, fault.Denied)
			} else if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(row.forms, forms); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestHandleBelongsToItsHost has a row for each way to come by another's name.
func TestHandleBelongsToItsHost(t *testing.T) {
	h := newHome(t)
	for _, row := range []struct {
		name string
		set  func(t *testing.T, h *home, good, evil *peer) string // the actor asked for
		want string                                               // its handle, with G and E for the hosts; "" where it is refused
		kind fault.Kind
	}{
		{"confirmed", func(t *testing.T, h *home, good, evil *peer) string { return good.person("bob") }, "bob@G", 0},
		{"in the spelling of the owner", func(t *testing.T, h *home, good, evil *peer) string {
			actor := good.person("bob")
			good.leads("bob", "acct:Bob@"+good.host, actor)
			return actor
		}, "Bob@G", 0},
		{"WebFinger leads to another", func(t *testing.T, h *home, good, evil *peer) string {
			actor := good.person("bob")
			good.leads("bob", "acct:bob@"+good.host, good.URL+"/users/another")
			return actor
		}, "", fault.Denied},
		{"a claimed handle of another host, whose it is", func(t *testing.T, h *home, good, evil *peer) string {
			good.person("bob")
			return evil.person("bob", doc{"webfinger": "bob@" + good.host})
		}, "", fault.Denied},
		{"a claimed handle of another host, which knows nobody of that name", func(t *testing.T, h *home, good, evil *peer) string {
			return evil.person("eve", doc{"webfinger": "eve@" + good.host})
		}, "eve@E", 0},
		{"a handle of this home", func(t *testing.T, h *home, good, evil *peer) string {
			return evil.person("eve", doc{"webfinger": "ana@home.example"})
		}, "", fault.Denied},
		{"two hosts that agree", func(t *testing.T, h *home, good, evil *peer) string {
			actor := evil.person("bob", doc{"webfinger": "bob@" + good.host})
			good.leads("bob", "acct:bob@"+good.host, actor)
			return actor
		}, "bob@G", 0},
		{"two hosts that agree by the subject alone", func(t *testing.T, h *home, good, evil *peer) string {
			actor := evil.person("bob")
			evil.leads("bob", "acct:bob@"+good.host, actor)
			good.leads("bob", "acct:bob@"+good.host, actor)
			return actor
		}, "bob@G", 0},
		{"a subject elsewhere that does not lead back", func(t *testing.T, h *home, good, evil *peer) string {
			good.person("bob")
			actor := evil.person("bob")
			evil.leads("bob", "acct:bob@"+good.host, actor)
			return actor
		}, "bob@E", 0},
		{"a host without WebFinger", func(t *testing.T, h *home, good, evil *peer) string {
			return good.serve("/relay", person(good.URL+"/relay", "relay"))
		}, "relay@G", 0},
		{"a host without WebFinger, and the name of one who is known", func(t *testing.T, h *home, good, evil *peer) string {
			if _, err := h.Actor(t.Context(), good.person("bob"), nil); err != nil {
				t.Fatal(err)
			}
			good.status("/.well-known/webfinger", http.StatusInternalServerError)
			return good.serve("/upload", person(good.URL+"/upload", "bob"))
		}, "", fault.Denied},
		{"a name handed over by its host", func(t *testing.T, h *home, good, evil *peer) string {
			if _, err := h.Actor(t.Context(), good.person("bob"), nil); err != nil {
				t.Fatal(err)
			}
			actor := good.serve("/new-bob", person(good.URL+"/new-bob", "bob"))
			good.leads("bob", "acct:bob@"+good.host, actor)
			return actor
		}, "bob@G", 0},
		{"a name that is none", func(t *testing.T, h *home, good, evil *peer) string {
			return evil.serve("/x", person(evil.URL+"/x", "bob@"+good.host))
		}, "", fault.Invalid},
		{"a tombstone", func(t *testing.T, h *home, good, evil *peer) string {
			return good.serve("/users/gone", doc{"type": "Tombstone", "id": good.URL + "/users/gone"})
		}, "", fault.Gone},
	} {
		t.Run(row.name, func(t *testing.T) {
			good, evil := newPeer(t), newPeer(t)
			before := h.count("account")
			actor := row.set(t, h, good, evil)
			known := h.count("account") - before
			a, err := h.Actor(t.Context(), actor, nil)
			if row.want == "" {
				wantKind(t, err, row.kind)
				if n := h.count("account") - before - known; n != 0 {
					t.Errorf("%d accounts are kept of what was refused", n)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := strings.NewReplacer("G", good.host, "E", evil.host).Replace(row.want)
			if a.Handle() != want || a.URI != actor {
				t.Errorf("%s is %s, want %s", a.URI, a.Handle(), want)
			}
		})
	}
}

func TestThoseWhoLiveHereAreNeverFetched(t *testing.T) {
	h, evil := newHome(t), newPeer(t)
	ana := h.resident("ana")
	at := strings.Replace(ana.URI, "ap://", evil.URL+account.Gateway, 1)
	evil.serve(strings.TrimPrefix(at, evil.URL), person(at, "ana"))
	for _, id := range []string{ana.URI, at, strings.Replace(at, evil.URL, origin, 1)} {
		for _, get := range []func(context.Context, string, *remote.Budget) (*account.Account, error){h.Actor, h.Refresh} {
			if a, err := get(t.Context(), id, nil); err != nil || a.ID != ana.ID || !a.Local {
				t.Errorf("%s: %v, %v", id, a, err)
			}
		}
	}
	a, err := h.Actor(t.Context(), origin+"/actor", nil)
	if err != nil || a.URI != account.HomeURI {
		t.Errorf("the home's own actor: %v, %v", a, err)
	}
	_, err = h.Actor(t.Context(), origin+"/users/nobody", nil)
	wantKind(t, err, fault.NotFound)
	_, err = h.Post(t.Context(), strings.Replace(at, "/actor", "/post/1", 1), nil)
	wantKind(t, err, fault.NotFound)
	if len(evil.hits) != 0 {
		t.Errorf("another server was asked about one who lives here: %v", evil.hits)
	}
}
