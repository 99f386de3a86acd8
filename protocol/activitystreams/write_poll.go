package activitystreams

import (
	"bytes"
	"encoding/json"
	"time"
)

// contextQuestion is that of a note with a poll.
var contextQuestion = json.RawMessage(bytes.Replace(contextNote, []byte(`}]`), []byte(`,"votersCount":"toot:votersCount"}]`), 1))

// A PollDocument is what a [NoteDocument] asks; it makes a Question of it (Vocabulary §3.1, Mastodon's use).
type PollDocument struct {
	Options []OptionDocument
	// Multiple is whether several options may be chosen.
	Multiple bool
	// Voters is how many people voted.
	Voters int64
	// Ends is when voting ends, zero for never; Closed is when it did.
	Ends, Closed time.Time
}

// An OptionDocument is one choice of a [PollDocument].
type OptionDocument struct {
	Name string
	// Votes is how often it was chosen, -1 if not to be said.
	Votes int64
}

// pollJSON is what a poll adds to a note on the wire.
type pollJSON struct {
	OneOf   []optionJSON `json:"oneOf,omitempty"`
	AnyOf   []optionJSON `json:"anyOf,omitempty"`
	Voters  *int64       `json:"votersCount,omitempty"`
	EndTime string       `json:"endTime,omitempty"`
	Closed  string       `json:"closed,omitempty"`
}

type optionJSON struct {
	Type    string     `json:"type"`
	Name    string     `json:"name"`
	Replies *tallyJSON `json:"replies,omitempty"`
}

type tallyJSON struct {
	Type       string `json:"type"`
	TotalItems int64  `json:"totalItems"`
}

// ask makes a Question of a note.
func (d *PollDocument) ask(out *noteJSON, c *checker) {
	if d == nil {
		return
	}
	if len(d.Options) == 0 {
		c.fail("oneOf", "missing")
	}
	var options []optionJSON
	for _, o := range d.Options {
		c.required("oneOf.name", o.Name)
		one := optionJSON{Type: TypeNote, Name: o.Name}
		if o.Votes >= 0 {
			one.Replies = &tallyJSON{TypeCollection, o.Votes}
		}
		options = append(options, one)
	}
	out.Context, out.Type = contextQuestion, TypeQuestion
	out.Voters, out.EndTime, out.Closed = &d.Voters, formatTime(d.Ends), formatTime(d.Closed)
	if d.Multiple {
		out.AnyOf = options
	} else {
		out.OneOf = options
	}
}

// A VoteDocument is the choice of one option of a poll: a Note with a name
// and no words, for the one who asked alone (Mastodon's use).
type VoteDocument struct {
	ID           string
	AttributedTo string
	InReplyTo    string // the Question
	Name         string // the option
	To           string // who asked
}

// JSON renders the vote with its own context, so that it can be proved alone.
func (d VoteDocument) JSON() ([]byte, error) {
	c := checker{document: TypeNote}
	c.id("id", d.ID)
	c.id("attributedTo", d.AttributedTo)
	c.id("inReplyTo", d.InReplyTo)
	c.id("to", d.To)
	c.required("name", d.Name)
	if c.err != nil {
		return nil, c.err
	}
	return encode(struct {
		Context      json.RawMessage `json:"@context"`
		ID           string          `json:"id"`
		Type         string          `json:"type"`
		AttributedTo string          `json:"attributedTo"`
		InReplyTo    string          `json:"inReplyTo"`
		Name         string          `json:"name"`
		To           []string        `json:"to"`
	}{contextActivity, d.ID, TypeNote, d.AttributedTo, d.InReplyTo, d.Name, []string{d.To}})
}
