package home

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// callback is where an authorization code is sent. Nothing listens there: the
// browser stops before it and reads the code from the address.
const callback = "http://127.0.0.1:9/callback"

// A Browser fills in the home's forms, as a person without scripts would.
type Browser struct {
	origin string
	http   *http.Client
}

// NewBrowser returns a browser without cookies.
func (p Plan) NewBrowser() (*Browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &Browser{origin: p.Origin(), http: &http.Client{
		Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(req *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(req.URL.String(), callback) {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}}, nil
}

// Cookies are those that the home gave.
func (b *Browser) Cookies() []*http.Cookie {
	u, err := url.Parse(b.origin)
	if err != nil {
		return nil
	}
	return b.http.Jar.Cookies(u)
}

// Token signs in, registers an app and lets it act for the person: the OAuth
// authorization code flow over the home's own forms (RFC 6749 §4.1). It
// returns the access token; the browser is signed in afterwards.
func (b *Browser) Token(ctx context.Context, login, password string) (string, error) {
	const scope = "read write follow"
	var app struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if err := b.post(ctx, "/api/v1/apps", url.Values{"client_name": {"script"}, "redirect_uris": {callback}, "scopes": {scope}}, &app); err != nil {
		return "", err
	}
	code, err := b.consent(ctx, login, password, b.origin+"/oauth/authorize?"+url.Values{
		"client_id": {app.ID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {scope},
	}.Encode())
	if err != nil {
		return "", err
	}
	var token struct {
		Access string `json:"access_token"`
	}
	err = b.post(ctx, "/oauth/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback},
		"client_id": {app.ID}, "client_secret": {app.Secret}, "scope": {scope},
	}, &token)
	if err == nil && token.Access == "" {
		err = errors.New("no access token came back")
	}
	return token.Access, err
}

// consent fills in one form after the other until the code comes back.
func (b *Browser) consent(ctx context.Context, login, password, at string) (string, error) {
	method, values := http.MethodGet, url.Values(nil)
	for range 5 { // sign in, consent, and some grace
		page, resp, err := b.load(ctx, method, at, values)
		if err != nil {
			return "", err
		}
		if to := resp.Header.Get("Location"); strings.HasPrefix(to, callback) {
			u, err := url.Parse(to)
			if err != nil {
				return "", err
			}
			return u.Query().Get("code"), nil
		}
		action, filled, ok := fill(page, login, password)
		if resp.StatusCode >= 400 || !ok {
			return "", fmt.Errorf("%s: %s, form %v", resp.Request.URL.Path, resp.Status, ok)
		}
		target, err := resp.Request.URL.Parse(action)
		if err != nil {
			return "", err
		}
		method, at, values = http.MethodPost, target.String(), filled
	}
	return "", errors.New("no authorization code came back")
}

func (b *Browser) load(ctx context.Context, method, at string, values url.Values) (string, *http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, at, strings.NewReader(values.Encode()))
	if err != nil {
		return "", nil, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", b.origin)
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return "", nil, err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return string(page), resp, err
}

func (b *Browser) post(ctx context.Context, path string, values url.Values, into any) error {
	body, resp, err := b.load(ctx, http.MethodPost, b.origin+path, values)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s: %.200s", path, resp.Status, body)
	}
	return json.Unmarshal([]byte(body), into)
}

var (
	form      = regexp.MustCompile(`(?is)<form\b([^>]*)>(.*?)</form>`)
	control   = regexp.MustCompile(`(?is)<(input|button)\b([^>]*)>`)
	attribute = regexp.MustCompile(`(?is)([\w-]+)\s*=\s*"([^"]*)"`)
)

// fill fills in the first form of a page that posts, and presses its first button.
func fill(page, login, password string) (action string, values url.Values, ok bool) {
	for _, f := range form.FindAllStringSubmatch(page, -1) {
		head := attributes(f[1])
		if !strings.EqualFold(head["method"], "post") {
			continue
		}
		values = url.Values{}
		for _, c := range control.FindAllStringSubmatch(f[2], -1) {
			a := attributes(c[2])
			switch {
			case a["name"] == "" || values.Has(a["name"]):
			case a["type"] == "password":
				values.Set(a["name"], password)
			case a["type"] == "hidden", strings.EqualFold(c[1], "button"):
				values.Set(a["name"], a["value"])
			case a["type"] != "submit":
				values.Set(a["name"], login)
			}
		}
		return head["action"], values, true
	}
	return "", nil, false
}

func attributes(tag string) map[string]string {
	all := map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
		all[strings.ToLower(m[1])] = html.UnescapeString(m[2])
	}
	return all
}
