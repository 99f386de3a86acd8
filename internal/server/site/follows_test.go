package site_test

import (
	"encoding/xml"
	"net/http"
	"testing"

	"allod/internal/db/dbtest"
	"allod/internal/relationship"
)

func TestFollowsCanBeTakenAway(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	ben, _ := h.resident("ben")
	wren := h.stranger("wren")
	for _, them := range []ID{ben.ID, wren.ID} {
		if _, err := h.ties.Follow(t.Context(), ida.ID, them, relationship.Wishes{Boosts: true}); err != nil {
			t.Fatal(err)
		}
	}
	var list struct {
		Outline []struct {
			Type string `xml:"type,attr"`
			Feed string `xml:"xmlUrl,attr"`
			Page string `xml:"htmlUrl,attr"`
			URL  string `xml:"url,attr"`
		} `xml:"body>outline"`
	}
	a := b.get("/people/follows.opml").want(http.StatusOK)
	if err := xml.Unmarshal(a.body, &list); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, o := range list.Outline {
		found = found || o.Type == "rss" && o.Feed == h.url+"/@ben/feed.atom" && o.Page == h.url+"/@ben"
	}
	if !found {
		t.Errorf("the list is %+v", list.Outline)
	}
	h.visitor().get("/people/follows.opml").leads("/login")
}
