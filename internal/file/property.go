package file

import (
	"context"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of properties.
const (
	PropertiesMax    = 100      // of one node
	PropertyNameMax  = 500      // bytes
	PropertyValueMax = 64 << 10 // bytes
)

// A Property is what a client says of a node and this home does not
// understand. It is kept with the node, and copied with it.
type Property struct {
	Name  string // namespace, a space, local name
	Value string // the element as it came; "" to take it away
}

// Annotate changes what is said of a node, with fn, and sets the properties
// that it returns, all of it or nothing. What somebody marks as a favorite is
// theirs alone: where something is shared with them that is so of the whole, and Denied for a part of it. Denied as well where
// rights do not reach to; Conflict because of ErrLocked where the tokens of locks are told.
func (s *Service) Annotate(ctx context.Context, owner id.ID, path string, fn func(n *Node) ([]Property, error), held ...Tokens) (n *Node, err error) {
	names, err := Split(path)
	if err != nil {
		return nil, err
	}
	err = s.changeAt(ctx, owner, names, func(ctx context.Context, tx *db.Tx, g *ground) error {
		if n, err = s.find(ctx, tx, g); err != nil {
			return err
		}
		if err := s.free(ctx, tx, told(held), spot{g: g, names: g.names}); err != nil {
			return err
		}
		was := *n
		said, err := fn(n)
		if err != nil {
			return err
		}
		return s.annotate(ctx, tx, g, n, was, said)
	})
	return n, err
}

// annotate keeps what is said of a node and was not before.
func (s *Service) annotate(ctx context.Context, tx *db.Tx, g *ground, n *Node, was Node, said []Property) error {
	if n.Favorite != was.Favorite && !g.own() {
		if !n.Mount {
			return fault.New(fault.Denied, "fault.share.rights")
		}
		row := *g.mount.row
		row.Favorite, row.Etag = n.Favorite, s.etag()
		if err := mark(ctx, tx, &row); err != nil {
			return err
		}
		was.Favorite = n.Favorite
		if err := touch(ctx, tx, row.ParentID, row.Etag, 0); err != nil {
			return err
		}
	}
	if len(said) > 0 || *n != was {
		if err := g.rights.demand(Edit); err != nil {
			return err
		}
	}
	if err := say(ctx, tx, n, said); err != nil || *n == was {
		return err
	}
	real, err := getNode(ctx, tx, n.ID)
	if err != nil {
		return err
	}
	real.ModifiedAt, real.MadeAt, real.Etag = n.ModifiedAt, n.MadeAt, s.etag()
	if g.own() {
		real.Favorite = n.Favorite
	}
	n.Etag = real.Etag
	if err := mark(ctx, tx, real); err != nil || real.top() {
		return err
	}
	return touch(ctx, tx, real.ParentID, real.Etag, 0)
}

func say(ctx context.Context, tx *db.Tx, n *Node, said []Property) error {
	for _, p := range said {
		if len(p.Name) > PropertyNameMax || len(p.Value) > PropertyValueMax {
			return fault.New(fault.TooLarge, "fault.file.property")
		}
		var err error
		if p.Value == "" {
			err = deleteProperty(ctx, tx, n.ID, p.Name)
		} else {
			err = putProperty(ctx, tx, n, p)
		}
		if err != nil {
			return err
		}
	}
	if len(said) == 0 {
		return nil
	}
	all, err := nodeProperties(ctx, tx, n.ID)
	if err == nil && len(all[n.ID]) > PropertiesMax {
		err = fault.New(fault.TooLarge, "fault.file.property")
	}
	return err
}

// Properties are those of a person's node and, if that is asked, of what it holds.
func (s *Service) Properties(ctx context.Context, n *Node, within bool) (all map[id.ID][]Property, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		any, err := hasProperties(ctx, tx, n.OwnerID)
		if err != nil || !any {
			return err
		}
		if all, err = nodeProperties(ctx, tx, n.ID); err != nil || !within {
			return err
		}
		below, err := heldProperties(ctx, tx, n.ID)
		for node, said := range below {
			all[node] = said
		}
		return err
	})
	return all, err
}

// copyProperties has twins say what the nodes say of which they are copies, by the id of those.
func copyProperties(ctx context.Context, tx *db.Tx, owner id.ID, twins map[id.ID]*Node) error {
	any, err := hasProperties(ctx, tx, owner)
	if err != nil || !any {
		return err
	}
	for was, twin := range twins {
		all, err := nodeProperties(ctx, tx, was)
		if err != nil {
			return err
		}
		if err := say(ctx, tx, twin, all[was]); err != nil {
			return err
		}
	}
	return nil
}
