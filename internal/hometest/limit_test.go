package hometest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/config"
	"allod/internal/hometest"
)

// TestWhatHoldsSomebodyBackIsShownToThem has ben be paused, tried at, slowed
// down and refused a file: his settings tell of each, with why, and when it ends.
func TestWhatHoldsSomebodyBackIsShownToThem(t *testing.T) {
	t.Parallel()
	h := hometest.StartWith(t, "", func(c *config.Config) { c.RateLimits = true })
	ida, ben := h.Settle("ida"), h.Settle("ben")
	if page := ben.Page("/settings"); !strings.Contains(page, "Nothing is held back from you.") {
		t.Errorf("at first:\n%s", page)
	}
	expect := func(when string, words ...string) {
		t.Helper()
		page := ben.Page("/settings")
		_, page, _ = strings.Cut(page, `id="limits"`)
		page, _, _ = strings.Cut(page, "</section>")
		for _, w := range words {
			if !strings.Contains(page, w) {
				t.Errorf("%s: %q is not told:\n%s", when, w, page)
			}
		}
	}

	if code, body := uploadBytes(ben, []byte("no picture at all"), ""); code < 400 {
		t.Errorf("%d %s", code, body)
	}
	expect("after a file that is no picture", "A file was not taken", "Placed by the home itself")

	slow := 0
	for range 12 {
		resp, err := http.PostForm(h.Origin+"/login", url.Values{"username": {"Ben"}, "password": {"a wrong password"}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusTooManyRequests {
			slow++
		}
	}
	if slow == 0 {
		t.Error("twelve wrong passwords are looked at")
	}
	expect("after too many passwords", "Too many tries to sign in", "Too many passwords were tried for your name", "It ends by itself")

	who := find(ida, handle(ben)).ID
	keeper, his := &visitor{h, ida.Browser}, &visitor{h, ben.Browser}
	if code, page := keeper.post("/house/people/"+who+"/pause", url.Values{"why": {"Adverts <three> times"}}); code != http.StatusOK {
		t.Fatalf("%d:\n%s", code, page)
	}
	expect("while he is paused", "You can read, and not post or act", "It holds", "Adverts &lt;three&gt; times", "Placed by ida", "It holds until the keeper ends it.")
	if code, page := his.post("/compose", url.Values{"text": {"x"}, "visibility": {"public"}}); code != http.StatusForbidden || !strings.Contains(page, "Adverts") {
		t.Errorf("he posts: %d", code)
	}
	if code, page := keeper.post("/house/people/"+who+"/resume", nil); code != http.StatusOK {
		t.Fatalf("%d:\n%s", code, page)
	}
	expect("after that", "You can read, and not post or act", "Adverts", "It ended ")
	if code, _ := his.post("/compose?key=now", url.Values{"text": {"Back"}, "visibility": {"public"}}); code != http.StatusOK {
		t.Errorf("he does not post: %d", code)
	}

	for i := 0; ; i++ {
		code, _ := ben.Do(http.MethodGet, "/api/v1/markers", nil)
		if code == http.StatusTooManyRequests {
			break
		}
		if i == 5000 {
			t.Fatal("an app may ask as often as it likes")
		}
	}
	expect("after an app asked too often", "Too many requests", "more often than this home answers one person")
}
