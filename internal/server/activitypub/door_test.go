package activitypub_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/federation/inbox"
	"allod/internal/federation/remote"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/markup"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/server/activitypub"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
)

const origin = "https://home.example"

// papers are documents that say what they are, without a proof.
type papers struct{ names account.Names }

func (p papers) Actor(_ context.Context, a *account.Account) ([]byte, error) {
	return json.Marshal(map[string]string{"type": "Person", "id": p.names.Actor(a)})
}

func (p papers) Post(_ context.Context, q *post.Post) ([]byte, error) {
	return json.Marshal(map[string]string{"type": "Note", "id": post.Address(p.names, q)})
}

func (p papers) Tombstone(_ context.Context, a *account.Account, t *post.Tombstone) ([]byte, error) {
	return json.Marshal(map[string]string{"type": "Tombstone", "id": p.names.ID(a, t.URI)})
}

func (p papers) Collection(_ context.Context, _ *account.Account, doc as.CollectionDocument) ([]byte, error) {
	return doc.JSON()
}

func (p papers) Activity(_ context.Context, a *account.Account, uri string) ([]byte, error) {
	if uri != a.Under("create", 7) {
		return nil, fault.New(fault.NotFound, "")
	}
	return json.Marshal(map[string]string{"type": "Create", "id": p.names.ID(a, uri)})
}

type nobody struct{}

func (nobody) Resolve(context.Context, []address.Handle) (map[address.Handle]*account.Account, error) {
	return nil, nil
}

// A home is the door with what stands behind it.
type home struct {
	t        *testing.T
	db       *db.DB
	names    account.Names
	accounts *account.Service
	ties     *relationship.Service
	posts    *post.Service
	door     http.Handler
	ana      *account.Account
}

func newHome(t *testing.T) *home {
	t.Helper()
	h := &home{t: t, db: dbtest.SQLite(t)}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	must(t, err)
	h.names, err = account.NewNames(origin)
	must(t, err)
	ids := id.NewSource(time.Now)
	h.accounts = account.New(h.db, ids, time.Now, vault)
	h.ties = relationship.New(h.db, ids, time.Now)
	h.posts = post.New(h.db, ids, time.Now, h.accounts, markup.New(), nobody{}, h.names)
	_, err = h.accounts.Found(t.Context())
	must(t, err)
	client := fetch.New(fetch.Config{UserAgent: "test"})
	t.Cleanup(client.Close)
	far := remote.New(remote.Config{DB: h.db, Accounts: h.accounts, Posts: h.posts, Fetch: client, Names: h.names, Now: time.Now, Log: log})
	jobs := job.New(h.db, log)
	in := inbox.New(inbox.Config{
		DB: h.db, Accounts: h.accounts, Relations: h.ties, Posts: h.posts, Remote: far, Jobs: jobs, IDs: ids, Now: time.Now, Log: log,
	})
	must(t, jobs.Prepare(t.Context()))
	mux := http.NewServeMux()
	activitypub.Routes(mux, activitypub.Config{
		Accounts: h.accounts, Posts: h.posts, Documents: papers{h.names}, Inbox: in, Names: h.names, Now: time.Now, Log: log,
		Software: "allod", Version: "1.2.3", Title: "The home",
	})
	h.door = mux
	h.ana = h.resident("ana")
	return h
}

func (h *home) resident(name string) *account.Account {
	h.t.Helper()
	n, err := h.accounts.Prepare(name, "", 0, account.Preference{Visibility: "public"})
	must(h.t, err)
	var a *account.Account
	must(h.t, h.db.Update(h.t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = h.accounts.Settle(ctx, tx, n)
		return err
	}))
	return a
}

// stranger is an actor of another server, known here with its key.
func (h *home) stranger(name string) *account.Account {
	h.t.Helper()
	uri := "https://far.example/users/" + name
	a, err := h.accounts.Meet(h.t.Context(), &account.Account{
		Kind: account.KindPerson, Name: name, Host: "far.example", URI: uri, Location: uri, Inbox: uri + "/inbox",
	}, []account.Listed{{URI: uri + "#main-key", Kind: account.RSA, Public: theirKey().Public()}})
	must(h.t, err)
	return a
}

func (h *home) publish(v post.Visibility, parent id.ID) *post.Post {
	h.t.Helper()
	p, err := h.posts.Publish(h.t.Context(), h.ana, post.Draft{Text: "said", Visibility: v, ReplyTo: parent})
	must(h.t, err)
	return p
}

// ask is a request that the door answers.
func (h *home) ask(method, target string, body []byte, change ...func(*http.Request)) *http.Response {
	h.t.Helper()
	r := httptest.NewRequest(method, strings.TrimPrefix(target, origin), bytes.NewReader(body))
	r.Host = "home.example"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", as.ContentType)
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	return w.Result()
}

func (h *home) get(target string, change ...func(*http.Request)) *http.Response {
	h.t.Helper()
	return h.ask(http.MethodGet, target, nil, change...)
}

// by signs a request.
func (h *home) by(a *account.Account, body []byte) func(*http.Request) {
	return func(r *http.Request) {
		h.t.Helper()
		r.URL.Scheme, r.URL.Host = "https", "home.example"
		must(h.t, httpsig.SignCavage(r, body, a.URI+"#main-key", theirKey(), time.Now()))
	}
}

func accept(kinds string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Accept", kinds) }
}

func wantStatus(t *testing.T, res *http.Response, want int) {
	t.Helper()
	if res.StatusCode != want {
		b, _ := io.ReadAll(res.Body)
		t.Errorf("status %d, want %d: %s", res.StatusCode, want, b)
	}
}

// read is an answer's JSON.
func read(t *testing.T, res *http.Response) map[string]any {
	t.Helper()
	var v map[string]any
	must(t, json.NewDecoder(res.Body).Decode(&v))
	return v
}

var theirKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
