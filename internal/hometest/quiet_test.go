package hometest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// TestNewsLeaveOutWhatTheirReaderDoesNotWant has ida be told no more of a
// conversation, and filter words out of her news: the page of what is hidden
// has all of it, why, and the way back, and what has an end ends by itself.
func TestNewsLeaveOutWhatTheirReaderDoesNotWant(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, nora := h.Settle("ida"), h.Settle("nora")
	hers := &visitor{h, ida.Browser}
	root := write(ida, map[string]any{"status": "What shall we plant?"})
	answer := func(words string) {
		write(nora, map[string]any{"status": words, "in_reply_to_id": root.ID})
	}
	told := func(words string) bool { t.Helper(); return strings.Contains(ida.Page("/news"), words) }
	if answer("zqbeans"); !told("zqbeans") {
		t.Fatal("ida is not told of an answer")
	}

	at := "/@ida/" + root.ID
	if page := ida.Page(at); !strings.Contains(page, "Tell me no more of this conversation") {
		t.Errorf("the page of a post has no such button:\n%s", page)
	}
	if code, page := hers.post("/posts/"+root.ID+"/quiet", url.Values{"on": {"true"}}); code != http.StatusOK || !strings.Contains(page, "You are told no more of this conversation.") {
		t.Fatalf("%d:\n%s", code, page)
	}
	answer("zqleeks")
	if code, _ := nora.Do(http.MethodPost, "/api/v1/statuses/"+root.ID+"/favourite", map[string]any{}); code != http.StatusOK {
		t.Fatal(code)
	}
	if told("zqleeks") || told("likes your post") {
		t.Error("ida is told of the conversation all the same")
	}
	page := ida.Page("/hidden")
	for _, want := range []string{"ida: What shall we plant?", "zqleeks", "You do not want to be told of this conversation.", "Tell me of it again"} {
		if !strings.Contains(page, want) {
			t.Errorf("what is hidden lacks %q:\n%s", want, page)
		}
	}
	if s := hometest.Call[struct{ Muted bool }](ida, http.MethodGet, "/api/v1/statuses/"+root.ID, nil); !s.Muted {
		t.Error("apps are not told that the conversation is muted")
	}
	if code, _ := hers.button(page, "/posts/"+root.ID+"/quiet"); code != http.StatusOK {
		t.Fatal(code)
	}
	if answer("zqpeas"); !told("zqpeas") || strings.Contains(ida.Page("/hidden"), "Tell me of it again") {
		t.Error("ida is not told of the conversation again")
	}
	for _, path := range []string{"/posts/x/quiet", "/posts/7/quiet"} {
		if code, _ := hers.post(path, url.Values{"on": {"true"}}); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}

	filter := func(action string, words string) string {
		return hometest.Call[struct{ ID string }](ida, http.MethodPost, "/api/v2/filters", map[string]any{
			"title": "Vegetables " + action, "context": []string{"notifications"}, "filter_action": action, "keywords_attributes": []map[string]any{{"keyword": words}},
		}).ID
	}
	filter("warn", "zqpeas")
	hide := filter("hide", "zqbeans")
	page = ida.Page("/news")
	if strings.Contains(page, "zqbeans") || !strings.Contains(page, "1 piece of news on this page is hidden, as you wanted.") {
		t.Errorf("the news, of what is to be hidden:\n%s", page)
	}
	if !strings.Contains(page, "<details") || !strings.Contains(page, "Vegetables warn") {
		t.Errorf("the news do not fold what is to be folded:\n%s", page)
	}
	if page := ida.Page("/hidden"); !strings.Contains(page, "zqbeans") || !strings.Contains(page, "Your filter “Vegetables hide” hides it: zqbeans") {
		t.Errorf("what is hidden does not say why:\n%s", page)
	}
	if page := ida.Page(at); !strings.Contains(page, "zqbeans") {
		t.Error("a filter for the news hides it elsewhere")
	}
	hometest.Call[struct{}](ida, http.MethodPut, "/api/v2/filters/"+hide, map[string]any{"expires_in": 1})
	hometest.Await(t, "the filter ends by itself", func() bool { return told("zqbeans") })
}
