package activitystreams

import (
	"encoding/json"
	"time"
)

// An Activity is something an actor did (Core §4.1, ActivityPub §3).
type Activity struct {
	ID string
	// Type is the main type; Types are all.
	Type  string
	Types []string
	Actor Ref
	// Object is the first of Objects. Only Flag and Add commonly have more.
	Object  Ref
	Objects Refs

	Target, Origin, Result, Instrument Ref

	Addressing
	// Content is a report's comment or a reaction's emoji.
	Content LangString
	// Tags hold the picture of a reaction's custom emoji.
	Tags      []Tag
	Published time.Time
	Updated   time.Time
	Raw       json.RawMessage
}

// DecodeActivity is [Decode] followed by [Ref.Activity].
func DecodeActivity(raw []byte) (*Activity, error) {
	r, err := Decode(raw)
	if err != nil {
		return nil, err
	}
	return r.Activity()
}

// Activity reads the embedded thing as an activity. It must have a type, which
// need not be one that is known.
func (r Ref) Activity() (*Activity, error) {
	id, types, err := r.embedded()
	if err != nil {
		return nil, err
	}
	if len(types) == 0 {
		return nil, ErrType
	}
	n := r.node
	a := &Activity{
		ID:         id,
		Type:       mainType(types),
		Types:      types,
		Actor:      n.first("actor").ref(),
		Objects:    n.refs("object", MaxRefs),
		Target:     n.first("target").ref(),
		Origin:     n.first("origin").ref(),
		Result:     n.first("result").ref(),
		Instrument: n.first("instrument").ref(),
		Addressing: n.addressing(),
		Content:    n.langString("content", MaxSummary),
		Tags:       n.tags(),
		Published:  n.when("published"),
		Updated:    n.when("updated"),
		Raw:        n.raw,
	}
	a.Object = a.Objects.First()
	return a, nil
}
