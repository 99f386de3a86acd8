package activitystreams

import "encoding/json"

// A Collection is a list of things or one page of it (Core §5).
type Collection struct {
	ID string
	// Type is one of the four types of collections.
	Type string
	// TotalItems is how many things there are in all, -1 if not said.
	TotalItems int64
	// First, Last, Next and Prev are pages; First is often embedded.
	First, Last, Next, Prev Ref
	// PartOf is the collection a page belongs to.
	PartOf Ref
	// Items are those given here, in order.
	Items        Refs
	AttributedTo Refs
	Raw          json.RawMessage
}

// Collection reads the embedded thing as a collection or a page of one. It
// must be of one of their four types.
func (r Ref) Collection() (*Collection, error) {
	id, types, err := r.embedded()
	if err != nil {
		return nil, err
	}
	kind := mainType(types)
	if !IsCollectionType(kind) {
		return nil, ErrType
	}
	n := r.node
	c := &Collection{
		ID:           id,
		Type:         kind,
		TotalItems:   -1,
		First:        n.first("first").ref(),
		Last:         n.first("last").ref(),
		Next:         n.first("next").ref(),
		Prev:         n.first("prev").ref(),
		PartOf:       n.first("partOf").ref(),
		Items:        n.refs("orderedItems", MaxItems),
		AttributedTo: n.refs("attributedTo", MaxRefs),
		Raw:          n.raw,
	}
	if total, ok := n.count("totalItems"); ok {
		c.TotalItems = total
	}
	if c.Items == nil {
		c.Items = n.refs("items", MaxItems)
	}
	return c, nil
}

// IsOrdered reports whether the order of the items has a meaning.
func (c *Collection) IsOrdered() bool {
	return c.Type == TypeOrderedCollection || c.Type == TypeOrderedCollectionPage
}

// IsPage reports whether c is one page of a collection.
func (c *Collection) IsPage() bool {
	return c.Type == TypeCollectionPage || c.Type == TypeOrderedCollectionPage
}
