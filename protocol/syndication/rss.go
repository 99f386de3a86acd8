package syndication

import (
	"encoding/xml"
	"html"
	"strings"
	"time"
)

// The names with prefixes are written as they are; the prefixes are declared
// on the root.
type rssRoot struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title         *rssTitle  `xml:"title"`
	Link          string     `xml:"link"`
	Description   string     `xml:"description"`
	AtomLinks     []atomLink `xml:"atom:link"`
	Language      string     `xml:"language,omitempty"`
	Copyright     string     `xml:"copyright,omitempty"`
	LastBuildDate string     `xml:"lastBuildDate"`
	Generator     string     `xml:"generator,omitempty"`
	Image         *rssImage  `xml:"image"`
	Items         []rssItem  `xml:"item"`
}

type rssImage struct {
	URL   string    `xml:"url"`
	Title *rssTitle `xml:"title"`
	Link  string    `xml:"link"`
}

// An rssTitle is plain text in the form in which readers that take titles for
// HTML, and those that do not, show the same (RSS Best Practices Profile,
// "Character Data").
type rssTitle struct {
	Raw string `xml:",innerxml"`
}

var hexadecimal = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")

// titled is a title; nil for none.
func titled(s string) *rssTitle {
	if s = isolated(s); s == "" {
		return nil
	}
	return &rssTitle{hexadecimal.Replace(s)}
}

type rssItem struct {
	Title       *rssTitle     `xml:"title"`
	Link        string        `xml:"link"`
	GUID        rssGUID       `xml:"guid"`
	PubDate     string        `xml:"pubDate"`
	Creator     string        `xml:"dc:creator"`
	Language    string        `xml:"dc:language,omitempty"`
	Rights      string        `xml:"dc:rights,omitempty"`
	Categories  []string      `xml:"category"`
	Description string        `xml:"description"`
	Content     string        `xml:"content:encoded,omitempty"`
	Enclosure   *rssEnclosure `xml:"enclosure"`
	Media       []rssMedia    `xml:"media:content"`
}

type rssGUID struct {
	IsPermaLink bool   `xml:"isPermaLink,attr"`
	ID          string `xml:",chardata"`
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type rssMedia struct {
	URL         string    `xml:"url,attr"`
	Type        string    `xml:"type,attr,omitempty"`
	FileSize    int64     `xml:"fileSize,attr,omitempty"`
	Description *rssPlain `xml:"media:description"`
}

type rssPlain struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

// RSS renders the feed as RSS 2.0 with its own address (atom:link), full
// content (content:encoded), names of authors (dc:creator) and all media
// (Media RSS). It fails with [ErrIncomplete].
func (f Feed) RSS() ([]byte, error) {
	f, err := f.complete()
	if err != nil {
		return nil, err
	}
	out := rssRoot{
		Version: "2.0",
		Atom:    "http://www.w3.org/2005/Atom",
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Media:   "http://search.yahoo.com/mrss/",
		Channel: rssChannel{
			Title:         titled(f.Title),
			Link:          legal(f.URL),
			Description:   legal(f.Subtitle),
			AtomLinks:     []atomLink{{Rel: "self", Type: "application/rss+xml", Href: legal(f.SelfURL)}},
			Language:      legal(f.Language),
			Copyright:     legal(f.Rights),
			LastBuildDate: rssTime(f.Updated),
			Generator:     legal(f.Generator),
		},
	}
	for _, page := range f.pages() {
		out.Channel.AtomLinks = append(out.Channel.AtomLinks, atomLink{Rel: page.rel, Type: "application/rss+xml", Href: legal(page.url)})
	}
	for _, hub := range f.HubURLs {
		out.Channel.AtomLinks = append(out.Channel.AtomLinks, atomLink{Rel: "hub", Href: legal(hub)})
	}
	if f.Image != "" {
		out.Channel.Image = &rssImage{URL: legal(f.Image), Title: titled(f.Title), Link: legal(f.URL)}
	}
	for _, e := range f.Entries {
		out.Channel.Items = append(out.Channel.Items, e.rss())
	}
	return encode(out)
}

// rss is the entry as an item. Without a summary the content is the
// description, where the simplest readers look.
func (e Entry) rss() rssItem {
	out := rssItem{
		Title:       titled(e.Title),
		Link:        legal(e.URL),
		GUID:        rssGUID{IsPermaLink: e.ID == e.URL, ID: legal(e.ID)},
		PubDate:     rssTime(e.Published),
		Creator:     isolated(e.Author.Name),
		Language:    legal(e.Language),
		Rights:      legal(e.Rights),
		Description: legal(e.Content),
	}
	if e.Summary != "" {
		out.Description, out.Content = html.EscapeString(isolated(e.Summary)), legal(e.Content)
	}
	for _, c := range e.Categories {
		out.Categories = append(out.Categories, legal(c))
	}
	for i, x := range e.Enclosures {
		if i == 0 {
			out.Enclosure = &rssEnclosure{URL: legal(x.URL), Length: x.Length, Type: legal(x.MediaType)}
		}
		out.Media = append(out.Media, x.media())
	}
	return out
}

func (x Enclosure) media() rssMedia {
	m := rssMedia{URL: legal(x.URL), Type: legal(x.MediaType), FileSize: x.Length}
	if x.Title != "" {
		m.Description = &rssPlain{Type: "plain", Body: legal(x.Title)}
	}
	return m
}

// rssTime is the date form of RFC 822 with a year of four digits.
func rssTime(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
