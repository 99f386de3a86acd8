package site_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"willnorris.com/go/microformats"

	"allod/internal/db/dbtest"
	"allod/internal/id"
	"allod/internal/post"
)

// microformats are the things that a page at an address says, and its links by relation.
func (a answer) microformats(at string) *microformats.Data {
	a.t.Helper()
	base, err := url.Parse(at)
	if err != nil {
		a.t.Fatal(err)
	}
	return microformats.Parse(bytes.NewReader(a.want(http.StatusOK).body), base)
}

// of are those of a type.
func of(items []*microformats.Microformat, kind string) (out []*microformats.Microformat) {
	for _, it := range items {
		if slices.Contains(it.Type, kind) {
			out = append(out, it)
		}
	}
	return out
}

// said is a property as plain texts.
func said(it *microformats.Microformat, property string) (out []string) {
	for _, v := range it.Properties[property] {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case map[string]string:
			out = append(out, v["value"])
		case *microformats.Microformat:
			out = append(out, v.Value)
		}
	}
	return out
}

func TestProfileSaysWhoItIs(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	picture := drawing(t, 1)
	action, fields := b.get("/settings").form("/settings/profile")
	fields["name"], fields["bio"], fields["fact-name-1"], fields["fact-value-1"] = "Ida & co", "Plants **beans**.", "Elsewhere", "https://far.example/~ida"
	b.send(action, fields, map[string][]byte{"avatar": picture}).leads("/settings")
	h.publish(ida, draft("Beans in. #Garden"))
	at := h.url + "/@ida"
	page := h.visitor().get("/@ida").microformats(at)
	cards := of(page.Items, "h-card")
	if len(cards) != 1 {
		t.Fatalf("%d cards", len(cards))
	}
	for property, want := range map[string][]string{
		"name": {"Ida & co"}, "uid": {at}, "url": {at, "https://far.example/~ida"}, "note": {"Plants beans."},
	} {
		if diff := cmp.Diff(want, said(cards[0], property)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", property, diff)
		}
	}
	if photo := said(cards[0], "photo"); len(photo) != 1 || !strings.HasPrefix(photo[0], h.url+"/media/") {
		t.Errorf("the photo is %v", photo)
	}
	if me := page.Rels["me"]; !slices.Contains(me, "https://far.example/~ida") || !slices.Contains(me, at) {
		t.Errorf("rel=me leads to %v", me)
	}
	feeds := of(page.Items, "h-feed")
	if len(feeds) != 1 || len(of(feeds[0].Children, "h-entry")) != 1 || !slices.Equal(said(feeds[0], "url"), []string{at}) {
		t.Fatalf("the feed is %+v", feeds)
	}
	author, ok := feeds[0].Properties["author"][0].(*microformats.Microformat)
	if !ok || said(author, "name")[0] != "Ida & co" || said(author, "url")[0] != at || len(said(author, "photo")) != 1 {
		t.Errorf("its author is %+v", author)
	}
}

func TestPostSaysAllOfItself(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	ben, _ := h.resident("ben")
	asked := h.publish(ben, draft("Beans?"))
	action, fields := b.get("/compose?reply=" + asked.ID.String()).form("/compose")
	fields["text"], fields["language"], fields["alt-1"] = "In the ground. #Garden", "en", "A row of sticks"
	where := b.send(action, fields, map[string][]byte{"picture-1": drawing(t, 1)}).leads("/@ida/")
	where, _, _ = strings.Cut(where, "?")
	page := h.visitor().get(where).microformats(h.url + where)
	entries := of(page.Items, "h-entry")
	if len(entries) != 1 {
		t.Fatalf("%d entries", len(entries))
	}
	e := entries[0]
	for property, want := range map[string][]string{
		"url": {h.url + where}, "category": {"Garden"}, "in-reply-to": {h.url + at(asked)}, "content": {"In the ground. #Garden"},
		"name": nil, "location": nil, "summary": nil,
	} {
		if diff := cmp.Diff(want, said(e, property)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", property, diff)
		}
	}
	for _, property := range []string{"published", "uid", "author"} {
		if len(said(e, property)) != 1 {
			t.Errorf("%s is %v", property, e.Properties[property])
		}
	}
	photo, ok := e.Properties["photo"][0].(map[string]string)
	if !ok || photo["alt"] != "A row of sticks" || !strings.HasPrefix(photo["value"], h.url+"/media/") {
		t.Errorf("the photo is %v", e.Properties["photo"])
	}
	if author, ok := e.Properties["author"][0].(*microformats.Microformat); !ok || said(author, "url")[0] != h.url+"/@ida" || said(author, "name")[0] != ida.Called() {
		t.Errorf("the author is %+v", e.Properties["author"])
	}
	what, err := id.Parse(where[strings.LastIndexByte(where, '/')+1:])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.posts.Boost(context.Background(), ben, what, post.Public); err != nil {
		t.Fatal(err)
	}
	feed := of(h.visitor().get("/@ben").microformats(h.url+"/@ben").Items, "h-feed")[0]
	boosted := of(feed.Children, "h-entry")[0]
	again, ok := boosted.Properties["repost-of"][0].(*microformats.Microformat)
	if !ok || said(again, "url")[0] != h.url+where || said(boosted, "author")[0] != ben.Called() || len(said(boosted, "content")) != 0 {
		t.Errorf("what is passed on is %+v", boosted.Properties)
	}
}
