package remote_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/federation/remote"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
)

const origin = "https://home.example"

// A home is a service with all it stands on.
type home struct {
	*remote.Service
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	posts    *post.Service
	media    *media.Service
	ids      *id.Source
	ahead    atomic.Int64 // nanoseconds that the clock is ahead
	learned  httpsig.Form // what every host is known to take
}

func (h *home) now() time.Time          { return time.Now().Add(time.Duration(h.ahead.Load())) }
func (h *home) pass(span time.Duration) { h.ahead.Add(int64(span)) }
func newHome(t *testing.T) *home        { return homeOn(t, dbtest.SQLite(t)) }

func homeOn(t *testing.T, d *db.DB) *home {
	t.Helper()
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	if err != nil {
		t.Fatal(err)
	}
	names, err := account.NewNames(origin)
	if err != nil {
		t.Fatal(err)
	}
	h := &home{t: t, db: d}
	h.ids = id.NewSource(h.now)
	h.accounts = account.New(d, h.ids, h.now, vault)
	h.posts = post.New(d, h.ids, h.now, h.accounts, markup.New(), nil, names)
	blobs, err := blob.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h.media = media.New(d, blobs, painter{}, h.ids, h.now)
	if _, err := h.accounts.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	client := fetch.New(fetch.Config{AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, UserAgent: "test"})
	t.Cleanup(client.Close)
	h.Service = remote.New(remote.Config{
		DB: d, Accounts: h.accounts, Posts: h.posts, Media: h.media, Fetch: client, Names: names, Now: h.now,
		Form: func(string) httpsig.Form { return h.learned },
		Log:  slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	h.posts.Deleted.Then(h.ForgetPost)
	h.accounts.Ended.Then(h.ForgetActor)
	return h
}

// resident adds one who lives here.
func (h *home) resident(name string) *account.Account {
	h.t.Helper()
	n, err := h.accounts.Prepare(name, "", 0, account.Preference{Visibility: "public"})
	if err != nil {
		h.t.Fatal(err)
	}
	var a *account.Account
	err = h.db.Update(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		a, err = h.accounts.Settle(ctx, tx, n)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// stored is a post whoever asks, or nil.
func (h *home) stored(what id.ID) (p *post.Post) {
	h.t.Helper()
	err := h.db.View(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = h.posts.StoredID(ctx, tx, what)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *home) count(table string) (n int) {
	h.t.Helper()
	err := h.db.View(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&n)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *home) wantPosts(n int) {
	h.t.Helper()
	if got := h.count("post"); got != n {
		h.t.Errorf("%d posts are kept, want %d", got, n)
	}
}

func wantKind(t *testing.T, err error, kinds ...fault.Kind) {
	t.Helper()
	if !fault.Is(err, kinds...) {
		t.Errorf("error is %v (%v), want %v", err, fault.Of(err), kinds)
	}
}

// A peer is another server, on an address of its own.
type peer struct {
	*httptest.Server
	host string

	mu      sync.Mutex
	routes  map[string]http.HandlerFunc
	handles map[string][2]string // acct: resource → subject, actor
	hits    map[string]int
}

func newPeer(t *testing.T) *peer {
	p := &peer{routes: map[string]http.HandlerFunc{}, handles: map[string][2]string{}, hits: map[string]int{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	host, err := address.HostOf(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	p.host = host
	return p
}

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.hits[r.URL.Path]++
	route := p.routes[r.URL.Path]
	found, known := p.handles[r.URL.Query().Get("resource")]
	p.mu.Unlock()
	switch {
	case route != nil:
		route(w, r)
	case known && r.URL.Path == "/.well-known/webfinger":
		w.Header().Set("Content-Type", "application/jrd+json")
		json.NewEncoder(w).Encode(map[string]any{"subject": found[0],
			"links": []any{map[string]string{"rel": "self", "type": as.ContentType, "href": found[1]}}})
	default:
		http.NotFound(w, r)
	}
}

// asked is how often a path was asked for.
func (p *peer) asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hits[path]
}

func (p *peer) handle(path string, f http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.routes[path] = f
}

// serve serves a document under its path and gives its address.
func (p *peer) serve(path string, doc any) string {
	body, ok := doc.([]byte)
	if !ok {
		body = mustJSON(doc)
	}
	p.handle(path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", as.ContentTypeLD)
		w.Write(body)
	})
	return p.URL + path
}

func (p *peer) status(path string, code int) string {
	p.handle(path, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) })
	return p.URL + path
}

// leads has the peer say that a name here is subject, and leads to actor.
func (p *peer) leads(name, subject, actor string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handles["acct:"+name+"@"+p.host] = [2]string{subject, actor}
}

// person serves an actor that WebFinger leads to. Changes replace or, when nil, remove properties.
func (p *peer) person(name string, changes ...doc) string {
	actor := p.URL + "/users/" + name
	p.leads(name, "acct:"+name+"@"+p.host, actor)
	return p.serve("/users/"+name, person(actor, name).with(changes...))
}

// note serves a public note of an actor's.
func (p *peer) note(path, author string, changes ...doc) string {
	return p.serve(path, note(p.URL+path, author).with(changes...))
}

// A doc is a JSON object on its way to be served.
type doc map[string]any

func (d doc) with(changes ...doc) doc {
	for _, c := range changes {
		for k, v := range c {
			if d[k] = v; v == nil {
				delete(d, k)
			}
		}
	}
	return d
}

func person(actor, name string) doc {
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "type": "Person", "id": actor, "preferredUsername": name, "name": strings.ToUpper(name),
		"inbox": actor + "/inbox", "followers": actor + "/followers",
		"publicKey": doc{"id": actor + "#main-key", "owner": actor, "publicKeyPem": publicPEM(theirKey())},
	}
}

func note(id, author string) doc {
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "id": id, "attributedTo": author,
		"content": "<p>said at " + id + "</p>", "to": as.Public, "published": "2026-01-02T03:04:05Z",
	}
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// theirKey is the key of those whose key does not matter.
var theirKey = sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

func publicPEM(k *rsa.PrivateKey) string {
	der, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}
