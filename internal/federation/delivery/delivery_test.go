package delivery_test

import (
	"context"
	"crypto/rsa"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/federation/delivery"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/protocol/httpsig"
)

// An office is a delivery service with somebody who signs, and the queue that works for it.
type office struct {
	t        testing.TB
	db       *db.DB
	jobs     *job.Queue
	delivery *delivery.Service
	sender   *account.Account
	key      *rsa.PublicKey
	n        int
	fans     sync.WaitGroup
}

func open(t testing.TB, d *db.DB) *office {
	t.Helper()
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "home.key"), true)
	if err != nil {
		t.Fatal(err)
	}
	names, err := account.NewNames("https://home.example")
	if err != nil {
		t.Fatal(err)
	}
	ids := id.NewSource(time.Now)
	accounts := account.New(d, ids, time.Now, vault)
	newcomer, err := accounts.Prepare("ida", "", 0, account.Preference{Visibility: "public"})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, db: d, jobs: job.New(d, slog.New(slog.DiscardHandler))}
	o.update(func(ctx context.Context, tx *db.Tx) (err error) {
		o.sender, err = accounts.Settle(ctx, tx, newcomer)
		return err
	})
	keys, err := accounts.Keys(t.Context(), o.sender.ID)
	if err != nil {
		t.Fatal(err)
	}
	o.key = &keys.RSA.PublicKey
	o.delivery = delivery.New(delivery.Config{
		DB: d, Jobs: o.jobs, Signers: accounts, Names: names, IDs: ids, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Fetch: fetch.New(fetch.Config{AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}),
	})
	if err := o.jobs.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := o.jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		o.fans.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		if err := o.jobs.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return o
}

func (o *office) update(f func(ctx context.Context, tx *db.Tx) error) {
	o.t.Helper()
	if err := o.db.Update(o.t.Context(), f); err != nil {
		o.t.Fatal(err)
	}
}

// send owes a new activity to inboxes and returns its body.
func (o *office) send(inboxes ...string) string {
	o.t.Helper()
	o.n++
	body := fmt.Sprintf(`{"id":"urn:%d"}`, o.n)
	o.owe(fmt.Sprint("urn:", o.n), body, inboxes)
	return body
}

// owe does what a job does: it puts the deliveries down and sends them.
func (o *office) owe(uri, body string, inboxes []string) {
	o.t.Helper()
	o.oweOf(uri, body, delivery.About{}, inboxes)
}

// oweOf is owe for what is about something.
func (o *office) oweOf(uri, body string, about delivery.About, inboxes []string) {
	o.t.Helper()
	var activity id.ID
	o.update(func(ctx context.Context, tx *db.Tx) (err error) {
		if activity, err = o.delivery.Put(ctx, tx, o.sender.ID, uri, []byte(body), about); err != nil {
			return err
		}
		return o.delivery.Owe(ctx, tx, activity, inboxes)
	})
	o.fans.Go(func() {
		if err := o.delivery.Fan(context.Background(), activity, inboxes); err != nil {
			o.t.Error(err)
		}
	})
}

// state is how an inbox's newest delivery stands.
func (o *office) state(inbox string) (state string, attempts int, words string) {
	o.t.Helper()
	if err := o.db.View(o.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT state, attempts, error FROM delivery WHERE inbox = $1 ORDER BY id DESC LIMIT 1`, inbox).Scan(&state, &attempts, &words)
	}); err != nil {
		o.t.Fatal(err)
	}
	return state, attempts, words
}

// await waits until a condition holds.
func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not within 30 seconds: " + what)
		}
	}
}

// A peer is another server's inbox, which answers as told.
type peer struct {
	*httptest.Server
	inbox  string
	answer func(n int, r *http.Request) int

	mu  sync.Mutex
	got []string       // bodies
	how []httpsig.Form // signatures
	bad []error
}

func newPeer(o *office, answer func(n int, r *http.Request) int) *peer {
	o.t.Helper()
	p := &peer{answer: answer}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		p.mu.Lock()
		n := len(p.got)
		p.got = append(p.got, string(body))
		if err == nil {
			var sig *httpsig.Signature
			if sig, err = httpsig.DefaultPolicy(time.Now).Parse(httpsig.NewMessage(r, p.URL, body)); err == nil {
				p.how = append(p.how, sig.Form)
				err = sig.Verify(o.key)
			}
		}
		if err != nil {
			p.bad = append(p.bad, err)
		}
		p.mu.Unlock()
		w.WriteHeader(p.answer(n, r))
	}))
	o.t.Cleanup(p.Close)
	p.inbox = p.URL + "/inbox"
	return p
}

func (p *peer) received() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

func always(status int) func(int, *http.Request) int {
	return func(int, *http.Request) int { return status }
}

func TestEachInboxGetsASignedActivityOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, b := newPeer(o, always(202)), newPeer(o, always(200))
		body := o.send(a.inbox, b.inbox, a.inbox+"/2")
		await(t, "all delivered", func() bool { return len(a.received()) == 2 && len(b.received()) == 1 })
		for _, p := range []*peer{a, b} {
			if got := p.received(); got[0] != body || len(p.bad) > 0 {
				t.Errorf("%q, %v", got, p.bad)
			}
			await(t, "settled", func() bool { s, n, _ := o.state(p.inbox); return s == "done" && n == 1 })
		}
	})
}

func TestFinalAnswersEndADeliveryAndOthersAreTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		for status, want := range map[int]string{404: "refused", 403: "refused", 410: "gone"} {
			p := newPeer(o, always(status))
			o.send(p.inbox)
			await(t, fmt.Sprint(status), func() bool { s, _, words := o.state(p.inbox); return s == want && words == fmt.Sprint(status) })
			if len(p.received()) != 1 {
				t.Errorf("%d: asked %d times", status, len(p.received()))
			}
		}
		p := newPeer(o, func(n int, _ *http.Request) int {
			if n == 0 {
				return 503
			}
			return 202
		})
		o.send(p.inbox)
		await(t, "the second try", func() bool { s, n, _ := o.state(p.inbox); return s == "done" && n == 2 })
	})
}

func TestHostThatFailsGetsWhatItIsOwedInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		var up sync.Map
		p := newPeer(o, func(int, *http.Request) int {
			if _, ok := up.Load("up"); ok {
				return 202
			}
			return 500
		})
		var bodies []string
		for range 6 {
			bodies = append(bodies, o.send(p.inbox))
			await(t, "the first try", func() bool { return len(p.received()) > 0 })
		}
		tries := len(p.received())
		if tries != 1 {
			t.Errorf("a host that is down was asked %d times for six activities", tries)
		}
		up.Store("up", true)
		await(t, "all delivered", func() bool { s, _, _ := o.state(p.inbox); return s == "done" })
		if got := p.received()[tries:]; !slices.Equal(got, bodies) {
			t.Errorf("%v", got)
		}
	})
}

func TestNewerActivityWaitsForOneOnItsWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		release := make(chan bool)
		p := newPeer(o, func(n int, _ *http.Request) int {
			if n == 0 {
				<-release
			}
			return 202
		})
		first := o.send(p.inbox)
		await(t, "the first is on its way", func() bool { return len(p.received()) == 1 })
		second := o.send(p.inbox)
		time.Sleep(300 * time.Millisecond)
		if n := len(p.received()); n != 1 {
			t.Errorf("the second overtook the first: %d", n)
		}
		close(release)
		await(t, "both", func() bool { return len(p.received()) == 2 })
		if got := p.received(); !slices.Equal(got, []string{first, second}) {
			t.Errorf("%v", got)
		}
	})
}

func TestRefusedSignatureIsTriedOnceInTheOtherForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		p := newPeer(o, func(_ int, r *http.Request) int {
			if r.Header.Get("Signature-Input") == "" {
				return 401
			}
			return 202
		})
		o.send(p.inbox)
		await(t, "the first", func() bool { s, _, _ := o.state(p.inbox); return s == "done" })
		o.send(p.inbox)
		await(t, "the second", func() bool { return len(p.received()) == 3 })
		if want := []httpsig.Form{httpsig.Cavage, httpsig.RFC9421, httpsig.RFC9421}; !slices.Equal(p.how, want) || len(p.bad) > 0 {
			t.Errorf("%v %v", p.how, p.bad)
		}
		never := newPeer(o, always(401))
		o.send(never.inbox)
		await(t, "refused", func() bool { s, _, _ := o.state(never.inbox); return s == "refused" })
		if n := len(never.received()); n != 2 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestHostThatSignsNewlyIsSignedToNewly(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	p := newPeer(o, always(202))
	u, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	o.delivery.Learn(u.Host, httpsig.RFC9421)
	o.send(p.inbox)
	await(t, "delivered", func() bool { return len(p.received()) == 1 })
	if !slices.Equal(p.how, []httpsig.Form{httpsig.RFC9421}) || len(p.bad) > 0 {
		t.Errorf("%v %v", p.how, p.bad)
	}
}

func TestActivityPutTwiceIsKeptOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		p := newPeer(o, always(202))
		for range 2 { // as when its job was killed after the commit and runs again
			o.owe("urn:same", `{"id":"urn:same"}`, []string{p.inbox})
			await(t, "delivered", func() bool { s, _, _ := o.state(p.inbox); return s == "done" })
		}
		time.Sleep(200 * time.Millisecond)
		if n := len(p.received()); n != 1 {
			t.Errorf("delivered %d times", n)
		}
	})
}

// BenchmarkFan is one activity to a thousand hosts on loopback.
func BenchmarkFan(b *testing.B) {
	o := open(b, dbtest.SQLite(b))
	var mu sync.Mutex
	got := 0
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) //nolint:errcheck // only its end matters
		mu.Lock()
		got++
		mu.Unlock()
		w.WriteHeader(http.StatusAccepted)
	})
	var inboxes []string
	for i := range 1000 {
		l := listen(b, fmt.Sprintf("127.61.%d.%d:9207", i/250, i%250+1))
		srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
		go srv.Serve(l) //nolint:errcheck // ended below
		b.Cleanup(func() { srv.Close() })
		inboxes = append(inboxes, "http://"+l.Addr().String()+"/inbox")
	}
	for b.Loop() {
		got = 0
		for _, chunk := range [][]string{inboxes[:500], inboxes[500:]} {
			o.send(chunk...)
		}
		await(b, "all delivered", func() bool { mu.Lock(); defer mu.Unlock(); return got == len(inboxes) })
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/fan")
}
