package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/db/dbtest"
)

// TestWhatWasTypedIsOfferedAndPostedOnce types at home, leaves, goes on elsewhere and posts.
func TestWhatWasTypedIsOfferedAndPostedOnce(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	_, other := h.resident("ben")
	action, fields := b.get("/").form("/compose")
	typed := values(fields)
	typed.Set("text", "Half a <b>thought")
	typed.Set("keep", "true")
	part := header("X-Fragment", "1")
	kept := b.post(action, typed, part).want(http.StatusOK, `name="draft"`)
	which := attr(find(kept.page(), func(n *node) bool { return attr(n, "name") == "draft" })[0], "value")
	typed.Set("text", "Half a <b>thought more")
	b.post(action, typed, part).want(http.StatusOK, `value="`+which+`"`)
	b.get("/").want(http.StatusOK, "Half a &lt;b&gt;thought more", "/compose?draft="+which)
	if page := other.get("/").want(http.StatusOK); strings.Contains(page.text(), "thought") {
		t.Error("another is offered it")
	}
	other.post(action, url.Values{"text": {"x"}, "keep": {"true"}, "draft": {which}}, part).want(http.StatusNotFound)

	on, whole := b.get("/compose?draft=" + which).form("/compose")
	if whole["draft"] != which || whole["text"] != "Half a <b>thought more" {
		t.Errorf("the form to go on with is %v", whole)
	}
	to := b.post(on, values(whole)).leads("/@ida/")
	if again := b.post(on, values(whole)).leads("/@ida/"); again != to {
		t.Errorf("sent twice it leads to %s and %s", to, again)
	}
	if page := b.get("/"); strings.Contains(page.text(), "/compose?draft=") {
		t.Error("what was posted is still offered")
	}

	// The window that was left is still there, and knows nothing of it.
	typed.Set("draft", which)
	b.post(action, typed, part).want(http.StatusNotFound)
	typed.Del("keep")
	action, fields = b.post(action, typed).want(http.StatusUnprocessableEntity, "posted or thrown away").form("/compose")
	if n := count(t, h, ida.ID); n != 1 || fields["draft"] != "" || fields["text"] != "Half a <b>thought more" {
		t.Errorf("%d posts, and the form %v", n, fields)
	}
	b.post(action, values(fields)).leads("/@ida/")
	if n := count(t, h, ida.ID); n != 2 {
		t.Errorf("%d posts", n)
	}
}

func TestNothingTypedIsNotKept(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	action, fields := b.get("/").form("/compose")
	fields["keep"] = "true"
	b.post(action, values(fields), header("X-Fragment", "1")).want(http.StatusUnprocessableEntity)
	fields["text"] = strings.Repeat("x", 1_000_001)
	b.post(action, values(fields), header("X-Fragment", "1")).want(http.StatusUnprocessableEntity)
}
