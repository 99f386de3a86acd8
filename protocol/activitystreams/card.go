package activitystreams

import (
	"bytes"
	"encoding/json"
	"time"
)

// A Card is what the server of a note says of the page that the note links
// to, so that whoever shows the note need not fetch that page. It is a term of
// ours, "card", whose value is a Page.
type Card struct {
	// URL is the link as it stands in the note.
	URL string
	// Title and Description are plain text. Without a title there is nothing
	// to show of the page, and nothing to look for either.
	Title, Description string
	// Language is a BCP 47 tag, "" if unknown.
	Language string
	// Image is the address of a picture, at the server of the note; "" for none.
	Image, ImageType, ImageAlt string
	Width, Height              int
	Published                  time.Time
}

// card reads the card of an object, nil where there is none.
func (n node) card() *Card {
	v := n.first("card")
	if !v.isObject() {
		return nil
	}
	name, image := v.langString("name", MaxName), v.first("image")
	c := &Card{
		URL: v.uri("url"), Title: name.String(), Description: v.text("summary", MaxSummary), Language: name.Language(), Published: v.when("published"),
	}
	if c.URL == "" {
		return nil
	}
	if a := image.attachment(); a.URL != "" {
		c.Image, c.ImageType, c.ImageAlt, c.Width, c.Height = a.URL, a.MediaType, a.Summary, a.Width, a.Height
	}
	return c
}

// cardJSON is a card on the wire.
type cardJSON struct {
	Type      string            `json:"type"`
	URL       string            `json:"url"`
	Name      string            `json:"name,omitempty"`
	NameMap   map[string]string `json:"nameMap,omitempty"`
	Summary   string            `json:"summary,omitempty"`
	Image     *cardImageJSON    `json:"image,omitempty"`
	Published string            `json:"published,omitempty"`
}

type cardImageJSON struct {
	Type      string `json:"type"`
	MediaType string `json:"mediaType,omitempty"`
	URL       string `json:"url"`
	Summary   string `json:"summary,omitempty"`
	Width     int    `json:"width,omitempty"`
	Height    int    `json:"height,omitempty"`
}

// linkJSON is an attachment by which others know that a note is about a page.
type linkJSON struct {
	Type      string `json:"type"`
	Href      string `json:"href"`
	MediaType string `json:"mediaType"`
	Name      string `json:"name,omitempty"`
}

// MarshalJSON writes an attachment that is a link as a Link.
func (a attachmentJSON) MarshalJSON() ([]byte, error) {
	if a.Type == TypeLink {
		return json.Marshal(linkJSON{TypeLink, a.URL, a.MediaType, a.Name})
	}
	type plain attachmentJSON
	return json.Marshal(plain(a))
}

// show puts a card on a note.
func (d *Card) show(out *noteJSON, c *checker) {
	if d == nil {
		return
	}
	c.id("card.url", d.URL)
	c.text("card.name", d.Title)
	c.text("card.summary", d.Description)
	c.text("card.nameMap", d.Language)
	out.Context = withTerm(out.Context, `"card":{"@id":"`+OwnTerm("card")+`","@type":"@id"}`)
	out.Card = &cardJSON{Type: TypePage, URL: d.URL, Name: d.Title, Summary: d.Description, Published: formatTime(d.Published)}
	if d.Title == "" {
		return
	}
	if d.Language != "" {
		out.Card.NameMap = map[string]string{d.Language: d.Title}
	}
	if d.Image != "" {
		c.id("card.image", d.Image)
		c.text("card.image.summary", d.ImageAlt)
		out.Card.Image = &cardImageJSON{TypeImage, d.ImageType, d.Image, d.ImageAlt, d.Width, d.Height}
	}
	out.Attachments = append(out.Attachments, attachmentJSON{Type: TypeLink, URL: d.URL, MediaType: "text/html", Name: d.Title})
}

// withTerm is a context that defines one more term.
func withTerm(context json.RawMessage, term string) json.RawMessage {
	inner, ok := bytes.CutSuffix(context, []byte("}]"))
	if !ok {
		return context
	}
	return append(append(bytes.Clone(inner), ","+term...), "}]"...)
}
