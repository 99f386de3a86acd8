package oauth_test

import (
	"context"
	"encoding/json"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
	"allod/internal/server/oauth"
	"allod/web"
)

const (
	password = "correct horse"
	callback = "http://127.0.0.1:9/callback"
)

// pages draws the forms alone.
type pages struct{}

var consent = template.Must(template.New("").Parse(`<h1>{{.App}} {{.Returns}} {{.Scopes}}</h1>
{{range $d, $label := .Decisions}}<form method="post" action="{{$.Action}}">
{{range $.Hidden}}<input type="hidden" name="{{.Name}}" value="{{.Value}}">{{end}}
<button name="decision" value="{{$label}}">go</button></form>{{end}}`))

func (pages) Consent(w http.ResponseWriter, r *http.Request, v web.ConsentView) error {
	return consent.Execute(w, struct {
		web.ConsentView
		Decisions []string
	}{v, []string{"allow", "deny"}})
}

func (pages) Code(w http.ResponseWriter, r *http.Request, v web.CodeView) error {
	_, err := io.WriteString(w, "<code>"+v.Code+"</code>")
	return err
}

func (pages) Problem(w http.ResponseWriter, r *http.Request, status int, err error) {
	key, _ := fault.Message(err)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, key)
}

// A home is the door with a sign-in page, and a browser in front of it.
type home struct {
	url     string
	auth    *auth.Service
	ada     *account.Account
	browser *http.Client
}

func newHome(t *testing.T, d *db.DB) *home {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	ids := id.NewSource(time.Now)
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	if err != nil {
		t.Fatal(err)
	}
	accounts := account.New(d, ids, time.Now, vault)
	h := &home{auth: auth.New(d, accounts, ids, time.Now, auth.Options{Memory: 64, Passes: 1})}
	if h.ada, err = h.auth.Register(t.Context(), auth.Registration{Name: "ada", Password: password}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	s := httptest.NewUnstartedServer(nil)
	h.url = "http://" + s.Listener.Addr().String()
	sessions := server.NewSessions(h.auth, accounts, h.url)
	oauth.Routes(mux, oauth.Config{
		Log: log, Auth: h.auth, Sessions: sessions, Limits: server.NewLimits(time.Now), Pages: pages{}, API: pages{}.Problem,
		Origin: h.url, VAPIDKey: "BKey",
	})
	door := server.Door{Log: log, Face: pages{}.Problem}
	mux.Handle("GET /login", door.Handler(func(w http.ResponseWriter, r *http.Request) error {
		return template.Must(template.New("").Parse(`<form method="post" action="/login"><input type="hidden" name="next" value="{{.}}">
			<input type="text" name="username" value=""><input type="password" name="password"><button>in</button></form>`)).
			Execute(w, r.URL.Query().Get("next"))
	}))
	mux.Handle("POST /login", door.Handler(func(w http.ResponseWriter, r *http.Request) error {
		a, err := h.auth.CheckPassword(r.Context(), r.FormValue("username"), r.FormValue("password"))
		if err != nil {
			return err
		}
		if err := sessions.Begin(w, r, a, auth.ByPassword); err != nil {
			return err
		}
		http.Redirect(w, r, server.Local(r.FormValue("next")), http.StatusSeeOther)
		return nil
	}))
	stack, err := server.Stack(server.Config{Log: log, Face: pages{}.Problem, Origin: h.url, MaxBody: 1 << 20},
		server.Health(log, func(context.Context) error { return nil }), mux)
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = stack
	s.Start()
	t.Cleanup(s.Close)
	h.browser = newBrowser(t)
	return h
}

// newBrowser follows redirects as long as they stay here.
func newBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) || r.URL.Scheme != "http" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

func each(t *testing.T, f func(t *testing.T, h *home)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newHome(t, d)) })
}

// signIn gives the browser a session.
func (h *home) signIn(t *testing.T) {
	t.Helper()
	res := h.post(t, "/login", url.Values{"username": {"ada"}, "password": {password}, "next": {"/login"}})
	if res.StatusCode != 200 {
		t.Fatal(res.Status)
	}
}

func (h *home) app(t *testing.T, redirects ...string) (*auth.App, string) {
	t.Helper()
	a, secret, err := h.auth.CreateApp(t.Context(), auth.NewApp{Name: "App", RedirectURIs: append(redirects, callback), Scopes: "read write follow"})
	if err != nil {
		t.Fatal(err)
	}
	return a, secret
}

// An answer is one whose body was read.
type answer struct {
	*http.Response
	text string
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.text), &v); err != nil {
		t.Fatalf("%s: %v in %q", a.Status, err, a.text)
	}
	return v
}

func (h *home) do(t *testing.T, r *http.Request) answer {
	t.Helper()
	res, err := h.browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(b)}
}

func (h *home) get(t *testing.T, path string, q url.Values) answer {
	t.Helper()
	r, err := http.NewRequest("GET", h.url+path+"?"+q.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return h.do(t, r)
}

func (h *home) post(t *testing.T, path string, q url.Values, headers ...string) answer {
	t.Helper()
	return h.send(t, path, "application/x-www-form-urlencoded", q.Encode(), headers...)
}

func (h *home) send(t *testing.T, path, kind, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequest("POST", h.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return h.do(t, r)
}

// question is a good request to authorize.
func question(a *auth.App, pairs ...string) url.Values {
	q := url.Values{"client_id": {a.ClientID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"read write"}, "state": {"s&t"}}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
}

// returned is the query that a redirect takes to the app.
func (a answer) returned(t *testing.T) url.Values {
	t.Helper()
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil || a.StatusCode != 303 {
		t.Fatalf("%s %v %q", a.Status, err, a.text)
	}
	return u.Query()
}
