package activitystreams

import "encoding/json"

// A Ref points at a thing: by its id alone, or with the thing embedded. The
// zero Ref points at nothing.
type Ref struct {
	id   string
	node node
}

// Refs are the values of a property that may name several things.
type Refs []Ref

// Decode checks one document and gives it as an embedded thing. The document
// must be a JSON object in UTF-8 whose id and type, where present, are sound;
// see the errors of this package. What is read from the Ref shares memory with
// raw, which must not be changed afterwards.
func Decode(raw []byte) (Ref, error) {
	n, err := parse(raw)
	if err != nil {
		return Ref{}, err
	}
	if _, _, err := n.identity(); err != nil {
		return Ref{}, err
	}
	return n.ref(), nil
}

// RefTo points at the thing with this id.
func RefTo(id string) Ref { return Ref{id: id} }

// ref is the Ref that n stands for. Arrays and other values stand for nothing.
func (n node) ref() Ref {
	switch {
	case n.isObject():
		return Ref{id: n.asURI(), node: n}
	case n.isString():
		return Ref{id: n.asURI()}
	}
	return Ref{}
}

// refs is the Refs at key, without those that point at nothing.
func (n node) refs(key string, limit int) Refs {
	var out Refs
	for _, v := range n.list(key, limit) {
		if r := v.ref(); !r.IsZero() {
			out = append(out, r)
		}
	}
	return out
}

// ID is the id of the thing, or of what a Link leads to; "" if it has none.
func (r Ref) ID() string { return r.id }

// IsZero reports whether r points at nothing.
func (r Ref) IsZero() bool { return r.id == "" && !r.IsEmbedded() }

// IsEmbedded reports whether the thing itself is here.
func (r Ref) IsEmbedded() bool { return r.node.isObject() }

// Type is the main type of the embedded thing: the first that the vocabulary
// knows, else the first. It is "" if nothing is embedded or it has no type.
func (r Ref) Type() string { return r.node.kind() }

// Raw is the bytes of the embedded thing, or nil. They must not be changed.
func (r Ref) Raw() json.RawMessage { return r.node.raw }

// MarshalJSON writes the embedded thing, else the id.
func (r Ref) MarshalJSON() ([]byte, error) {
	if r.IsEmbedded() {
		return r.node.raw, nil
	}
	return json.Marshal(r.id)
}

// embedded checks that a thing is here and gives its id and types.
func (r Ref) embedded() (id string, types []string, err error) {
	if !r.IsEmbedded() {
		return "", nil, ErrNotEmbedded
	}
	return r.node.identity()
}

// First is the first of them, or the zero Ref.
func (rs Refs) First() Ref {
	if len(rs) == 0 {
		return Ref{}
	}
	return rs[0]
}

// IDs are the ids of those that have one.
func (rs Refs) IDs() []string {
	var out []string
	for _, r := range rs {
		if r.id != "" {
			out = append(out, r.id)
		}
	}
	return out
}
