package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/db/dbtest"
	"allod/internal/post"
)

func TestMicroformats(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, _ := h.resident("ida")
	p := h.publish(ida, draft("Beans in. Cold."))
	v := h.visitor()
	page := v.get("/@ida").page()
	feed := find(page, class("h-feed"))
	if len(feed) != 1 {
		t.Fatalf("%d feeds", len(feed))
	}
	entries := find(feed[0], class("h-entry"))
	if len(entries) != 1 {
		t.Fatalf("%d entries", len(entries))
	}
	for _, property := range []string{"u-url", "dt-published", "e-content", "p-author"} {
		if len(find(entries[0], class(property))) == 0 {
			t.Errorf("no %s", property)
		}
	}
	if got := attr(find(entries[0], class("u-url"))[0], "href"); got != at(p) {
		t.Errorf("u-url is %q", got)
	}
	card := find(page, class("h-card"))
	if len(card) == 0 || len(find(card[0], class("p-name"))) == 0 || len(find(card[0], class("u-url"))) == 0 {
		t.Error("no card")
	}
	entry := find(v.get(at(p)).page(), class("h-entry"))
	if len(entry) != 1 || len(find(entry[0], class("e-content"))) != 1 || len(find(entry[0], class("p-author"))) != 1 {
		t.Errorf("the post's page has %d entries", len(entry))
	}
}

func TestVisitorsPages(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, _ := h.resident("ida")
	p := h.publish(ida, draft("Hello"))
	v := h.visitor()
	for _, path := range []string{"/", "/@ida", "/@IDA", at(p), "/tags/nothing", "/@ida/feed.atom"} {
		first := v.get(path).want(http.StatusOK)
		if strings.Contains(first.text(), "<script") {
			t.Errorf("%s has a script", path)
		}
		tag := first.header.Get("ETag")
		if tag == "" || first.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, first.header)
		}
		if again := v.get(path, header("If-None-Match", `"other", W/`+tag)); again.status != http.StatusNotModified || len(again.body) > 0 {
			t.Errorf("%s again: %d", path, again.status)
		}
		if other := v.get(path, header("If-None-Match", `"other"`)); other.text() != first.text() {
			t.Errorf("%s is another page the second time", path)
		}
		head := v.do("HEAD", path, nil)
		if head.status != http.StatusOK || head.header.Get("ETag") != tag {
			t.Errorf("HEAD %s: %d", path, head.status)
		}
	}
	h.publish(ida, draft("News"))
	v.get("/@ida").want(http.StatusOK, "News")
	v.get("/@ida/followers").leads("/@ida")
	for _, path := range []string{
		"/ida", "/@nobody", "/@ida/", "/@ida/x", "/@ida/99", "/@ida/1/2", "/@ida@other.example", "/@", "/@@", "/@home", "/x/y/z", "/posts/1",
		"/@ida@other.example/1", "/tags/" + strings.Repeat("x", 600), "/media/x", "/assets/x.css", "/proxy/1/x", "/proxy/avatar/1/x", "/proxy/x/x",
	} {
		got := v.get(path)
		if got.status != http.StatusNotFound && got.status != http.StatusSeeOther {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	v.get("/@ida?max_id=x").want(http.StatusUnprocessableEntity)
	v.get("/@ida?notice=<script>&lang=xx").want(http.StatusOK)
	v.post("/@ida", nil).want(http.StatusNotFound)
}

func TestProgramsAreLedToTheDocument(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, _ := h.resident("ida")
	p := h.publish(ida, draft("Hello"))
	v := h.visitor()
	for accept, activity := range map[string]bool{
		"application/activity+json": true,
		`application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams", text/html;q=0.1`: true,
		"text/html,application/xhtml+xml,*/*;q=0.8": false,
		"*/*": false,
		"text/html, application/activity+json;q=0.5":   false,
		"application/activity+json;q=0, text/html;q=0": false,
	} {
		for path, to := range map[string]string{"/@ida": h.names.Actor(ida), at(p): post.Address(h.names, p)} {
			got := v.get(path, header("Accept", accept))
			if led := got.status == http.StatusFound && got.header.Get("Location") == to; led != activity {
				t.Errorf("%s for %s: %d %q", path, accept, got.status, got.header.Get("Location"))
			}
			if !strings.Contains(got.header.Get("Vary"), "Accept") {
				t.Errorf("Vary is %q", got.header.Get("Vary"))
			}
		}
	}
}

func TestVisitorFollowsFromHome(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.resident("ida")
	v := h.visitor()
	action, fields := v.get("/@ida").form("/@ida/follow")
	fields["address"] = "wren"
	_, again := v.post(action, values(fields)).want(http.StatusUnprocessableEntity).form("/@ida/follow")
	if again["address"] != "wren" {
		t.Errorf("what was typed is lost: %v", again)
	}
	fields["address"] = " @wren@Harbour.example "
	v.post(action, values(fields)).want(http.StatusOK, `href="https://harbour.example/authorize_interaction?uri=`+url.QueryEscape(h.url+"/@ida")+`"`)
	fields["address"] = "ida@" + h.names.Host
	v.post(action, values(fields)).leads("/authorize_interaction?uri=")
	v.get("/@ida/follow").want(http.StatusNotFound)
}
