package hometest_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
)

// A library is a site that posts link to.
type library struct {
	*httptest.Server
	pages, pictures atomic.Int64
}

func newLibrary(t testing.TB) *library {
	l := &library{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		if forCard(r) {
			l.pages.Add(1)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><head><title>Plain</title><meta property="og:title" content="The slow ferry &amp; the &#x202E;tide">
			<meta property="og:description" content="Thirty-one years of water."><meta property="og:image" content="/cover.png"><meta property="og:image:alt" content="Low sun">
			</head><body>%s</body></html>`, r.URL.Path)
	})
	mux.HandleFunc("GET /cover.png", func(w http.ResponseWriter, _ *http.Request) {
		l.pictures.Add(1)
		w.Header().Set("Content-Type", "image/png")
		var b bytes.Buffer
		_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 120, 60)))
		_, _ = w.Write(b.Bytes())
	})
	l.Server = httptest.NewServer(mux)
	t.Cleanup(l.Close)
	return l
}

// forCard tells a look for a card from the question that the writer's home
// alone asks of every link: whether the page wants to hear of it (Webmention §3.1.2).
func forCard(r *http.Request) bool { return r.Header.Get("Accept") != "" }

// asked is how often the site was asked for a card.
func (l *library) asked() int64 { return l.pages.Load() + l.pictures.Load() }

// A card is what the API tells of a linked page.
type card struct {
	URL, Title, Description string
	Provider                string `json:"provider_name"`
	Image                   string
	Alt                     string `json:"image_description"`
}

type carded struct {
	status
	Card *card
}

func cardOf(p *hometest.Person, status string) *card {
	return hometest.Call[carded](p, http.MethodGet, "/api/v1/statuses/"+status, nil).Card
}

// TestCardTravelsWithItsPost has three homes see a post with a link, of which
// only the author's looks at the page, once.
func TestCardTravelsWithItsPost(t *testing.T) {
	t.Parallel()
	site := newLibrary(t)
	a := hometest.Start(t, "")
	ida := a.Settle("ida")
	readers := []*hometest.Person{hometest.Start(t, "").Settle("ben"), hometest.Start(t, "").Settle("cleo")}
	for _, r := range readers {
		follow(r, ida)
	}
	link := site.URL + "/ferry?day=1"
	made := write(ida, map[string]any{"status": "Read this: " + link})
	for _, r := range readers {
		var got *carded
		hometest.Await(t, "the post comes", func() bool {
			for _, s := range hometest.Call[[]carded](r, http.MethodGet, "/api/v1/timelines/home", nil) {
				if s.URI == made.URI {
					got = &s
				}
			}
			return got != nil
		})
		c := got.Card
		if c == nil || c.URL != link || c.Title != "The slow ferry & the tide" || c.Description != "Thirty-one years of water." || c.Alt != "Low sun" ||
			c.Provider != strings.TrimPrefix(site.URL, "http://") || !strings.HasPrefix(c.Image, r.Home.Origin+"/proxy/") {
			t.Fatalf("the card is %+v", c)
		}
		if resp, err := http.Get(c.Image); err != nil || resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "image/") {
			t.Errorf("its picture: %v %v", resp, err)
		}
		if page := r.Page("/"); !strings.Contains(page, `class="card"`) || !strings.Contains(page, "Thirty-one years of water.") {
			t.Error("the page does not show the card")
		}
	}
	if n, m := site.pages.Load(), site.pictures.Load(); n != 1 || m != 1 {
		t.Errorf("three homes asked for the page %d times, for its picture %d times", n, m)
	}
	again := write(ida, map[string]any{"status": "Again: " + link})
	if c := cardOf(ida, again.ID); c == nil || c.Title == "" {
		t.Errorf("the second post's card is %+v", c)
	}
	write(ida, map[string]any{"status": "Quietly: " + site.URL + "/once", "visibility": "private"})
	if n := site.asked(); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

// TestPageOfNothingIsAskedForOnce has the author's home tell that there is nothing to show.
func TestPageOfNothingIsAskedForOnce(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forCard(r) {
			asked.Add(1)
		}
		w.Header().Set("Content-Type", "application/zip")
		_, _ = w.Write([]byte("PK"))
	}))
	t.Cleanup(site.Close)
	ida, ben := hometest.Start(t, "").Settle("ida"), hometest.Start(t, "").Settle("ben")
	follow(ben, ida)
	made := write(ida, map[string]any{"status": "Here: " + site.URL + "/archive.zip"})
	hometest.Await(t, "the post comes", func() bool { return in(home(ben), made.URI) != nil })
	if c := cardOf(ben, in(home(ben), made.URI).ID); c != nil {
		t.Errorf("a card of nothing: %+v", c)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if kept := stateOf(ben.Home)["card"]; len(kept) != 0 {
		t.Errorf("the reader's home keeps %d cards", len(kept))
	}
}

// TestCardsOfLiars takes cards from one who says of others what is not so.
func TestCardsOfLiars(t *testing.T) {
	t.Parallel()
	site := newLibrary(t)
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	bob := newPeer(t).person("bob")
	them := find(ida, bob.address())
	hometest.Call[relation](ida, http.MethodPost, "/api/v1/accounts/"+them.ID+"/follow", map[string]any{})
	hometest.Await(t, "the follow arrives", func() bool { return strings.Contains(bob.inbox(), `"Follow"`) })
	me, _ := actorOf(ida)
	bob.mustSend(h, bob.does("Accept", doc{"type": "Follow", "actor": me, "object": bob.id}))
	term := doc{"@context": []any{"https://www.w3.org/ns/activitystreams", doc{"card": doc{"@id": as.OwnTerm("card"), "@type": "@id"}}}}
	link := site.URL + "/ferry"
	send := func(name string, c any) *card {
		note := bob.note(term, doc{"content": `<p><a href="` + link + `">` + name + `</a></p>`, "card": c})
		bob.mustSend(h, bob.does("Create", note, doc{"@context": term["@context"]}))
		var got *carded
		hometest.Await(t, name, func() bool {
			for _, s := range hometest.Call[[]carded](ida, http.MethodGet, "/api/v1/timelines/home", nil) {
				if s.URI == note["id"] {
					got = &s
				}
			}
			return got != nil
		})
		return got.Card
	}
	if c := send("another page", doc{"type": "Page", "url": site.URL + "/else", "name": "A lie"}); c != nil {
		t.Errorf("a card of what is not linked is shown: %+v", c)
	}
	if c := send("a picture elsewhere", doc{"type": "Page", "url": link, "name": "Fair", "image": doc{"type": "Image", "url": site.URL + "/cover.png"}}); c == nil || c.Image != "" {
		t.Errorf("a picture of a third is taken: %+v", c)
	}
	c := send("markup", doc{"type": "Page", "url": link, "name": "<b>Bank\u202e of\n\u0007 you</b>" + strings.Repeat("x", 500), "summary": "<script>alert(1)</script>"})
	if c == nil || !strings.HasPrefix(c.Title, "<b>Bank of you</b>") || len([]rune(c.Title)) > 200 || c.Provider != strings.TrimPrefix(site.URL, "http://") {
		t.Errorf("the words are %+v", c)
	}
	if page := ida.Page("/"); strings.Contains(page, "<script>alert") || strings.Contains(page, "<b>Bank") {
		t.Error("the words of a card are markup on the page")
	}
	for name, broken := range map[string]any{"a list": []any{}, "a number": 7, "a text": "x", "no address": doc{"type": "Page", "name": "x"}, "a script": doc{"url": "javascript:alert(1)", "name": "x"}} {
		if c := send(name, broken); c != nil && c.URL != link {
			t.Errorf("%s: %+v", name, c)
		}
	}
	time.Sleep(50 * time.Millisecond)
	if n := site.asked(); n != 0 {
		t.Errorf("asked %d times at once", n)
	}
}
