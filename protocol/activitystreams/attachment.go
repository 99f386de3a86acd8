package activitystreams

import (
	"encoding/json"
	"time"
)

// An Attachment is a file or link that comes with an object, a picture of an
// actor, or, with the type PropertyValue, a field of a profile.
type Attachment struct {
	// Type is Document, Image, Video, Audio, Link, PropertyValue or another.
	Type      string
	MediaType string
	// URL is where the bytes are, or where a Link leads.
	URL string
	// Links are all addresses, of which URL is the first.
	Links Links
	// Name is the description for those who cannot see it, or a field's name.
	Name string
	// Summary is a description where Name is a title.
	Summary string
	// Value is a field's HTML.
	Value    string
	Blurhash string
	// FocalPoint is the point of interest, x and y from -1 to 1 with y
	// upwards; nil if not given.
	FocalPoint *[2]float64
	// Width and Height are in pixels; 0 if unknown.
	Width, Height int
	Duration      time.Duration
	// Icon is the address of a preview picture.
	Icon string
	Raw  json.RawMessage
}

func (n node) attachments(key string) []Attachment {
	var out []Attachment
	for _, v := range n.list(key, MaxAttachments) {
		if v.isObject() || fitURI(v.str()) {
			out = append(out, v.attachment())
		}
	}
	return out
}

// attachment reads an object, or a string that is the address of one.
func (n node) attachment() Attachment {
	if n.isString() {
		return Attachment{URL: n.str(), Links: Links{{Href: n.str()}}, Raw: n.raw}
	}
	a := Attachment{
		Type:       n.kind(),
		MediaType:  n.mediaType(),
		URL:        n.uri("href"),
		Links:      n.links("url"),
		Name:       n.text("name", MaxDescription),
		Summary:    n.text("summary", MaxDescription),
		Value:      n.text("value", MaxSummary),
		Blurhash:   n.text("blurhash", MaxToken),
		FocalPoint: n.focalPoint(),
		Width:      n.size("width"),
		Height:     n.size("height"),
		Duration:   n.duration("duration"),
		Icon:       n.first("icon").picture(),
		Raw:        n.raw,
	}
	if len(a.Links) > 0 {
		a.URL = a.Links[0].Href
		if a.MediaType == "" {
			a.MediaType = a.Links[0].MediaType
		}
	}
	return a
}

// picture is the address of an image given as a string or an object.
func (n node) picture() string {
	if n.isString() {
		return n.asURI()
	}
	links := n.links("url")
	if len(links) == 0 {
		return n.uri("href")
	}
	return links[0].Href
}

func (n node) focalPoint() *[2]float64 {
	v := n.get("focalPoint")
	if len(v.items) != 2 {
		return nil
	}
	var point [2]float64
	for i := range point {
		f, ok := v.items[i].number()
		if !ok {
			return nil
		}
		point[i] = max(-1, min(1, f))
	}
	return &point
}

// A Tag is something an object mentions: a person, a word, an emoji, a link.
type Tag struct {
	// Type is Mention, Hashtag, Emoji, Link or another; "" if missing.
	Type string
	ID   string
	// Href is the actor of a Mention, the page of a Hashtag, the target of a
	// Link.
	Href string
	// Name is as written: "@ana@example.org", "#tea", ":wave:".
	Name      string
	MediaType string
	Rel       []string
	// Icon is the address of an Emoji's picture.
	Icon    string
	Updated time.Time
	Raw     json.RawMessage
}

func (n node) tags() []Tag {
	var out []Tag
	for _, v := range n.list("tag", MaxTags) {
		if !v.isObject() {
			continue
		}
		t := Tag{
			Type:      v.kind(),
			ID:        v.uri("id"),
			Href:      v.uri("href"),
			Name:      v.text("name", MaxName),
			MediaType: v.mediaType(),
			Rel:       v.texts("rel", MaxTypes, MaxToken),
			Icon:      v.first("icon").picture(),
			Updated:   v.when("updated"),
			Raw:       v.raw,
		}
		out = append(out, t)
	}
	return out
}
