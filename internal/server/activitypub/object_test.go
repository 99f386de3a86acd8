package activitypub_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
)

func TestActorsAreServedToProgramsUnsigned(t *testing.T) {
	h := newHome(t)
	actor := h.names.Actor(h.ana)
	for _, target := range []string{actor, strings.ReplaceAll(actor, "did:key:", "did%3Akey%3A"), origin + "/actor"} {
		for _, kinds := range []string{"", "*/*", as.Accept, "application/json"} {
			res := h.get(target, accept(kinds))
			wantStatus(t, res, http.StatusOK)
			if got := res.Header.Get("Content-Type"); got != as.ContentType {
				t.Errorf("Content-Type is %q", got)
			}
			if got := res.Header.Get("Vary"); got != "Accept, Signature" {
				t.Errorf("Vary is %q", got)
			}
			if got := res.Header.Get("Access-Control-Allow-Origin"); got != "*" {
				t.Errorf("Access-Control-Allow-Origin is %q", got)
			}
		}
	}
	res := h.get(actor, accept("text/html,application/xhtml+xml,*/*;q=0.8"))
	wantStatus(t, res, http.StatusSeeOther)
	if got := res.Header.Get("Location"); got != origin+"/@ana" {
		t.Errorf("a browser is led to %q", got)
	}
}

func TestOnlyDIDsThatLiveHereAreServed(t *testing.T) {
	h := newHome(t)
	stranger := "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
	_, err := h.accounts.Meet(t.Context(), &account.Account{
		Name: "w", Host: "far.example", URI: "ap://" + stranger + "/actor", Location: "https://far.example" + account.Gateway + stranger + "/actor",
		Inbox: "https://far.example/inbox", Kind: account.KindPerson,
	}, nil)
	must(t, err)
	for _, path := range []string{"/actor", "/actor/outbox", "/actor/followers", "/post/1", "/post/1/likes", "/create/7", "/x"} {
		wantStatus(t, h.get(origin+account.Gateway+stranger+path), http.StatusNotFound)
	}
	wantStatus(t, h.get(origin+account.Gateway+"did:key:nonsense/actor"), http.StatusNotFound)

	must(t, h.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return h.accounts.End(ctx, tx, h.ana) }))
	wantStatus(t, h.get(h.names.Actor(h.ana)), http.StatusGone)
}

// TestPostsAreShownToTheirAudienceAlone is the Visibility invariant at this door: level × who asks.
func TestPostsAreShownToTheirAudienceAlone(t *testing.T) {
	h := newHome(t)
	follower, named, stranger, blocked := h.stranger("follower"), h.stranger("named"), h.stranger("stranger"), h.stranger("blocked")
	must(t, h.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, a := range []*account.Account{follower, blocked} {
			if err := h.ties.TakeFollow(ctx, tx, a.ID, h.ana.ID, a.URI+"/follow"); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, h.ties.Block(t.Context(), h.ana.ID, blocked.ID))
	// A post names those it answers.
	var theirs *post.Post
	must(t, h.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		theirs, err = h.posts.Receive(ctx, tx, post.Arrival{
			Author: named, Kind: "note", Visibility: post.Public, URI: named.URI + "/1", Location: named.URI + "/1",
		})
		return err
	}))
	for _, c := range []struct {
		level  post.Visibility
		parent id.ID
		sees   string // of unsigned, follower, named, stranger, blocked
	}{
		{post.Public, 0, "yes yes yes yes yes"}, {post.Unlisted, 0, "yes yes yes yes yes"},
		{post.Followers, 0, "no yes no no no"}, {post.Followers, theirs.ID, "no yes yes no no"},
		{post.Direct, theirs.ID, "no no yes no no"}, {post.Self, 0, "no no no no no"},
	} {
		p := h.publish(c.level, c.parent)
		for _, below := range []string{"", "/likes", "/shares", "/replies"} {
			var got []string
			for _, who := range []*account.Account{nil, follower, named, stranger, blocked} {
				change := func(*http.Request) {}
				if who != nil {
					change = h.by(who, nil)
				}
				res := h.get(post.Address(h.names, p)+below, change)
				switch res.StatusCode {
				case http.StatusOK:
					got = append(got, "yes")
					if public := strings.Contains(res.Header.Get("Cache-Control"), "public"); public != c.level.Open() {
						t.Errorf("a %s post is answered with %q", c.level, res.Header.Get("Cache-Control"))
					}
				case http.StatusNotFound:
					got = append(got, "no")
				default:
					t.Errorf("status %d", res.StatusCode)
				}
			}
			if below == "/replies" && !c.level.Open() {
				continue // what strangers see of it is empty or not there
			}
			if diff := cmp.Diff(strings.Fields(c.sees), got); diff != "" {
				t.Errorf("%s%s: %s", c.level, below, diff)
			}
		}
	}
}

func TestPostsOfOthersAndWrongNamesAreNotHere(t *testing.T) {
	h := newHome(t)
	eva := h.resident("eva")
	p := h.publish(post.Public, 0)
	under := func(a *account.Account, rest string) string {
		return strings.TrimSuffix(h.names.Actor(a), "/actor") + rest
	}
	for _, target := range []string{
		under(eva, "/post/"+p.ID.String()), under(h.ana, "/post/1"), under(h.ana, "/post/x"), under(h.ana, "/post/"),
		under(h.ana, "/create/8"), under(h.ana, "/create%2F7"), under(h.ana, "/"),
	} {
		wantStatus(t, h.get(target), http.StatusNotFound)
	}
	wantStatus(t, h.get(under(h.ana, "/create/7")), http.StatusOK)
}

func TestABadSignatureIsNoStranger(t *testing.T) {
	h := newHome(t)
	p := h.publish(post.Followers, 0)
	res := h.get(post.Address(h.names, p), func(r *http.Request) { r.Header.Set("Signature", "nonsense") })
	wantStatus(t, res, http.StatusUnauthorized)
}

func TestDeletedPostLeavesATombstone(t *testing.T) {
	h := newHome(t)
	p := h.publish(post.Public, 0)
	_, err := h.posts.Delete(t.Context(), h.ana.ID, p.ID)
	must(t, err)
	res := h.get(post.Address(h.names, p))
	wantStatus(t, res, http.StatusGone)
	if got := read(t, res)["type"]; got != "Tombstone" {
		t.Errorf("there is a %v", got)
	}
}

func TestCollectionsTellNumbersAndNotPeople(t *testing.T) {
	h := newHome(t)
	bob := h.stranger("bob")
	must(t, h.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return h.ties.TakeFollow(ctx, tx, bob.ID, h.ana.ID, bob.URI+"/follow")
	}))
	_, err := h.ties.Follow(t.Context(), h.ana.ID, bob.ID, relationship.Wishes{})
	must(t, err)
	for what, want := range map[string]float64{"followers": 1, "following": 0, "featured": 0} {
		got := read(t, h.get(h.names.Below(h.ana, what)))
		if got["type"] != "OrderedCollection" || got["totalItems"] != want || got["first"] != nil {
			t.Errorf("%s: %v", what, got)
		}
	}
	if got := read(t, h.get("/actor/outbox")); got["totalItems"] != 0.0 {
		t.Errorf("the home says %v", got)
	}
}

func TestOutboxHoldsWhatEveryoneMaySee(t *testing.T) {
	h := newHome(t)
	for range 25 {
		h.publish(post.Public, 0)
		h.publish(post.Followers, 0)
		h.publish(post.Self, 0)
	}
	here := h.names.Below(h.ana, "outbox")
	next := read(t, h.get(here))["first"]
	seen := map[string]bool{}
	for pages := 0; next != nil && pages < 5; pages++ {
		page := read(t, h.get(next.(string)))
		items, _ := page["orderedItems"].([]any)
		for _, it := range items {
			seen[it.(string)] = true
		}
		next = page["next"]
	}
	if len(seen) != 25 {
		t.Errorf("%d activities, want the 25 public ones", len(seen))
	}
}

func TestBrowsersAreLedToThePage(t *testing.T) {
	h := newHome(t)
	for kinds, page := range map[string]bool{
		"": false, "*/*": false, "text/html": true, "application/json": false,
		as.ContentType: false, as.ContentTypeLD: false, as.Accept: false,
		"text/html, application/activity+json;q=0.5":            true,
		"application/activity+json, text/html;q=0.9":            false,
		"text/html, application/activity+json":                  false,
		"application/activity+json;q=nonsense, text/html":       true,
		"text/html,application/xhtml+xml,application/xml;q=0.9": true,
		strings.Repeat("a/b,", 1000) + "text/html":              true,
	} {
		res := h.get(h.names.Actor(h.ana), accept(kinds))
		if led := res.StatusCode/100 == 3; led != page {
			t.Errorf("%.80q: %s", kinds, res.Status)
		}
	}
}
