package mastodon

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/auth"
	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/draft"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/locale"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/media/derive"
	"allod/internal/moderation"
	"allod/internal/notification"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/search"
	"allod/internal/timeline"
	"allod/protocol/mastodon"
	"allod/web"
)

// TestMain makes the test binary the worker that derives pictures.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "derive-worker" {
		os.Exit(derive.Worker(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

const origin = "https://harbor.example"

// A house is the door with all rooms behind it, wired as the app does.
type house struct {
	*door
	mux *http.ServeMux
	app *auth.App
	// elsewhere is what the finder finds, by text.
	elsewhere map[string]*account.Account
	secret    string
	ahead     atomic.Int64 // nanoseconds that the clock is ahead
}

// A human is one who lives here, with the token of an app that may do everything.
type human struct {
	*account.Account
	token string
}

// each runs f in a house on each engine.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newHouse(t, d)) })
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{elsewhere: map[string]*account.Account{}, mux: http.NewServeMux()}
	ids, now := id.NewSource(time.Now), func() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	vault := need(account.OpenVault(filepath.Join(t.TempDir(), "key"), true))(t)
	names := need(account.NewNames(origin))(t)
	blobs := need(blob.NewDisk(t.TempDir()))(t)
	self := need(os.Executable())(t)
	text := markup.New()
	accounts := account.New(d, ids, now, vault)
	posts := post.New(d, ids, now, accounts, text, neighbors{accounts}, names)
	jobs := job.New(d, log)
	c := Config{
		Log: log, Now: now, Languages: need(locale.Load(need(web.Catalogues())(t)))(t), Names: names, DB: d, Accounts: accounts,
		Home:   Home{Title: "Harbor", Description: "One house", Software: "allod 0.1.0", Languages: []string{"en", "ru"}},
		Auth:   auth.New(d, accounts, ids, now, auth.Options{Memory: 64, Passes: 1, Key: []byte("a key of this home")}),
		Ties:   relationship.New(d, ids, now),
		Drafts: draft.New(d, ids, now, accounts, posts, jobs),
		Posts:  posts, Guard: moderation.New(d, ids, now), Text: text,
		Streams: timeline.New(d, posts, ids, now, func(_, _ id.ID) {}),
		News:    notification.New(d, posts, ids, now, func(_, _ id.ID) {}),
		Media:   media.New(d, blobs, derive.New(derive.Config{Self: self, Args: []string{"derive-worker"}, Log: log}), ids, now),
		Search:  search.New(d, posts, text, now, log),
		Render:  testRenderer(),
		Find:    h.find,
		Pushes:  pushes{},
	}
	wire(c)
	if err := jobs.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.door = newDoor(c)
	Routes(h.mux, c)
	need(accounts.Found(t.Context()))(t)
	h.app, h.secret = h.newApp(t, "profile read write follow push")
	return h
}

// wire has rooms react to each other.
func wire(c Config) {
	c.Ties.Regarded.Then(c.Guard.Regarded, c.News.Regarded)
	c.Posts.Published.Then(c.Streams.PlacePublished, func(ctx context.Context, tx *db.Tx, f post.Published) error {
		return c.News.Named(ctx, tx, f.Post, f.Named)
	})
	c.Posts.Received.Then(c.Streams.PlaceReceived)
	c.Posts.Deleted.Then(c.Streams.RemoveDeleted, c.News.Deleted)
	c.Posts.Liked.Then(c.News.Liked)
	c.Posts.Unliked.Then(c.News.Unliked)
	c.Posts.Boosted.Then(c.Streams.PlaceBoosted, c.News.Boosted)
	c.Posts.Unboosted.Then(c.Streams.RemoveUnboosted, c.News.Unboosted)
	c.Ties.Asked.Then(c.News.Asked)
	c.Ties.Began.Then(c.News.Began, c.Streams.Begin)
}

// neighbors finds people who are known already.
type neighbors struct{ accounts *account.Service }

func (n neighbors) Resolve(ctx context.Context, handles []address.Handle) (map[address.Handle]*account.Account, error) {
	out := map[address.Handle]*account.Account{}
	for _, h := range handles {
		host := h.Host
		if host == "harbor.example" {
			host = ""
		}
		if a, err := n.accounts.ByHandle(ctx, h.Name, host); err == nil {
			out[h] = a
		}
	}
	return out, nil
}

func (h *house) find(_ context.Context, text string) (*account.Account, id.ID, error) {
	if a := h.elsewhere[text]; a != nil {
		return a, 0, nil
	}
	if text == "https://silent.example/" {
		return nil, 0, fault.New(fault.Unavailable, "")
	}
	if i, err := id.Parse(strings.TrimPrefix(text, origin+"/@ada/")); err == nil {
		return nil, i, nil
	}
	return nil, 0, fault.New(fault.NotFound, "")
}

func (h *house) newApp(t testing.TB, scopes string) (*auth.App, string) {
	t.Helper()
	a, secret, err := h.Auth.CreateApp(t.Context(), auth.NewApp{Name: "Skiff", Website: "https://skiff.example/", RedirectURIs: []string{auth.OutOfBand}, Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	return a, secret
}

// tokenFor is a token that a person gave an app.
func (h *house) tokenFor(t testing.TB, who id.ID, scopes ...string) string {
	t.Helper()
	session := need(h.Auth.Begin(t.Context(), who, auth.ByPassword, "test", "127.0.0.1"))(t)
	s := need(h.Auth.Session(t.Context(), session))(t)
	code := need(h.Auth.NewCode(t.Context(), auth.Grant{App: h.app, AccountID: who, SessionID: s.ID, Redirect: auth.OutOfBand, Scopes: scopes}))(t)
	bearer, _, err := h.Auth.Exchange(t.Context(), auth.Exchange{ClientID: h.app.ClientID, Secret: h.secret, Code: code, Redirect: auth.OutOfBand})
	if err != nil {
		t.Fatal(err)
	}
	return bearer
}

func (h *house) person(t testing.TB, name string) *human {
	t.Helper()
	a := need(h.Auth.Register(t.Context(), auth.Registration{
		Name: name, DisplayName: strings.ToUpper(name[:1]) + name[1:], Password: "correct horse", Preference: account.Preference{Visibility: "public"},
	}))(t)
	return &human{a, h.tokenFor(t, a.ID, "read", "write", "follow", "push")}
}

// met is an account of another server.
func (h *house) met(t testing.TB, name string) *account.Account {
	t.Helper()
	base := "https://meadow.example/users/" + name
	return need(h.Accounts.Meet(t.Context(), &account.Account{
		Kind: account.KindPerson, Name: name, Host: "meadow.example", URI: base, Location: base, URL: "https://meadow.example/@" + name,
		DisplayName: name, Bio: "<p>Draws <script>birds</script></p>", Inbox: base + "/inbox",
	}, nil))(t)
}

// need is what could not fail.
func need[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// A reply is what the door answered.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// into reads the body as JSON.
func into[T any](t testing.TB, r reply) (v T) {
	t.Helper()
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%v in %.300s", err, r.body)
	}
	return v
}

// send calls a method. A body beginning with { is JSON, any other a form.
func (h *house) send(t testing.TB, token, method, path, body string, header ...string) reply {
	t.Helper()
	var from io.Reader
	if body != "" {
		from = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, from)
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.do(t, token, r)
}

func (h *house) do(t testing.TB, token string, r *http.Request) reply {
	t.Helper()
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.mux.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), bytes.TrimSpace(w.Body.Bytes())}
}

// ok is send for what must succeed.
func (h *house) ok(t testing.TB, token, method, path, body string, header ...string) reply {
	t.Helper()
	r := h.send(t, token, method, path, body, header...)
	if r.status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, path, r.status, r.body)
	}
	return r
}

// expect is send for what must be refused with a status and a sentence.
func (h *house) expect(t testing.TB, status int, token, method, path, body string) {
	t.Helper()
	r := h.send(t, token, method, path, body)
	if r.status != status {
		t.Errorf("%s %s %s: %d %s, want %d", method, path, body, r.status, r.body, status)
		return
	}
	if e := into[struct{ Error string }](t, r); e.Error == "" {
		t.Errorf("%s %s: no sentence in %s", method, path, r.body)
	}
}

// ids are those of a list of entities.
func ids(t testing.TB, r reply) []string {
	t.Helper()
	out := []string{}
	for _, e := range into[[]struct{ ID string }](t, r) {
		out = append(out, e.ID)
	}
	return out
}

// say posts a status and returns its id.
func (h *house) say(t testing.TB, who *human, text string) string {
	t.Helper()
	return into[mastodon.Status](t, h.ok(t, who.token, "POST", "/api/v1/statuses", url.Values{"status": {text}}.Encode())).ID
}
