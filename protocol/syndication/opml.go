package syndication

import (
	"encoding/xml"
	"time"
)

// ContentTypeOPML is the media type of a list of feeds.
const ContentTypeOPML = "text/x-opml; charset=utf-8"

// A Subscriptions is a list of whom somebody follows (OPML 2.0, subscription lists).
type Subscriptions struct {
	// Title, and OwnerName and OwnerURL of whose list it is.
	Title, OwnerName, OwnerURL string
	Made                       time.Time
	Sources                    []Source
}

// A Source is somebody who is followed.
type Source struct {
	Name string
	// Page is their page.
	Page string
	// Feed is the address of their feed, "" where none is known.
	Feed string
	// Handle is name@host, "" where there is none.
	Handle string
}

type opmlDocument struct {
	XMLName xml.Name      `xml:"opml"`
	Version string        `xml:"version,attr"`
	Head    opmlHead      `xml:"head"`
	Body    []opmlOutline `xml:"body>outline"`
}

type opmlHead struct {
	Title     string `xml:"title"`
	Created   string `xml:"dateCreated"`
	OwnerName string `xml:"ownerName,omitempty"`
	OwnerID   string `xml:"ownerId,omitempty"`
}

// An opmlOutline is a source: of the type "rss" where its feed is known, which
// readers subscribe to, else a "link" to its page.
type opmlOutline struct {
	Type        string `xml:"type,attr"`
	Text        string `xml:"text,attr"`
	Title       string `xml:"title,attr,omitempty"`
	XMLURL      string `xml:"xmlUrl,attr,omitempty"`
	HTMLURL     string `xml:"htmlUrl,attr,omitempty"`
	URL         string `xml:"url,attr,omitempty"`
	Description string `xml:"description,attr,omitempty"`
}

// OPML renders the list. What it needs beyond text is empty where it is unknown.
func (s Subscriptions) OPML() ([]byte, error) {
	out := opmlDocument{Version: "2.0", Head: opmlHead{
		Title: isolated(s.Title), Created: rssTime(s.Made), OwnerName: isolated(s.OwnerName), OwnerID: legal(s.OwnerURL),
	}}
	for _, source := range s.Sources {
		o := opmlOutline{Type: "link", Text: isolated(source.Name), URL: legal(source.Page), Description: legal(source.Handle)}
		if source.Feed != "" {
			o.Type, o.Title, o.XMLURL, o.HTMLURL, o.URL = "rss", o.Text, legal(source.Feed), legal(source.Page), ""
		}
		out.Body = append(out.Body, o)
	}
	return encode(out)
}
