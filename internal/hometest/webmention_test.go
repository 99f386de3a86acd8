package hometest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"allod/internal/hometest"
)

// A blog is a site of one page, which somebody changes, and that takes mentions.
type blog struct {
	*httptest.Server
	mu    sync.Mutex
	page  string // "" is gone
	got   []url.Values
	asked int
}

func newBlog(t testing.TB) *blog {
	b := &blog{}
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	return b
}

func (b *blog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Method == http.MethodPost {
		_ = r.ParseForm()
		b.got = append(b.got, r.PostForm)
		w.WriteHeader(http.StatusCreated)
		return
	}
	b.asked++
	if b.page == "" {
		w.WriteHeader(http.StatusGone)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, b.page)
}

func (b *blog) says(page string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.page = page
}

func (b *blog) told() []url.Values {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.got
}

// mention tells a home that a page links to one of its posts.
func mention(h *hometest.Home, source, target string) (int, string) {
	t := h.T()
	t.Helper()
	resp, err := http.PostForm(h.Origin+"/webmention", url.Values{"source": {source}, "target": {target}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

func TestOtherSitesAnswerPosts(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	made := write(ida, map[string]any{"status": "What do you think?"})
	path := strings.TrimPrefix(made.URL, h.Origin)
	if page := (&hometest.Person{Home: h, Browser: http.DefaultClient}).Page(path); !strings.Contains(page, `<link rel="webmention" href="`+h.Origin+`/webmention">`) {
		t.Error("the page does not say where it wants to be told")
	}
	site := newBlog(t)
	answer := func(words string) string {
		return `<html lang="en"><body class="h-entry"><a class="p-author h-card" href="/about">Ola &#x202E;Prem</a>
			<a class="u-in-reply-to" href="` + made.URL + `">this</a><div class="e-content"><p>` + words + `</p></div>
			<time class="dt-published" datetime="2026-11-20T10:00:00Z"></time></body></html>`
	}
	visitor := func() string { return (&hometest.Person{Home: h, Browser: http.DefaultClient}).Page(path) }
	site.says(answer("I think &lt;b&gt;so&lt;/b&gt;"))
	if code, body := mention(h, site.URL+"/answer#x", made.URL); code != http.StatusAccepted {
		t.Fatalf("%d %s", code, body)
	}
	hometest.Await(t, "it waits for its owner", func() bool { return strings.Contains(ida.Page("/waiting"), "I think &lt;b&gt;so&lt;/b&gt;") })
	if !strings.Contains(ida.Page("/news"), "1 comment or page waits") {
		t.Error("the news do not tell of it")
	}
	if strings.Contains(visitor(), "I think") {
		t.Fatal("it is shown before its owner decided")
	}
	decide := func(act string) {
		at := regexp.MustCompile(`/mentions/\d+/` + act).FindString(ida.Page(path))
		if at == "" {
			t.Fatalf("nothing to %s on the page", act)
		}
		resp, err := ida.Browser.PostForm(h.Origin+at, nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v %v", at, resp, err)
		}
		resp.Body.Close()
	}
	decide("show")
	page := visitor()
	for _, words := range []string{"I think &lt;b&gt;so&lt;/b&gt;", "Ola Prem", `href="` + site.URL + `/about" rel="nofollow ugc`, "answered on their own site"} {
		if !strings.Contains(page, words) {
			t.Errorf("%q is not on the page", words)
		}
	}
	if strings.Contains(page, "\u202e") {
		t.Error("the name turns the line around")
	}
	site.says(answer("I changed my mind"))
	mention(h, site.URL+"/answer", made.URL)
	hometest.Await(t, "new words wait anew", func() bool { return strings.Contains(ida.Page("/waiting"), "I changed my mind") })
	if strings.Contains(visitor(), "mind") || strings.Contains(visitor(), "I think") {
		t.Error("words that changed are shown")
	}
	decide("show")
	if !strings.Contains(visitor(), "I changed my mind") {
		t.Error("they are not shown once they may be")
	}
	site.says("")
	mention(h, site.URL+"/answer", made.URL)
	hometest.Await(t, "what is gone there is gone here", func() bool { return !strings.Contains(visitor(), "mind") })
}

func TestMentionsThatAreNone(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	made := write(ida, map[string]any{"status": "For everyone"})
	secret := write(ida, map[string]any{"status": "For followers", "visibility": "private"})
	site := newBlog(t)
	for name, c := range map[string]struct {
		source, target string
		code           int
	}{
		"no source":       {"", made.URL, 422},
		"a strange one":   {"javascript:alert(1)", made.URL, 422},
		"from here":       {h.Origin + "/@ida", made.URL, 422},
		"a target abroad": {site.URL, site.URL + "/x", 422},
		"no post":         {site.URL, h.Origin + "/@ida/1", 404},
		"the profile":     {site.URL, h.Origin + "/@ida", 404},
		"another's post":  {site.URL, h.Origin + "/@nobody/" + made.ID, 404},
		"a hidden post":   {site.URL, secret.URL, 404},
	} {
		if code, body := mention(h, c.source, c.target); code != c.code || len(strings.TrimSpace(body)) < 10 {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	site.says(`<p>No link to ` + made.URL + ` here, only <a href="` + made.URL + `1">another</a> <!-- <a href="` + made.URL + `">x</a> --></p>`)
	mention(h, site.URL+"/none", made.URL)
	hometest.Await(t, "the page is looked at", func() bool { return len(stateOf(h)["webmention"]) == 0 })
	if site.asked == 0 {
		t.Error("nobody looked")
	}
}

func TestFloodOfMentionsIsRefused(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	made := write(h.Settle("ida"), map[string]any{"status": "For everyone"})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(slow.Close)
	for i := range 100 {
		code, body := mention(h, fmt.Sprintf("%s/%d", slow.URL, i), made.URL)
		if code == http.StatusTooManyRequests && strings.Contains(body, "later") {
			return
		}
		if code != http.StatusAccepted {
			t.Fatalf("%d %s", code, body)
		}
	}
	t.Error("100 mentions of one site are taken")
}

func TestLinkedSitesAreTold(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	site := newBlog(t)
	site.says(`<html><head><link rel="WebMention other" href="/take?a=1"></head></html>`)
	made := write(ida, map[string]any{"status": "Read " + site.URL + "/page and " + h.Origin + "/@ida"})
	hometest.Await(t, "the site is told", func() bool { return len(site.told()) == 1 })
	if got := site.told()[0]; got.Get("source") != made.URL || got.Get("target") != site.URL+"/page" {
		t.Errorf("told %v", got)
	}
	write(ida, map[string]any{"status": "Quietly " + site.URL + "/page", "visibility": "private"})
	hometest.Call[status](ida, http.MethodDelete, "/api/v1/statuses/"+made.ID, nil)
	hometest.Await(t, "that it is gone is told too", func() bool { return len(site.told()) == 2 })
	if got := site.told()[1]; got.Get("source") != made.URL {
		t.Errorf("told %v", got)
	}
	if resp, err := http.Get(made.URL); err != nil || resp.StatusCode != http.StatusGone {
		t.Errorf("the source is not gone: %v %v", resp, err)
	}
	hometest.Await(t, "nothing of it is kept", func() bool { return len(stateOf(h)["webmention_sent"]) == 0 })
}

// TestHomesMentionEachOther has two homes tell each other of links, both ways.
func TestHomesMentionEachOther(t *testing.T) {
	t.Parallel()
	ida, ben := hometest.Start(t, "").Settle("ida"), hometest.Start(t, "").Settle("ben")
	first := write(ida, map[string]any{"status": "First word"})
	second := write(ben, map[string]any{"status": "See " + first.URL})
	hometest.Await(t, "ida is told of ben's post", func() bool { return strings.Contains(ida.Page("/waiting"), second.URL) })
	write(ida, map[string]any{"status": "Look who saw me: " + second.URL})
	hometest.Await(t, "ben is told of ida's", func() bool { return strings.Contains(ben.Page("/waiting"), "Look who saw me") })
	if page := ida.Page("/waiting"); !strings.Contains(page, "ben") || !strings.Contains(page, "links to this") {
		t.Error("ben's microformats do not say who he is")
	}
}
