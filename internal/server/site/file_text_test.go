package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/db/dbtest"
)

func TestTextsAreWrittenInThePageAndNothingTypedIsLost(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	h.keepFile(ida, "Box/old.txt", "old")
	box, err := h.files.At(t.Context(), ida.ID, "Box")
	if err != nil {
		t.Fatal(err)
	}
	action, fields := b.get(nodePath(box, "/text")).want(http.StatusOK, "New text").form(nodePath(box, "/text"))
	fields["name"], fields["text"] = "a/b", "# Who borrowed\r\n\r\n- Kofi"
	_, fields = b.post(action, values(fields)).want(http.StatusUnprocessableEntity, "cannot hold /").form(action)
	if !strings.Contains(fields["text"], "Who borrowed") || fields["name"] != "a/b" {
		t.Errorf("what was typed is lost: %v", fields)
	}
	fields["name"] = "Who borrowed what"
	b.post(action, values(fields)).leads("/files/Box/Who%20borrowed%20what.md?notice=text_kept")
	b.post(action, values(fields)).want(http.StatusUnprocessableEntity, "Something of this name is there already")
	b.get("/files/Box/Who%20borrowed%20what.md").want(http.StatusOK, "<li>Kofi", "Who borrowed</h")

	n, err := h.files.At(t.Context(), ida.ID, "Box/Who borrowed what.md")
	if err != nil {
		t.Fatal(err)
	}
	action, fields = b.get(nodePath(n, "/text")).form(nodePath(n, "/text"))
	fields["text"] = "mine"
	h.keepFile(ida, "Box/Who borrowed what.md", "another device")
	b.post(action, values(fields)).leads("/files/Box/Who%20borrowed%20what%20%282%29.md?notice=both_kept")
	if there, mine := h.holds(ida, "Box/Who borrowed what.md"), h.holds(ida, "Box/Who borrowed what (2).md"); there != "another device" || mine != "mine" {
		t.Errorf("of two changes stay %q and %q", there, mine)
	}
	long := url.Values{"text": {strings.Repeat("x", 1<<20+1)}, "etag": {"x"}}
	b.post(action, long).want(http.StatusUnprocessableEntity, "At most 1 MB", strings.Repeat("x", 1000))
	picture := h.keepFile(ida, "a.png", "\x89PNG\x00")
	b.get(nodePath(picture, "/text")).want(http.StatusUnsupportedMediaType)
}
