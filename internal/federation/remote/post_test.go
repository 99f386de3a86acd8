package remote_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/federation/remote"
	"allod/internal/post"
)

func TestPostIsFetchedWithItsThread(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, h := newPeer(t), homeOn(t, d)
		ana := h.resident("ana")
		here := strings.Replace(ana.URI, "ap://", origin+"/.well-known/apgateway/", 1)
		bob := p.person("bob")
		root := p.note("/1", bob)
		middle := p.note("/2", bob, doc{"inReplyTo": root, "to": []string{bob + "/followers", here},
			"tag": []doc{{"type": "Mention", "href": here, "name": "@ana@home.example"}}})
		leaf := p.note("/3", bob, doc{"inReplyTo": middle, "cc": "as:Public", "to": nil})
		kept, err := h.Post(t.Context(), leaf, nil)
		if err != nil {
			t.Fatal(err)
		}
		h.wantPosts(3)
		last := h.stored(kept)
		above := h.stored(last.ReplyToID)
		first := h.stored(above.ReplyToID)
		if first.URI != root || first.Visibility != post.Public || above.Visibility != post.Followers || last.Visibility != post.Unlisted {
			t.Errorf("%+v\n%+v\n%+v", first, above, last)
		}
		// A reply that is not for everyone is not counted: the number is public.
		if last.ThreadID != first.ID || first.Replies != 0 || above.Replies != 1 || first.Author.URI != bob {
			t.Errorf("thread %v of %v, %d replies", last.ThreadID, first.ID, first.Replies)
		}
		if m := above.Tags.Mentions; len(m) != 1 || m[0].AccountID != ana.ID || m[0].URI != ana.URI {
			t.Errorf("mentions %+v", m)
		}
		err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			named, err := post.Named(ctx, tx, above.ID)
			if len(named) != 1 || named[0].ID != ana.ID {
				t.Errorf("named %v", named)
			}
			body, _ := h.Document(ctx, tx, kept, remote.FormPost)
			if !strings.Contains(string(body), leaf) {
				t.Errorf("the document kept is %s", body)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		again, err := h.Post(t.Context(), leaf, remote.NewBudget(0))
		if err != nil || again != kept {
			t.Errorf("again %v, %v", again, err)
		}
		before := h.count("document")
		err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(h.posts.TakeDelete(ctx, tx, last.Author, leaf), h.accounts.End(ctx, tx, last.Author))
		})
		if n := before - h.count("document"); n != 2 || err != nil {
			t.Errorf("%d documents went with their subjects, %v", n, err)
		}
	})
}

// TestForeignPostsAreNotKept has a row for each way to put words into another's mouth.
func TestForeignPostsAreNotKept(t *testing.T) {
	good, evil, h := newPeer(t), newPeer(t), newHome(t)
	bob, eve := good.person("bob"), evil.person("eve")
	for _, row := range []struct {
		incident, id string
		kind         fault.Kind
	}{
		{"CVE-2024-23832: attributed to somebody of another host", evil.note("/as-bob", bob), fault.Denied},
		{"Discourse CVE-2026-55103: attributed to both", evil.note("/as-both", "", doc{"attributedTo": []any{bob, doc{"type": "Person", "id": bob}}}), fault.Denied},
		{"attributed to nobody", evil.note("/nobody", "", doc{"attributedTo": nil}), fault.Denied},
		{"with an embedded author of another host", evil.note("/embedded", "", doc{"attributedTo": person(bob, "bob")}), fault.Denied},
		{"by one who is a note", evil.note("/by-note", evil.note("/note-author", eve)), fault.Invalid},
		{"by one who is not there", evil.note("/by-none", evil.URL+"/users/none"), fault.NotFound},
		{"an activity", evil.serve("/activity", doc{"type": "Create", "id": evil.URL + "/activity", "actor": eve}), fault.Invalid},
		{"a collection", evil.serve("/collection", doc{"type": "Collection", "id": evil.URL + "/collection"}), fault.Invalid},
		{"an actor", eve, fault.Invalid},
		{"a tombstone", evil.serve("/tomb", doc{"type": "Tombstone", "id": evil.URL + "/tomb"}), fault.Gone},
	} {
		t.Run(row.incident, func(t *testing.T) {
			_, err := h.Post(t.Context(), row.id, nil)
			wantKind(t, err, row.kind)
		})
	}
	h.wantPosts(0)
}

func TestDeletedPostDoesNotComeBack(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	bob := p.person("bob")
	uri := p.note("/1", bob)
	author, err := h.Actor(t.Context(), bob, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = h.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return h.posts.TakeDelete(ctx, tx, author, uri) })
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Post(t.Context(), uri, nil)
	wantKind(t, err, fault.Gone)
	h.wantPosts(0)
}

// thread serves posts in a row, each answering the next, and gives the newest.
func thread(p *peer, author string, length int) string {
	for i := range length {
		above := doc{}
		if i+1 < length {
			above["inReplyTo"] = fmt.Sprintf("%s/thread/%d", p.URL, i+1)
		}
		p.note(fmt.Sprintf("/thread/%d", i), author, above)
	}
	return p.URL + "/thread/0"
}

func TestThreadIsFollowedAsFarAsTheBudgetReaches(t *testing.T) {
	for _, row := range []struct{ length, fetches, kept int }{
		{5, 100, 5},
		{60, 100, 1 + remote.MaxDepth}, // by depth
		{60, 10, 8},                    // by fetches: two go to the author
		{60, 3, 1},
		{60, 2, 1}, // the author's WebFinger is left out
		{60, 1, 0}, // the author too
	} {
		t.Run(fmt.Sprintf("%d posts on %d fetches", row.length, row.fetches), func(t *testing.T) {
			p, h := newPeer(t), newHome(t)
			newest := thread(p, p.person("bob"), row.length)
			_, err := h.Post(t.Context(), newest, remote.NewBudget(row.fetches))
			if row.kept == 0 {
				wantKind(t, err, fault.TooMany)
			} else if err != nil {
				t.Fatal(err)
			}
			h.wantPosts(row.kept)
			if n := h.count("document") - h.count("account") + 1; n != row.kept {
				t.Errorf("%d documents of posts", n)
			}
		})
	}
}

func TestThreadWithoutEndOrWithAGap(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	bob := p.person("bob")
	round := p.note("/round/1", bob, doc{"inReplyTo": p.URL + "/round/2"})
	p.note("/round/2", bob, doc{"inReplyTo": round})
	if _, err := h.Post(t.Context(), round, nil); err != nil {
		t.Error(err)
	}
	itself := p.note("/itself", bob, doc{"inReplyTo": p.URL + "/itself"})
	if _, err := h.Post(t.Context(), itself, nil); err != nil {
		t.Error(err)
	}
	gap := p.note("/gap", bob, doc{"inReplyTo": p.status("/lost", http.StatusNotFound)})
	kept, err := h.Post(t.Context(), gap, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := h.stored(kept); got.ReplyToID != 0 || got.ReplyToURI != p.URL+"/lost" {
		t.Errorf("an orphan is %+v", got)
	}
	odd := p.note("/odd", bob, doc{"inReplyTo": "javascript:alert(1)"})
	if kept, err = h.Post(t.Context(), odd, nil); err != nil || h.stored(kept).ReplyToURI != "" {
		t.Errorf("an odd parent: %v", err)
	}
	h.wantPosts(5)
}

func TestSamePostAskedForAtOnceIsKeptOnce(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	newest := thread(p, p.person("bob"), 6)
	ids := make([]string, 12)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			kept, err := h.Post(t.Context(), fmt.Sprintf("%s%d", newest[:len(newest)-1], i%3), nil)
			if err != nil {
				t.Error(err)
			}
			ids[i] = fmt.Sprint(i%3, kept)
		})
	}
	all.Wait()
	slices.Sort(ids)
	if got := slices.Compact(ids); len(got) != 3 {
		t.Errorf("three posts have ids %v", got)
	}
	h.wantPosts(6)
}
