package activitystreams

import (
	"encoding/json"
	"time"
)

// A CollectionDocument is an OrderedCollection to be served: either with all
// its Items, or with its First page (Core §5).
type CollectionDocument struct {
	ID           string
	AttributedTo string
	// Name and Summary say what it is, URL is its page for people; "" for none.
	Name, Summary, URL string
	// Published and Updated are zero where they are not told.
	Published, Updated time.Time
	// TotalItems is how many there are in all.
	TotalItems int64
	// First and Last are pages; "" if there are none to be seen.
	First, Last string
	// Items is nil unless all of them are given here.
	Items Refs
}

// A CollectionPageDocument is one page of an OrderedCollection to be served.
type CollectionPageDocument struct {
	ID     string
	PartOf string
	// Next and Prev are neighboring pages; "" at either end.
	Next, Prev string
	TotalItems int64
	Items      Refs
}

// JSON renders the collection.
func (d CollectionDocument) JSON() ([]byte, error) {
	c := checker{document: TypeOrderedCollection}
	c.id("id", d.ID)
	c.optional("attributedTo", d.AttributedTo)
	c.optional("url", d.URL)
	c.text("name", d.Name)
	c.text("summary", d.Summary)
	c.optional("first", d.First)
	c.optional("last", d.Last)
	c.items(d.TotalItems, d.Items)
	if c.err != nil {
		return nil, c.err
	}
	return encode(struct {
		Context      json.RawMessage `json:"@context"`
		ID           string          `json:"id"`
		Type         string          `json:"type"`
		AttributedTo string          `json:"attributedTo,omitempty"`
		Name         string          `json:"name,omitempty"`
		Summary      string          `json:"summary,omitempty"`
		URL          string          `json:"url,omitempty"`
		Published    string          `json:"published,omitempty"`
		Updated      string          `json:"updated,omitempty"`
		TotalItems   int64           `json:"totalItems"`
		First        string          `json:"first,omitempty"`
		Last         string          `json:"last,omitempty"`
		Items        *Refs           `json:"orderedItems,omitempty"`
	}{
		contextActivity, d.ID, TypeOrderedCollection, d.AttributedTo, d.Name, d.Summary, d.URL, formatTime(d.Published), formatTime(d.Updated), d.TotalItems,
		d.First, d.Last, given(d.Items),
	})
}

// given is the items, or nil if there is no list. An empty list is a list.
func given(items Refs) *Refs {
	if items == nil {
		return nil
	}
	return &items
}

// JSON renders the page.
func (d CollectionPageDocument) JSON() ([]byte, error) {
	c := checker{document: TypeOrderedCollectionPage}
	c.id("id", d.ID)
	c.id("partOf", d.PartOf)
	c.optional("next", d.Next)
	c.optional("prev", d.Prev)
	c.items(d.TotalItems, d.Items)
	if c.err != nil {
		return nil, c.err
	}
	items := d.Items
	if items == nil {
		items = Refs{}
	}
	return encode(struct {
		Context    json.RawMessage `json:"@context"`
		ID         string          `json:"id"`
		Type       string          `json:"type"`
		PartOf     string          `json:"partOf"`
		Next       string          `json:"next,omitempty"`
		Prev       string          `json:"prev,omitempty"`
		TotalItems int64           `json:"totalItems"`
		Items      Refs            `json:"orderedItems"`
	}{
		contextOf(items), d.ID, TypeOrderedCollectionPage, d.PartOf, d.Next, d.Prev, d.TotalItems, items,
	})
}

// contextOf is the context of a page: pictures say what notes say.
func contextOf(items Refs) json.RawMessage {
	for _, r := range items {
		if r.IsEmbedded() {
			return contextNote
		}
	}
	return contextActivity
}

// Picture is an Image to stand in a collection (Vocabulary §3.3).
func Picture(d AttachmentDocument) (Ref, error) {
	c := checker{document: TypeImage}
	w := d.wire(&c)
	if w.Type = TypeImage; c.err != nil {
		return Ref{}, c.err
	}
	raw, err := encode(w)
	if err != nil {
		return Ref{}, err
	}
	return Decode(raw)
}

// items demands a sensible count and references to something.
func (c *checker) items(total int64, items Refs) {
	if total < 0 {
		c.fail("totalItems", "negative")
	}
	for _, r := range items {
		c.ref("orderedItems", r)
	}
}
