package draft_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/draft"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/poll"
	"allod/internal/post"
)

// A desk is where ida writes; ben lives here too. The clock is set by hand.
type desk struct {
	t      *testing.T
	db     *db.DB
	ids    *id.Source
	posts  *post.Service
	drafts *draft.Service
	ida    *account.Account
	ben    *account.Account
	stuck  []*draft.Draft

	mu    sync.Mutex
	ahead time.Duration
}

func (w *desk) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

func (w *desk) jump(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead = d
}

type nobody struct{}

func (nobody) Resolve(context.Context, []address.Handle) (map[address.Handle]*account.Account, error) {
	return nil, nil
}

func each(t *testing.T, f func(*testing.T, *desk)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		vault, err := account.OpenVault(filepath.Join(t.TempDir(), "home.key"), true)
		must(t, err)
		names, err := account.NewNames("https://home.example")
		must(t, err)
		w := &desk{t: t, db: d}
		w.ids = id.NewSource(w.now)
		accounts := account.New(d, w.ids, w.now, vault)
		w.posts = post.New(d, w.ids, w.now, accounts, markup.New(), nobody{}, names)
		jobs := job.New(d, slog.New(slog.DiscardHandler))
		w.drafts = draft.New(d, w.ids, w.now, accounts, w.posts, jobs)
		w.drafts.Stuck.Then(func(_ context.Context, _ *db.Tx, f draft.Stuck) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.stuck = append(w.stuck, f.Draft)
			return nil
		})
		must(t, jobs.Prepare(t.Context()))
		must(t, jobs.Start(context.Background()))
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
			defer cancel()
			must(t, jobs.Stop(ctx))
		})
		for _, name := range []string{"ida", "ben"} {
			n, err := accounts.Prepare(name, "", 0, account.Preference{Visibility: "public"})
			must(t, err)
			must(t, d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				a, err := accounts.Settle(ctx, tx, n)
				if w.ben = a; name == "ida" {
					w.ida = a
				}
				return err
			}))
		}
		f(t, w)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// picture is a loose medium of somebody's.
func (w *desk) picture(of *account.Account) id.ID {
	w.t.Helper()
	m := w.ids.Next()
	must(w.t, w.db.Update(w.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO media (id, owner_id, post_id, position, kind, mime, width, height, alt, blurhash, focus_x, focus_y, remote_url, created_at)
			VALUES ($1, $2, 0, 0, 'image', 'image/png', 1, 1, '', '', 0, 0, '', $3)`, m, of.ID, time.Now().Add(-72*time.Hour).UnixMicro())
		return err
	}))
	return m
}

func (w *desk) keep(which id.ID, form post.Draft, due time.Time) *draft.Draft {
	w.t.Helper()
	d, err := w.drafts.Keep(w.t.Context(), w.ida.ID, which, form, due)
	must(w.t, err)
	return d
}

func form(text string, media ...id.ID) post.Draft {
	return post.Draft{Text: text, Visibility: post.Public, Media: media}
}

func (w *desk) posted() []post.Item {
	w.t.Helper()
	items, err := w.posts.ByAuthor(w.t.Context(), 0, w.ida.ID, post.Choice{}, id.Page{})
	must(w.t, err)
	return items
}

func (w *desk) eventually(what string, is func() bool) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if is() {
			return
		}
	}
	w.t.Fatalf("never: %s", what)
}

// wake puts down the jobs of what is due by the desk's clock, as the sweep does, to run now.
func (w *desk) wake() { must(w.t, w.drafts.Sweep(w.t.Context())) }

func TestDraftIsKeptChangedAndThrownAway(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		a, b := w.picture(w.ida), w.picture(w.ida)
		ask := &poll.Ask{Options: []string{"yes"}} // not ready to be posted, and kept all the same
		d := w.keep(0, post.Draft{Text: "Half a", Visibility: post.Self, Media: []id.ID{b, a}, Poll: ask}, time.Time{})
		if len(d.Media) != 2 || d.Media[0].ID != b || d.Form.Poll.Options[0] != "yes" || d.Form.Visibility != post.Self {
			t.Errorf("%+v", d)
		}
		pictures := media.New(w.db, nil, nil, w.ids, time.Now)
		if _, err := pictures.Mine(t.Context(), w.ida.ID, a, b); err != nil {
			t.Fatal(err)
		}
		d = w.keep(d.ID, form("Half a thought", a), time.Time{})
		if got, err := w.drafts.Get(t.Context(), w.ida.ID, d.ID); err != nil || got.Form.Text != "Half a thought" || len(got.Media) != 1 {
			t.Errorf("%+v %v", got, err)
		}
		for what, err := range map[string]error{
			"another's":          second(w.drafts.Get(t.Context(), w.ben.ID, d.ID)),
			"another's, changed": second(w.drafts.Keep(t.Context(), w.ben.ID, d.ID, form("mine"), time.Time{})),
			"another's, dropped": w.drafts.Drop(t.Context(), w.ben.ID, d.ID),
			"another's picture":  second(w.drafts.Keep(t.Context(), w.ida.ID, 0, form("x", w.picture(w.ben)), time.Time{})),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := w.drafts.Keep(t.Context(), w.ida.ID, 0, form("  "), time.Time{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("nothing: %v", err)
		}
		if err := w.drafts.Drop(t.Context(), w.ida.ID, d.ID); err != nil {
			t.Fatal(err)
		}
		if all, err := w.drafts.List(t.Context(), w.ida.ID, false, id.Page{}); err != nil || len(all) != 0 {
			t.Errorf("%v %v", all, err)
		}
	})
}

func second[A any](_ A, err error) error { return err }

func TestFormSentTwiceIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		f := form("once")
		f.Key = "k"
		if a, b := w.keep(0, f, time.Time{}), w.keep(0, f, time.Time{}); a.ID != b.ID {
			t.Errorf("%d and %d", a.ID, b.ID)
		}
	})
}

func TestWhatIsTypedIsKeptInOneCopy(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		save := func(which id.ID, text, key string) (*draft.Draft, error) {
			f := form(text)
			f.Key = key
			return w.drafts.Save(t.Context(), w.ida.ID, which, f)
		}
		if d, err := w.drafts.Latest(t.Context(), w.ida.ID); d != nil || err != nil {
			t.Errorf("before anything: %v %v", d, err)
		}
		a, err := save(0, "Half", "k")
		must(t, err)
		b, err := save(0, "Half a thought", "k")
		must(t, err)
		c, err := save(a.ID, "Half a thought more", "another form")
		must(t, err)
		if a.ID != b.ID || b.ID != c.ID {
			t.Errorf("%d, %d and %d", a.ID, b.ID, c.ID)
		}
		if d, err := w.drafts.Latest(t.Context(), w.ida.ID); err != nil || d == nil || d.Form.Text != "Half a thought more" {
			t.Errorf("%+v %v", d, err)
		}
		if d, err := w.drafts.Latest(t.Context(), w.ben.ID); d != nil || err != nil {
			t.Errorf("another's: %v %v", d, err)
		}
		w.keep(a.ID, form("Put aside"), time.Time{})
		if d, err := w.drafts.Latest(t.Context(), w.ida.ID); d != nil || err != nil {
			t.Errorf("what was put aside is offered: %v %v", d, err)
		}
		due := w.keep(0, form("Tomorrow"), w.now().Add(time.Hour))
		if d, err := save(due.ID, "Tomorrow, then", ""); err != nil || !d.DueAt.Equal(due.DueAt) || d.Passing {
			t.Errorf("one for later: %+v %v", d, err)
		}
		posted := form("Whole")
		posted.Key = "sent"
		if _, err := w.posts.Publish(t.Context(), w.ida, posted); err != nil {
			t.Fatal(err)
		}
		if _, err := save(0, "Who", "sent"); !fault.Is(err, fault.NotFound) {
			t.Errorf("what was typed came after its post: %v", err)
		}
		for key, want := range map[string]bool{"sent": true, "unsent": false} {
			if there, err := w.drafts.There(t.Context(), w.ida.ID, 7, key); err != nil || there != want {
				t.Errorf("%s: %t %v", key, there, err)
			}
		}
		if there, err := w.drafts.There(t.Context(), w.ben.ID, a.ID, ""); there || err != nil {
			t.Errorf("another's is there: %v", err)
		}
	})
}

func TestTimesThatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		for what, c := range map[string]struct {
			form post.Draft
			due  time.Time
			key  string
		}{
			"soon":  {form("x"), w.now().Add(time.Minute), "fault.draft.soon"},
			"past":  {form("x"), w.now().Add(-time.Hour), "fault.draft.soon"},
			"late":  {form("x"), w.now().AddDate(20, 0, 0), "fault.draft.late"},
			"empty": {form(""), w.now().Add(time.Hour), "fault.post.empty"},
			"long":  {form(strings.Repeat("x", post.TextMax+1)), w.now().Add(time.Hour), "fault.post.long"},
		} {
			_, err := w.drafts.Keep(t.Context(), w.ida.ID, 0, c.form, c.due)
			if key, _ := fault.Message(err); key != c.key || !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// TestDueDraftIsPostedOnce has the clock jump forward, back, and forward again.
func TestDueDraftIsPostedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		picture := w.picture(w.ida)
		d := w.keep(0, form("Good morning", picture), w.now().Add(time.Hour))
		w.wake()
		if n := len(w.posted()); n != 0 {
			t.Fatalf("%d posts before the time", n)
		}
		w.jump(2 * time.Hour)
		w.wake()
		w.eventually("posted", func() bool { return len(w.posted()) == 1 })
		w.eventually("no draft any more", func() bool { return fault.Is(second(w.drafts.Get(t.Context(), w.ida.ID, d.ID)), fault.NotFound) })
		if p := w.posted()[0].Post; p.Text != "Good morning" || len(p.Media) != 1 || p.Media[0].ID != picture {
			t.Errorf("%+v", p)
		}
		w.jump(0)
		w.wake()
		w.jump(3 * time.Hour)
		w.wake()
		time.Sleep(200 * time.Millisecond)
		if n := len(w.posted()); n != 1 {
			t.Errorf("%d posts", n)
		}
	})
}

// TestRunThatDiedAfterThePostDoesNotPostAgain leaves the draft in place, as a
// process does that is killed between the post and the end of its draft.
func TestRunThatDiedAfterThePostDoesNotPostAgain(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		d := w.keep(0, form("Good morning"), w.now().Add(time.Hour))
		before := d.Form
		before.Key = "draft:" + d.ID.String()
		if _, err := w.posts.Publish(t.Context(), w.ida, before); err != nil {
			t.Fatal(err)
		}
		w.jump(2 * time.Hour)
		w.wake()
		w.eventually("no draft any more", func() bool { return fault.Is(second(w.drafts.Get(t.Context(), w.ida.ID, d.ID)), fault.NotFound) })
		if n := len(w.posted()); n != 1 {
			t.Errorf("%d posts", n)
		}
	})
}

func TestMovedOrDroppedDraftIsNotPostedAtItsOldTime(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		moved, dropped := w.keep(0, form("moved"), w.now().Add(time.Hour)), w.keep(0, form("dropped"), w.now().Add(time.Hour))
		if _, err := w.drafts.Move(t.Context(), w.ida.ID, moved.ID, w.now().Add(9*time.Hour)); err != nil {
			t.Fatal(err)
		}
		must(t, w.drafts.Drop(t.Context(), w.ida.ID, dropped.ID))
		w.jump(2 * time.Hour)
		w.wake()
		time.Sleep(200 * time.Millisecond)
		if n := len(w.posted()); n != 0 {
			t.Errorf("%d posts", n)
		}
		w.jump(10 * time.Hour)
		w.wake()
		w.eventually("posted", func() bool { return len(w.posted()) == 1 })
	})
}

func TestDraftWhosePictureVanishedIsHeldAndSaid(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		picture := w.picture(w.ida)
		d := w.keep(0, form("Look", picture), w.now().Add(time.Hour))
		if _, err := w.posts.Publish(t.Context(), w.ida, post.Draft{Text: "first", Visibility: post.Self, Media: []id.ID{picture}}); err != nil {
			t.Fatal(err)
		}
		w.jump(2 * time.Hour)
		w.wake()
		w.eventually("held", func() bool {
			got, err := w.drafts.Get(t.Context(), w.ida.ID, d.ID)
			return err == nil && got.Held != nil && got.Held.Key == "fault.media.unknown" && got.DueAt.IsZero() && got.Form.Text == "Look" && len(got.Media) == 0
		})
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.stuck) != 1 || w.stuck[0].ID != d.ID {
			t.Errorf("told %v", w.stuck)
		}
	})
}

func TestPictureOfADraftIsNotSweptAway(t *testing.T) {
	each(t, func(t *testing.T, w *desk) {
		kept, loose := w.picture(w.ida), w.picture(w.ida)
		d := w.keep(0, form("", kept), time.Time{})
		blobs, err := blob.NewDisk(t.TempDir())
		must(t, err)
		pictures := media.New(w.db, blobs, nil, w.ids, time.Now)
		must(t, pictures.Sweep(t.Context()))
		if _, err := pictures.Mine(t.Context(), w.ida.ID, kept); err != nil {
			t.Errorf("swept away: %v", err)
		}
		if _, err := pictures.Mine(t.Context(), w.ida.ID, loose); !fault.Is(err, fault.NotFound) {
			t.Errorf("a loose one is still there: %v", err)
		}
		must(t, w.drafts.Drop(t.Context(), w.ida.ID, d.ID))
		must(t, pictures.Sweep(t.Context()))
		if _, err := pictures.Mine(t.Context(), w.ida.ID, kept); !fault.Is(err, fault.NotFound) {
			t.Errorf("outlives its draft: %v", err)
		}
	})
}
