package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/db/dbtest"
	"allod/internal/page"
	"allod/internal/post"
)

// indexed takes in all words that are due.
func (h *house) indexed() {
	h.t.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = h.search.Take(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestSearchShowsWhatOneMaySee(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, a := h.resident("ida")
	ben, b := h.resident("ben")
	stranger := h.visitor()
	h.publish(ida, draft("The harbors at dawn"))
	h.publish(ida, post.Draft{Text: "My secret harbor", Visibility: post.Self})
	h.publish(ben, draft("<b>harbor</b> & \"quotes\" #boats"))
	h.indexed()
	a.get("/search?q=harbor").want(http.StatusOK, "The harbors at dawn", "My secret harbor", "quotes")
	if page := b.get("/search?q=harbor").want(http.StatusOK, "The harbors at dawn"); strings.Contains(page.text(), "secret") {
		t.Error("somebody else finds what only its author may see")
	}
	if page := stranger.get("/search?q=harbor").want(http.StatusOK, "The harbors at dawn"); strings.Contains(page.text(), "secret") {
		t.Error("a visitor finds what only its author may see")
	}
	b.get("/search?q=ida").want(http.StatusOK, `href="/@ida"`)
	b.get("/search?q=boats").want(http.StatusOK, `href="/tags/boats"`)
	b.get("/search?q=mountain").want(http.StatusOK, "Nothing here has these words.")
	b.get("/search").want(http.StatusOK, "Search")
	b.get("/search?q="+url.QueryEscape("wren@harbour.example")).want(http.StatusOK, "Ask at that address", "/people/find?address=wren%40harbour.example")
	b.get("/search?q="+url.QueryEscape(`"><script>`)).want(http.StatusOK, "&gt;&lt;script&gt;")
	b.get("/search?q=%ff").want(http.StatusUnprocessableEntity)
	b.get("/search?q=" + strings.Repeat("a", 3000)).want(http.StatusUnprocessableEntity)
}

func TestSearchFindsPagesThatAreNoDrafts(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, a := h.resident("ida")
	for _, p := range []page.Page{
		{AccountID: ida.ID, Kind: page.Text, Slug: "boats", Title: "Boats", Text: "All **harbors** I know"},
		{AccountID: ida.ID, Kind: page.Text, Slug: "plans", Title: "Plans", Text: "A harbor of my own", Draft: true},
	} {
		if _, err := h.pages.Save(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	h.indexed()
	for who, b := range map[string]*browser{"the owner": a, "a visitor": h.visitor()} {
		if found := b.get("/search?q=harbor").want(http.StatusOK, "/@ida/boats", "All harbors I know"); strings.Contains(found.text(), "Plans") {
			t.Errorf("%s finds a draft", who)
		}
	}
	all, err := h.pages.All(t.Context(), ida.ID, ida.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.pages.Delete(t.Context(), ida.ID, all[0].ID); err != nil {
		t.Fatal(err)
	}
	h.indexed()
	a.get("/search?q=harbor").want(http.StatusOK, "Nothing here has these words.")
}

func TestASearchGoesOnPageByPage(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, a := h.resident("ida")
	for range 25 {
		h.publish(ida, draft("harbor again"))
	}
	h.indexed()
	first := a.get("/search?q=harbor").want(http.StatusOK)
	_, rest, ok := strings.Cut(first.text(), `href="/search?q=harbor&amp;max_id=`)
	if !ok {
		t.Fatal("no way on")
	}
	max, _, _ := strings.Cut(rest, `"`)
	older := "/search?q=harbor&max_id=" + max
	if n := strings.Count(first.text(), "harbor again"); n != 20 {
		t.Errorf("the first page has %d posts", n)
	}
	if n := strings.Count(a.get(older).want(http.StatusOK).text(), "harbor again"); n != 5 {
		t.Errorf("the second page has %d posts", n)
	}
}
