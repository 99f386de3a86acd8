package hometest_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// bytesAt is what the home answers about a file to somebody without a session.
func bytesAt(t *testing.T, at string) int {
	t.Helper()
	resp, err := http.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	return resp.StatusCode
}

// TestPictureTakenOutOfAPostIsServedWhileItsHistoryShowsIt edits a picture
// away, looks for its bytes, and has its author take it away for good.
func TestPictureTakenOutOfAPostIsServedWhileItsHistoryShowsIt(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, nora := h.Settle("ida"), h.Settle("nora")
	type pictures struct {
		ID    string
		Media []struct{ ID, URL string } `json:"media_attachments"`
	}
	stays, goes := upload(ida, "stays"), upload(ida, "goes")
	said := hometest.Call[pictures](ida, http.MethodPost, "/api/v1/statuses", map[string]any{"status": "two", "media_ids": []string{stays, goes}})
	at := said.Media[1].URL
	hometest.Call[status](ida, http.MethodPut, "/api/v1/statuses/"+said.ID, map[string]any{"status": "one", "media_ids": []string{stays}})
	if code := bytesAt(t, at); code != http.StatusOK {
		t.Errorf("its history shows it, and its bytes are answered %d", code)
	}
	history, remove := "/@ida/"+said.ID+"/history", "/posts/"+said.ID+"/pictures/"+goes+"/remove"
	if page := ida.Page(history); !strings.Contains(page, remove) || strings.Contains(page, "/pictures/"+stays+"/") {
		t.Error("its author is not offered to take that picture away, and no other")
	}
	if page := nora.Page(history); !strings.Contains(page, "goes") || strings.Contains(page, "/pictures/") {
		t.Error("a neighbor does not see it, or is offered to take it away")
	}
	send := func(p *hometest.Person, path string) int {
		resp, err := p.Browser.PostForm(h.Origin+path, url.Values{})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for what, code := range map[string]int{
		"a neighbor takes it away": send(nora, remove),
		"one that is shown":        send(ida, "/posts/"+said.ID+"/pictures/"+stays+"/remove"),
		"one that is none":         send(ida, "/posts/"+said.ID+"/pictures/7/remove"),
	} {
		if code != http.StatusForbidden && code != http.StatusNotFound {
			t.Errorf("%s: %d", what, code)
		}
	}
	if code := bytesAt(t, at); code != http.StatusOK {
		t.Errorf("it was taken away by them: %d", code)
	}
	if code := send(ida, remove); code != http.StatusOK {
		t.Errorf("its author takes it away: %d", code)
	}
	if code := bytesAt(t, at); code != http.StatusNotFound {
		t.Errorf("its bytes are still answered %d", code)
	}
	if page := nora.Page(history); strings.Contains(page, "goes") || !strings.Contains(page, "stays") {
		t.Error("its history still tells of it, or of nothing")
	}
	if code := bytesAt(t, said.Media[0].URL); code != http.StatusOK {
		t.Errorf("the other picture: %d", code)
	}
	hometest.Call[status](ida, http.MethodDelete, "/api/v1/statuses/"+said.ID, nil)
	if code := bytesAt(t, said.Media[0].URL); code != http.StatusNotFound {
		t.Errorf("of a deleted post: %d", code)
	}
}
