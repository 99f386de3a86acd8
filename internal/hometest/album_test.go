package hometest_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

var anAlbum = regexp.MustCompile(`/photos/albums/(\d+)"`)

// albumOf has somebody choose photos for a new album, and returns where it is.
func albumOf(p *hometest.Person, numbers ...string) string {
	t := p.Home.T()
	t.Helper()
	got := submit(p, "/photos/post", url.Values{"photo[]": numbers, "do": {"album"}})
	if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Request.URL.Path, "/photos/albums/") {
		t.Fatalf("%s at %s", got.Status, got.Request.URL)
	}
	return got.Request.URL.Path
}

// numberOf is the number of the file of a person's photo by its name, once it is looked at.
func numberOf(p *hometest.Person, name string) string {
	p.Home.T().Helper()
	var number string
	hometest.Await(p.Home.T(), name+" is among the photos", func() bool {
		m := regexp.MustCompile(`href="/photos/(\d+)"[^>]*>[^>]*` + regexp.QuoteMeta(name)).FindStringSubmatch(p.Page("/photos"))
		if m != nil {
			number = m[1]
		}
		return m != nil
	})
	return number
}

// Photos are chosen for an album, arranged without script, looked at one after
// another, and leave it; the files stay.
func TestAlbumOfChosenPhotos(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, ben := h.Settle("ida"), h.Settle("ben")
	for _, name := range []string{"a1.jpg", "b2.jpg", "c3.jpg"} {
		photograph(ida, name, append(snapshot(t), name...))
	}
	a, b, c := numberOf(ida, "a1.jpg"), numberOf(ida, "b2.jpg"), numberOf(ida, "c3.jpg")
	at := albumOf(ida, a, b, c)
	order := func() string {
		var out []string
		for _, m := range regexp.MustCompile(`href="`+at+`/(\d+)"`).FindAllStringSubmatch(ida.Page(at), -1) {
			out = append(out, map[string]string{a: "a", b: "b", c: "c"}[m[1]])
		}
		return strings.Join(out, "")
	}
	if order() != "abc" {
		t.Errorf("they stand as %s", order())
	}
	if got := submit(ida, at+"/arrange", url.Values{"piece-1": {a}, "place-1": {"1"}, "piece-2": {b}, "place-2": {"2"}, "piece-3": {c}, "place-3": {"3"}, "do": {"up-" + c}}); got.StatusCode != http.StatusOK || order() != "acb" {
		t.Errorf("%s: one step up, and they stand as %s", got.Status, order())
	}
	middle := ida.Page(at + "/" + c)
	for _, rel := range []string{`rel="prev" href="` + at + "/" + a, `rel="next" href="` + at + "/" + b} {
		if !strings.Contains(middle, rel) {
			t.Errorf("the page of a photo in the middle has no %s", rel)
		}
	}
	submit(ida, at+"/arrange", url.Values{"piece-1": {a}, "drop-1": {"true"}, "do": {"save"}})
	if order() != "cb" || !strings.Contains(ida.Page("/files"), "a1.jpg") {
		t.Errorf("one leaves, and they stand as %s", order())
	}
	wrong := submit(ida, at+"/edit", url.Values{"title": {""}, "words": {"kept words"}})
	if wrong.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no title: %s", wrong.Status)
	}
	submit(ida, at+"/edit", url.Values{"title": {"Between two trains"}, "words": {"Arezzo"}, "order": {"chosen"}})
	if page := ida.Page(at); !strings.Contains(page, "Between two trains") || !strings.Contains(page, "Arezzo") {
		t.Error("it is not called as its owner says")
	}
	for _, path := range []string{at, at + "/edit", at + "/" + c, at + "/delete"} {
		if resp, _ := ask(t, ben.Browser, http.MethodGet, h.Origin+path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("another sees %s: %s", path, resp.Status)
		}
	}
	submit(ida, at+"/delete", nil)
	if anAlbum.MatchString(ida.Page("/photos/albums")) || !strings.Contains(ida.Page("/files"), "c3.jpg") {
		t.Error("the album is still there, or its photos are not")
	}
}
