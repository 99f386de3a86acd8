package mastodon

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/id"
)

var links = regexp.MustCompile(`^<` + origin + `(/[^>]*)>; rel="next", <` + origin + `(/[^>]*)>; rel="prev"$`)

// walk follows next links from a path to the end and lists the ids of each page.
func (h *house) walk(t *testing.T, token, path string) (pages [][]string, prev string) {
	t.Helper()
	for range 100 {
		r := h.ok(t, token, "GET", path, "")
		page := ids(t, r)
		if len(page) == 0 {
			if r.header.Get("Link") != "" {
				t.Errorf("an empty page links on: %s", r.header.Get("Link"))
			}
			return pages, prev
		}
		pages = append(pages, page)
		m := links.FindStringSubmatch(r.header.Get("Link"))
		if m == nil {
			t.Fatalf("%s: Link: %s", path, r.header.Get("Link"))
		}
		path, prev = m[1], m[2]
	}
	t.Fatal("there is no last page")
	return nil, ""
}

func TestEveryListIsPaged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person(t, "ada")
		var said, fans []string
		for range 5 {
			said = append([]string{h.say(t, ada, "Hello #bees")}, said...)
		}
		for _, name := range []string{"tomas", "ilse", "bram", "cleo", "dina"} {
			who := h.person(t, name)
			h.ok(t, who.token, "POST", "/api/v1/accounts/"+ada.ID.String()+"/follow", "")
			h.ok(t, who.token, "POST", "/api/v1/statuses/"+said[0]+"/favourite", "")
			h.ok(t, who.token, "POST", "/api/v1/statuses/"+said[0]+"/reblog", "")
			fans = append([]string{who.ID.String()}, fans...)
		}
		told, _ := h.walk(t, ada.token, "/api/v1/notifications?limit=80&types[]=follow")
		for path, want := range map[string][]string{
			"/api/v1/timelines/home":                                   said,
			"/api/v1/timelines/tag/BEES":                               said,
			"/api/v1/accounts/" + ada.ID.String() + "/statuses":        said,
			"/api/v1/accounts/" + ada.ID.String() + "/followers":       fans,
			"/api/v1/statuses/" + said[0] + "/favourited_by":           fans,
			"/api/v1/statuses/" + said[0] + "/reblogged_by":            fans,
			"/api/v1/notifications?types[]=follow&access_token=secret": told[0],
		} {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			pages, prev := h.walk(t, ada.token, path+sep+"limit=2")
			if diff := cmp.Diff([][]string{want[:2], want[2:4], want[4:]}, pages); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
			if got := ids(t, h.ok(t, ada.token, "GET", prev, "")); cmp.Diff(want[2:4], got) != "" {
				t.Errorf("%s: before the last page comes %v", path, got)
			}
			if strings.Contains(prev, "secret") {
				t.Errorf("a link repeats a token: %s", prev)
			}
		}
		since := ids(t, h.ok(t, ada.token, "GET", "/api/v1/timelines/tag/bees?limit=2&since_id="+said[4], ""))
		if diff := cmp.Diff(said[:2], since); diff != "" {
			t.Errorf("since_id gives the newest: %s", diff)
		}
	})
}

func TestPageBounds(t *testing.T) {
	for query, want := range map[string]id.Page{
		"": {Limit: 20}, "limit=0": {Limit: 20}, "limit=-3": {Limit: 20}, "limit=41": {Limit: 40}, "limit=7&max_id=9&since_id=3": {Limit: 7, Max: 9, Since: 3},
		"min_id=4&max_id=": {Limit: 20, Min: 4}, "max_id=0": {Limit: 20},
	} {
		p, err := page(httptest.NewRequest("GET", "/?"+query, nil), 20, 40)
		if err != nil || p != want {
			t.Errorf("%s: %+v, %v", query, p, err)
		}
	}
}
