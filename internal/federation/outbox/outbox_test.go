package outbox_test

import (
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/federation/delivery"
	"allod/internal/federation/outbox"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
	"allod/protocol/integrity"
)

// A desk is the outbox with all it stands on, ida who lives here, and wren at
// a server that takes everything.
type desk struct {
	t      *testing.T
	db     *db.DB
	accs   *account.Service
	posts  *post.Service
	ties   *relationship.Service
	outbox *outbox.Service
	ida    *account.Account
	wren   *account.Account
	peer   *httptest.Server

	mu  sync.Mutex
	got []arrival
}

// An arrival is what reached wren's server.
type arrival struct {
	path     string
	activity *as.Activity
}

func (w *desk) Resolve(_ context.Context, handles []address.Handle) (map[address.Handle]*account.Account, error) {
	out := map[address.Handle]*account.Account{}
	for _, h := range handles {
		if h.Name == w.wren.Name {
			out[h] = w.wren
		}
	}
	return out, nil
}

func each(t *testing.T, federates bool, f func(w *desk)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &desk{t: t, db: d}
		w.peer = httptest.NewServer(http.HandlerFunc(w.take))
		t.Cleanup(w.peer.Close)
		w.build(federates)
		f(w)
	})
}

func (w *desk) build(federates bool) {
	t := w.t
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "home.key"), true)
	if err != nil {
		t.Fatal(err)
	}
	names, err := account.NewNames("https://home.example")
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ids, log, text := id.NewSource(time.Now), slog.New(slog.DiscardHandler), markup.New()
	w.accs, w.ties = account.New(w.db, ids, time.Now, vault), relationship.New(w.db, ids, time.Now)
	if _, err := w.accs.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.posts = post.New(w.db, ids, time.Now, w.accs, text, w, names)
	jobs := job.New(w.db, log)
	sender := delivery.New(delivery.Config{
		DB: w.db, Jobs: jobs, Signers: w.accs, Names: names, IDs: ids, Now: time.Now, Log: log,
		Fetch: fetch.New(fetch.Config{AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}),
	})
	w.outbox = outbox.New(outbox.Config{
		DB: w.db, Accounts: w.accs, Posts: w.posts, Media: media.New(w.db, blobs, nil, ids, time.Now), Delivery: sender, Jobs: jobs,
		Names: names, Text: text, Now: time.Now, Log: log, Federates: federates,
	})
	o := w.outbox
	w.accs.Changed.Then(o.Changed)
	w.ties.Asked.Then(o.Asked)
	w.ties.Began.Then(o.Began)
	w.ties.Refused.Then(o.Refused)
	w.ties.Ended.Then(o.Ended)
	w.ties.Blocked.Then(o.Blocked)
	w.ties.Unblocked.Then(o.Unblocked)
	w.posts.Published.Then(o.Published)
	w.posts.Deleted.Then(o.Deleted)
	w.posts.Liked.Then(o.Liked)
	w.posts.Unliked.Then(o.Unliked)
	w.posts.Boosted.Then(o.Boosted)
	w.posts.Unboosted.Then(o.Unboosted)
	w.posts.Voted.Then(o.Voted)
	w.posts.Closed.Then(o.Closed)
	if err := jobs.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		if err := jobs.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	w.people()
}

func (w *desk) people() {
	n, err := w.accs.Prepare("ida", "Ida", 0, account.Preference{Visibility: "public"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		w.ida, err = w.accs.Settle(ctx, tx, n)
		return err
	})
	host, err := address.HostOf(w.peer.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	uri := w.peer.URL + "/wren"
	if w.wren, err = w.accs.Meet(w.t.Context(), &account.Account{
		Kind: account.KindPerson, Name: "wren", Host: host, URI: uri, Location: uri, Inbox: uri + "/inbox", SharedInbox: w.peer.URL + "/shared",
	}, nil); err != nil {
		w.t.Fatal(err)
	}
}

func (w *desk) take(rw http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	a, err := as.DecodeActivity(raw)
	if err != nil {
		w.t.Errorf("%v: %s", err, raw)
		return
	}
	w.prove(raw, a)
	w.mu.Lock()
	w.got = append(w.got, arrival{r.URL.Path, a})
	w.mu.Unlock()
	rw.WriteHeader(http.StatusAccepted)
}

// prove checks the proof of an activity, and of the object it embeds, by the
// key in the actor's own id.
func (w *desk) prove(raw []byte, a *as.Activity) {
	check := func(what string, raw []byte) {
		_, err := integrity.Verify(raw, time.Now(), func(method string) (ed25519.PublicKey, error) {
			did, key, err := integrity.ParseVerificationMethod(method)
			if err == nil && did != w.ida.DID() {
				w.t.Errorf("%s is proved by %s", what, did)
			}
			return key, err
		})
		if err != nil {
			w.t.Errorf("%s: %v: %s", what, err, raw)
		}
	}
	check(a.Type, raw)
	if a.Object.IsEmbedded() && (a.Type == as.TypeCreate || a.Type == as.TypeUpdate || a.Type == as.TypeUndo || a.Type == as.TypeDelete) {
		check("the object of "+a.Type, a.Object.Raw())
	}
}

func (w *desk) update(f func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// next waits for the one activity that comes of what was just done.
func (w *desk) next(kind, path string) *as.Activity {
	w.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		w.mu.Lock()
		n := len(w.got)
		var a arrival
		if n > 0 {
			a, w.got = w.got[0], w.got[1:]
		}
		w.mu.Unlock()
		if n > 0 {
			if a.activity.Type != kind || a.path != path {
				w.t.Fatalf("%s at %s, not %s at %s", a.activity.Type, a.path, kind, path)
			}
			return a.activity
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("no %s came", kind)
		}
	}
}

// quiet holds that nothing more comes.
func (w *desk) quiet() {
	w.t.Helper()
	time.Sleep(300 * time.Millisecond)
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.got) > 0 {
		w.t.Errorf("a %s came besides", w.got[0].activity.Type)
	}
}

// followed has wren follow ida.
func (w *desk) followed() {
	w.t.Helper()
	w.update(func(ctx context.Context, tx *db.Tx) error {
		return w.ties.TakeFollow(ctx, tx, w.wren.ID, w.ida.ID, w.wren.URI+"/follow/1")
	})
	accept := w.next(as.TypeAccept, "/wren/inbox")
	follow, err := accept.Object.Activity()
	if err != nil || follow.ID != w.wren.URI+"/follow/1" || follow.Actor.ID() != w.wren.URI {
		w.t.Errorf("%+v %v", follow, err)
	}
}

func (w *desk) publish(d post.Draft) *post.Post {
	w.t.Helper()
	p, err := w.posts.Publish(w.t.Context(), w.ida, d)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// TestPostIsToldOnceToEachServerAndTakenBack follows a post from its Create to its Delete.
func TestPostIsToldOnceToEachServerAndTakenBack(t *testing.T) {
	each(t, true, func(w *desk) {
		w.followed()
		p := w.publish(post.Draft{Text: "Hello @wren@" + w.wren.Host, Visibility: post.Public}) // one who follows and is named
		create := w.next(as.TypeCreate, "/shared")
		note, err := create.Object.Object()
		if err != nil || !strings.Contains(note.Content.String(), "Hello") || note.ID != "https://home.example"+account.Gateway+strings.TrimPrefix(p.URI, "ap://") {
			t.Fatalf("%+v %v", note, err)
		}
		if _, err := w.posts.Delete(w.t.Context(), w.ida.ID, p.ID); err != nil {
			t.Fatal(err)
		}
		gone := w.next(as.TypeDelete, "/shared")
		stone, err := gone.Object.Object()
		if err != nil || stone.Type != as.TypeTombstone || stone.ID != note.ID {
			t.Errorf("%+v %v", stone, err)
		}
		w.quiet()
	})
}

func TestWhatIsForFewIsToldToFew(t *testing.T) {
	each(t, true, func(w *desk) {
		w.followed()
		w.publish(post.Draft{Text: "a diary", Visibility: post.Self})
		w.publish(post.Draft{Text: "for nobody there", Visibility: post.Direct})
		p := w.publish(post.Draft{Text: "for you, @wren@" + w.wren.Host, Visibility: post.Direct})
		create := w.next(as.TypeCreate, "/wren/inbox")
		if create.IsPublic() || !slices.Equal(create.Recipients(), []string{w.wren.URI}) {
			t.Errorf("to %v, cc %v", create.To, create.Cc)
		}
		if _, err := w.outbox.Activity(w.t.Context(), w.ida, w.ida.Under("create", p.ID)); !fault.Is(err, fault.NotFound) {
			t.Errorf("it can be fetched: %v", err)
		}
		if _, err := w.posts.Delete(w.t.Context(), w.ida.ID, p.ID); err != nil {
			t.Fatal(err)
		}
		if gone := w.next(as.TypeDelete, "/wren/inbox"); gone.IsPublic() {
			t.Error("its deletion is told to everyone")
		}
		w.quiet()
	})
}

func TestEachActIsToldAndTakenBack(t *testing.T) {
	each(t, true, func(w *desk) {
		ctx := w.t.Context()
		must := func(err error) {
			w.t.Helper()
			if err != nil {
				w.t.Fatal(err)
			}
		}
		var theirs *post.Post
		w.update(func(ctx context.Context, tx *db.Tx) (err error) {
			theirs, err = w.posts.Receive(ctx, tx, post.Arrival{
				Author: w.wren, Kind: "note", Visibility: post.Public, URI: w.wren.URI + "/1", Location: w.wren.URI + "/1", HTML: "x", Published: time.Now(),
			})
			return err
		})
		taken := func(kind, path string) {
			w.t.Helper()
			first := w.next(kind, path)
			if kind != as.TypeFollow && kind != as.TypeBlock && first.Object.ID() != theirs.URI {
				w.t.Errorf("%s of %s", kind, first.Object.ID())
			}
		}
		undone := func(kind, path string) {
			w.t.Helper()
			undo := w.next(as.TypeUndo, path)
			if inner, err := undo.Object.Activity(); err != nil || inner.Type != kind {
				w.t.Errorf("undo of %+v: %v", inner, err)
			}
		}
		must(w.posts.Like(ctx, w.ida, theirs.ID))
		taken(as.TypeLike, "/wren/inbox")
		must(w.posts.Unlike(ctx, w.ida, theirs.ID))
		undone(as.TypeLike, "/wren/inbox")
		_, err := w.posts.Boost(ctx, w.ida, theirs.ID, post.Public)
		must(err)
		taken(as.TypeAnnounce, "/shared")
		must(w.posts.Unboost(ctx, w.ida, theirs.ID))
		undone(as.TypeAnnounce, "/shared")
		_, err = w.ties.Follow(ctx, w.ida.ID, w.wren.ID, relationship.Wishes{})
		must(err)
		taken(as.TypeFollow, "/wren/inbox")
		must(w.ties.Unfollow(ctx, w.ida.ID, w.wren.ID))
		undone(as.TypeFollow, "/wren/inbox")
		must(w.ties.Block(ctx, w.ida.ID, w.wren.ID))
		taken(as.TypeBlock, "/wren/inbox")
		must(w.ties.Unblock(ctx, w.ida.ID, w.wren.ID))
		undone(as.TypeBlock, "/wren/inbox")
		w.quiet()
	})
}

func TestChangedProfileIsToldAndServedAlike(t *testing.T) {
	each(t, true, func(w *desk) {
		w.followed()
		name := "Ida Marrow"
		a, err := w.accs.Edit(w.t.Context(), w.ida.ID, account.Profile{DisplayName: &name})
		if err != nil {
			t.Fatal(err)
		}
		told := w.next(as.TypeUpdate, "/shared")
		served, err := w.outbox.Actor(w.t.Context(), a)
		if err != nil || string(served) != string(told.Object.Raw()) || !strings.Contains(string(served), name) {
			t.Errorf("%v\n%s\n%s", err, served, told.Object.Raw())
		}
		if err := w.ties.Refuse(w.t.Context(), w.ida.ID, w.wren.ID); err != nil {
			t.Fatal(err)
		}
		w.next(as.TypeReject, "/wren/inbox")
		w.quiet()
	})
}

func TestHomeThatNobodyReachesTellsNobody(t *testing.T) {
	each(t, false, func(w *desk) {
		w.update(func(ctx context.Context, tx *db.Tx) error {
			return w.ties.TakeFollow(ctx, tx, w.wren.ID, w.ida.ID, w.wren.URI+"/follow/1")
		})
		w.publish(post.Draft{Text: "hello", Visibility: post.Public})
		w.quiet()
	})
}
