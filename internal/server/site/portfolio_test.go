package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/db/dbtest"
)

// mediaIn are the addresses of pictures that a page shows.
func mediaIn(a answer) []string {
	return regexp.MustCompile(`/media/[\w-]+`).FindAllString(a.text(), -1)
}

func TestPortfolioShowsPicturesInOrderEachWithAPage(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	_, other := h.resident("ben")
	v := h.visitor()
	keep := b.writePage("portfolio", url.Values{"title": {"Boats"}, "listed": {"true"}})
	keep, _, _ = strings.Cut(keep, "?")
	at := "/@ida/boats"
	v.get(at).want(http.StatusOK, "No pictures are here yet")
	for i := range 3 {
		b.send(keep, map[string]string{}, map[string][]byte{"pictures": drawing(t, i+1)}).leads(keep)
	}
	b.send(keep, map[string]string{}, map[string][]byte{"pictures": []byte("no picture")}).want(http.StatusUnprocessableEntity, "1 picture could not be taken")
	b.post(keep, nil).want(http.StatusUnprocessableEntity, "Choose at least one")
	pieces := regexp.MustCompile(`name="piece-\d" value="(\d+)"`).FindAllStringSubmatch(b.get(keep).text(), -1)
	if len(pieces) != 3 {
		t.Fatalf("%d pictures", len(pieces))
	}
	form := url.Values{"do": {"save"}, "title-1": {"Blue <boat>"}, "alt-1": {"A boat in reeds"}, "place-1": {"3"}, "title-2": {"Second"}}
	for i, p := range pieces {
		form.Set("piece-"+string(rune('1'+i)), p[1])
	}
	b.post(keep+"/arrange", form).want(http.StatusSeeOther)
	page := v.get(at).want(http.StatusOK, `alt="A boat in reeds"`)
	if strings.Contains(page.text(), "<script") {
		t.Error("it sends a script")
	}
	places := regexp.MustCompile(`href="`+at+`/(\d+)"`).FindAllStringSubmatch(page.text(), -1)
	if len(places) != 3 || places[0][1] != pieces[1][1] || places[2][1] != pieces[0][1] {
		t.Fatalf("they stand in the order %v of %v", places, pieces)
	}
	form = url.Values{"do": {"up-" + pieces[0][1]}}
	for i, p := range places {
		form.Set("piece-"+string(rune('1'+i)), p[1])
		form.Set("place-"+string(rune('1'+i)), string(rune('1'+i)))
	}
	form.Set("title-1", "Second")
	form.Set("title-3", "Blue <boat>")
	form.Set("alt-3", "A boat in reeds")
	b.post(keep+"/arrange", form).leads(keep + "#piece-")
	one := v.get(at+"/"+pieces[0][1]).want(http.StatusOK, "Blue &lt;boat&gt;", "A boat in reeds", "2 of 3", `rel="prev" href="`+at+"/"+pieces[1][1], `rel="next" href="`+at+"/"+pieces[2][1],
		`property="og:image" content="`+h.url+"/media/", `og:image:alt" content="A boat in reeds"`, `og:image:width"`, `og:image:type"`)
	if e := of(one.microformats(h.url+at).Items, "h-entry"); len(e) != 1 || said(e[0], "name")[0] != "Blue <boat>" || len(said(e[0], "photo")) != 1 {
		t.Errorf("the page of a picture says %+v", e)
	}
	for _, none := range []string{"/1", "/x", "/" + pieces[0][1] + "/x"} {
		v.get(at + none).want(http.StatusNotFound)
	}
	for _, who := range []*browser{other, v} {
		who.post(keep+"/arrange", form)
		if got := who.get(keep); got.status == http.StatusOK {
			t.Error("others arrange it")
		}
	}
	first := mediaIn(one)[0]
	form.Set("drop-3", "true")
	form.Set("do", "save")
	b.post(keep+"/arrange", form).want(http.StatusSeeOther)
	v.get(first).want(http.StatusNotFound)
	v.get(at + "/" + pieces[0][1]).want(http.StatusNotFound)
	edit := strings.TrimSuffix(keep, "/pictures")
	b.post(edit+"/delete", nil).want(http.StatusSeeOther)
	for _, path := range mediaIn(page) {
		v.get(path).want(http.StatusNotFound)
	}
}

func TestPicturesStandInTheWordsOfAPage(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	v := h.visitor()
	fields := map[string]string{"title": "Boat", "text": "Look: ![](1)", "alt-1": "A boat", "alt-2": "An oar", "language": "en", "listed": "true", "do": "preview"}
	files := map[string][]byte{"picture-1": drawing(t, 1), "picture-2": drawing(t, 2)}
	shown := b.send("/site/new?kind=text", fields, files).want(http.StatusOK, `alt="A boat"`, `alt="An oar"`, `name="held-1"`, `name="held-2"`)
	_, fields = shown.form("/site/new")
	fields["do"], fields["title"] = "publish", ""
	delete(fields, "drop-1")
	delete(fields, "drop-2")
	again := b.send("/site/new?kind=text", fields, nil).want(http.StatusUnprocessableEntity, "Give the page a title", `name="held-2"`, "Look: ![](1)")
	_, fields = again.form("/site/new")
	delete(fields, "drop-1")
	delete(fields, "drop-2")
	fields["title"], fields["do"] = "Boat", "publish"
	at := b.send("/site/new?kind=text", fields, nil).leads("/@ida/boat")
	page := v.get(at).want(http.StatusOK, `alt="A boat"`, `alt="An oar"`, `og:image:alt" content="A boat"`)
	pictures := mediaIn(page)
	v.get(pictures[0]).want(http.StatusOK)
	edit := regexpFind(t, b.get("/site").text(), `href="(/site/pages/\d+)"`)
	_, fields = b.get(edit).form(edit)
	delete(fields, "drop-1")
	fields["drop-2"], fields["cover"], fields["alt-1"], fields["do"] = "true", "none", "The boat", "publish"
	b.send(edit, fields, nil).leads(edit)
	page = v.get(at).want(http.StatusOK, `alt="The boat"`)
	if strings.Contains(page.text(), "An oar") || strings.Contains(page.text(), "og:image") {
		t.Error("it shows what was taken out, or a cover that is not wanted")
	}
}

// A draft is for its owner alone, and so are the bytes of its pictures, whoever has their addresses.
func TestPicturesOfADraftAreForItsOwnerAlone(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	_, other := h.resident("ben")
	v := h.visitor()
	fields := map[string]string{"title": "Boat", "text": "![](1)", "alt-1": "zqboat", "language": "en", "do": "publish"}
	at := b.send("/site/new?kind=text", fields, map[string][]byte{"picture-1": drawing(t, 1)}).leads("/@ida/boat")
	known := mediaIn(v.get(at).want(http.StatusOK, "zqboat"))
	edit := regexpFind(t, b.get("/site").text(), `href="(/site/pages/\d+)"`)
	hide := func(do string) {
		_, fields := b.get(edit).form(edit)
		fields["do"] = do
		delete(fields, "drop-1")
		b.send(edit, fields, nil).leads(edit)
	}
	open := func(who *browser, want int) {
		t.Helper()
		for _, path := range known {
			who.get(path).want(want)
		}
	}
	hide("draft")
	open(v, http.StatusNotFound)
	open(other, http.StatusNotFound)
	open(b, http.StatusOK)
	if got := b.get(known[0]).header.Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("its bytes may be kept: %q", got)
	}
	hide("publish")
	open(v, http.StatusOK)
	// a page outside the menu is open to who has its address, and so are its pictures
	if strings.Contains(v.get("/@ida").text(), at) {
		t.Error("the menu lists it")
	}
	keep := b.writePage("portfolio", url.Values{"title": {"Plan"}, "do": {"draft"}})
	keep, _, _ = strings.Cut(keep, "?")
	b.send(keep, map[string]string{}, map[string][]byte{"pictures": drawing(t, 2)}).leads(keep)
	known = mediaIn(b.get("/@ida/plan").want(http.StatusOK))
	if len(known) == 0 {
		t.Fatal("its owner does not see it")
	}
	open(b, http.StatusOK)
	open(v, http.StatusNotFound)
	open(other, http.StatusNotFound)
	v.get("/@ida/plan").want(http.StatusNotFound)
	which := regexpFind(t, b.get("/@ida/plan").text(), `href="/@ida/plan/(\d+)"`)
	v.get("/@ida/plan/" + which).want(http.StatusNotFound)
	other.get("/@ida/plan/" + which).want(http.StatusNotFound)
}
