package activitystreams

import (
	"encoding/json"
	"time"
)

// A NoteDocument is a Note to be sent or served (Vocabulary §3.3).
type NoteDocument struct {
	ID           string
	AttributedTo string
	InReplyTo    string
	// Context and Conversation name the thread; either may be empty.
	Context, Conversation string
	// Content is HTML; Language is its BCP 47 tag, "" if unknown.
	Content  string
	Language string
	// Summary is the content warning, "" for none. That of an Article which is
	// not sensitive is what it is about.
	Summary   string
	Sensitive bool
	Published time.Time
	// Updated is zero for a note that was never edited.
	Updated time.Time
	// URL is the page of the note for people.
	URL         string
	To, Cc      []string
	Tags        []TagDocument
	Attachments []AttachmentDocument
	// Replies, Likes and Shares are ids of collections; "" if not offered.
	Replies, Likes, Shares string
	// Card is what is known of the page that the note links to, nil where it links to none.
	Card *Card
	// Poll is nil for a note that asks nothing.
	Poll *PollDocument
	// Article is nil for a Note.
	Article *ArticleDocument
	// Video is nil for what is no Video.
	Video *VideoDocument
	// License is the address of one, Rights a statement in words; "" if not told.
	License, Rights string
}

// A TagDocument is one tag of a [NoteDocument].
type TagDocument struct {
	// Type is Mention, Hashtag, Emoji, or Link to an object that the text names (FEP-e232).
	Type string
	// ID is that of an Emoji.
	ID string
	// Href is the actor mentioned or the page of the hashtag.
	Href string
	// Name is with its mark: "@ana@example.org", "#tea", ":wave:".
	Name string
	// Icon is an Emoji's picture.
	Icon    *ImageDocument
	Updated time.Time
}

// An AttachmentDocument is a picture, video, sound or file of a note.
type AttachmentDocument struct {
	MediaType string
	URL       string
	// Name is the description for those who cannot see or hear it.
	Name     string
	Blurhash string
	// FocalPoint is the point of interest, x and y from -1 to 1 with y
	// upwards; nil if not chosen.
	FocalPoint *[2]float64
	// Width and Height are in pixels; 0 if unknown.
	Width, Height int
	Duration      time.Duration
	// Icon is a preview picture of a video or sound.
	Icon *ImageDocument
}

// An ImageDocument is a picture that belongs to something else.
type ImageDocument struct {
	MediaType string
	URL       string
	// Summary is the description for those who cannot see it.
	Summary string
}

// noteJSON is the order of a Note's properties on the wire.
type noteJSON struct {
	Context      json.RawMessage   `json:"@context"`
	ID           string            `json:"id"`
	Type         string            `json:"type"`
	AttributedTo string            `json:"attributedTo"`
	InReplyTo    string            `json:"inReplyTo,omitempty"`
	Thread       string            `json:"context,omitempty"`
	Conversation string            `json:"conversation,omitempty"`
	Summary      string            `json:"summary,omitempty"`
	Sensitive    bool              `json:"sensitive"`
	Content      string            `json:"content"`
	ContentMap   map[string]string `json:"contentMap,omitempty"`
	Published    string            `json:"published"`
	Updated      string            `json:"updated,omitempty"`
	URL          any               `json:"url,omitempty"` // an address, or those of a video
	To           []string          `json:"to"`
	Cc           []string          `json:"cc"`
	Tags         []tagJSON         `json:"tag"`
	Attachments  []attachmentJSON  `json:"attachment"`
	Replies      string            `json:"replies,omitempty"`
	Likes        string            `json:"likes,omitempty"`
	Shares       string            `json:"shares,omitempty"`
	articleJSON
	videoJSON
	Card *cardJSON `json:"card,omitempty"`
	pollJSON
}

type tagJSON struct {
	ID        string     `json:"id,omitempty"`
	Type      string     `json:"type"`
	MediaType string     `json:"mediaType,omitempty"`
	Href      string     `json:"href,omitempty"`
	Name      string     `json:"name"`
	Updated   string     `json:"updated,omitempty"`
	Icon      *imageJSON `json:"icon,omitempty"`
}

type attachmentJSON struct {
	Type       string      `json:"type"`
	MediaType  string      `json:"mediaType"`
	URL        string      `json:"url"`
	Name       string      `json:"name,omitempty"`
	Blurhash   string      `json:"blurhash,omitempty"`
	FocalPoint *[2]float64 `json:"focalPoint,omitempty"`
	Width      int         `json:"width,omitempty"`
	Height     int         `json:"height,omitempty"`
	Duration   string      `json:"duration,omitempty"`
	Icon       *imageJSON  `json:"icon,omitempty"`
}

type imageJSON struct {
	Type      string `json:"type"`
	MediaType string `json:"mediaType,omitempty"`
	URL       string `json:"url"`
	Summary   string `json:"summary,omitempty"`
}

// JSON renders the note with its own context, so that it can be proved alone.
func (d NoteDocument) JSON() ([]byte, error) {
	c := checker{document: TypeNote}
	d.check(&c)
	out := noteJSON{
		Context:      contextNote,
		ID:           d.ID,
		Type:         TypeNote,
		AttributedTo: d.AttributedTo,
		InReplyTo:    d.InReplyTo,
		Thread:       d.Context,
		Conversation: d.Conversation,
		Summary:      d.Summary,
		Sensitive:    d.Sensitive,
		Content:      d.Content,
		Published:    formatTime(d.Published),
		Updated:      formatTime(d.Updated),
		To:           present(d.To),
		Cc:           present(d.Cc),
		Tags:         []tagJSON{},
		Attachments:  []attachmentJSON{},
		Replies:      d.Replies,
		Likes:        d.Likes,
		Shares:       d.Shares,
	}
	if d.URL != "" {
		out.URL = d.URL
	}
	if d.Language != "" {
		out.ContentMap = map[string]string{d.Language: d.Content}
	}
	for _, t := range d.Tags {
		out.Tags = append(out.Tags, t.wire(&c))
	}
	for _, a := range d.Attachments {
		out.Attachments = append(out.Attachments, a.wire(&c))
	}
	d.Poll.ask(&out, &c)
	d.Article.title(&out, d, &c)
	d.Video.film(&out, d, &c)
	d.claim(&out, &c)
	d.Card.show(&out, &c)
	if c.err != nil {
		return nil, c.err
	}
	return encode(out)
}

func (d NoteDocument) check(c *checker) {
	c.id("id", d.ID)
	c.id("attributedTo", d.AttributedTo)
	c.optional("inReplyTo", d.InReplyTo)
	c.optional("context", d.Context)
	c.optional("url", d.URL)
	c.optional("replies", d.Replies)
	c.optional("likes", d.Likes)
	c.optional("shares", d.Shares)
	c.ids("to", d.To)
	c.ids("cc", d.Cc)
	c.text("content", d.Content)
	c.text("summary", d.Summary)
	c.text("contentMap", d.Language)
	if d.Published.IsZero() {
		c.fail("published", "missing")
	}
}

func (d TagDocument) wire(c *checker) tagJSON {
	kind := ""
	switch d.Type {
	case TypeLink:
		kind = `application/ld+json; profile="` + contextCore + `"`
		c.id("tag.href", d.Href)
	case TypeMention, TypeHashtag:
		c.id("tag.href", d.Href)
	case TypeEmoji:
		c.id("tag.id", d.ID)
		if d.Icon == nil {
			c.fail("tag.icon", "missing")
		}
	default:
		c.fail("tag.type", "not a type of tag")
	}
	c.required("tag.name", d.Name)
	return tagJSON{
		ID: d.ID, Type: d.Type, MediaType: kind, Href: d.Href, Name: d.Name,
		Updated: formatTime(d.Updated), Icon: d.Icon.wire(c),
	}
}

func (d AttachmentDocument) wire(c *checker) attachmentJSON {
	c.id("attachment.url", d.URL)
	c.required("attachment.mediaType", d.MediaType)
	c.text("attachment.name", d.Name)
	return attachmentJSON{
		Type:       TypeDocument,
		MediaType:  d.MediaType,
		URL:        d.URL,
		Name:       d.Name,
		Blurhash:   d.Blurhash,
		FocalPoint: d.FocalPoint,
		Width:      d.Width,
		Height:     d.Height,
		Duration:   formatDuration(d.Duration),
		Icon:       d.Icon.wire(c),
	}
}

func (d *ImageDocument) wire(c *checker) *imageJSON {
	if d == nil {
		return nil
	}
	c.id("image.url", d.URL)
	c.text("image.summary", d.Summary)
	return &imageJSON{Type: TypeImage, MediaType: d.MediaType, URL: d.URL, Summary: d.Summary}
}

// A TombstoneDocument stands where a note was (Vocabulary §3.3). It is served
// with 410 and embedded in a Delete.
type TombstoneDocument struct {
	ID           string
	AttributedTo string
	// FormerType is what it was; "" if not to be said.
	FormerType string
	// Published and Deleted are left out if zero.
	Published, Deleted time.Time
}

// JSON renders the tombstone with its own context.
func (d TombstoneDocument) JSON() ([]byte, error) {
	c := checker{document: TypeTombstone}
	c.id("id", d.ID)
	c.optional("attributedTo", d.AttributedTo)
	if c.err != nil {
		return nil, c.err
	}
	return encode(struct {
		Context      json.RawMessage `json:"@context"`
		ID           string          `json:"id"`
		Type         string          `json:"type"`
		AttributedTo string          `json:"attributedTo,omitempty"`
		FormerType   string          `json:"formerType,omitempty"`
		Published    string          `json:"published,omitempty"`
		Deleted      string          `json:"deleted,omitempty"`
	}{
		contextActivity, d.ID, TypeTombstone, d.AttributedTo, d.FormerType,
		formatTime(d.Published), formatTime(d.Deleted),
	})
}
