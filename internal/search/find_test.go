package search_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
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
	"allod/internal/search"
)

// A town is a home with ida and ben in it; wren lets be found what she says elsewhere, vex does not.
type town struct {
	*testing.T
	db                  *db.DB
	accs                *account.Service
	posts               *post.Service
	ties                *relationship.Service
	search              *search.Service
	ida, ben, wren, vex *account.Account
	count               int
}

// nobody is found by handle.
type nobody struct{}

func (nobody) Resolve(context.Context, []address.Handle) (map[address.Handle]*account.Account, error) {
	return nil, nil
}

func each(t *testing.T, f func(*town)) {
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
		w := &town{T: t, db: d, accs: account.New(d, ids, time.Now, vault), ties: relationship.New(d, ids, time.Now)}
		w.posts = post.New(d, ids, time.Now, w.accs, markup.New(), nobody{}, names)
		w.search = search.New(d, w.posts, markup.New(), time.Now, slog.New(slog.DiscardHandler))
		w.accs.Met.Then(func(ctx context.Context, tx *db.Tx, f account.Met) error {
			return w.search.NotePerson(ctx, tx, f.Account.ID)
		})
		w.posts.Published.Then(func(ctx context.Context, tx *db.Tx, f post.Published) error { return w.search.Note(ctx, tx, f.Post.ID) })
		w.posts.Received.Then(func(ctx context.Context, tx *db.Tx, f post.Received) error { return w.search.Note(ctx, tx, f.Post.ID) })
		w.posts.Deleted.Then(func(ctx context.Context, tx *db.Tx, f post.Deleted) error { return w.search.Note(ctx, tx, f.Post.ID) })
		w.ida, w.ben, w.wren, w.vex = w.settle("ida"), w.settle("ben"), w.meet("wren", true), w.meet("vex", false)
		f(w)
	})
}

func (w *town) settle(name string) (a *account.Account) {
	n, err := w.accs.Prepare(name, "", 0, account.Preference{Visibility: "public"})
	if err != nil {
		w.Fatal(err)
	}
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = w.accs.Settle(ctx, tx, n)
		return err
	})
	return a
}

func (w *town) meet(name string, indexable bool) *account.Account {
	uri := "https://far.example/users/" + name
	a, err := w.accs.Meet(w.Context(), &account.Account{
		Kind: account.KindPerson, Name: name, DisplayName: "Ánna " + name, Host: "far.example", URI: uri, Location: uri, Inbox: uri, Indexable: indexable,
	}, nil)
	if err != nil {
		w.Fatal(err)
	}
	return a
}

func (w *town) update(f func(ctx context.Context, tx *db.Tx) error) {
	w.Helper()
	if err := w.db.Update(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

func (w *town) says(by *account.Account, v post.Visibility, text string) *post.Post {
	w.Helper()
	p, err := w.posts.Publish(w.Context(), by, post.Draft{Text: text, Visibility: v, Language: "en"})
	if err != nil {
		w.Fatal(err)
	}
	return p
}

func (w *town) hears(by *account.Account, html string) (p *post.Post) {
	w.count++
	uri := fmt.Sprintf("%s/%d", by.URI, w.count)
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = w.posts.Receive(ctx, tx, post.Arrival{Author: by, Kind: "note", Visibility: post.Public, URI: uri, Location: uri, HTML: html, Published: time.Now()})
		return err
	})
	return p
}

// finds takes in what is due and says which posts viewer finds.
func (w *town) finds(viewer id.ID, question string) (ids []id.ID) {
	w.Helper()
	for {
		n, err := w.search.Take(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	posts, err := w.search.Posts(w.Context(), viewer, search.Read(question), id.Page{})
	if err != nil {
		w.Fatal(err)
	}
	for _, p := range posts {
		ids = append(ids, p.ID)
	}
	return ids
}

func (w *town) check(what string, viewer id.ID, question string, want ...*post.Post) {
	w.Helper()
	var ids []id.ID
	for _, p := range want {
		ids = append(ids, p.ID)
	}
	if got := w.finds(viewer, question); !slices.Equal(got, ids) {
		w.Errorf("%s: %q finds %v, not %v", what, question, got, ids)
	}
}

func TestEveryoneFindsWhatTheyMaySee(t *testing.T) {
	each(t, func(w *town) {
		open := w.says(w.ida, post.Public, "The **harbors** at dawn #sea")
		quiet := w.says(w.ida, post.Unlisted, "A quiet harbor")
		close := w.says(w.ida, post.Followers, "My harbor")
		diary := w.says(w.ida, post.Self, "Secret harbor")
		w.check("the author", w.ida.ID, "harbor", diary, close, quiet, open)
		w.check("another", w.ben.ID, "harbor", quiet, open)
		w.check("a stranger", 0, "harbor", quiet, open)
		if _, err := w.ties.Follow(w.Context(), w.ben.ID, w.ida.ID, relationship.Wishes{}); err != nil {
			w.Fatal(err)
		}
		w.check("a follower", w.ben.ID, "harbor", close, quiet, open)
		w.check("two words", w.ben.ID, "harbor dawn", open)
		w.check("a hashtag", w.ben.ID, "sea", open)
		w.check("nothing", w.ben.ID, "mountain")
		w.check("no question", w.ben.ID, " ")
		if err := w.ties.Block(w.Context(), w.ida.ID, w.ben.ID); err != nil {
			w.Fatal(err)
		}
		w.check("one blocked", w.ben.ID, "harbor")
	})
}

func TestWhoDoesNotWishToBeFoundIsFoundOnlyByWhomTheyReached(t *testing.T) {
	each(t, func(w *town) {
		wren, vex := w.hears(w.wren, "<p>a harbor</p>"), w.hears(w.vex, "<p>the harbor</p>")
		w.check("before they meet", w.ida.ID, "harbor", wren)
		w.check("a stranger", 0, "harbor")
		if err := w.posts.Like(w.Context(), w.ida, vex.ID); err != nil {
			w.Fatal(err)
		}
		w.check("having liked it", w.ida.ID, "harbor", vex, wren)
		w.check("somebody else", w.ben.ID, "harbor", wren)
	})
}

func TestWhatIsDeletedIsNotFound(t *testing.T) {
	each(t, func(w *town) {
		p := w.says(w.ida, post.Public, "harbor")
		w.check("before", w.ben.ID, "harbor", p)
		if _, err := w.posts.Delete(w.Context(), w.ida.ID, p.ID); err != nil {
			w.Fatal(err)
		}
		w.check("after", w.ben.ID, "harbor")
		w.update(func(ctx context.Context, tx *db.Tx) error {
			var n int64
			err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM search_open WHERE rowid = $1`, p.ID).Scan(&n)
			if n != 0 {
				w.Error("its words are still kept")
			}
			return err
		})
	})
}

func TestAChangeWhileWordsAreTakenInIsTakenInAgain(t *testing.T) {
	each(t, func(w *town) {
		p := w.says(w.ida, post.Public, "harbor")
		w.check("first", w.ben.ID, "harbor", p)
		w.update(func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE post SET html = '<p>mountain</p>' WHERE id = $1`, p.ID); err != nil {
				return err
			}
			return w.search.Note(ctx, tx, p.ID)
		})
		w.check("then", w.ben.ID, "mountain", p)
		w.check("no more", w.ben.ID, "harbor")
	})
}

func TestPagesOfASearchLeaveNothingOut(t *testing.T) {
	each(t, func(w *town) {
		var all []id.ID
		for i := range 70 {
			v := post.Public
			if i%3 == 0 {
				v = post.Self
			}
			all = append(all, w.says(w.ida, v, fmt.Sprintf("harbor %d", i)).ID)
			w.says(w.ben, post.Self, "harbor of ben")
		}
		slices.Reverse(all)
		w.finds(0, "harbor")
		var got []id.ID
		page := id.Page{Limit: 7}
		for {
			posts, err := w.search.Posts(w.Context(), w.ida.ID, search.Read("harbor"), page)
			if err != nil {
				w.Fatal(err)
			}
			if len(posts) == 0 {
				break
			}
			for _, p := range posts {
				got = append(got, p.ID)
			}
			page.Max = got[len(got)-1]
		}
		if !slices.Equal(got, all) {
			w.Errorf("%d posts of %d, or not in their order", len(got), len(all))
		}
	})
}

func TestPeopleAreFoundByTheBeginningOfTheirNames(t *testing.T) {
	each(t, func(w *town) {
		w.finds(0, "x")
		if _, err := w.ties.Follow(w.Context(), w.ida.ID, w.vex.ID, relationship.Wishes{}); err != nil && !fault.Is(err, fault.NotFound) {
			w.Fatal(err)
		}
		for question, want := range map[string][]id.ID{
			"wre": {w.wren.ID}, "@wren@far.example": {w.wren.ID}, "anna": {w.wren.ID, w.vex.ID}, "Ben": {w.ben.ID}, "nobody": nil, "": nil, "'; --": nil,
		} {
			people, err := w.search.People(w.Context(), w.ida.ID, question, search.Choice{Most: 10})
			if err != nil {
				w.Fatal(err)
			}
			var got []id.ID
			for _, a := range people {
				got = append(got, a.ID)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				w.Errorf("%q finds %v, not %v", question, got, want)
			}
		}
	})
}
