package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/db/dbtest"
)

// writePage publishes a page and returns where it is.
func (b *browser) writePage(kind string, form url.Values) string {
	b.h.t.Helper()
	if form.Get("do") == "" {
		form.Set("do", "publish")
	}
	form.Set("language", "en")
	res := b.post("/site/new?kind="+kind, form)
	if res.status != http.StatusSeeOther {
		b.h.t.Fatalf("%d %s", res.status, res.text())
	}
	return res.header.Get("Location")
}

func TestPageIsMadeFoundRenamedAndTakenAway(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	v := h.visitor()
	at := b.writePage("text", url.Values{"title": {"About me"}, "text": {"I keep a **boat**."}, "listed": {"true"}})
	if at != "/@ida/about-me" {
		t.Fatalf("it is at %s", at)
	}
	page := v.get(at).want(http.StatusOK).text()
	for _, want := range []string{"<h1 class=\"p-name\"", "About me", "<strong>boat</strong>", `rel="canonical" href="` + h.url + at} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "<script") {
		t.Error("a public page sends a script")
	}
	if front := v.get("/@ida").want(http.StatusOK).text(); !strings.Contains(front, `href="`+at+`"`) {
		t.Error("the front does not lead to it")
	}
	edit := regexpFind(t, b.get("/site").want(http.StatusOK).text(), `href="(/site/pages/\d+)"`)
	b.post(edit, url.Values{"title": {"About me"}, "slug": {"feed"}, "do": {"publish"}}).want(http.StatusUnprocessableEntity)
	b.post(edit, url.Values{"title": {"About me"}, "slug": {"who"}, "text": {"New words"}, "do": {"publish"}}).want(http.StatusSeeOther)
	if res := v.get(at).want(http.StatusMovedPermanently); res.header.Get("Location") != "/@ida/who" {
		t.Errorf("it leads to %q", res.header.Get("Location"))
	}
	if page := v.get("/@ida/who").want(http.StatusOK).text(); !strings.Contains(page, "New words") {
		t.Error("the words are the old ones")
	}
	b.post(edit+"/delete", nil).want(http.StatusSeeOther)
	for _, was := range []string{at, "/@ida/who"} {
		if page := v.get(was).want(http.StatusGone).text(); !strings.Contains(page, "taken away") {
			t.Errorf("%s does not say that it is gone", was)
		}
	}
	v.get("/@ida/never").want(http.StatusNotFound)
	v.post("/@ida/never", nil).want(http.StatusNotFound)
}

func TestPreviewKeepsNothing(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	res := b.post("/site/new?kind=text", url.Values{"title": {"Plan"}, "text": {"*soon*"}, "do": {"preview"}}).want(http.StatusOK)
	if !strings.Contains(res.text(), "<em>soon</em>") || !strings.Contains(res.text(), `value="Plan"`) {
		t.Error("the preview shows something else")
	}
	h.visitor().get("/@ida/plan").want(http.StatusNotFound)
}

func TestDraftPageIsNotThereForOthers(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	_, other := h.resident("ben")
	edit := b.writePage("text", url.Values{"title": {"Plan"}, "text": {"zqsecret"}, "listed": {"true"}, "do": {"draft"}})
	if !strings.HasPrefix(edit, "/site/pages/") {
		t.Fatalf("it led to %s", edit)
	}
	edit, _, _ = strings.Cut(edit, "?")
	b.get("/@ida/plan").want(http.StatusOK)
	for _, who := range []*browser{other, h.visitor()} {
		for _, path := range []string{"/@ida/plan", "/@ida", edit} {
			if strings.Contains(who.get(path).text(), "zqsecret") {
				t.Errorf("%s shows a draft", path)
			}
		}
		who.get("/@ida/plan").want(http.StatusNotFound)
	}
	other.get(edit).want(http.StatusNotFound)
	other.post(edit, url.Values{"title": {"Mine"}, "do": {"publish"}}).want(http.StatusNotFound)
	other.post(edit+"/delete", nil).want(http.StatusSeeOther)
	b.get("/@ida/plan").want(http.StatusOK)
}

// regexpFind is the first group of a pattern in a text.
func regexpFind(t testing.TB, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("nothing is like %s", pattern)
	}
	return m[1]
}

func TestFrontPageShowsWhatItsOwnerChose(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	v := h.visitor()
	h.publish(ida, draft("zqnote of ida's"))
	b.writePage("text", url.Values{"title": {"Boats"}, "listed": {"true"}})
	v.get("/@ida/posts").want(http.StatusFound)
	if front := v.get("/@ida").text(); !strings.Contains(front, "zqnote") {
		t.Error("as it comes, the front lacks the posts")
	}
	form := url.Values{"do": {"add"}, "add": {"words"}}
	b.post("/site/front", form).want(http.StatusSeeOther)
	form = url.Values{"kind-1": {"words"}, "words-1": {"zqhello, *you*"}, "do": {"add"}, "add": {"pages"}}
	b.post("/site/front", form).want(http.StatusSeeOther)
	front := v.get("/@ida").want(http.StatusOK).text()
	if !strings.Contains(front, "zqhello, <em>you</em>") || !strings.Contains(front, "/@ida/boats") || strings.Contains(front, "zqnote") {
		t.Error("the front shows something else")
	}
	if posts := v.get("/@ida/posts").want(http.StatusOK).text(); !strings.Contains(posts, "zqnote") {
		t.Error("the posts have no page of their own")
	}
	b.post("/site/front", url.Values{"kind-1": {"words"}, "words-1": {"zqhello"}, "kind-2": {"notes"}, "count-2": {"3"}, "do": {"up-2"}}).want(http.StatusSeeOther)
	front = v.get("/@ida").text()
	if note, words := strings.Index(front, "zqnote"), strings.Index(front, "zqhello"); note < 0 || words < note {
		t.Errorf("the note is at %d and the words at %d", note, words)
	}
	b.post("/site/front", url.Values{"kind-1": {"words"}, "words-1": {strings.Repeat("x", 5001)}, "do": {"save"}}).want(http.StatusUnprocessableEntity)
	b.post("/site/front", url.Values{"kind-1": {"nonsense"}, "do": {"drop-9"}}).want(http.StatusSeeOther)
	if front := v.get("/@ida").text(); !strings.Contains(front, "zqnote") {
		t.Error("reset, the front is not as it came")
	}
}

func TestLookIsOnEveryPageOfTheSite(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	_, ben := h.resident("ben")
	v := h.visitor()
	p := h.publish(ida, draft("A note"))
	at := b.writePage("text", url.Values{"title": {"Boats"}, "listed": {"true"}})
	b.post("/site/look", url.Values{"hue": {"7"}, "lettering": {"typed"}, "width": {"wide"}, "scheme": {"dark"}}).want(http.StatusSeeOther)
	for _, path := range []string{"/@ida", at, "/@ida/notes", "/@ida/nothing-there", "/@ida/" + p.ID.String()} {
		page := v.get(path).text()
		if !strings.Contains(page, `class="hue-7 set-typed width-wide scheme-dark"`) || !strings.Contains(page, `name="color-scheme" content="dark"`) {
			t.Errorf("%s is not set so: %.300s", path, page)
		}
		if page := ben.get(path).text(); !strings.Contains(page, `class="hue-7 set-typed width-wide"`) {
			t.Errorf("%s is not set so for one who is signed in, whose scheme is theirs: %.300s", path, page)
		}
	}
	b.post("/site/look", url.Values{"lettering": {"comic"}}).want(http.StatusUnprocessableEntity)
	b.post("/site/look", url.Values{"scheme": {"dark; color: red"}}).want(http.StatusUnprocessableEntity)
}

func TestOldAddressLeadsOnAndNothingIsSaidInOnesOwnWords(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	v := h.visitor()
	b.writePage("text", url.Values{"title": {"Boats"}, "listed": {"true"}})
	b.post("/site/moved", url.Values{"from": {"2019/05/boats.html"}, "to": {h.url + "/@ida/boats"}}).want(http.StatusSeeOther)
	if res := v.get("/@ida/2019/05/Boats.html").want(http.StatusMovedPermanently); res.header.Get("Location") != "/@ida/boats" {
		t.Errorf("it leads to %q", res.header.Get("Location"))
	}
	for from, field := range map[string]string{"boats": "from", "feed.atom": "", "12345": "from", "a": "to"} {
		to := "b"
		if from == "a" {
			to = "A/"
		}
		res := b.post("/site/moved", url.Values{"from": {from}, "to": {to}})
		if field == "" {
			continue // the house answers there first; what is kept harms nobody
		}
		if res.want(http.StatusUnprocessableEntity); !strings.Contains(res.text(), `id="`+field+`-wrong"`) {
			t.Errorf("%s: nothing is wrong beside %s", from, field)
		}
	}
	v.get("/@ida/feed.atom").want(http.StatusOK)
	b.post("/site/missing", url.Values{"missing": {"Lost? *So am I.*"}}).want(http.StatusSeeOther)
	if page := v.get("/@ida/nothing").want(http.StatusNotFound).text(); !strings.Contains(page, "<em>So am I.</em>") {
		t.Error("it is said in other words")
	}
	b.post("/site/moved/end", url.Values{"path": {"2019/05/boats.html"}}).want(http.StatusSeeOther)
	v.get("/@ida/2019/05/boats.html").want(http.StatusNotFound)
}

func TestContactPageTellsWaysThatWork(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	at := b.writePage("contact", url.Values{"title": {"Contact"}, "text": {"# Hours\n\nAfter *six*."}, "listed": {"true"}})
	page := h.visitor().get(at).want(http.StatusOK)
	for _, want := range []string{"@" + h.names.Handle(ida), "<em>six</em>", "Hours</h"} {
		if !strings.Contains(page.text(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := len(find(page.page(), func(n *node) bool { return n.Data == "h1" })); n != 1 {
		t.Errorf("%d main headings", n)
	}
	if strings.Contains(page.text(), "<form") {
		t.Error("it offers a form that reaches nobody")
	}
	b.get("/site/new?kind=shop").want(http.StatusOK)
	b.post("/site/new?kind=shop", url.Values{"title": {"X"}}).want(http.StatusNotFound)
}

func TestFrontShowsWhatIsPinned(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	p := h.publish(ida, draft("zqpinned"))
	h.publish(ida, draft("zqother"))
	if err := h.posts.Pin(t.Context(), ida.ID, p.ID); err != nil {
		t.Fatal(err)
	}
	b.post("/site/front", url.Values{"do": {"add"}, "add": {"pinned"}}).want(http.StatusSeeOther)
	if front := h.visitor().get("/@ida").text(); !strings.Contains(front, "zqpinned") || strings.Contains(front, "zqother") {
		t.Error("the front shows something else than what is pinned")
	}
}
