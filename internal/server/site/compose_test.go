package site_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"allod/internal/db/dbtest"
	"allod/internal/id"
	"allod/internal/post"
)

func draft(text string) post.Draft { return post.Draft{Text: text, Visibility: post.Public} }

// count is how many posts an author has.
func count(t *testing.T, h *house, author id.ID) int {
	t.Helper()
	items, err := h.posts.ByAuthor(t.Context(), author, author, post.Choice{Replies: true}, id.Page{Limit: 40})
	if err != nil {
		t.Fatal(err)
	}
	return len(items)
}

func TestFormSentTwicePostsOnce(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	action, fields := b.get("/compose").form("/compose")
	fields["text"] = "Once"
	files := map[string][]byte{"picture-1": drawing(t, 1)}
	first := b.send(action, fields, files).leads("/@ida/")
	if second := b.send(action, fields, files).leads("/@ida/"); second != first {
		t.Errorf("the second time leads to %s, not %s", second, first)
	}
	if n := count(t, h, ida.ID); n != 1 {
		t.Errorf("%d posts", n)
	}
}

func TestFailedPostKeepsWhatWasTyped(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	action, fields := b.get("/compose").form("/compose")
	for name, value := range map[string]string{
		"text": "For a few", "warning": "Wet feet", "visibility": "direct", "named": "nobody@harbour.example", "language": "ru",
		"alt-1": "A wreck", "alt-2": "Not a picture",
	} {
		fields[name] = value
	}
	a := b.send(action, fields, map[string][]byte{"picture-1": drawing(t, 1), "picture-2": []byte("no picture at all")}).want(http.StatusUnprocessableEntity)
	action, fields = a.form("/compose")
	for name, want := range map[string]string{
		"text": "For a few", "warning": "Wet feet", "visibility": "direct", "named": "nobody@harbour.example", "language": "ru",
		"alt-1": "A wreck", "alt-2": "Not a picture",
	} {
		if fields[name] != want {
			t.Errorf("%s is %q, not %q", name, fields[name], want)
		}
	}
	held := fields["held-1"]
	if held == "" || fields["held-2"] != "" {
		t.Fatalf("pictures held: %q and %q", held, fields["held-2"])
	}
	a = b.send(action, fields, nil).want(http.StatusUnprocessableEntity, "nobody@harbour.example")
	action, fields = a.form("/compose")
	fields["visibility"], fields["alt-1"] = "public", "The wreck of 1901"
	delete(fields, "named")
	to := b.send(action, fields, nil).leads("/@ida/")
	b.get(to).want(http.StatusOK, "The wreck of 1901", "Wet feet")
	if n := count(t, h, ida.ID); n != 1 {
		t.Errorf("%d posts", n)
	}
}

func TestPictureIsLeftOut(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	action, fields := b.get("/compose").form("/compose")
	fields["text"] = strings.Repeat("long ", post.TextMax)
	action, fields = b.send(action, fields, map[string][]byte{"picture-1": drawing(t, 1)}).want(http.StatusUnprocessableEntity).form("/compose")
	fields["text"], fields["drop-1"] = "Short", "true"
	page := b.get(b.send(action, fields, nil).leads("/@ida/")).want(http.StatusOK, "Short")
	if bytes.Contains(page.body, []byte("/media/")) {
		t.Error("the picture is still there")
	}
}

func TestReplyKeepsToItsParent(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, a := h.resident("ida")
	_, b := h.resident("ben")
	letter := h.publish(ida, post.Draft{Text: "Only for you, @ben", Visibility: post.Direct})
	_, fields := b.get(at(letter)).want(http.StatusOK).form("/compose")
	if fields["visibility"] != "direct" || fields["reply_to"] != letter.ID.String() {
		t.Errorf("the reply begins as %v", fields)
	}
	page := b.get("/compose?reply="+letter.ID.String()+"&text=Dear+Ida").want(http.StatusOK, "Only for you", "Dear Ida")
	if strings.Contains(page.text(), `value="public"`) {
		t.Error("a letter may be answered to everyone")
	}
	action, fields := page.form("/compose")
	to := b.send(action, fields, nil).leads("/@ben/")
	a.get(to).want(http.StatusOK, "Dear Ida")
	h.visitor().get(to).want(http.StatusNotFound)
}

func TestBadInputOfTheComposer(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	for name, fields := range map[string]map[string]string{
		"nothing":        {"visibility": "public"},
		"no visibility":  {"text": "x"},
		"bad visibility": {"text": "x", "visibility": "everyone"},
		"bad language":   {"text": "x", "visibility": "public", "language": "?!"},
		"bad parent":     {"text": "x", "visibility": "public", "reply_to": "x"},
		"no parent":      {"text": "x", "visibility": "public", "reply_to": "99"},
		"bad picture":    {"text": "x", "visibility": "public", "held-1": "x"},
		"others picture": {"text": "x", "visibility": "public", "held-1": "77"},
		"nobody named":   {"text": "x", "visibility": "direct"},
		"bad address":    {"text": "x", "visibility": "direct", "named": "@@@"},
	} {
		if a := b.send("/compose", fields, nil); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	b.do("POST", "/compose", strings.NewReader("{}"), header("Content-Type", "text/plain")).want(http.StatusUnsupportedMediaType)
	b.do("POST", "/compose", strings.NewReader("x"), header("Content-Type", "multipart/form-data")).want(http.StatusBadRequest)
	b.get("/compose?reply=x").want(http.StatusUnprocessableEntity)
	b.get("/compose?reply=99").want(http.StatusNotFound)
	if n := count(t, h, ida.ID); n != 0 {
		t.Errorf("%d posts", n)
	}
}

func TestPostWrittenAtHomeComesBackHome(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	action, fields := b.get("/").form("/compose")
	if fields["visibility"] != "public" {
		t.Errorf("the form begins with %q", fields["visibility"])
	}
	fields["text"] = "Up before the light"
	if to := b.send(action, fields, nil).leads("/"); to != "/?notice=posted" {
		t.Errorf("it leads to %s", to)
	}
	b.get("/").want(http.StatusOK, "Up before the light")
	whole := b.send(action, fields, nil) // the same form again
	if whole.leads("/"); count(t, h, ida.ID) != 1 {
		t.Errorf("%d posts", count(t, h, ida.ID))
	}
	fields["turn"] = "note"
	page := b.send(action, fields, nil).want(http.StatusOK)
	if _, all := page.form("/compose"); all["text"] != "Up before the light" || all["later"] != "" {
		t.Errorf("the whole composer holds %v", all)
	}
}
