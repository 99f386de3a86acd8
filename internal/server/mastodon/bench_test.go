package mastodon

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/relationship"
)

// What the reader of the benchmark follows.
const (
	benchAuthors = 100
	benchPosts   = 10_000
)

// A reading house is one whose reader's home stream is full.
type reading struct {
	*house
	reader *human
}

func newReading(b *testing.B) *reading {
	b.Helper()
	h := newHouse(b, dbtest.SQLite(b))
	r := &reading{h, h.person(b, "ida")}
	var authors []*account.Account
	for i := range benchAuthors {
		a := h.met(b, fmt.Sprintf("author%d", i))
		authors = append(authors, a)
		if _, err := h.Ties.Follow(b.Context(), r.reader.ID, a.ID, relationship.Wishes{Boosts: true}); err != nil {
			b.Fatal(err)
		}
	}
	r.update(b, func(ctx context.Context, tx *db.Tx) error {
		for _, a := range authors {
			if err := h.Ties.TakeAccept(ctx, tx, r.reader.ID, a.ID); err != nil {
				return err
			}
		}
		return nil
	})
	for done := 0; done < benchPosts; done += 100 {
		r.update(b, func(ctx context.Context, tx *db.Tx) error {
			for i := done; i < done+100; i++ {
				if err := r.arrive(ctx, tx, authors, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return r
}

func (r *reading) update(b *testing.B, f func(context.Context, *db.Tx) error) {
	b.Helper()
	if err := r.DB.Update(b.Context(), f); err != nil {
		b.Fatal(err)
	}
}

// arrive receives the i-th post: each fifth has a picture, each tenth comes by a boost too.
func (r *reading) arrive(ctx context.Context, tx *db.Tx, authors []*account.Account, i int) error {
	by := authors[i%benchAuthors]
	at := fmt.Sprintf("https://meadow.example/notes/%d", i)
	a := post.Arrival{
		Author: by, Kind: "note", Visibility: post.Public, URI: at, Location: at, URL: at, Language: "en", Published: time.Now(),
		HTML: fmt.Sprintf(`<p>Post %d. The quick brown fox jumps over the lazy dog while the rain falls on the plain, and a <a href="https://meadow.example/tags/bees" class="mention hashtag" rel="tag">#<span>bees</span></a> tag.</p>`, i),
		Tags: post.Tags{
			Hashtags: []string{"Bees"},
			Mentions: []post.Mention{{AccountID: r.reader.ID, Handle: "ida@harbor.example", URI: r.reader.URI, URL: origin + "/@ida"}},
		},
	}
	if i%5 == 0 {
		a.Media = []media.Medium{{Kind: media.Image, Mime: "image/jpeg", Width: 800, Height: 600, Alt: "A hive", Blurhash: "UBL_:rOpGG-oBUNG", RemoteURL: at + ".jpg"}}
	}
	p, err := r.Posts.Receive(ctx, tx, a)
	if err != nil || i%10 != 3 {
		return err
	}
	return r.Posts.TakeBoost(ctx, tx, authors[(i+7)%benchAuthors], p.ID, post.Public, at+"/boost")
}

// cpu is how much the process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure runs f b.N times and reports the processor time of each, which a busy machine distorts least.
func measure(b *testing.B, f func()) {
	b.ReportAllocs()
	b.ResetTimer()
	before := cpu(b)
	for range b.N {
		f()
	}
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

// discard is an answer that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkHome reads a page of 20 out of 10,000 posts by 100 accounts: the
// whole method, and its parts.
func BenchmarkHome(b *testing.B) {
	r := newReading(b)
	ctx, p := b.Context(), id.Page{Limit: 20}
	items, err := r.Streams.Home(ctx, r.reader.ID, p)
	if err != nil || len(items) != 20 {
		b.Fatal(len(items), err)
	}
	b.Run("method", func(b *testing.B) {
		measure(b, func() {
			q := httptest.NewRequest("GET", "/api/v1/timelines/home?limit=20", nil)
			q.Header.Set("Authorization", "Bearer "+r.reader.token)
			r.mux.ServeHTTP(&discard{http.Header{}}, q)
		})
	})
	b.Run("deep", func(b *testing.B) {
		path := "/api/v1/timelines/home?limit=20&max_id=" + items[0].ID.String()
		if deep, err := r.Streams.Home(ctx, r.reader.ID, id.Page{Min: 1, Limit: 40}); err == nil && len(deep) > 0 {
			path = "/api/v1/timelines/home?limit=20&max_id=" + deep[0].ID.String()
		}
		measure(b, func() {
			q := httptest.NewRequest("GET", path, nil)
			q.Header.Set("Authorization", "Bearer "+r.reader.token)
			r.mux.ServeHTTP(&discard{http.Header{}}, q)
		})
	})
	b.Run("stream", func(b *testing.B) {
		measure(b, func() {
			if _, err := r.Streams.Home(ctx, r.reader.ID, p); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("render", func(b *testing.B) {
		measure(b, func() { r.Render.Items(items, r.reader.ID) })
	})
	b.Run("encode", func(b *testing.B) {
		statuses := r.Render.Items(items, r.reader.ID)
		measure(b, func() {
			if err := r.answer(&discard{http.Header{}}, statuses); err != nil {
				b.Fatal(err)
			}
		})
	})
}
