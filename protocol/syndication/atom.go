package syndication

import (
	"encoding/xml"
	"time"
)

type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"xml:lang,attr,omitempty"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle,omitempty"`
	Updated   string      `xml:"updated"`
	Author    *atomAuthor `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Logo      string      `xml:"logo,omitempty"`
	Rights    string      `xml:"rights,omitempty"`
	Generator string      `xml:"generator,omitempty"`
	Entries   []atomEntry `xml:"entry"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Author     *atomAuthor    `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Rights     string         `xml:"rights,omitempty"`
	Summary    *atomText      `xml:"summary"`
	Content    *atomText      `xml:"content"`
}

type atomAuthor struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel    string `xml:"rel,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Href   string `xml:"href,attr"`
	Length int64  `xml:"length,attr,omitempty"`
	Title  string `xml:"title,attr,omitempty"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

// Atom renders the feed as Atom (RFC 4287). It fails with [ErrIncomplete].
func (f Feed) Atom() ([]byte, error) {
	f, err := f.complete()
	if err != nil {
		return nil, err
	}
	out := atomFeed{
		Lang:      legal(f.Language),
		ID:        legal(f.ID),
		Title:     isolated(f.Title),
		Subtitle:  legal(f.Subtitle),
		Updated:   atomTime(f.Updated),
		Author:    f.Author.atom(),
		Logo:      legal(f.Image),
		Rights:    legal(f.Rights),
		Generator: legal(f.Generator),
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: legal(f.SelfURL)},
			{Rel: "alternate", Type: "text/html", Href: legal(f.URL)},
		},
	}
	if f.License != "" {
		out.Links = append(out.Links, atomLink{Rel: "license", Href: legal(f.License)})
	}
	for _, page := range f.pages() {
		out.Links = append(out.Links, atomLink{Rel: page.rel, Type: "application/atom+xml", Href: legal(page.url)})
	}
	for _, hub := range f.HubURLs {
		out.Links = append(out.Links, atomLink{Rel: "hub", Href: legal(hub)})
	}
	for _, e := range f.Entries {
		out.Entries = append(out.Entries, e.atom())
	}
	return encode(out)
}

func (e Entry) atom() atomEntry {
	out := atomEntry{
		Lang:      legal(e.Language),
		ID:        legal(e.ID),
		Title:     isolated(e.Title),
		Published: atomTime(e.Published),
		Updated:   atomTime(e.Updated),
		Author:    e.Author.atom(),
		Rights:    legal(e.Rights),
		Summary:   atomPlain(e.Summary),
		Content:   atomHTML(e.Content),
		Links:     []atomLink{{Rel: "alternate", Type: "text/html", Href: legal(e.URL)}},
	}
	if e.License != "" {
		out.Links = append(out.Links, atomLink{Rel: "license", Href: legal(e.License)})
	}
	for _, c := range e.Categories {
		out.Categories = append(out.Categories, atomCategory{legal(c)})
	}
	for _, x := range e.Enclosures {
		out.Links = append(out.Links, atomLink{
			Rel: "enclosure", Type: legal(x.MediaType), Href: legal(x.URL), Length: x.Length, Title: legal(x.Title),
		})
	}
	return out
}

// A page is another page of a feed (RFC 5005 §3).
type page struct{ rel, url string }

func (f Feed) pages() (out []page) {
	if f.FirstURL != "" {
		out = append(out, page{"first", f.FirstURL})
	}
	if f.NextURL != "" {
		out = append(out, page{"next", f.NextURL})
	}
	return out
}

func (a Author) atom() *atomAuthor {
	if a.Name == "" {
		return nil
	}
	return &atomAuthor{Name: isolated(a.Name), URI: legal(a.URL)}
}

// atomHTML is an HTML text construct (RFC 4287 §3.1.1.2), nil if empty.
func atomHTML(s string) *atomText {
	if s == "" {
		return nil
	}
	return &atomText{Type: "html", Body: legal(s)}
}

// atomPlain is a plain text construct (RFC 4287 §3.1.1.1), nil if empty.
func atomPlain(s string) *atomText {
	if s == "" {
		return nil
	}
	return &atomText{Type: "text", Body: isolated(s)}
}

// atomTime is a date construct (RFC 4287 §3.3) in UTC, to the millisecond:
// entries of one second have an order too.
func atomTime(t time.Time) string { return t.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano) }
