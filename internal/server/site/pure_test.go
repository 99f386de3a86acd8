package site

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"allod/internal/id"
	"allod/internal/post"
	"allod/web"
)

func TestShelf(t *testing.T) {
	now := time.Unix(1e9, 0)
	s := newShelf(func() time.Time { return now })
	put := func(name string, size int, about ...id.ID) {
		s.put(name, &leaf{body: make([]byte, size), about: about}, s.since())
	}
	put("a", 10, 1, 2)
	put("b", 10, 3)
	put("b", 20, 3)
	if s.get("a") == nil || s.get("b") == nil || s.size != 30 {
		t.Errorf("%d bytes are kept", s.size)
	}
	since := s.since()
	s.forget(2)
	if s.get("a") != nil || s.get("b") == nil || s.size != 20 {
		t.Errorf("after forgetting %d bytes are kept", s.size)
	}
	s.put("a", &leaf{body: []byte("read before")}, since)
	if s.get("a") != nil {
		t.Error("what was read before something was forgotten is kept")
	}
	for i := range 5 {
		put(strings.Repeat("x", i+1), shelfMax/4)
	}
	if s.size > shelfMax {
		t.Errorf("%d bytes are kept, more than %d", s.size, shelfMax)
	}
	put("large", shelfMax)
	if s.get("large") != nil {
		t.Error("something larger than its share is kept")
	}
	now = now.Add(leafFor + time.Second)
	put("c", 10)
	if s.get("x") != nil || s.size != 10 {
		t.Errorf("what is old is kept: %d bytes", s.size)
	}
}

func TestAnswersStandBelowWhatTheyAnswer(t *testing.T) {
	var said []answer
	say := func(what, below id.ID) {
		said = append(said, answer{postKey(what), postKey(below), what, web.Talk{Post: web.Post{ID: what.String()}}})
	}
	for i := id.ID(2); i < 12; i++ {
		say(i, i-1)
	}
	say(20, 1)
	say(30, 30)
	said = append(said, answer{commentKey(25), postKey(20), 25, web.Talk{Guest: true, Post: web.Post{ID: "25"}}},
		answer{commentKey(26), commentKey(25), 26, web.Talk{Guest: true, Post: web.Post{ID: "26"}}},
		answer{commentKey(27), postKey(20), 27, web.Talk{Guest: true, Left: true, Post: web.Post{ID: "27"}}},
		answer{commentKey(28), postKey(404), 28, web.Talk{Guest: true, Post: web.Post{ID: "28"}}})
	all := talks(postKey(1), said)
	depth, deepest := 0, all
	for len(deepest) > 0 && len(deepest[0].Answers) > 0 {
		depth, deepest = depth+1, deepest[0].Answers
	}
	if depth != depthMax-1 || len(deepest) != 5 {
		t.Errorf("answers are %d deep, %d at the end", depth, len(deepest))
	}
	if len(all) != 3 || all[1].ID != "20" || all[2].ID != "28" {
		t.Fatalf("the first answers are %d", len(all))
	}
	if guests := all[1].Answers; len(guests) != 1 || guests[0].ID != "25" || len(guests[0].Answers) != 1 {
		t.Errorf("guests stand as %v", guests)
	}
}

func TestReplyIsNoWiderThanItsParent(t *testing.T) {
	for _, c := range []struct {
		chosen string
		of     post.Visibility
		want   web.Level
	}{
		{"public", post.Public, web.Public}, {"followers", post.Public, web.Followers}, {"public", post.Unlisted, web.Unlisted},
		{"public", post.Direct, web.Direct}, {"self", post.Direct, web.Self}, {"", post.Followers, web.Followers},
	} {
		if got := narrower(c.chosen, c.of); got != c.want {
			t.Errorf("%q to %s is %s, not %s", c.chosen, c.of, got, c.want)
		}
	}
}

func TestReturnPathIsOfThisHome(t *testing.T) {
	for referer, want := range map[string]string{
		"https://home.example/@ida?max_id=7&notice=saved": "/@ida?max_id=7", "https://home.example/": "/", "": "/x",
		"https://evil.example/": "/x", "https://home.example//evil.example": "/x", "://": "/x", "https://home.example": "/x",
	} {
		r := httptest.NewRequest("POST", "https://home.example/posts/1/like", nil)
		r.Header.Set("Referer", referer)
		if got := back(r, "/x"); got != want {
			t.Errorf("%q leads to %q, not %q", referer, got, want)
		}
	}
}

func TestClipAndMatches(t *testing.T) {
	if got := clip(" a\n b ", 10); got != "a b" {
		t.Errorf("%q", got)
	}
	if got := clip("длинное слово", 8); got != "длинное…" {
		t.Errorf("%q", got)
	}
	for header, want := range map[string]bool{`"a"`: true, `W/"a"`: true, `"b", "a"`: true, `*`: true, `"b"`: false, ``: false} {
		if matches(header, `"a"`) != want {
			t.Errorf("%s: %v", header, !want)
		}
	}
}

func TestGzipIsAcceptedAsSaid(t *testing.T) {
	for accept, want := range map[string]bool{"gzip": true, "br, GZIP;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0": false, "br": false, "": false} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		if acceptsGzip(r) != want {
			t.Errorf("%q: %v", accept, !want)
		}
	}
}
