package hometest_test

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// works is what the page about a home says of each thing it may do, by the words of the thing.
func works(t *testing.T, h *hometest.Home) map[string]string {
	t.Helper()
	resp, err := http.Get(h.Origin + "/about?lang=en")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	_, list, _ := strings.Cut(string(page), `<ul class="features">`)
	list, _, _ = strings.Cut(list, "</ul>")
	out, tag := map[string]string{}, regexp.MustCompile(`<[^>]*>`)
	for line := range strings.SplitSeq(list, "</li>") {
		state, name, _ := strings.Cut(line, "</span>")
		if name = strings.TrimSpace(html.UnescapeString(tag.ReplaceAllString(name, ""))); name != "" {
			out[name] = strings.TrimSpace(tag.ReplaceAllString(state, ""))
		}
	}
	return out
}

// TestAboutSaysWhatWorks reads the page of a home without mail, with it, and closed to others.
func TestAboutSaysWhatWorks(t *testing.T) {
	const (
		across, search, video = "Following and being followed across servers", "Search", "Video"
		mail, comments        = "Mail: new passwords, letters about what is new", "Comments from people without an account"
	)
	expect := func(h *hometest.Home, want map[string]string) {
		t.Helper()
		got := works(t, h)
		for name, state := range want {
			if got[name] != state {
				t.Errorf("%s: %q, not %q", name, got[name], state)
			}
		}
	}
	expect(hometest.Start(t, ""), map[string]string{across: "Ready", search: "Ready", video: "Off", mail: "Off", comments: "Off"})
	h, _ := mailed(t, "")
	expect(h, map[string]string{across: "Ready", mail: "Ready", comments: "Ready"})
}
