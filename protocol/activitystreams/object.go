package activitystreams

import (
	"encoding/json"
	"time"
)

// An Object is something said or shown: a Note, an Article, a Question, a
// Video, or the Tombstone of one (Vocabulary §3.3).
type Object struct {
	ID string
	// Type is the main type; Types are all.
	Type  string
	Types []string

	AttributedTo Refs
	InReplyTo    Refs
	Name         LangString
	Summary      LangString
	Content      LangString
	// MediaType is that of Content; "" means HTML.
	MediaType string
	Sensitive bool
	URL       Links
	Addressing
	// DirectMessage is LitePub's word for "only those named".
	DirectMessage bool

	Published, Updated time.Time
	// StartTime and EndTime belong to an Event; EndTime also to a Question.
	StartTime, EndTime time.Time

	Tags        []Tag
	Attachments []Attachment
	// Icon and Image illustrate the object; the largest or first is not marked.
	Icon, Image []Attachment
	// Duration is the length of a video or sound.
	Duration time.Duration

	// Replies, Likes and Shares are collections.
	Replies, Likes, Shares Ref
	// Context and Conversation name the thread (FEP-7888, OStatus).
	Context      Ref
	Conversation string

	// Quote is the quoted object (FEP-044f), also from the older names of the
	// property; QuoteAuthorization is the stamp that permits it.
	Quote              Ref
	QuoteAuthorization string
	// InteractionPolicy is kept as it is.
	InteractionPolicy json.RawMessage

	// License is the address of one, Rights a statement in words: of the DCMI
	// terms, Creative Commons' and schema.org's names, and PeerTube's licence.
	License, Rights string

	Poll *Poll
	// Card is what its server says of the page it links to, nil where it says nothing.
	Card *Card
	// FormerType and Deleted belong to a Tombstone.
	FormerType string
	Deleted    time.Time
	Raw        json.RawMessage
}

// A Poll is what a Question asks.
type Poll struct {
	Options []Option
	// Multiple is whether several options may be chosen ("anyOf").
	Multiple bool
	// Voters is how many people voted, -1 if not said.
	Voters int64
	// Closed is when voting ended, zero if it has not or was not said.
	Closed time.Time
}

// An Option is one choice of a [Poll].
type Option struct {
	Name  string
	Votes int64
}

// DecodeObject is [Decode] followed by [Ref.Object].
func DecodeObject(raw []byte) (*Object, error) {
	r, err := Decode(raw)
	if err != nil {
		return nil, err
	}
	return r.Object()
}

// Object reads the embedded thing as an object. The type may be missing or
// unknown.
func (r Ref) Object() (*Object, error) {
	id, types, err := r.embedded()
	if err != nil {
		return nil, err
	}
	n := r.node
	o := &Object{
		ID:            id,
		Type:          mainType(types),
		Types:         types,
		AttributedTo:  n.refs("attributedTo", MaxRefs),
		InReplyTo:     n.refs("inReplyTo", MaxRefs),
		Name:          n.langString("name", MaxName),
		Summary:       n.langString("summary", MaxSummary),
		Content:       n.langString("content", MaxContent),
		MediaType:     n.mediaType(),
		Sensitive:     n.boolean("sensitive"),
		URL:           n.links("url"),
		Addressing:    n.addressing(),
		DirectMessage: n.boolean("directMessage"),
		Published:     n.when("published"),
		Updated:       n.when("updated"),
		StartTime:     n.when("startTime"),
		EndTime:       n.when("endTime"),
		Tags:          n.tags(),
		Attachments:   n.attachments("attachment"),
		Icon:          n.attachments("icon"),
		Image:         n.attachments("image"),
		Duration:      n.duration("duration"),
		Replies:       n.first("replies").ref(),
		Likes:         n.first("likes").ref(),
		Shares:        n.first("shares").ref(),
		Context:       n.first("context").ref(),
		Conversation:  n.text("conversation", MaxURI),
		Raw:           n.raw,
	}
	o.readQuote(n)
	o.readRights(n)
	o.Poll = n.poll()
	o.Card = n.card()
	o.FormerType = shortType(n.text("formerType", MaxToken))
	o.Deleted = n.when("deleted")
	return o, nil
}

func (o *Object) readQuote(n node) {
	for _, key := range [...]string{"quote", "quoteUrl", "quoteUri", "_misskey_quote"} {
		if o.Quote = n.first(key).ref(); !o.Quote.IsZero() {
			break
		}
	}
	o.QuoteAuthorization = n.uri("quoteAuthorization")
	if v := n.get("interactionPolicy"); v.isObject() {
		o.InteractionPolicy = v.raw
	}
}

// readRights reads what others may do with the object, whatever it is called.
func (o *Object) readRights(n node) {
	for _, key := range [...]string{"license", "dcterms:license", "schema:license", "cc:license"} {
		if o.License = n.uri(key); o.License != "" {
			break
		}
	}
	for _, key := range [...]string{"rights", "dcterms:rights", "license"} {
		if o.Rights = n.text(key, MaxName); o.Rights != "" {
			break
		}
	}
	if o.Rights == "" {
		o.Rights = n.first("licence").text("name", MaxName)
	}
	if o.Rights == o.License {
		o.Rights = ""
	}
}

// poll reads oneOf or anyOf; nil if there is neither.
func (n node) poll() *Poll {
	key, multiple := "oneOf", false
	if n.get(key).isNull() {
		key, multiple = "anyOf", true
	}
	choices := n.list(key, MaxOptions)
	if len(choices) == 0 {
		return nil
	}
	p := &Poll{Multiple: multiple, Voters: -1, Closed: n.when("closed")}
	if v, ok := n.count("votersCount"); ok {
		p.Voters = v
	}
	for _, c := range choices {
		votes, _ := c.first("replies").count("totalItems")
		p.Options = append(p.Options, Option{Name: c.text("name", MaxName), Votes: votes})
	}
	return p
}
