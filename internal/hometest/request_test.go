package hometest_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
)

// still follows no redirects.
func still(jar http.CookieJar) *http.Client {
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask sends a request with a body that would change something wherever a form is taken.
func ask(t testing.TB, c *http.Client, method, address string, header ...string) (*http.Response, string) {
	t.Helper()
	var body io.Reader
	if method != http.MethodGet && method != http.MethodHead {
		body = strings.NewReader(url.Values{
			"text": {"forged"}, "status": {"forged"}, "visibility": {"public"}, "on": {"true"}, "address": {"@wren@far.example"},
			"name": {"Forged"}, "bio": {"forged"}, "display_name": {"Forged"}, "note": {"forged"}, "decision": {"allow"},
			"client_name": {"forged"}, "redirect_uris": {"https://forged.example/"}, "home[last_read_id]": {"1"},
			"current": {hometest.Password}, "password": {"another long password"}, "again": {"another long password"},
		}.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(raw)
}

// each calls f with every address of every route that a request may change something by.
func (s *stage) each(f func(r route, method, address string)) {
	own := s.secrets["public"]
	values := map[string][]string{
		"id":  {own.id, find(s.ida, handle(s.nora)).ID, find(s.ida, handle(s.vex)).ID},
		"act": {"follow", "unfollow", "accept", "reject", "remove", "block", "unblock"}, "handle": {"@ida"}, "rest...": {"follow"}, "did": {s.did}, "word": {"x"},
	}
	for _, r := range routes(s.T()) {
		methods := []string{r.method}
		if r.method == "" {
			methods = []string{http.MethodPost, http.MethodPut, http.MethodDelete}
		}
		for _, method := range methods {
			if method == http.MethodGet || method == http.MethodOptions {
				continue
			}
			for _, path := range fill(r.path, values) {
				f(r, method, s.Origin+path)
			}
		}
	}
}

func newPostedStage(t testing.TB) *stage {
	s := newStage(t)
	s.postAtEveryLevel()
	defer func() {
		if t.Failed() {
			tellWork(s.Home)
		}
	}()
	hometest.Await(t, "all is sent", func() bool {
		return strings.Contains(s.rosa.inbox(), "zqfollowersanew") && strings.Contains(s.rena.inbox(), "zqdirectanew")
	})
	quiet(s.Home)
	return s
}

func TestReadingChangesNothing(t *testing.T) {
	t.Parallel()
	s := newPostedStage(t)
	addresses := s.addresses()
	s.ida.Page("/files") // one's own folder is made when one first asks for it
	before := stateOf(s.Home)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for _, address := range addresses {
			for _, accept := range []string{"text/html", as.ContentType} {
				ask(t, s.ida.Browser, method, s.Origin+address, "Accept", accept, "Authorization", "Bearer "+s.ida.Token)
			}
			ask(t, &http.Client{}, method, s.Origin+address)
		}
	}
	unchanged(t, s.Home, before)
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := newPostedStage(t)
	before := stateOf(s.Home)
	tried := 0
	s.each(func(r route, method, address string) {
		if !r.isPage() {
			return
		}
		for _, from := range [][]string{
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
			{"Origin", strings.Replace(s.Origin, "127.0.0.1", "localhost", 1)},
		} {
			tried++
			if resp, body := ask(t, still(s.ida.Browser.Jar), method, address, from...); resp.StatusCode != http.StatusForbidden || len(body) < 20 {
				t.Errorf("%s %s with %v: %s %.200s", method, address, from, resp.Status, body)
			}
		}
	})
	if tried < 100 {
		t.Errorf("only %d forms tried", tried)
	}
	unchanged(t, s.Home, before)
}

func TestCookiesOpenNothingButTheSite(t *testing.T) {
	t.Parallel()
	s := newPostedStage(t)
	before := stateOf(s.Home)
	s.each(func(r route, method, address string) {
		if r.door != "mastodon" && r.door != "activitypub" {
			return
		}
		resp, body := ask(t, still(s.ida.Browser.Jar), method, address)
		want := []int{http.StatusUnauthorized}
		if r.door == "activitypub" {
			want = []int{http.StatusUnsupportedMediaType, http.StatusNotFound}
		}
		if r.path == "/api/" {
			want = []int{http.StatusNotFound}
		}
		if !slices.Contains(want, resp.StatusCode) {
			t.Errorf("%s %s: %s %.200s", method, address, resp.Status, body)
		}
	})
	for _, r := range routes(t) {
		if !r.reads() || r.isPage() {
			continue
		}
		for _, path := range fill(r.path, map[string][]string{"id": {s.secrets["direct"].id, s.secrets["public"].id}, "did": {s.did}, "hashtag": {"zqdirecttag"}, "path...": {"create/" + s.secrets["direct"].id}}) {
			with, inside := ask(t, still(s.ida.Browser.Jar), http.MethodGet, s.Origin+path)
			without, outside := ask(t, still(nil), http.MethodGet, s.Origin+path)
			if with.StatusCode != without.StatusCode || inside != outside {
				t.Errorf("%s is another thing with a cookie: %s, %s", path, with.Status, without.Status)
			}
			if with.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s sets a cookie", path)
			}
		}
	}
	unchanged(t, s.Home, before)
}

func TestTokensOpenNothingOfTheSite(t *testing.T) {
	t.Parallel()
	s := newPostedStage(t)
	before := stateOf(s.Home)
	bearer := []string{"Authorization", "Bearer " + s.ida.Token}
	s.each(func(r route, method, address string) {
		if r.isPage() {
			ask(t, still(nil), method, address, bearer...)
		}
	})
	unchanged(t, s.Home, before)
	for _, address := range s.addresses() {
		path, _, _ := strings.Cut(address, "?")
		if strings.HasPrefix(path, "/api/") {
			continue
		}
		with, inside := ask(t, still(nil), http.MethodGet, s.Origin+address, bearer...)
		without, outside := ask(t, still(nil), http.MethodGet, s.Origin+address)
		if with.StatusCode != without.StatusCode || with.Header.Get("Location") != without.Header.Get("Location") || len(inside) != len(outside) {
			t.Errorf("%s is another thing with a token: %s, %s", address, with.Status, without.Status)
		}
	}
}

func TestEveryAnswerIsArmored(t *testing.T) {
	t.Parallel()
	s := newPostedStage(t)
	check := func(resp *http.Response, door string) {
		t.Helper()
		h, what := resp.Header, resp.Request.Method+" "+resp.Request.URL.Path
		if policy := h.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") ||
			strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: Content-Security-Policy %q", what, policy)
		}
		if got := h.Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: X-Content-Type-Options %q", what, got)
		}
		if got := h.Get("Referrer-Policy"); got != "same-origin" && got != "no-referrer" {
			t.Errorf("%s: Referrer-Policy %q", what, got)
		}
		if got := h.Get("X-Frame-Options"); got != "DENY" {
			t.Errorf("%s: X-Frame-Options %q", what, got)
		}
		if h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s lets scripts of other sites bring credentials", what)
		}
		if shared := h.Get("Access-Control-Allow-Origin"); door == "site" && shared != "" {
			t.Errorf("%s may be read by scripts of %s", what, shared)
		}
		if h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
			t.Errorf("%s tells what serves it", what)
		}
	}
	values := map[string][]string{
		"id": {s.secrets["public"].id, "1", "x"}, "handle": {"@ida", "nothing"}, "rest...": {"feed.atom", "x", s.secrets["public"].id}, "did": {s.did}, "path...": {"x"},
		"tag": {"x"}, "hashtag": {"x"}, "key": {"x", s.secrets["public"].words[3]}, "medium": {"1"}, "mac": {"x"}, "part": {"avatar"}, "account": {"1"}, "act": {"x"},
		"name": {"x"}, "stream": {"x"}, "word": {"x"},
	}
	for _, r := range routes(t) {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "BREW"} {
			for _, path := range fill(r.path, values) {
				resp, body := ask(t, still(nil), method, s.Origin+path, "Accept", "text/html")
				door := r.door
				if r.path == "/{handle}/{rest...}" {
					door = "" // whatever no other door knows
				}
				check(resp, door)
				if resp.StatusCode >= 500 {
					t.Errorf("%s %s: %s %.200s", method, path, resp.Status, body)
				}
				if (method == http.MethodGet || method == http.MethodHead) && r.reads() && !r.isStream() {
					resp, _ = ask(t, still(s.ida.Browser.Jar), method, s.Origin+path, "Accept", "text/html", "Authorization", "Bearer "+s.ida.Token)
					check(resp, door)
				}
			}
		}
	}
}

func TestFilesOfPeopleCannotRun(t *testing.T) {
	s := newPostedStage(t)
	resp, body := ask(t, &http.Client{}, http.MethodGet, s.Origin+"/media/"+s.secrets["public"].words[3])
	h := resp.Header
	for name, want := range map[string]string{
		"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Content-Disposition": "inline",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if kind := h.Get("Content-Type"); resp.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "image/") || http.DetectContentType([]byte(body)) != kind {
		t.Errorf("%s %q", resp.Status, kind)
	}
	before := stateOf(s.Home)
	for name, file := range map[string]string{
		"SVG":        `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`,
		"HTML":       `<!DOCTYPE html><script>alert(1)</script>`,
		"an actor":   `{"@context": "https://www.w3.org/ns/activitystreams", "type": "Person"}`,
		"GIF and JS": "GIF89a/*" + strings.Repeat("x", 100) + "*/=1;alert(1)",
		"nothing":    "",
	} {
		if status, answer := uploadBytes(s.ida, []byte(file), ""); status/100 != 4 || !strings.Contains(answer, `"error":"`) {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
	unchanged(t, s.Home, before, "restriction") // where its owner reads what was not taken
}

// TestOnlyOurHostsAreAnswered asks by names that are not ours.
func TestOnlyOurHostsAreAnswered(t *testing.T) {
	s := newStage(t)
	for _, host := range []string{"evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "x y", strings.Repeat("a", 300)} {
		for _, path := range []string{"/", "/@ida", "/api/v1/instance", "/.well-known/webfinger?resource=acct:ida@" + host, "/inbox", "/login"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Origin, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.Opaque = path
			r.Host = host
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				continue // not even a request
			}
			body := new(bytes.Buffer)
			_, _ = body.ReadFrom(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusMisdirectedRequest && resp.StatusCode != http.StatusBadRequest {
				t.Errorf("Host %q, %s: %s", host, path, resp.Status)
			}
		}
	}
}
