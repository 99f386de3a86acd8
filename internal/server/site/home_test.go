package site_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/auth"
	"allod/internal/blob"
	"allod/internal/comment"
	"allod/internal/db"
	drafting "allod/internal/draft"
	"allod/internal/emoji"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/film"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/live"
	"allod/internal/locale"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/media/derive"
	"allod/internal/mention"
	"allod/internal/moderation"
	"allod/internal/notification"
	"allod/internal/page"
	"allod/internal/photo"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/roster"
	"allod/internal/search"
	"allod/internal/server"
	"allod/internal/server/site"
	"allod/internal/subscriber"
	"allod/internal/timeline"
	"allod/web"
)

const password = "correct horse battery"

// TestMain makes the test binary its own worker for pictures.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "derive-worker" {
		os.Exit(derive.Worker(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// A house is the door with its rooms, as the plan of the house connects them.
type house struct {
	t        testing.TB
	url      string
	names    account.Names
	site     *site.Site
	handler  http.Handler
	db       *db.DB
	ids      *id.Source
	bus      *live.Bus
	accounts *account.Service
	auth     *auth.Service
	ties     *relationship.Service
	posts    *post.Service
	pages    *page.Service
	media    *media.Service
	files    *file.Service
	photos   *photo.Service
	films    *film.Service
	streams  *timeline.Service
	search   *search.Service
	finder   *finder
	remote   *remote
	comments *comment.Service
	mail     *mailer
	passes   auth.Passes
}

// people finds those who are here.
type people struct {
	accounts *account.Service
	here     string
}

func (p people) Resolve(ctx context.Context, handles []address.Handle) (map[address.Handle]*account.Account, error) {
	found := map[address.Handle]*account.Account{}
	for _, h := range handles {
		host := h.Host
		if host == p.here {
			host = ""
		}
		if a, err := p.accounts.ByHandle(ctx, h.Name, host); err == nil {
			found[h] = a
		}
	}
	return found, nil
}

// finder is the rest of the world.
type finder struct {
	people map[string]*account.Account
	posts  map[string]id.ID
}

func (f *finder) FindByText(_ context.Context, text string) (*account.Account, id.ID, error) {
	if a := f.people[text]; a != nil {
		return a, 0, nil
	}
	if p := f.posts[text]; p != 0 {
		return nil, p, nil
	}
	return nil, 0, fault.New(fault.NotFound, "fault.person.not_found")
}

// mailer is mail that is ready unless it is off, and knows addresses that are troubled.
type mailer struct {
	off      bool
	troubles map[string]site.Trouble
	tried    []string
}

func (m *mailer) Ready() bool { return !m.off }

func (m *mailer) Troubles(context.Context, []string) (map[string]site.Trouble, error) {
	return m.troubles, nil
}

func (m *mailer) State(context.Context) (site.MailState, error) {
	return site.MailState{Server: "mail.example:587", From: "home@example.com", Waiting: 2, Bounced: 1, Error: "451 later"}, nil
}

func (m *mailer) Try(_ context.Context, address, _, _ string) error {
	m.tried = append(m.tried, address)
	return nil
}

// remote serves one body for everything of other servers.
type remote struct {
	mime string
	body []byte
}

type body struct{ *bytes.Reader }

func (body) Close() error { return nil }

func (r *remote) Media(context.Context, id.ID) (string, io.ReadSeekCloser, error) {
	return r.mime, body{bytes.NewReader(r.body)}, nil
}

func (r *remote) Emoji(ctx context.Context, who id.ID, url string) (string, io.ReadSeekCloser, error) {
	return r.Portrait(ctx, who, url)
}

func (r *remote) Portrait(context.Context, id.ID, string) (string, io.ReadSeekCloser, error) {
	return r.mime, body{bytes.NewReader(r.body)}, nil
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	s := httptest.NewUnstartedServer(nil)
	h := &house{t: t, db: d, url: "http://" + s.Listener.Addr().String(), ids: id.NewSource(time.Now), bus: live.New(), finder: &finder{map[string]*account.Account{}, map[string]id.ID{}}, remote: &remote{}}
	var err error
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h.names, err = account.NewNames(h.url)
	must(err)
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	must(err)
	h.accounts = account.New(d, h.ids, time.Now, vault)
	_, err = h.accounts.Found(t.Context())
	must(err)
	h.auth = auth.New(d, h.accounts, h.ids, time.Now, auth.Options{Memory: 64, Passes: 1, Key: []byte("a key for invitations")})
	h.ties = relationship.New(d, h.ids, time.Now)
	blobs, err := blob.NewDisk(t.TempDir())
	must(err)
	self, err := os.Executable()
	must(err)
	deriver := derive.New(derive.Config{Self: self, Args: []string{"derive-worker"}, MaxConcurrent: 2, Log: log})
	h.media = media.New(d, blobs, deriver, h.ids, time.Now)
	h.files = file.New(d, blobs, h.ids, time.Now)
	h.photos = photo.New(photo.Config{DB: d, Blobs: blobs, Derive: deriver, Gallery: h.media, Now: time.Now, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)})
	h.films = film.New(film.Config{DB: d, Blobs: blobs, Gallery: h.media, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	h.files.Changed.Then(h.photos.Changed)
	text := markup.New()
	h.posts = post.New(d, h.ids, time.Now, h.accounts, text, people{h.accounts, h.names.Host}, h.names)
	jobs := job.New(d, log)
	drafts := drafting.New(d, h.ids, time.Now, h.accounts, h.posts, jobs)
	if err := jobs.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.pages = page.New(d, h.ids, time.Now, h.posts)
	tell := func(topic string) func(who, what id.ID) {
		return func(who, what id.ID) {
			h.bus.Publish(live.Ref{Topic: topic + ":" + who.String(), Kind: topic, ID: what})
		}
	}
	h.search = search.New(d, h.posts, text, time.Now, log)
	h.search.OpenFile = h.files.Open
	h.streams = timeline.New(d, h.posts, h.ids, time.Now, tell("home"))
	h.comments, h.mail, h.passes = comment.New(d, h.posts, h.ids, time.Now), &mailer{}, auth.NewPasses([]byte("a key for passes"))
	subscribers := subscriber.New(d, job.New(d, log), h.posts, h.ids, time.Now, time.UTC)
	news := notification.New(d, h.posts, h.ids, time.Now, tell("news"))
	catalogues, err := web.Catalogues()
	must(err)
	bundle, err := locale.Load(catalogues)
	must(err)
	sessions := server.NewSessions(h.auth, h.accounts, h.url)
	guard := moderation.New(d, h.ids, time.Now)
	h.ties.Regarded.Then(guard.Regarded, news.Regarded)
	h.site, err = site.New(site.Config{
		Log: log, Now: time.Now, Product: "Allod", Names: h.names, Bundle: bundle, Zone: time.FixedZone("NPT", 5*3600+45*60), Text: text, Live: h.bus,
		DB: d, Accounts: h.accounts, Auth: h.auth, Ties: h.ties, Files: h.files, Photos: h.photos, Films: h.films, Media: h.media, Posts: h.posts, Drafts: drafts, Emoji: emoji.New(d, h.ids, time.Now, h.media), Roster: roster.New(d, h.ids), WorkOnRoster: func(context.Context, *db.Tx, id.ID) error { return nil }, Pages: h.pages, Streams: h.streams, News: news,
		Guard:  guard,
		Search: h.search, Mentions: mention.New(d, h.ids, time.Now),
		Comments: h.comments, Subscribers: subscribers, Mail: h.mail, Passes: h.passes, Bells: bells{}, Ears: ears{},
		Sessions: sessions, Finder: h.finder, Remote: h.remote, ProxyKey: []byte("a key of this home"), Alone: h.accounts.Alone,
	})
	must(err)
	h.react(news)
	mux := http.NewServeMux()
	h.site.Routes(mux)
	mux.Handle("/api/", http.NotFoundHandler()) // the subtree of another door
	h.handler, err = server.Stack(server.Config{Log: log, Face: h.site.Problem, Origin: h.url, MaxBody: 200 << 20},
		server.Health(log, d.Ping), mux)
	must(err)
	s.Config.Handler = h.handler
	s.Start()
	t.Cleanup(s.Close)
	t.Cleanup(h.bus.Close)
	return h
}

// react is the part of the plan's switchboard that pages show.
func (h *house) react(news *notification.Service) {
	h.pages.Changed.Then(func(_ context.Context, tx *db.Tx, f page.Changed) error {
		tx.After(func() { h.site.Forget(f.AccountID) })
		return nil
	})
	h.files.Changed.Then(func(ctx context.Context, tx *db.Tx, c file.Change) error {
		return h.search.NoteFile(ctx, tx, c.Node.ID)
	})
	h.ties.Asked.Then(news.Asked)
	h.ties.Began.Then(h.streams.Begin, news.Began)
	h.posts.Published.Then(func(ctx context.Context, tx *db.Tx, f post.Published) error { return h.search.Note(ctx, tx, f.Post.ID) })
	h.pages.Changed.Then(func(ctx context.Context, tx *db.Tx, f page.Changed) error {
		return h.search.NotePages(ctx, tx, f.AccountID)
	})
	h.accounts.Met.Then(func(ctx context.Context, tx *db.Tx, f account.Met) error {
		return h.search.NotePerson(ctx, tx, f.Account.ID)
	})
	h.posts.Published.Then(h.streams.PlacePublished, func(ctx context.Context, tx *db.Tx, f post.Published) error {
		tx.After(func() { h.site.Forget(f.Post.AuthorID) })
		return news.Named(ctx, tx, f.Post, f.Named)
	})
	h.posts.Received.Then(h.streams.PlaceReceived)
	h.posts.Deleted.Then(h.streams.RemoveDeleted, news.Deleted, func(_ context.Context, tx *db.Tx, f post.Deleted) error {
		tx.After(func() { h.site.Forget(f.Post.AuthorID) })
		return nil
	})
	h.posts.Liked.Then(news.Liked)
	h.posts.Hid.Then(news.Hid)
	h.posts.Unhid.Then(news.Unhid)
	h.comments.Arrived.Then(news.Arrived)
	h.comments.Told.Then(news.Told, func(_ context.Context, tx *db.Tx, f comment.Told) error {
		tx.After(func() { h.site.Forget(f.Comment.OwnerID) })
		return nil
	})
	h.comments.Taken.Then(news.Taken, func(_ context.Context, tx *db.Tx, f comment.Taken) error {
		tx.After(func() { h.site.Forget(f.Comment.OwnerID) })
		return nil
	})
	h.posts.Boosted.Then(h.streams.PlaceBoosted, news.Boosted)
}

// resident makes an account and a browser that is signed in to it.
func (h *house) resident(name string) (*account.Account, *browser) {
	h.t.Helper()
	a, err := h.auth.Register(h.t.Context(), auth.Registration{
		Name: name, DisplayName: strings.ToUpper(name[:1]) + name[1:], Password: password, Preference: account.Preference{Visibility: "public"},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	b := h.visitor()
	if res := b.post("/login", url.Values{"username": {name}, "password": {password}, "next": {"/"}}); res.status != http.StatusSeeOther {
		h.t.Fatalf("%s cannot sign in: %d %s", name, res.status, res.text())
	}
	return a, b
}

// stranger is somebody of another server that this home has met.
func (h *house) stranger(name string) *account.Account {
	h.t.Helper()
	at := "https://harbour.example/users/" + name
	a, err := h.accounts.Meet(h.t.Context(), &account.Account{
		Kind: account.KindPerson, Name: name, Host: "harbour.example", URI: at, Location: at, URL: "https://harbour.example/@" + name,
		DisplayName: "Wren Adeyemi", Bio: "<p>Ferries.</p>", Inbox: at + "/inbox", Avatar: "https://harbour.example/wren.png",
	}, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

func (h *house) publish(a *account.Account, d post.Draft) *post.Post {
	h.t.Helper()
	if d.Visibility == "" {
		d.Visibility = post.Public
	}
	p, err := h.posts.Publish(h.t.Context(), a, d)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// A browser keeps cookies, follows nothing by itself and runs no script.
type browser struct {
	h      *house
	client *http.Client
}

func (h *house) visitor() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h, &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// An answer is what a browser got.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

func (b *browser) do(method, path string, payload io.Reader, change ...func(*http.Request)) answer {
	b.h.t.Helper()
	to := path
	if strings.HasPrefix(path, "/") {
		to = b.h.url + path
	}
	r, err := http.NewRequestWithContext(b.h.t.Context(), method, to, payload)
	if err != nil {
		b.h.t.Fatal(err)
	}
	for _, c := range change {
		c(r)
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if res.StatusCode >= 500 {
		b.h.t.Errorf("%s %s: %d\n%s", method, path, res.StatusCode, all)
	}
	return answer{b.h.t, res.StatusCode, res.Header, all}
}

func (b *browser) get(path string, change ...func(*http.Request)) answer {
	b.h.t.Helper()
	return b.do("GET", path, nil, change...)
}

func (b *browser) post(path string, form url.Values, change ...func(*http.Request)) answer {
	b.h.t.Helper()
	return b.do("POST", path, strings.NewReader(form.Encode()), append([]func(*http.Request){
		header("Content-Type", "application/x-www-form-urlencoded"),
	}, change...)...)
}

// send sends a form with files, as browsers send the composer.
func (b *browser) send(path string, fields map[string]string, files map[string][]byte) answer {
	b.h.t.Helper()
	var buf bytes.Buffer
	m := multipart.NewWriter(&buf)
	for name, value := range fields {
		if err := m.WriteField(name, value); err != nil {
			b.h.t.Fatal(err)
		}
	}
	for name, content := range files {
		w, err := m.CreateFormFile(name, "picture.png")
		if err != nil {
			b.h.t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			b.h.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		b.h.t.Fatal(err)
	}
	return b.do("POST", path, &buf, header("Content-Type", m.FormDataContentType()))
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func (a answer) text() string { return string(a.body) }

// want checks the status, and that the page says something.
func (a answer) want(status int, words ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, not %d: %s", a.status, status, a.text())
	}
	for _, w := range words {
		if !strings.Contains(a.text(), w) {
			a.t.Errorf("no %q in\n%s", w, a.text())
		}
	}
	return a
}

// leads checks that the answer leads on, and returns where.
func (a answer) leads(prefix string) string {
	a.t.Helper()
	to := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(to, prefix) {
		a.t.Fatalf("%d to %q, not to %q: %s", a.status, to, prefix, a.text())
	}
	return to
}

// page is the answer as a document.
func (a answer) page() *html.Node {
	a.t.Helper()
	n, err := html.Parse(bytes.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	return n
}

// find are the elements of a page that match.
func find(root *html.Node, match func(*html.Node) bool) (out []*html.Node) {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			out = append(out, n)
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func class(name string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		for c := range strings.FieldsSeq(attr(n, "class")) {
			if c == name {
				return true
			}
		}
		return false
	}
}

// form is the fields of the form that is sent to a path, as a browser fills it.
func (a answer) form(prefix string) (action string, fields map[string]string) {
	a.t.Helper()
	forms := find(a.page(), func(n *html.Node) bool { return n.Data == "form" && strings.HasPrefix(attr(n, "action"), prefix) })
	if len(forms) == 0 {
		a.t.Fatalf("no form to %s in\n%s", prefix, a.text())
	}
	fields = map[string]string{}
	for _, n := range find(forms[0], func(n *html.Node) bool { return n.Data == "input" || n.Data == "textarea" || n.Data == "select" }) {
		fill(fields, n)
	}
	return attr(forms[0], "action"), fields
}

func fill(fields map[string]string, n *html.Node) {
	name, kind := attr(n, "name"), attr(n, "type")
	switch {
	case n.Data == "textarea":
		if n.FirstChild != nil {
			fields[name] = n.FirstChild.Data
		}
	case n.Data == "select":
		for _, o := range find(n, func(n *html.Node) bool { return n.Data == "option" }) {
			for _, at := range o.Attr {
				if at.Key == "selected" {
					fields[name] = attr(o, "value")
				}
			}
		}
	case kind == "radio" || kind == "checkbox":
		for _, at := range n.Attr {
			if at.Key == "checked" {
				fields[name] = attr(n, "value")
			}
		}
	case kind != "file" && name != "":
		fields[name] = attr(n, "value")
	}
}

// values are fields as an encoded form.
func values(fields map[string]string) url.Values {
	v := url.Values{}
	for name, value := range fields {
		v.Set(name, value)
	}
	return v
}

// drawing is a small picture in PNG, another for each seed.
func drawing(t testing.TB, seed int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 60, 40))
	for x := range 60 {
		for y := range 40 {
			m.Set(x, y, color.RGBA{uint8(4 * x), uint8(6 * y), uint8(seed), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func at(p *post.Post) string { return fmt.Sprintf("/@%s/%s", p.Author.Handle(), p.ID) }

// Short names of what tests mention often.
type (
	ID   = id.ID
	node = html.Node
	tx   = *db.Tx
)

func (h *house) update(f func(tx) error) error {
	return h.db.Update(h.t.Context(), func(_ context.Context, tx *db.Tx) error { return f(tx) })
}
