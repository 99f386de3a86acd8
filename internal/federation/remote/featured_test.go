package remote_test

import (
	"fmt"
	"slices"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/federation/remote"
	"allod/internal/id"
	"allod/internal/post"
)

// featured is a collection of pinned posts.
func featured(uri string, items ...any) doc {
	return doc{"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", "id": uri, "orderedItems": items}
}

// pins are the posts that an actor is known to have pinned, by address.
func (h *home) pins(who id.ID) (uris []string) {
	h.t.Helper()
	all, err := h.posts.PinnedBy(h.t.Context(), 0, who)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range all {
		uris = append(uris, p.URI)
	}
	return uris
}

func TestPinnedPostsAreFetchedInTheirOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, h := newPeer(t), homeOn(t, d)
		at := p.URL + "/users/bob/featured"
		bob := p.person("bob", doc{"featured": at})
		one, two := p.note("/1", bob), p.note("/2", bob)
		who, err := h.Actor(t.Context(), bob, nil)
		if err != nil {
			t.Fatal(err)
		}
		look := func(want ...string) {
			t.Helper()
			if err := h.Pins(t.Context(), who.ID, remote.NewBudget(20)); err != nil {
				t.Fatal(err)
			}
			if got := h.pins(who.ID); !slices.Equal(got, want) {
				t.Errorf("pinned are %v, want %v", got, want)
			}
		}
		p.serve("/users/bob/featured", featured(at, one, note(two, bob), p.URL+"/none"))
		look(one, two)
		p.serve("/users/bob/featured", doc{"type": "OrderedCollection", "id": at, "first": at + "?page=1"})
		p.serve("/users/bob/featured", doc{"type": "OrderedCollection", "id": at, "first": doc{
			"type": "OrderedCollectionPage", "id": at + "/1", "partOf": at, "orderedItems": []string{two, one}}})
		look(two, one)
		p.serve("/users/bob/featured", doc{"type": "Collection", "id": at, "first": at + "/1"})
		p.serve("/users/bob/featured/1", doc{"type": "CollectionPage", "id": at + "/1", "items": []string{two}})
		look(two)
		p.serve("/users/bob/featured", featured(at))
		look()
	})
}

// TestPinsAreTheirAuthorsAndFew has a row for each way to have more or other things fetched and shown.
func TestPinsAreTheirAuthorsAndFew(t *testing.T) {
	p, other, h := newPeer(t), newPeer(t), newHome(t)
	at := p.URL + "/users/bob/featured"
	bob, carol := p.person("bob", doc{"featured": at}), other.person("carol")
	who, err := h.Actor(t.Context(), bob, nil)
	if err != nil {
		t.Fatal(err)
	}
	neighbor := p.person("dora")
	var many []any
	for i := range 40 {
		many = append(many, p.note(fmt.Sprintf("/many/%d", i), bob))
	}
	mine, hers, foreign := p.note("/mine", bob), p.note("/hers", neighbor), other.note("/foreign", carol)
	for _, row := range []struct {
		name string
		body any
		kind fault.Kind // Internal is none
		pins int
	}{
		{"a neighbor's and a stranger's among them", featured(at, hers, foreign, mine), fault.Internal, 1},
		{"the same again and again", featured(at, mine, mine, mine), fault.Internal, 1},
		{"many", featured(at, many...), fault.Internal, post.PinnedMax},
		{"another collection", featured(p.URL+"/users/dora/featured", mine), fault.Denied, post.PinnedMax},
		{"what is no collection", note(at, bob), fault.Invalid, post.PinnedMax},
		{"a page elsewhere", doc{"type": "Collection", "id": at, "first": other.URL + "/page"}, fault.Denied, post.PinnedMax},
		{"a page that is another", doc{"type": "Collection", "id": at, "first": at + "/1"}, fault.Denied, post.PinnedMax},
		{"no document", []byte("{"), fault.Invalid, post.PinnedMax},
	} {
		t.Run(row.name, func(t *testing.T) {
			p.serve("/users/dora/featured", featured(p.URL+"/users/dora/featured", mine))
			p.serve("/users/bob/featured/1", featured(p.URL+"/users/dora/featured", mine))
			p.serve("/users/bob/featured", row.body)
			if err := h.Pins(t.Context(), who.ID, remote.NewBudget(20)); row.kind != fault.Internal {
				wantKind(t, err, row.kind)
			} else if err != nil {
				t.Error(err)
			}
			if got := h.pins(who.ID); len(got) != row.pins {
				t.Errorf("pinned are %v, want %d", got, row.pins)
			}
		})
	}
	if n := p.asked("/many/39"); n != 0 {
		t.Errorf("the last of many was fetched %d times", n)
	}
	if n := other.asked("/foreign") + other.asked("/page"); n != 0 {
		t.Errorf("%d things of another server were fetched", n)
	}
}
