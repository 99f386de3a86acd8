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
