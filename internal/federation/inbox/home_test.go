package inbox_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/federation/inbox"
	"allod/internal/federation/remote"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/markup"
	"allod/internal/notification"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/timeline"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
	"allod/protocol/integrity"
)

const origin = "https://home.example"

// A home is an inbox with all it stands on.
type home struct {
	*inbox.Inbox
	t        testing.TB
	db       *db.DB
	ids      *id.Source
	names    account.Names
	accounts *account.Service
	ties     *relationship.Service
	posts    *post.Service
	timeline *timeline.Service
	notify   *notification.Service
	remote   *remote.Service
	learned  sync.Map     // host → httpsig.Form
	ahead    atomic.Int64 // nanoseconds that the clock is ahead
}

func (h *home) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

func newHome(t testing.TB, d *db.DB) *home {
	t.Helper()
	ctx := t.Context()
	h := &home{t: t, db: d}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	if _, bench := t.(*testing.B); bench {
		log = slog.New(slog.DiscardHandler)
	}
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	must(t, err)
	h.names, err = account.NewNames(origin)
	must(t, err)
	h.ids = id.NewSource(h.now)
	h.accounts = account.New(d, h.ids, h.now, vault)
	h.ties = relationship.New(d, h.ids, h.now)
	h.posts = post.New(d, h.ids, h.now, h.accounts, markup.New(), nobody{}, h.names)
	silent := func(_, _ id.ID) {}
	h.timeline = timeline.New(d, h.posts, h.ids, h.now, silent)
	h.notify = notification.New(d, h.posts, h.ids, h.now, silent)
	_, err = h.accounts.Found(ctx)
	must(t, err)
	client := fetch.New(fetch.Config{AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, UserAgent: "test"})
	t.Cleanup(client.Close)
	h.remote = remote.New(remote.Config{DB: d, Accounts: h.accounts, Posts: h.posts, Fetch: client, Names: h.names, Now: h.now, Log: log})
	jobs := job.New(d, log)
	h.Inbox = inbox.New(inbox.Config{
		DB: d, Accounts: h.accounts, Relations: h.ties, Posts: h.posts, Remote: h.remote, Jobs: jobs, IDs: h.ids, Now: h.now, Log: log,
		Learn: func(host string, f httpsig.Form) { h.learned.Store(host, f) },
	})
	h.react()
	must(t, jobs.Prepare(ctx))
	must(t, jobs.Start(ctx))
	t.Cleanup(func() { must(t, jobs.Stop(context.WithoutCancel(ctx))) })
	return h
}

// nobody is named in what people here say.
type nobody struct{}

func (nobody) Resolve(context.Context, []address.Handle) (map[address.Handle]*account.Account, error) {
	return nil, nil
}

// react is the part of the house's switchboard that tests look at.
func (h *home) react() {
	h.posts.Received.Then(h.timeline.PlaceReceived, func(ctx context.Context, tx *db.Tx, f post.Received) error {
		return h.notify.Named(ctx, tx, f.Post, f.Named)
	})
	h.posts.Boosted.Then(h.timeline.PlaceBoosted, h.notify.Boosted)
	h.posts.Liked.Then(h.notify.Liked)
	h.posts.Deleted.Then(h.timeline.RemoveDeleted)
	h.posts.Published.Then(h.timeline.PlacePublished)
	h.ties.Began.Then(h.notify.Began)
	h.ties.Asked.Then(h.notify.Asked)
}

// resident adds one who lives here.
func (h *home) resident(name, visibility string) *account.Account {
	h.t.Helper()
	n, err := h.accounts.Prepare(name, "", 0, account.Preference{Visibility: visibility})
	must(h.t, err)
	var a *account.Account
	h.update(func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = h.accounts.Settle(ctx, tx, n)
		return err
	})
	return a
}

// note publishes a post of one who lives here.
func (h *home) note(a *account.Account, v post.Visibility) *post.Post {
	h.t.Helper()
	p, err := h.posts.Publish(h.t.Context(), a, post.Draft{Text: "said here", Visibility: v})
	must(h.t, err)
	return p
}

// follows has one who lives here follow another, who has said yes.
func (h *home) follows(me, them *account.Account) *relationship.Follow {
	h.t.Helper()
	f, err := h.ties.Follow(h.t.Context(), me.ID, them.ID, relationship.Wishes{Boosts: true})
	must(h.t, err)
	h.update(func(ctx context.Context, tx *db.Tx) error { return h.ties.TakeAccept(ctx, tx, me.ID, them.ID) })
	return f
}

func (h *home) update(f func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	must(h.t, h.db.Update(h.t.Context(), f))
}

func (h *home) count(table string) (n int) {
	h.t.Helper()
	must(h.t, h.db.View(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&n)
	}))
	return n
}

// stored is a post by its id elsewhere, or nil.
func (h *home) stored(uri string) (p *post.Post) {
	h.t.Helper()
	must(h.t, h.db.View(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		p, _ = h.posts.Stored(ctx, tx, uri)
		return nil
	}))
	return p
}

// stream are the addresses of the posts in a home stream, newest first.
func (h *home) stream(a *account.Account) (uris []string) {
	h.t.Helper()
	items, err := h.timeline.Home(h.t.Context(), a.ID, id.Page{})
	must(h.t, err)
	for _, it := range items {
		uris = append(uris, it.Post.URI)
	}
	return uris
}

func (h *home) relation(me, them *account.Account) relationship.Relation {
	h.t.Helper()
	all, err := h.ties.Relations(h.t.Context(), me.ID, []id.ID{them.ID})
	must(h.t, err)
	return all[them.ID]
}

// settle waits until nothing is put aside.
func (h *home) settle() {
	h.t.Helper()
	h.eventually("nothing waits", func() bool { return h.count("incoming") == 0 })
}

func (h *home) eventually(what string, is func() bool) {
	h.t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("it never came true that %s", what)
		}
	}
}

// take is what the door does with a request.
func (h *home) take(r *http.Request, body []byte) error {
	s, err := h.Verify(h.t.Context(), httpsig.NewMessage(r, origin, body))
	if err != nil {
		return err
	}
	return h.Accept(h.t.Context(), s, body)
}

// A peer is another server.
type peer struct {
	*httptest.Server
	h *home

	mu     sync.Mutex
	routes map[string]http.HandlerFunc
	hits   map[string]int
}

func newPeer(h *home) *peer {
	p := &peer{h: h, routes: map[string]http.HandlerFunc{}, hits: map[string]int{}}
	p.Server = httptest.NewServer(p)
	h.t.Cleanup(p.Close)
	return p
}

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.hits[r.URL.Path]++
	route := p.routes[r.URL.Path]
	p.mu.Unlock()
	if route == nil {
		http.NotFound(w, r)
		return
	}
	route(w, r)
}

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

// serve serves a document and gives its address.
func (p *peer) serve(path string, d any) string {
	p.handle(path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", as.ContentType)
		w.Write(raw(d))
	})
	return p.URL + path
}

// An actor is somebody on a peer, with the key to speak for them.
type actor struct {
	*peer
	id    string
	keyID string
	key   *rsa.PrivateKey
	met   *account.Account // as known here; nil when never met
}

// person is somebody new on the peer, who is not known here yet.
func (p *peer) person(name string, key *rsa.PrivateKey, changes ...doc) *actor {
	a := &actor{peer: p, id: p.URL + "/users/" + name, keyID: p.URL + "/users/" + name + "#main-key", key: key}
	p.serve("/users/"+name, actorDoc(a.id, name, key).with(changes...))
	return a
}

// meet has the home know the actor.
func (a *actor) meet() *actor {
	a.h.t.Helper()
	var err error
	a.met, err = a.h.remote.Actor(a.h.t.Context(), a.id, nil)
	must(a.h.t, err)
	return a
}

// send delivers a document to the shared inbox, signed by draft-cavage.
func (a *actor) send(d any) error { return a.sendAs(httpsig.Cavage, "/inbox", d) }

func (a *actor) sendAs(form httpsig.Form, target string, d any) error {
	a.h.t.Helper()
	body := raw(d)
	return a.h.take(signed(a.h.t, form, target, body, a.keyID, a.key, a.h.now()), body)
}

func signed(t testing.TB, form httpsig.Form, target string, body []byte, keyID string, key crypto.Signer, at time.Time) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, origin+target, bytes.NewReader(body))
	r.Header.Set("Content-Type", as.ContentType)
	if form == httpsig.RFC9421 {
		must(t, httpsig.SignRFC9421(r, body, keyID, key, at))
	} else {
		must(t, httpsig.SignCavage(r, body, keyID, key.(*rsa.PrivateKey), at))
	}
	return r
}

var serial atomic.Int64

// does is an activity of the actor's with a new id.
func (a *actor) does(kind string, object any, changes ...doc) doc {
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "id": fmt.Sprintf("%s/acts/%d", a.id, serial.Add(1)),
		"type": kind, "actor": a.id, "object": object,
	}.with(changes...)
}

// note is a public note of the actor's.
func (a *actor) note(changes ...doc) doc {
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "id": fmt.Sprintf("%s/notes/%d", a.id, serial.Add(1)),
		"attributedTo": a.id, "content": "<p>hello</p>", "to": as.Public, "cc": a.id + "/followers", "published": time.Now().UTC().Format(time.RFC3339),
	}.with(changes...)
}

// portable is somebody whose id is a DID, known here, with the key of the DID.
type portable struct {
	*actor
	publishing ed25519.PrivateKey
	did        string
}

func newPortable(p *peer, key *rsa.PrivateKey, name string) *portable {
	p.h.t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(p.h.t, err)
	did := integrity.DIDKey(public)
	a := &portable{actor: &actor{peer: p, id: "ap://" + did + "/actor", keyID: "ap://" + did + "/actor#main-key", key: key}, publishing: private, did: did}
	location := p.URL + account.Gateway + did + "/actor"
	a.met, err = p.h.accounts.Meet(p.h.t.Context(), &account.Account{
		Kind: account.KindPerson, Name: name, Host: "gateway.example", URI: a.id, Location: location, Inbox: location + "/inbox",
		FollowersURI: a.id + "/followers",
	}, []account.Listed{{URI: a.keyID, Kind: account.RSA, Public: key.Public()}})
	must(p.h.t, err)
	return a
}

// proven is a document with the DID's proof.
func (a *portable) proven(d doc, at time.Time) []byte {
	a.h.t.Helper()
	out, err := integrity.Sign(raw(d), a.publishing, integrity.VerificationMethod(a.publishing.Public().(ed25519.PublicKey)), at)
	must(a.h.t, err)
	return out
}

// A doc is a JSON object.
type doc map[string]any

// with is d changed; nil takes a property away.
func (d doc) with(changes ...doc) doc {
	out := maps.Clone(d)
	for _, c := range changes {
		for k, v := range c {
			if out[k] = v; v == nil {
				delete(out, k)
			}
		}
	}
	return out
}

func (d doc) id() string { return d["id"].(string) }

func actorDoc(uri, name string, key *rsa.PrivateKey) doc {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "type": "Person", "id": uri, "preferredUsername": name, "name": name,
		"inbox": uri + "/inbox", "followers": uri + "/followers",
		"publicKey": doc{"id": uri + "#main-key", "owner": uri, "publicKeyPem": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))},
	}
}

func raw(v any) []byte {
	if b, ok := v.([]byte); ok {
		return b
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// Keys take long to make, and whose they are is only a question of who lists them.
var (
	bobsKey  = sync.OnceValue(newKey)
	evesKey  = sync.OnceValue(newKey)
	otherKey = sync.OnceValue(newKey)
)

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
