package site_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"allod/internal/account"
	"allod/internal/db/dbtest"
	"allod/internal/post"
)

// An atomFeed is what tests read of a feed.
type atomFeed struct {
	ID    string      `xml:"http://www.w3.org/2005/Atom id"`
	Title string      `xml:"http://www.w3.org/2005/Atom title"`
	Lang  string      `xml:"lang,attr"`
	Links []atomLink  `xml:"http://www.w3.org/2005/Atom link"`
	Entry []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Summary string     `xml:"summary"`
	Links   []atomLink `xml:"link"`
	Content string     `xml:"content"`
	Updated time.Time  `xml:"updated"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr"`
	Size int    `xml:"length,attr"`
}

func link(links []atomLink, rel string) *atomLink {
	for i := range links {
		if links[i].Rel == rel {
			return &links[i]
		}
	}
	return nil
}

func (a answer) atom() (f atomFeed) {
	a.t.Helper()
	if err := xml.Unmarshal(a.want(http.StatusOK).body, &f); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
	return f
}

func TestFeedHoldsAllThatWasSaid(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	action, fields := b.get("/compose").form("/compose")
	fields["text"], fields["language"], fields["alt-1"] = "Low tide & <b>low</b> #sea", "en", "A wreck"
	b.send(action, fields, map[string][]byte{"picture-1": drawing(t, 1)}).leads("/@ida/")
	for _, v := range []post.Visibility{post.Unlisted, post.Followers, post.Self} {
		h.publish(ida, post.Draft{Text: "quiet", Visibility: v})
	}
	f := h.visitor().get("/@ida/feed.atom").atom()
	if len(f.Entry) != 1 || f.Title != "Ida" || f.Lang != "en" {
		t.Fatalf("the feed is %+v", f)
	}
	e := f.Entry[0]
	for _, word := range []string{"Low tide &amp; &lt;b&gt;low", `alt="A wreck"`, "/media/"} {
		if !strings.Contains(e.Content, word) {
			t.Errorf("%q is not in %q", word, e.Content)
		}
	}
	if e.Title != "" || e.Summary != "" {
		t.Errorf("a note has a title %q and summary %q", e.Title, e.Summary)
	}
	x := link(e.Links, "enclosure")
	if x == nil || x.Type != "image/webp" && x.Type != "image/png" && x.Type != "image/jpeg" || x.Size == 0 || !strings.HasPrefix(x.Href, h.url+"/media/") {
		t.Errorf("the picture is not enclosed: %+v", e.Links)
	}
}

func TestFoldedPostsAreFoldedInFeeds(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	action, fields := b.get("/compose").form("/compose")
	fields["text"], fields["warning"], fields["alt-1"] = "Not for everyone", "Wet & cold", "A wreck"
	b.send(action, fields, map[string][]byte{"picture-1": drawing(t, 1)}).leads("/@ida/")
	e := h.visitor().get("/@ida/feed.atom").atom().Entry[0]
	if !strings.HasPrefix(e.Content, "<details><summary>Wet &amp; cold</summary>") || !strings.HasSuffix(e.Content, "</details>") {
		t.Errorf("not folded: %s", e.Content)
	}
	if strings.Contains(e.Content, "<img") || link(e.Links, "enclosure") != nil {
		t.Error("a reader shows the folded picture unasked")
	}
	if e.Title != "" || e.Summary != "Wet & cold" {
		t.Errorf("title %q, summary %q", e.Title, e.Summary)
	}
}

// TestOneNameEverywhere holds the page, three feeds and the object of a post
// to one identifier.
func TestOneNameEverywhere(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, _ := h.resident("ida")
	p := h.publish(ida, draft("Where am I"))
	v := h.visitor()
	name := v.get("/@ida/feed.atom").atom().Entry[0].ID
	var rss struct {
		GUID []string `xml:"channel>item>guid"`
	}
	if err := xml.Unmarshal(v.get("/@ida/feed.rss").want(http.StatusOK).body, &rss); err != nil || len(rss.GUID) != 1 || rss.GUID[0] != name {
		t.Errorf("RSS: %v, %v, not %s", err, rss.GUID, name)
	}
	var feed struct{ Items []struct{ ID string } }
	if err := json.Unmarshal(v.get("/@ida/feed.json").want(http.StatusOK).body, &feed); err != nil || len(feed.Items) != 1 || feed.Items[0].ID != name {
		t.Errorf("JSON Feed: %v, %v, not %s", err, feed.Items, name)
	}
	for _, page := range []string{at(p), "/@ida"} {
		uid := find(v.get(page).want(http.StatusOK).page(), class("u-uid"))
		if len(uid) == 0 || attr(uid[len(uid)-1], "value") != name {
			t.Errorf("%s does not say %s", page, name)
		}
	}
	if object := post.Address(account.Names{Origin: h.url}, p); object != name {
		t.Errorf("the object is %s, and the feed says %s", object, name)
	}
}

func TestStrandsHaveFeedsOfTheirOwn(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	ben, _ := h.resident("ben")
	h.publish(ida, draft("One #Sea"))
	h.publish(ben, draft("Two #sea"))
	action, fields := b.get("/compose").form("/compose")
	fields["text"] = "Three"
	b.send(action, fields, map[string][]byte{"picture-1": drawing(t, 1)}).leads("/@ida/")
	v := h.visitor()
	for path, want := range map[string]string{
		"/@ida": "Three One", "/@ida/tags/sea": "One", "/tags/SEA": "Two One", "/@ida/pictures": "Three", "/@ida/notes": "Three One",
		"/@ida/articles": "", "/@ida/tags/none": "",
	} {
		f := v.get(path + "/feed.atom").atom()
		var said []string
		for _, e := range f.Entry {
			text, _, _ := strings.Cut(strings.TrimPrefix(e.Content, "<p>"), "<")
			said = append(said, strings.TrimSpace(text))
		}
		if got := strings.Join(said, " "); got != want {
			t.Errorf("%s: %q, not %q", path, got, want)
		}
		page := v.get(path).want(http.StatusOK)
		announced := find(page.page(), func(n *html.Node) bool {
			return n.Data == "link" && attr(n, "rel") == "alternate" && strings.Contains(attr(n, "href"), "/feed.")
		})
		if len(announced) != 3 || !strings.HasPrefix(strings.ToLower(attr(announced[0], "href")), strings.ToLower(path)+"/feed.") {
			t.Errorf("%s announces %d feeds", path, len(announced))
		}
		entries := find(page.page(), class("h-entry"))
		if want != "" && len(entries) != len(said) {
			t.Errorf("%s: %d entries on the page, %d in the feed", path, len(entries), len(said))
		}
	}
	for _, path := range []string{"/@ida/nothing/feed.atom", "/@ida/feed.xml", "/@ida/tags/a/b/feed.rss", "/tags/sea/feed", "/tags/sea/x/feed.rss", "/@nobody/feed.json"} {
		v.get(path).want(http.StatusNotFound)
	}
}

func TestFeedsArePaged(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, _ := h.resident("ida")
	for range 35 {
		h.publish(ida, draft("again"))
		h.publish(ida, post.Draft{Text: "quiet", Visibility: post.Unlisted})
	}
	v := h.visitor()
	first := v.get("/@ida/feed.atom").atom()
	next := link(first.Links, "next")
	if len(first.Entry) != 30 || next == nil {
		t.Fatalf("%d entries, next is %v", len(first.Entry), next)
	}
	second := v.get(strings.TrimPrefix(next.Href, h.url)).atom()
	if len(second.Entry) != 5 || link(second.Links, "next") != nil || link(second.Links, "self").Href != next.Href ||
		link(second.Links, "first").Href != h.url+"/@ida/feed.atom" || second.ID != first.ID {
		t.Errorf("the second page has %d entries and links %+v", len(second.Entry), second.Links)
	}
	var feed struct {
		Next  string `json:"next_url"`
		Items []any  `json:"items"`
	}
	if err := json.Unmarshal(v.get("/@ida/feed.json").want(http.StatusOK).body, &feed); err != nil || len(feed.Items) != 30 || !strings.Contains(feed.Next, "max_id=") {
		t.Errorf("JSON Feed: %v, %d items, next is %q", err, len(feed.Items), feed.Next)
	}
}

func TestUnchangedFeedsAreNotSentAgain(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, _ := h.resident("ida")
	h.publish(ida, draft("once"))
	v := h.visitor()
	first := v.get("/@ida/feed.rss").want(http.StatusOK)
	changed := first.header.Get("Last-Modified")
	v.get("/@ida/feed.rss", header("If-None-Match", first.header.Get("ETag"))).want(http.StatusNotModified)
	v.get("/@ida/feed.rss", header("If-Modified-Since", changed)).want(http.StatusNotModified)
	v.get("/@ida/feed.rss", header("If-None-Match", `"else"`), header("If-Modified-Since", changed)).want(http.StatusOK)
	v.get("/@ida/feed.rss", header("If-Modified-Since", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))).want(http.StatusOK)
}

func TestFeedIsTheSameForItsOwner(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	h.publish(ida, draft("Same"))
	if b.get("/@ida/feed.atom").want(http.StatusOK).text() != h.visitor().get("/@ida/feed.atom").text() {
		t.Error("the feed is another for its owner")
	}
}
