package hometest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// compose sends the form that posts, and returns the id of the post.
func compose(p *hometest.Person, action string, fields url.Values) string {
	t := p.Home.T()
	t.Helper()
	resp, err := p.Browser.PostForm(p.Home.Origin+action, fields)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	name, id, ok := strings.Cut(strings.TrimPrefix(resp.Request.URL.Path, "/@"), "/")
	if err != nil || resp.StatusCode != http.StatusOK || !ok || name != p.Name {
		t.Fatalf("%s at %s: %v: %.2000s", resp.Status, resp.Request.URL, err, page)
	}
	return id
}

// TestArticleItsEditAndItsPinReachAnotherHome writes an article with a picture
// inside, edits and pins it, and looks at all that from a second home.
func TestArticleItsEditAndItsPinReachAnotherHome(t *testing.T) {
	t.Parallel()
	ida := hometest.Start(t, "").Settle("ida")
	ben := hometest.Start(t, "").Settle("ben")
	early := write(ida, map[string]any{"status": "Tides of this harbor", "visibility": "public"})
	hometest.Call[status](ida, http.MethodPost, "/api/v1/statuses/"+early.ID+"/pin", map[string]any{})
	them := follow(ben, ida)
	pinned := func() []status {
		return hometest.Call[[]status](ben, http.MethodGet, "/api/v1/accounts/"+them.ID+"/statuses?pinned=true", nil)
	}
	hometest.Await(t, "what was pinned before comes with the follow", func() bool { return in(pinned(), early.URI) != nil })
	if page := ben.Page("/@ida@" + strings.TrimPrefix(ida.Home.Origin, "http://")); !strings.Contains(page, "Tides of this harbor") {
		t.Error("her page there does not show what she pinned")
	}
	hometest.Call[status](ida, http.MethodPost, "/api/v1/statuses/"+early.ID+"/unpin", map[string]any{})
	hometest.Await(t, "and is let go", func() bool { return len(pinned()) == 0 })

	held := upload(ida, "a wreck at low tide")
	form := url.Values{
		"kind": {"article"}, "title": {"The wreck"}, "summary": {"What the tide left"}, "visibility": {"public"}, "language": {"en"},
		"rights": {"by-sa"}, "held-1": {held}, "alt-1": {"a wreck at low tide"},
		"text": {"# The bell\n\n" + strings.Repeat("We walked out to it. ", 200) + "\n\n![](1)\n\nThe end of it"},
	}
	which := compose(ida, "/compose?key=article", form)
	here := hometest.Call[status](ida, http.MethodGet, "/api/v1/statuses/"+which, nil)
	there := arrives(ben, here.URI)
	if !strings.Contains(there.Content, "The wreck") || !strings.Contains(there.Content, "What the tide left") || strings.Contains(there.Content, "The end of it") {
		t.Errorf("in a stream: %s", there.Content)
	}
	page := ben.Page("/@ida@" + strings.TrimPrefix(ida.Home.Origin, "http://") + "/" + there.ID)
	for _, want := range []string{"The end of it", `<h2 id="s-the-bell">`, "a wreck at low tide", `src="/proxy/`, "CC BY-SA 4.0"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page there has no %q", want)
		}
	}

	form.Set("title", "The wreck of 1901")
	form.Set("alt-1", "the wreck, better described")
	form.Set("text", "![](1)\n\nShorter")
	compose(ida, "/posts/"+which+"/edit", form)
	hometest.Await(t, "the edit arrives", func() bool {
		return strings.Contains(hometest.Call[status](ben, http.MethodGet, "/api/v1/statuses/"+there.ID, nil).Content, "The wreck of 1901")
	})
	type edit struct {
		Content string
		Media   []struct{ Description string } `json:"media_attachments"`
	}
	for _, p := range []struct {
		*hometest.Person
		id string
	}{{ida, which}, {ben, there.ID}} {
		history := hometest.Call[[]edit](p.Person, http.MethodGet, "/api/v1/statuses/"+p.id+"/history", nil)
		if len(history) != 2 || !strings.Contains(history[0].Content, "The wreck<") || len(history[0].Media) != 1 ||
			history[0].Media[0].Description != "a wreck at low tide" || history[1].Media[0].Description != "the wreck, better described" {
			t.Errorf("%s: %+v", p.Name, history)
		}
	}
	if page := ida.Page("/@ida/" + which + "/history"); !strings.Contains(page, "The wreck of 1901") || !strings.Contains(page, "a wreck at low tide") {
		t.Error("the page of its history does not tell both")
	}

	hometest.Call[status](ida, http.MethodPost, "/api/v1/statuses/"+which+"/pin", map[string]any{})
	hometest.Await(t, "the pin arrives", func() bool { return len(pinned()) == 1 })
	hometest.Call[status](ida, http.MethodPost, "/api/v1/statuses/"+which+"/unpin", map[string]any{})
	hometest.Await(t, "and goes", func() bool { return len(pinned()) == 0 })
}

// TestNoteIsEditedThroughTheAPI edits a note and deletes it, in an app.
func TestNoteIsEditedThroughTheAPI(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, nora := h.Settle("ida"), h.Settle("nora")
	held := upload(ida, "one")
	said := write(ida, map[string]any{"status": "before", "media_ids": []string{held}, "visibility": "private"})
	got := hometest.Call[status](ida, http.MethodPut, "/api/v1/statuses/"+said.ID, map[string]any{
		"status": "after", "media_ids": []string{held}, "media_attributes": []map[string]any{{"id": held, "description": "two"}},
	})
	if !strings.Contains(got.Content, "after") {
		t.Errorf("%+v", got)
	}
	for _, path := range []string{"history", "source"} {
		if code, body := nora.Do(http.MethodGet, "/api/v1/statuses/"+said.ID+"/"+path, nil); code != http.StatusNotFound {
			t.Errorf("a neighbor asks for the %s: %d %s", path, code, body)
		}
	}
	if code, _ := nora.Do(http.MethodPut, "/api/v1/statuses/"+said.ID, map[string]any{"status": "hers"}); code != http.StatusNotFound {
		t.Errorf("a neighbor edits it: %d", code)
	}
	hometest.Call[status](ida, http.MethodDelete, "/api/v1/statuses/"+said.ID, nil)
	if code, body := ida.Do(http.MethodPut, "/api/v1/statuses/"+said.ID, map[string]any{"status": "back"}); code != http.StatusGone {
		t.Errorf("a deleted post is edited: %d %s", code, body)
	}
}

// TestWhatStaysHereLeavesByNoDoor posts here only, and asks every door of other servers and readers.
func TestWhatStaysHereLeavesByNoDoor(t *testing.T) {
	t.Parallel()
	ida := hometest.Start(t, "").Settle("ida")
	ben := hometest.Start(t, "").Settle("ben")
	follow(ben, ida)
	stays := write(ida, map[string]any{"status": "zqhere stays", "local_only": true})
	leaves := write(ida, map[string]any{"status": "zqthere leaves"})
	hometest.Call[status](ida, http.MethodPut, "/api/v1/statuses/"+stays.ID, map[string]any{"status": "zqhere stays, edited"})
	hometest.Call[status](ida, http.MethodPost, "/api/v1/statuses/"+stays.ID+"/pin", map[string]any{})
	arrives(ben, leaves.URI)
	if in(home(ben), stays.URI) != nil {
		t.Error("it was sent")
	}
	_, did := actorOf(ida)
	actor := "/.well-known/apgateway/" + did + "/actor"
	for _, path := range []string{"/@ida/feed.atom", "/@ida/feed.rss", "/@ida/feed.json", actor + "/outbox?page=true", actor + "/featured", strings.TrimPrefix(stays.URI, ida.Home.Origin)} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, ida.Home.Origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "application/activity+json")
		code, body := answer(t, http.DefaultClient, r)
		if strings.Contains(body, "zqhere") || strings.Contains(body, "/create/"+stays.ID) || strings.Contains(body, "/post/"+stays.ID) {
			t.Errorf("%s tells it: %d %.500s", path, code, body)
		}
	}
	if page := fmt.Sprint(ida.Page("/@ida")); !strings.Contains(page, "zqhere") {
		t.Error("it is not on the page of its home")
	}
}
