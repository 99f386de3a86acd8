package hometest_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"allod/internal/hometest"
)

// unlinked are pages that nobody is led to by a page, and why.
var unlinked = map[string]string{
	"/first":                              "it opens once, by an address that the program prints",
	"/join/:code":                         "an invitation leads there",
	"/lost/:token":                        "a letter leads there",
	"/guest/:pass":                        "a letter leads there",
	"/hear/:pass":                         "a letter leads there",
	"/push/:pass":                         "a letter leads there",
	"/file/:number/versions/:version":     "a file must have been something else before",
	"/file/:number/film/:part":            "a video must have been made into films",
	"/s/:token":                           "whoever shares a file hands the link on",
	"/s/:token/raw":                       "whoever shares a file hands the link on",
	"/s/:token/fetch":                     "whoever shares a file hands the link on",
	"/s/:token/zip":                       "whoever shares a folder hands the link on",
	"/album/:token":                       "whoever shows an album hands the link on",
	"/album/:token/comment":               "whoever shows an album hands the link on",
	"/album/:token/:photo":                "whoever shows an album hands the link on",
	"/index.php/s/:token":                 "it is how links of Nextcloud look",
	"/file/:number/captions":              "a video must be there",
	"/file/attach":                        "a button of the form of a post leads there",
	"/file/:number/sent":                  "a script asks it",
	"/file/:number/name":                  "a button above a list of files leads there",
	"/mentions":                           "it was the address of /waiting",
	"/mentions/:id/hide":                  "a page of another site must have spoken of a post",
	"/comments/:id/hide":                  "somebody without an account must have answered, by mail",
	"/authorize_interaction":              "other homes lead there",
	"/events/:stream":                     "a script asks it",
	"/worker.js":                          "a script asks it",
	"/favicon.ico":                        "browsers ask it",
	"/robots.txt":                         "machines ask it",
	"/sitemap.xml":                        "robots.txt leads there",
	"/sitemaps/:name/:part":               "the sitemap leads there",
	"/.well-known/own-domain/:token":      "the home asks itself",
	"/proxy/:medium/:mac":                 "pictures of other servers lie there",
	"/proxy/emoji/:post/:code/:mac":       "pictures of other servers lie there",
	"/proxy/likeness/:account/:code/:mac": "pictures of other servers lie there",
	"/proxy/:part/:account/:mac":          "pictures of other servers lie there",
}

// pagesOf are the GET routes of docs/forms.md, in its order.
func pagesOf(t *testing.T) (routes []string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "forms.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `GET (/[^` ]*)`").FindAllStringSubmatch(string(raw), -1) {
		routes = append(routes, m[1])
	}
	return routes
}

// fits turns a route into what its addresses look like.
func fits(route string) *regexp.Regexp {
	shape := strings.ReplaceAll(regexp.QuoteMeta(route), `\*`, ".+")
	return regexp.MustCompile("^" + regexp.MustCompile(`:[a-z]+`).ReplaceAllString(shape, "[^/]+") + "$")
}

// crawl follows every link and every form that only asks, from a page of the
// home, and returns the paths it was led to. Of addresses that differ in a number alone it asks two.
func crawl(p *hometest.Person, from string) (led []string) {
	t := p.Home.T()
	t.Helper()
	links := regexp.MustCompile(`(?:href|src)="([^"]+)"|<form[^>]*method="get"[^>]*action="([^"]+)"|action="([^"]+)"[^>]*method="get"`)
	number := regexp.MustCompile(`[0-9]{6,}`)
	asked := map[string]int{}
	for todo := []string{from}; len(todo) > 0; {
		at := todo[0]
		todo = todo[1:]
		resp, err := p.Browser.Get(p.Home.Origin + at)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode >= 400 && at != "/people/find" && at != "/webmention" { // which want something to look for
			t.Errorf("a page leads to %s, which answers %s", at, resp.Status)
		}
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range links.FindAllStringSubmatch(string(body), -1) {
			ref, err := resp.Request.URL.Parse(strings.ReplaceAll(m[1]+m[2]+m[3], "&amp;", "&"))
			if err != nil || ref.Scheme+"://"+ref.Host != p.Home.Origin {
				continue
			}
			kind := number.ReplaceAllString(ref.Path, "#")
			if slices.Contains(led, ref.Path) || asked[kind] > 2 {
				continue
			}
			asked[kind]++
			led = append(led, ref.Path)
			todo = append(todo, ref.RequestURI())
		}
	}
	return led
}

// TestEveryPageIsReachedByLinks has the keeper of a home that holds something
// of everything go wherever a page leads, and looks for pages that none leads to.
func TestEveryPageIsReachedByLinks(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	furnish(ida, h.Settle("nora"))
	visitor := &hometest.Person{Home: h, Browser: &http.Client{}}
	led := append(crawl(ida, "/"), crawl(visitor, "/")...)
	for _, route := range pagesOf(t) {
		one, reached := fits(route), false
		for _, at := range led {
			reached = reached || one.MatchString(at)
		}
		why, known := unlinked[route]
		switch {
		case !reached && !known:
			t.Errorf("no page leads to %s", route)
		case reached && known:
			t.Errorf("a page leads to %s, of which it is said that none does: %s", route, why)
		}
	}
}

// furnish puts something of everything that has a page into a home of a keeper and a neighbor.
func furnish(p, neighbor *hometest.Person) {
	t := p.Home.T()
	t.Helper()
	held := upload(p, "a boat")
	said := write(p, map[string]any{"status": "before #boats", "visibility": "public", "media_ids": []string{held}})
	hometest.Call[status](p, http.MethodPut, "/api/v1/statuses/"+said.ID, map[string]any{"status": "after #boats"})
	hometest.Call[status](p, http.MethodPost, "/api/v1/statuses/"+said.ID+"/bookmark", map[string]any{})
	write(neighbor, map[string]any{"status": "an answer", "in_reply_to_id": said.ID, "visibility": "public"})
	write(p, map[string]any{"status": "later", "scheduled_at": time.Now().Add(time.Hour).UTC().Format(time.RFC3339)})
	me := hometest.Call[acct](neighbor, http.MethodGet, "/api/v1/accounts/verify_credentials", nil)
	hometest.Call[relation](p, http.MethodPost, "/api/v1/accounts/"+me.ID+"/follow", map[string]any{})
	for _, send := range []struct {
		path string
		form url.Values
	}{
		{"/circles", url.Values{"title": {"Rowers"}}},
		{"/lists", url.Values{"title": {"Readers"}}},
		{"/house/joining", url.Values{"joining": {"asked"}}},
		{"/site/new?kind=text", url.Values{"title": {"Tides"}, "text": {"When to come"}, "listed": {"true"}, "do": {"publish"}}},
		{"/site/new?kind=portfolio", url.Values{"title": {"Boats"}, "listed": {"true"}, "do": {"publish"}}},
		{"/site/new?kind=calendar", url.Values{"title": {"Dates"}, "listed": {"true"}, "do": {"publish"}}},
	} {
		if resp := submit(p, send.path, send.form); resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", send.path, resp.Status)
		}
	}
	photograph(p, "boat.jpg", snapshot(t))
	_, boat := lookedAt(p)
	albumOf(p, boat)
	files := regexp.MustCompile(`/file/[0-9]+/`).FindString(p.Page("/files"))
	for _, send := range []struct {
		path string
		form url.Values
	}{
		{files + "make", url.Values{"name": {"Boats"}}},
		{files + "text", url.Values{"name": {"tides.md"}, "text": {"High at six."}}},
		{files + "text", url.Values{"name": {"bell.mp3"}, "text": {"It rings."}}},
		{files + "text", url.Values{"name": {"old.txt"}, "text": {"Not needed."}}},
	} {
		if resp := submit(p, send.path, send.form); resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", send.path, resp.Status)
		}
	}
	if resp := submit(p, regexp.MustCompile(`/file/[0-9]+/trash`).FindString(p.Page("/files/old.txt")), nil); resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	page := regexp.MustCompile(`/site/pages/[0-9]+/events`).FindString(p.Page("/site") + p.Page("/@"+p.Name+"/dates"))
	if page == "" {
		t.Fatal("no page leads to the dates of a calendar")
	}
	regatta := submit(p, page+"/new", url.Values{"title": {"Regatta"}, "zone": {"UTC"}, "begins": {time.Now().AddDate(0, 0, 3).Format(time.DateOnly)}, "do": {"publish"}})
	if regatta.StatusCode != http.StatusOK {
		t.Fatal(regatta.Status)
	}
}
