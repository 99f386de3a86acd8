package hometest_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/notification"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/timeline"
)

type nobody struct{}

func (nobody) Resolve(context.Context, []address.Handle) (map[address.Handle]*account.Account, error) {
	return nil, nil
}

// A street is one who lives here and reads, and people elsewhere who write.
type street struct {
	t       *testing.T
	db      *db.DB
	accs    *account.Service
	posts   *post.Service
	ties    *relationship.Service
	streams *timeline.Service
	news    *notification.Service
	ida     *account.Account
	woken   []id.ID
	told    []id.ID
}

func onStreet(t *testing.T, f func(*street)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		vault, err := account.OpenVault(filepath.Join(t.TempDir(), "home.key"), true)
		if err != nil {
			t.Fatal(err)
		}
		names, err := account.NewNames("https://home.example")
		if err != nil {
			t.Fatal(err)
		}
		ids := id.NewSource(time.Now)
		w := &street{t: t, db: d, accs: account.New(d, ids, time.Now, vault), ties: relationship.New(d, ids, time.Now)}
		w.posts = post.New(d, ids, time.Now, w.accs, markup.New(), nobody{}, names)
		w.streams = timeline.New(d, w.posts, ids, time.Now, func(_, item id.ID) { w.woken = append(w.woken, item) })
		w.news = notification.New(d, w.posts, ids, time.Now, func(_, n id.ID) { w.told = append(w.told, n) })
		w.posts.Published.Then(w.streams.PlacePublished)
		w.posts.Received.Then(w.streams.PlaceReceived, func(ctx context.Context, tx *db.Tx, f post.Received) error {
			return w.news.Named(ctx, tx, f.Post, f.Named)
		})
		w.posts.Boosted.Then(w.streams.PlaceBoosted, w.news.Boosted)
		w.posts.Unboosted.Then(w.streams.RemoveUnboosted, w.news.Unboosted)
		w.posts.Deleted.Then(w.streams.RemoveDeleted, w.news.Deleted)
		w.posts.Liked.Then(w.news.Liked)
		w.posts.Unliked.Then(w.news.Unliked)
		w.ties.Asked.Then(w.news.Asked)
		w.ties.Began.Then(w.streams.Begin, w.news.Began)
		w.ties.Ended.Then(func(ctx context.Context, tx *db.Tx, f relationship.Ended) error {
			return w.streams.End(ctx, tx, f.Follower.ID, f.Followed.ID)
		}, func(ctx context.Context, tx *db.Tx, f relationship.Ended) error { return w.news.Ended(ctx, tx, f.Tie) })
		n, err := w.accs.Prepare("ida", "", 0, account.Preference{Visibility: "public"})
		if err != nil {
			t.Fatal(err)
		}
		w.update(func(ctx context.Context, tx *db.Tx) (err error) {
			w.ida, err = w.accs.Settle(ctx, tx, n)
			return err
		})
		f(w)
	})
}

func (w *street) update(f func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *street) meet(name string) *account.Account {
	w.t.Helper()
	uri := "https://far.example/users/" + name
	a, err := w.accs.Meet(w.t.Context(), &account.Account{Kind: account.KindPerson, Name: name, Host: "far.example", URI: uri, Location: uri}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// follow has ida follow somebody who says yes.
func (w *street) followed(them *account.Account) {
	w.t.Helper()
	if _, err := w.ties.Follow(w.t.Context(), w.ida.ID, them.ID, relationship.Wishes{Boosts: true}); err != nil {
		w.t.Fatal(err)
	}
	w.update(func(ctx context.Context, tx *db.Tx) error { return w.ties.TakeAccept(ctx, tx, w.ida.ID, them.ID) })
}

func (w *street) posted(by *account.Account, n int, change func(*post.Arrival)) *post.Post {
	w.t.Helper()
	a := post.Arrival{
		Author: by, Kind: "note", Visibility: post.Public, URI: fmt.Sprintf("%s/%d", by.URI, n), HTML: "<p>hello</p>", Published: time.Now(),
	}
	if change != nil {
		change(&a)
	}
	var p *post.Post
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = w.posts.Receive(ctx, tx, a)
		return err
	})
	return p
}

func (w *street) stream(p id.Page) []post.Item {
	w.t.Helper()
	items, err := w.streams.Home(w.t.Context(), w.ida.ID, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return items
}

func (w *street) kinds() (out []notification.Kind) {
	w.t.Helper()
	all, err := w.news.List(w.t.Context(), w.ida.ID, nil, id.Page{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, n := range all {
		out = append(out, n.Kind)
	}
	return out
}

func TestStreamHoldsEverythingOnceNewestFirst(t *testing.T) {
	onStreet(t, func(w *street) {
		wren, tomas := w.meet("wren"), w.meet("tomas")
		early := w.posted(wren, 0, nil)
		w.followed(wren)
		w.followed(tomas)
		p := w.posted(wren, 1, nil)
		w.posted(w.meet("stranger"), 1, nil)
		w.update(func(ctx context.Context, tx *db.Tx) error {
			return w.posts.TakeBoost(ctx, tx, tomas, p.ID, post.Public, "https://far.example/boost/1")
		})
		old := w.posted(tomas, 2, func(a *post.Arrival) { a.Published = time.Now().Add(-48 * time.Hour) })
		var got []id.ID
		for _, it := range w.stream(id.Page{}) {
			got = append(got, it.Post.ID)
		}
		if want := []id.ID{p.ID, early.ID, old.ID}; fmt.Sprint(got) != fmt.Sprint(want) {
			w.t.Fatalf("%v, not %v", got, want)
		}
		if len(w.woken) != 2 {
			w.t.Errorf("screens were woken %d times, for the two that arrived", len(w.woken))
		}
	})
}

func TestBoostBringsAPostOfSomebodyNotFollowed(t *testing.T) {
	onStreet(t, func(w *street) {
		wren, ines := w.meet("wren"), w.meet("ines")
		w.followed(wren)
		p := w.posted(ines, 1, nil)
		w.update(func(ctx context.Context, tx *db.Tx) error {
			return w.posts.TakeBoost(ctx, tx, wren, p.ID, post.Public, "https://far.example/boost/1")
		})
		items := w.stream(id.Page{})
		if len(items) != 1 || items[0].By == nil || items[0].By.ID != wren.ID || items[0].Post.ID != p.ID {
			w.t.Fatalf("%+v", items)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error { return w.posts.TakeUnboost(ctx, tx, wren, p.ID) })
		if items := w.stream(id.Page{}); len(items) != 0 {
			w.t.Fatal("a boost that was taken back is still there")
		}
	})
}

func TestUnfollowTakesTheirPostsAway(t *testing.T) {
	onStreet(t, func(w *street) {
		wren, tomas := w.meet("wren"), w.meet("tomas")
		w.followed(wren)
		w.followed(tomas)
		w.posted(wren, 1, nil)
		kept := w.posted(tomas, 1, nil)
		if err := w.ties.Unfollow(w.t.Context(), w.ida.ID, wren.ID); err != nil {
			w.t.Fatal(err)
		}
		items := w.stream(id.Page{})
		if len(items) != 1 || items[0].Post.ID != kept.ID {
			w.t.Fatalf("%+v", items)
		}
		a, err := w.accs.Get(w.t.Context(), w.ida.ID)
		if err != nil || a.FollowingCount != 1 {
			w.t.Fatalf("follows %d: %v", a.FollowingCount, err)
		}
	})
}

func TestPagesMeetWithoutGapOrOverlap(t *testing.T) {
	onStreet(t, func(w *street) {
		wren := w.meet("wren")
		w.followed(wren)
		for n := range 25 {
			w.posted(wren, n, nil)
		}
		all := w.stream(id.Page{Limit: 40})
		var down []id.ID
		for p := (id.Page{Limit: 7}); ; {
			page := w.stream(p)
			if len(page) == 0 {
				break
			}
			for _, it := range page {
				down = append(down, it.ID)
			}
			p.Max = page[len(page)-1].ID
		}
		if len(all) != 25 || len(down) != 25 {
			w.t.Fatalf("%d at once, %d by pages", len(all), len(down))
		}
		for i := range all {
			if all[i].ID != down[i] {
				w.t.Fatalf("differ at %d", i)
			}
		}
		up := w.stream(id.Page{Min: all[24].ID, Limit: 5})
		if len(up) != 5 || up[0].ID != all[19].ID || up[4].ID != all[23].ID {
			w.t.Fatalf("the page above the oldest: %v", up)
		}
		if n, err := w.streams.NewerThan(w.t.Context(), w.ida.ID, all[10].ID, 100); err != nil || n != 10 {
			w.t.Fatalf("%d newer: %v", n, err)
		}
	})
}

func TestDirectPostReachesTheNamedAlone(t *testing.T) {
	onStreet(t, func(w *street) {
		wren := w.meet("wren")
		w.followed(wren)
		direct := func(named ...*account.Account) func(*post.Arrival) {
			return func(a *post.Arrival) { a.Visibility, a.Named = post.Direct, named }
		}
		w.posted(wren, 1, direct(w.meet("ines")))
		if items := w.stream(id.Page{}); len(items) != 0 {
			w.t.Fatal("a post for somebody else is in the stream")
		}
		w.posted(wren, 2, direct(w.ida))
		if items := w.stream(id.Page{}); len(items) != 1 {
			w.t.Fatalf("%d posts for the reader", len(items))
		}
		if got := w.kinds(); fmt.Sprint(got) != "[mention]" {
			w.t.Fatalf("%v", got)
		}
	})
}

func TestEachThingIsToldOnceAndForgottenWhenTakenBack(t *testing.T) {
	onStreet(t, func(w *street) {
		wren := w.meet("wren")
		p, err := w.posts.Publish(w.t.Context(), w.ida, post.Draft{Text: "hello", Visibility: post.Public})
		if err != nil {
			w.t.Fatal(err)
		}
		ctx := func(f func(ctx context.Context, tx *db.Tx) error) { w.t.Helper(); w.update(f) }
		for range 2 {
			ctx(func(ctx context.Context, tx *db.Tx) error {
				return w.posts.TakeLike(ctx, tx, wren, p.ID, "https://far.example/like/1")
			})
			ctx(func(ctx context.Context, tx *db.Tx) error {
				return w.ties.TakeFollow(ctx, tx, wren.ID, w.ida.ID, "https://far.example/follow/1")
			})
		}
		w.posted(wren, 1, func(a *post.Arrival) { a.ReplyToURI = p.URI })
		if got := w.kinds(); fmt.Sprint(got) != "[mention follow like]" {
			w.t.Fatalf("%v", got)
		}
		ctx(func(ctx context.Context, tx *db.Tx) error { return w.posts.TakeUnlike(ctx, tx, wren, p.ID) })
		ctx(func(ctx context.Context, tx *db.Tx) error { return w.ties.TakeUndo(ctx, tx, wren.ID, w.ida.ID) })
		if got := w.kinds(); fmt.Sprint(got) != "[mention]" {
			w.t.Fatalf("%v", got)
		}
		if len(w.told) != 3 {
			w.t.Errorf("screens were told %d times", len(w.told))
		}
	})
}

func TestBlockedCanNeitherFollowNorBeTold(t *testing.T) {
	onStreet(t, func(w *street) {
		vex := w.meet("vex")
		p, err := w.posts.Publish(w.t.Context(), w.ida, post.Draft{Text: "hello", Visibility: post.Public})
		if err != nil {
			w.t.Fatal(err)
		}
		if err := w.ties.Block(w.t.Context(), w.ida.ID, vex.ID); err != nil {
			w.t.Fatal(err)
		}
		for name, try := range map[string]func(ctx context.Context, tx *db.Tx) error{
			"follow": func(ctx context.Context, tx *db.Tx) error { return w.ties.TakeFollow(ctx, tx, vex.ID, w.ida.ID, "u:1") },
			"like":   func(ctx context.Context, tx *db.Tx) error { return w.posts.TakeLike(ctx, tx, vex, p.ID, "u:2") },
			"boost": func(ctx context.Context, tx *db.Tx) error {
				return w.posts.TakeBoost(ctx, tx, vex, p.ID, post.Public, "u:3")
			},
		} {
			if err := w.db.Update(w.t.Context(), try); err == nil {
				w.t.Errorf("%s by one who is blocked went through", name)
			}
		}
		w.posted(vex, 1, func(a *post.Arrival) { a.ReplyToURI, a.Named = p.URI, []*account.Account{w.ida} })
		if got := w.kinds(); len(got) != 0 {
			w.t.Errorf("told of %v", got)
		}
	})
}

func TestMarkerNeverGoesBack(t *testing.T) {
	onStreet(t, func(w *street) {
		for _, last := range []id.ID{5, 9, 7} {
			if err := w.streams.Mark(w.t.Context(), w.ida.ID, "home", last); err != nil {
				w.t.Fatal(err)
			}
		}
		m, err := w.streams.Marker(w.t.Context(), w.ida.ID, "home")
		if err != nil || m.LastID != 9 || m.Version != 2 {
			w.t.Fatalf("%+v %v", m, err)
		}
	})
}
