package syndication

import (
	"encoding/xml"
	"testing"
)

func TestSubscriptionsRoundTrip(t *testing.T) {
	raw, err := Subscriptions{
		Title: "Whom Tomás & co follow", OwnerName: "Tomás", OwnerURL: "https://harbor.example/@tomas", Made: noon,
		Sources: []Source{
			{Name: "Ilse <\u202eesli>\x00", Page: "https://harbor.example/@ilse", Feed: "https://harbor.example/@ilse/feed.atom", Handle: "ilse@harbor.example"},
			{Name: "Wren", Page: "https://far.example/@wren?a=1&b=2", Handle: "wren@far.example"},
		},
	}.OPML()
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, raw)
	var back opmlDocument
	if err := xml.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	check(t, "version", back.Version, "2.0")
	check(t, "title", back.Head.Title, "Whom Tomás & co follow")
	check(t, "made", back.Head.Created, "Wed, 06 May 2026 12:00:00 +0000")
	check(t, "with a feed", back.Body[0], opmlOutline{
		Type: "rss", Text: "Ilse <\u202eesli>\u202c", Title: "Ilse <\u202eesli>\u202c", XMLURL: "https://harbor.example/@ilse/feed.atom",
		HTMLURL: "https://harbor.example/@ilse", Description: "ilse@harbor.example",
	})
	check(t, "without", back.Body[1], opmlOutline{Type: "link", Text: "Wren", URL: "https://far.example/@wren?a=1&b=2", Description: "wren@far.example"})
}
