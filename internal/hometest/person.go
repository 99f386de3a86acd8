package hometest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"allod/internal/app"
)

// A Person lives in a home and uses it by an app and in a browser.
type Person struct {
	Home  *Home
	Name  string
	Token string // of an app that may do everything
	// Browser is signed in and follows redirects within the home.
	Browser *http.Client
}

// Password is that of everybody whom Settle lets in.
const Password = "a long enough password"

// callback is where the app is sent its code. Nothing listens there.
const callback = "http://127.0.0.1:9/callback"

// Settle lets somebody move in and signs a browser and an app of theirs in.
func (h *Home) Settle(name string) *Person {
	h.t.Helper()
	err := app.AddAccount(h.t.Context(), h.Config, slog.New(slog.DiscardHandler), app.Newcomer{
		Name: name, Email: name + "@mail.example", Password: Password,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return h.SignIn(name)
}

// SignIn signs a browser and an app of somebody in who lives there already.
func (h *Home) SignIn(name string) *Person {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	p := &Person{Home: h, Name: name, Browser: &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
	p.letIn()
	return p
}

// letIn takes an app through the whole of OAuth, filling in whatever forms come.
func (p *Person) letIn() {
	t := p.Home.t
	t.Helper()
	const scopes = "read write follow push"
	var made struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	p.call(http.MethodPost, "/api/v1/apps", map[string]any{"client_name": "test", "redirect_uris": callback, "scopes": scopes}, &made)
	resp, err := p.Browser.Get(p.Home.Origin + "/oauth/authorize?" + url.Values{
		"client_id": {made.ID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {scopes},
	}.Encode())
	for range 5 {
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if to, err := url.Parse(resp.Header.Get("Location")); err == nil && strings.HasPrefix(to.String(), callback) {
			var token struct {
				Token string `json:"access_token"`
			}
			p.call(http.MethodPost, "/oauth/token", map[string]any{
				"grant_type": "authorization_code", "code": to.Query().Get("code"), "redirect_uri": callback,
				"client_id": made.ID, "client_secret": made.Secret,
			}, &token)
			p.Token = token.Token
			return
		}
		resp, err = p.fillIn(resp, page)
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("five forms, and still no code for the app")
}

// fillIn fills in the first form of a page that is posted, as a person would, and sends it.
func (p *Person) fillIn(resp *http.Response, page []byte) (*http.Response, error) {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	for form := range doc.Descendants() {
		if form.Data != "form" || !strings.EqualFold(attr(form, "method"), "post") {
			continue
		}
		values := url.Values{}
		for field := range form.Descendants() {
			name := attr(field, "name")
			if name == "" || (field.Data != "input" && field.Data != "button") {
				continue
			}
			switch attr(field, "type") {
			case "password":
				values.Set(name, Password)
			case "hidden", "submit", "":
				values.Set(name, attr(field, "value"))
				if field.Data == "input" && attr(field, "type") == "" {
					values.Set(name, p.Name)
				}
			case "checkbox", "radio":
			default:
				values.Set(name, p.Name)
			}
		}
		action, err := resp.Request.URL.Parse(attr(form, "action"))
		if err != nil {
			return nil, err
		}
		return p.Browser.PostForm(action.String(), values)
	}
	return nil, fmt.Errorf("%s has no form: %.300s", resp.Request.URL, page)
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Do calls the API with a JSON body, nil for none, and returns the status and the answer.
func (p *Person) Do(method, path string, in any) (int, []byte) {
	t := p.Home.t
	t.Helper()
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, p.Home.Origin+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if p.Token != "" {
		r.Header.Set("Authorization", "Bearer "+p.Token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, raw
}

// call is Do for what must go well.
func (p *Person) call(method, path string, in, out any) {
	t := p.Home.t
	t.Helper()
	status, raw := p.Do(method, path, in)
	if status/100 != 2 {
		t.Fatalf("%s %s: %d %s", method, path, status, raw)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
}

// Call calls the API and reads the answer, which must be one that went well, into a T.
func Call[T any](p *Person, method, path string, in any) T {
	p.Home.t.Helper()
	var out T
	p.call(method, path, in, &out)
	return out
}

// Page is a page as the person's browser sees it.
func (p *Person) Page(path string) string {
	t := p.Home.t
	t.Helper()
	resp, err := p.Browser.Get(p.Home.Origin + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s: %v: %.500s", path, resp.Status, err, raw)
	}
	return string(raw)
}

// patience is how long Await waits: a delivery that fails three times on a busy machine comes again after 35 seconds.
const patience = 2 * time.Minute

// Await waits until something holds.
func Await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}
