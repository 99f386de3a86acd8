package post_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/post"
	"allod/internal/relationship"
)

// A town is a home with people in it: ida and ben live here, wren and vex elsewhere.
type town struct {
	t     *testing.T
	db    *db.DB
	posts *post.Service
	ties  *relationship.Service
	accs  *account.Service
	ida   *account.Account
	ben   *account.Account
	wren  *account.Account
	vex   *account.Account
}

// directory is the people who can be found, by handle.
type directory map[address.Handle]*account.Account

func (d directory) Resolve(_ context.Context, handles []address.Handle) (map[address.Handle]*account.Account, error) {
	out := map[address.Handle]*account.Account{}
	for _, h := range handles {
		if a := d[h]; a != nil {
			out[h] = a
		}
	}
	return out, nil
}

func each(t *testing.T, f func(*town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		vault, err := account.OpenVault(filepath.Join(t.TempDir(), "home.key"), true)
		if err != nil {
			t.Fatal(err)
		}
		ids := id.NewSource(time.Now)
		names, err := account.NewNames("https://home.example")
		if err != nil {
			t.Fatal(err)
		}
		w := &town{t: t, db: d, accs: account.New(d, ids, time.Now, vault), ties: relationship.New(d, ids, time.Now)}
		people := directory{}
		w.posts = post.New(d, ids, time.Now, w.accs, markup.New(), people, names)
		w.ida, w.ben = w.settle("ida"), w.settle("ben")
		w.wren, w.vex = w.meet("wren"), w.meet("vex")
		for _, a := range []*account.Account{w.ida, w.ben, w.wren, w.vex} {
			people[address.Handle{Name: a.Name, Host: a.Host}] = a
		}
		f(w)
	})
}

func (w *town) settle(name string) *account.Account {
	w.t.Helper()
	n, err := w.accs.Prepare(name, "", 0, account.Preference{Visibility: "public"})
	if err != nil {
		w.t.Fatal(err)
	}
	var a *account.Account
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = w.accs.Settle(ctx, tx, n)
		return err
	})
	return a
}

func (w *town) meet(name string) *account.Account {
	w.t.Helper()
	uri := "https://far.example/users/" + name
	a, err := w.accs.Meet(w.t.Context(), &account.Account{
		Kind: account.KindPerson, Name: name, Host: "far.example", URI: uri, Location: uri, Inbox: uri + "/inbox",
	}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *town) update(f func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) publish(by *account.Account, d post.Draft) *post.Post {
	w.t.Helper()
	if d.Visibility == "" {
		d.Visibility = post.Public
	}
	p, err := w.posts.Publish(w.t.Context(), by, d)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *town) receive(a post.Arrival) (p *post.Post, err error) {
	err = w.db.Update(w.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		p, err = w.posts.Receive(ctx, tx, a)
		return err
	})
	return p, err
}

func (w *town) arrival(by *account.Account, n int) post.Arrival {
	return post.Arrival{
		Author: by, Kind: "note", Visibility: post.Public, URI: fmt.Sprintf("%s/notes/%d", by.URI, n),
		Location: fmt.Sprintf("%s/notes/%d", by.URI, n), HTML: "<p>hello</p>", Published: time.Now(),
	}
}

func (w *town) follow(from, to *account.Account) {
	w.t.Helper()
	if _, err := w.ties.Follow(w.t.Context(), from.ID, to.ID, relationship.Wishes{Boosts: true}); err != nil {
		w.t.Fatal(err)
	}
}

// TestEveryLevelIsSeenByWhomItIsFor holds the one visibility function against every level and every kind of viewer.
func TestEveryLevelIsSeenByWhomItIsFor(t *testing.T) {
	each(t, func(w *town) {
		follower, named, blocked, other := w.settle("fay"), w.settle("ned"), w.settle("bo"), w.settle("oz")
		w.follow(follower, w.ida)
		w.follow(blocked, w.ida)
		if err := w.ties.Block(w.t.Context(), w.ida.ID, blocked.ID); err != nil {
			w.t.Fatal(err)
		}
		viewers := []struct {
			name string
			id   id.ID
			sees map[post.Visibility]bool
		}{
			{"a stranger", 0, map[post.Visibility]bool{post.Public: true, post.Unlisted: true}},
			{"the author", w.ida.ID, map[post.Visibility]bool{post.Public: true, post.Unlisted: true, post.Followers: true, post.Direct: true, post.Self: true}},
			{"a follower", follower.ID, map[post.Visibility]bool{post.Public: true, post.Unlisted: true, post.Followers: true}},
			{"one named", named.ID, map[post.Visibility]bool{post.Public: true, post.Unlisted: true, post.Followers: true, post.Direct: true}},
			{"one blocked", blocked.ID, nil},
			{"another", other.ID, map[post.Visibility]bool{post.Public: true, post.Unlisted: true}},
		}
		for _, level := range []post.Visibility{post.Public, post.Unlisted, post.Followers, post.Direct, post.Self} {
			p, err := w.posts.Publish(w.t.Context(), w.ida, post.Draft{Text: "to you", Visibility: level})
			if err != nil {
				w.t.Fatal(err)
			}
			if level != post.Self {
				w.update(func(ctx context.Context, tx *db.Tx) error {
					_, err := tx.Exec(ctx, `INSERT INTO post_audience (post_id, account_id, mentioned) VALUES ($1, $2, TRUE)`, p.ID, named.ID)
					return err
				})
			}
			for _, v := range viewers {
				_, err := w.posts.Get(w.t.Context(), v.id, p.ID)
				if sees := err == nil; sees != v.sees[level] {
					w.t.Errorf("%s, %s: sees it: %v (%v)", level, v.name, sees, err)
				}
				if err != nil && !fault.Is(err, fault.NotFound) {
					w.t.Errorf("%s, %s: %v tells that there is something", level, v.name, err)
				}
				items, err := w.posts.ByAuthor(w.t.Context(), v.id, w.ida.ID, post.Choice{}, id.Page{})
				if err != nil {
					w.t.Fatal(err)
				}
				if listed := len(items) > 0 && items[0].Post.ID == p.ID; listed != v.sees[level] {
					w.t.Errorf("%s, %s: the profile lists it: %v", level, v.name, listed)
				}
				th, err := w.posts.Thread(w.t.Context(), v.id, p.ID)
				if seen := err == nil && th.Post.ID == p.ID; seen != v.sees[level] {
					w.t.Errorf("%s, %s: its conversation opens: %v", level, v.name, seen)
				}
			}
		}
	})
}

func TestUnacceptedFollowShowsNothing(t *testing.T) {
	each(t, func(w *town) {
		yes := true
		if _, err := w.accs.Edit(w.t.Context(), w.ida.ID, account.Profile{Locked: &yes}); err != nil {
			w.t.Fatal(err)
		}
		w.follow(w.ben, w.ida)
		p := w.publish(w.ida, post.Draft{Text: "for those I know", Visibility: post.Followers})
		if _, err := w.posts.Get(w.t.Context(), w.ben.ID, p.ID); !fault.Is(err, fault.NotFound) {
			w.t.Fatalf("one who only asked to follow: %v", err)
		}
		if err := w.ties.Accept(w.t.Context(), w.ida.ID, w.ben.ID); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.posts.Get(w.t.Context(), w.ben.ID, p.ID); err != nil {
			w.t.Fatal(err)
		}
	})
}

func TestFormSentTwicePostsOnce(t *testing.T) {
	each(t, func(w *town) {
		d := post.Draft{Text: "once", Visibility: post.Public, Key: "form-1"}
		first, again := w.publish(w.ida, d), w.publish(w.ida, d)
		if first.ID != again.ID || again.Text != "once" || again.Author == nil {
			w.t.Fatalf("%d, then %d %q", first.ID, again.ID, again.Text)
		}
		if other := w.publish(w.ben, d); other.ID == first.ID {
			w.t.Fatal("another person's form with the same key is taken for the first")
		}
		a, err := w.accs.Get(w.t.Context(), w.ida.ID)
		if err != nil || a.PostsCount != 1 {
			w.t.Fatalf("%d posts counted: %v", a.PostsCount, err)
		}
	})
}

func TestDraftThatCannotBePostedSaysWhy(t *testing.T) {
	long := make([]byte, post.TextMax+1)
	for i := range long {
		long[i] = 'x'
	}
	cases := map[string]struct {
		draft post.Draft
		field string
		kind  fault.Kind
	}{
		"empty":            {post.Draft{Text: " \n"}, "text", fault.Invalid},
		"long":             {post.Draft{Text: string(long)}, "text", fault.Invalid},
		"not text":         {post.Draft{Text: "\xff"}, "text", fault.Invalid},
		"no such level":    {post.Draft{Text: "a", Visibility: "friends"}, "visibility", fault.Invalid},
		"no such language": {post.Draft{Text: "a", Language: "not a language"}, "language", fault.Invalid},
		"unknown person":   {post.Draft{Text: "a", Named: []address.Handle{{Name: "nobody", Host: "far.example"}}}, "named", fault.Invalid},
		"no such parent":   {post.Draft{Text: "a", ReplyTo: 7}, "", fault.NotFound},
		"others' picture":  {post.Draft{Text: "a", Media: []id.ID{7}}, "pictures", fault.NotFound},
	}
	each(t, func(w *town) {
		for name, c := range cases {
			if c.draft.Visibility == "" {
				c.draft.Visibility = post.Public
			}
			_, err := w.posts.Publish(w.t.Context(), w.ida, c.draft)
			if fault.Of(err) != c.kind || fault.Field(err) != c.field {
				w.t.Errorf("%s: %v in %q", name, err, fault.Field(err))
			}
		}
		a, err := w.accs.Get(w.t.Context(), w.ida.ID)
		if err != nil || a.PostsCount != 0 {
			w.t.Fatalf("%d posts were kept all the same: %v", a.PostsCount, err)
		}
	})
}

func TestMentionsAndTagsAreKnown(t *testing.T) {
	each(t, func(w *town) {
		var named []*account.Account
		w.posts.Published.Then(func(_ context.Context, _ *db.Tx, f post.Published) error { named = f.Named; return nil })
		p := w.publish(w.ida, post.Draft{Text: "@wren@far.example and @ben, see #Фонарь and @nobody@far.example"})
		if len(named) != 2 || named[0].ID != w.wren.ID || named[1].ID != w.ben.ID {
			w.t.Fatalf("named: %v", named)
		}
		if len(p.Tags.Mentions) != 2 || len(p.Tags.Hashtags) != 1 {
			w.t.Fatalf("%+v", p.Tags)
		}
		items, err := w.posts.ByTag(w.t.Context(), 0, "фонарь", id.Page{})
		if err != nil || len(items) != 1 {
			w.t.Fatalf("%d posts with the tag: %v", len(items), err)
		}
	})
}

func TestReplyThatComesBeforeItsParentFindsItsPlace(t *testing.T) {
	each(t, func(w *town) {
		grandchild, child, parent := w.arrival(w.vex, 3), w.arrival(w.wren, 2), w.arrival(w.vex, 1)
		grandchild.ReplyToURI, child.ReplyToURI = child.URI, parent.URI
		for _, a := range []post.Arrival{grandchild, child, parent} {
			if _, err := w.receive(a); err != nil {
				w.t.Fatal(err)
			}
		}
		var root id.ID
		w.update(func(ctx context.Context, tx *db.Tx) (err error) {
			root, err = post.Known(ctx, tx, parent.URI)
			return err
		})
		th, err := w.posts.Thread(w.t.Context(), 0, root)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(th.Descendants) != 2 || th.Descendants[0].URI != child.URI || th.Descendants[1].URI != grandchild.URI || th.Post.Replies != 1 {
			w.t.Fatalf("%d below, %d replies counted", len(th.Descendants), th.Post.Replies)
		}
		below, err := w.posts.Thread(w.t.Context(), 0, th.Descendants[1].ID)
		if err != nil || len(below.Ancestors) != 2 || below.Ancestors[0].URI != parent.URI {
			w.t.Fatalf("%d above: %v", len(below.Ancestors), err)
		}
	})
}

func TestPostIsReceivedOnce(t *testing.T) {
	each(t, func(w *town) {
		received := 0
		w.posts.Received.Then(func(context.Context, *db.Tx, post.Received) error { received++; return nil })
		if _, err := w.receive(w.arrival(w.wren, 1)); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.receive(w.arrival(w.wren, 1)); !errors.Is(err, post.ErrKnown) {
			w.t.Fatal(err)
		}
		if received != 1 {
			w.t.Fatalf("told %d times", received)
		}
	})
}

func TestFutureAndPastAreClamped(t *testing.T) {
	each(t, func(w *town) {
		future, past := w.arrival(w.wren, 1), w.arrival(w.wren, 2)
		future.Published, past.Published = time.Now().Add(24*time.Hour), time.Now().Add(-365*24*time.Hour)
		f, err := w.receive(future)
		if err != nil || f.ID.Time().After(time.Now().Add(time.Second)) {
			w.t.Fatalf("%v: %v", f.ID.Time(), err)
		}
		p, err := w.receive(past)
		if err != nil || p.ID >= f.ID || p.ID.Time().Unix() != past.Published.Unix() {
			w.t.Fatalf("%v: %v", p.ID.Time(), err)
		}
	})
}

func TestOnlyTheAuthorChangesAndDeletes(t *testing.T) {
	each(t, func(w *town) {
		p, err := w.receive(w.arrival(w.wren, 1))
		if err != nil {
			w.t.Fatal(err)
		}
		ours := w.publish(w.ida, post.Draft{Text: "mine"})
		for _, uri := range []string{p.URI, ours.URI} {
			forged := w.arrival(w.vex, 9)
			forged.URI, forged.HTML, forged.Edited = uri, "forged", time.Now()
			err := w.db.Update(w.t.Context(), func(ctx context.Context, tx *db.Tx) error {
				_, err := w.posts.TakeUpdate(ctx, tx, forged)
				return err
			})
			if !fault.Is(err, fault.Denied) {
				w.t.Errorf("update: %v", err)
			}
			err = w.db.Update(w.t.Context(), func(ctx context.Context, tx *db.Tx) error { return w.posts.TakeDelete(ctx, tx, w.vex, uri) })
			if !fault.Is(err, fault.Denied) {
				w.t.Errorf("delete: %v", err)
			}
		}
		if _, err := w.posts.Delete(w.t.Context(), w.ben.ID, ours.ID); !fault.Is(err, fault.Denied) {
			w.t.Errorf("another who lives here: %v", err)
		}
		for _, i := range []id.ID{p.ID, ours.ID} {
			if got, err := w.posts.Get(w.t.Context(), 0, i); err != nil || got.HTML == "forged" {
				w.t.Errorf("%v %v", got, err)
			}
		}
	})
}

func TestDeletedPostNeverComesBack(t *testing.T) {
	each(t, func(w *town) {
		a := w.arrival(w.wren, 1)
		if _, err := w.receive(a); err != nil {
			w.t.Fatal(err)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error { return w.posts.TakeDelete(ctx, tx, w.wren, a.URI) })
		early := w.arrival(w.wren, 2)
		w.update(func(ctx context.Context, tx *db.Tx) error { return w.posts.TakeDelete(ctx, tx, w.wren, early.URI) })
		for _, again := range []post.Arrival{a, early} {
			if _, err := w.receive(again); !errors.Is(err, post.ErrDeleted) {
				w.t.Errorf("%s: %v", again.URI, err)
			}
		}
		// A deletion by somebody else keeps nobody's post away.
		stolen := w.arrival(w.wren, 3)
		w.update(func(ctx context.Context, tx *db.Tx) error { return w.posts.TakeDelete(ctx, tx, w.vex, stolen.URI) })
		if _, err := w.receive(stolen); err != nil {
			w.t.Error(err)
		}
	})
}

func TestLikesAndBoostsCountOnceAndCanBeTakenBack(t *testing.T) {
	each(t, func(w *town) {
		p := w.publish(w.ida, post.Draft{Text: "like me"})
		ctx := w.t.Context()
		for range 2 {
			if err := w.posts.Like(ctx, w.ben, p.ID); err != nil {
				w.t.Fatal(err)
			}
			if _, err := w.posts.Boost(ctx, w.ben, p.ID, post.Public); err != nil {
				w.t.Fatal(err)
			}
		}
		got, err := w.posts.Get(ctx, w.ben.ID, p.ID)
		if err != nil || got.Likes != 1 || got.Boosts != 1 || !got.Liked || !got.Boosted {
			w.t.Fatalf("%+v %v", got, err)
		}
		if got, _ := w.posts.Get(ctx, w.ida.ID, p.ID); got.Liked || got.Boosted {
			w.t.Fatal("another's acts are taken for the viewer's")
		}
		items, err := w.posts.ByAuthor(ctx, 0, w.ben.ID, post.Choice{Boosts: true}, id.Page{})
		if err != nil || len(items) != 1 || items[0].By.ID != w.ben.ID || items[0].Post.ID != p.ID {
			w.t.Fatalf("%v %v", items, err)
		}
		if err := errors.Join(w.posts.Unlike(ctx, w.ben, p.ID), w.posts.Unboost(ctx, w.ben, p.ID)); err != nil {
			w.t.Fatal(err)
		}
		if got, _ := w.posts.Get(ctx, w.ben.ID, p.ID); got.Likes != 0 || got.Boosts != 0 || got.Liked || got.Boosted {
			w.t.Fatalf("%+v", got)
		}
	})
}

func TestPrivatePostIsNotPassedOn(t *testing.T) {
	each(t, func(w *town) {
		w.follow(w.ben, w.ida)
		p := w.publish(w.ida, post.Draft{Text: "between us", Visibility: post.Followers})
		if _, err := w.posts.Boost(w.t.Context(), w.ben, p.ID, post.Public); !fault.Is(err, fault.Denied) {
			w.t.Fatal(err)
		}
		if b, err := w.posts.Boost(w.t.Context(), w.ida, p.ID, post.Public); err != nil || b.Visibility != post.Followers {
			w.t.Fatalf("the author to those who follow: %v %v", b, err)
		}
	})
}

func TestEditKeepsAudienceAndNewestWins(t *testing.T) {
	each(t, func(w *town) {
		a := w.arrival(w.wren, 1)
		a.Visibility = post.Followers
		if _, err := w.receive(a); err != nil {
			w.t.Fatal(err)
		}
		newer, older := a, a
		newer.HTML, newer.Edited, newer.Visibility = "<p>newer</p>", time.Now(), post.Public
		older.HTML, older.Edited = "<p>older</p>", time.Now().Add(-time.Minute)
		for _, e := range []post.Arrival{newer, older} {
			w.update(func(ctx context.Context, tx *db.Tx) error {
				_, err := w.posts.TakeUpdate(ctx, tx, e)
				return err
			})
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			p, err := w.posts.Stored(ctx, tx, a.URI)
			if err == nil && (p.HTML != "<p>newer</p>" || p.Visibility != post.Followers || p.EditedAt.IsZero()) {
				err = fmt.Errorf("%q %s", p.HTML, p.Visibility)
			}
			return err
		})
	})
}

func TestAuthorWhoIsGoneIsForgotten(t *testing.T) {
	each(t, func(w *town) {
		ours := w.publish(w.ida, post.Draft{Text: "still here"})
		for n := range 5 {
			if _, err := w.receive(w.arrival(w.wren, n)); err != nil {
				w.t.Fatal(err)
			}
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(w.posts.TakeLike(ctx, tx, w.wren, ours.ID, "https://far.example/like"),
				w.posts.TakeBoost(ctx, tx, w.wren, ours.ID, post.Public, "https://far.example/boost"))
		})
		rounds := 0
		for more := true; more; rounds++ {
			w.update(func(ctx context.Context, tx *db.Tx) (err error) {
				more, err = w.posts.ForgetAuthor(ctx, tx, w.wren.ID, 2)
				return err
			})
		}
		got, err := w.posts.Get(w.t.Context(), 0, ours.ID)
		if err != nil || got.Likes != 0 || got.Boosts != 0 {
			w.t.Fatalf("%+v %v", got, err)
		}
		items, err := w.posts.ByAuthor(w.t.Context(), 0, w.wren.ID, post.Choice{Replies: true, Boosts: true}, id.Page{})
		if err != nil || len(items) != 0 || rounds < 3 {
			w.t.Fatalf("%d left after %d rounds: %v", len(items), rounds, err)
		}
	})
}

func TestPostsOfOneMomentInThePastGetIDsOfTheirOwn(t *testing.T) {
	each(t, func(w *town) {
		then := time.Date(2019, 7, 4, 12, 0, 0, 0, time.UTC)
		seen := map[id.ID]bool{}
		for n := range 50 {
			a := w.arrival(w.wren, n)
			a.Published = then
			p, err := w.receive(a)
			if err != nil {
				w.t.Fatal(err)
			}
			if seen[p.ID] || !p.ID.Time().Equal(then) || p.ThreadID != p.ID {
				w.t.Fatalf("%d of %v, thread %d", p.ID, p.ID.Time(), p.ThreadID)
			}
			seen[p.ID] = true
		}
		// As after a restart: the next id of that moment is one that is taken.
		var taken id.ID
		for i := range seen {
			taken = max(taken, i)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE post SET id = id + 1 WHERE id = $1`, taken)
			return err
		})
		a := w.arrival(w.wren, 99)
		a.Published = then
		if p, err := w.receive(a); err != nil || p.ID == taken+1 {
			w.t.Fatalf("%v %v", p, err)
		}
	})
}
