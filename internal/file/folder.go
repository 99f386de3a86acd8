package file

import (
	"context"
	"errors"
	"slices"

	"allod/internal/db"
	"allod/internal/id"
)

// An Order is how what a folder holds is listed.
type Order string

// The orders. Folders stand before files but by time.
const (
	ByName  Order = "name"
	Newest  Order = "new"
	Largest Order = "size"
)

// A Part is some of what a folder holds.
type Part struct {
	Node  *Node
	Path  string  // of the node from its owner's home, as its folders are written
	Above []*Node // the folders it is in, the outermost first, without the home
	Held  []*Node // nil for a file
	Count int     // of all that the folder holds
}

// Folder is what stands at a path and, if it is a folder, some of what it
// holds: most of it at most, after skip. Faults as for At.
func (s *Service) Folder(ctx context.Context, owner id.ID, path string, by Order, skip, most int) (*Part, error) {
	p := &Part{}
	err := s.look(ctx, owner, path, func(ctx context.Context, tx *db.Tx, g *ground) (err error) {
		if p.Node, err = s.find(ctx, tx, g); err != nil {
			return err
		}
		if err := s.locate(ctx, tx, g, p); err != nil || !p.Node.Folder {
			return err
		}
		if p.Count, err = countChildren(ctx, tx, p.Node.ID); err != nil {
			return err
		}
		p.Held, err = orderedChildren(ctx, tx, p.Node.ID, by, skip, most)
		p.Held, err = s.held(ctx, tx, g, p.Held, err)
		return err
	})
	return p, err
}

// locate finds the folders that a part of a ground is in.
func (s *Service) locate(ctx context.Context, tx *db.Tx, g *ground, p *Part) error {
	if p.Node.top() {
		return nil
	}
	chain, err := above(ctx, tx, p.Node.ID)
	if err != nil {
		return err
	}
	between := slices.IndexFunc(chain, func(f *Node) bool { return f.ID == g.top })
	if g.link != nil {
		chain = chain[:between+1]
	}
	if g.mount != nil { // up to what is shared, and from there up in their own tree
		chain = chain[:max(between, 0)]
		up, err := above(ctx, tx, g.mount.row.ID)
		if err != nil {
			return err
		}
		if p.Node.ID != g.top {
			chain = append(chain, g.mount.see())
		}
		chain = append(chain, up...)
	}
	p.Path = p.Node.Name
	for _, f := range chain[:max(len(chain)-1, 0)] {
		p.Above = append([]*Node{f}, p.Above...)
		p.Path = f.Name + "/" + p.Path
	}
	return nil
}

// Folders are the folders that a folder holds, by name, at most so many.
func (s *Service) Folders(ctx context.Context, owner id.ID, path string, most int) (p *Part, err error) {
	if p, err = s.Folder(ctx, owner, path, ByName, 0, 0); err != nil || !p.Node.Folder {
		return p, err
	}
	err = s.look(ctx, owner, path, func(ctx context.Context, tx *db.Tx, g *ground) error {
		p.Held, err = folders(ctx, tx, p.Node.ID, most)
		p.Held, err = s.held(ctx, tx, g, p.Held, err)
		return err
	})
	return p, err
}

// Beside are the names of the files before and after one in its folder, by
// name; "" where it is the first or the last.
func (s *Service) Beside(ctx context.Context, n *Node) (before, after string, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if before, err = fileBefore(ctx, tx, n.ParentID, Fold(n.Name)); err != nil && !errors.Is(err, db.ErrNoRows) {
			return err
		}
		if after, err = fileAfter(ctx, tx, n.ParentID, Fold(n.Name)); err != nil && !errors.Is(err, db.ErrNoRows) {
			return err
		}
		return nil
	})
	return before, after, err
}

// A Placed thing stands somewhere below a folder that is looked through.
type Placed struct {
	*Node
	Path string // from the folder that is looked through, with its own name
}

// Below is everything in a person's own node, it included, no folder after
// what it holds. NotFound as for ByNumber; TooMany for more than most.
func (s *Service) Below(ctx context.Context, owner id.ID, number int64, most int) (all []Placed, err error) {
	n, _, err := s.ByNumber(ctx, owner, number)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var mounts map[id.ID]*mount
		if n.OwnerID == owner { // what others share with who has a link is not shared on by that
			sp, err := getSpace(ctx, tx, owner)
			if err != nil {
				return err
			}
			if sp.Granted {
				e, err := s.open(ctx, tx, sp)
				if err != nil {
					return err
				}
				mounts = e.mounts
			}
		}
		all, err = placed(ctx, tx, n, n.Name, mounts, most)
		return err
	})
	return all, err
}

// placed is everything in a node that is called by a path, it included. What
// stands for something of others is that where mounts have it, and left out elsewhere.
func placed(ctx context.Context, tx *db.Tx, n *Node, path string, mounts map[id.ID]*mount, most int) (all []Placed, err error) {
	nodes, err := below(ctx, tx, n.ID, most+1)
	if err != nil {
		return nil, err
	}
	if len(nodes) > most {
		return nil, tooMany(most)
	}
	paths := map[id.ID]string{n.ID: path}
	for _, one := range nodes {
		at, top := paths[one.ID]
		if !top {
			at = paths[one.ParentID] + "/" + one.Name
			paths[one.ID] = at
		}
		switch m := mounts[one.ID]; {
		case one.Target == 0:
			all = append(all, Placed{one, at})
		case m != nil:
			given, err := placed(ctx, tx, m.target, at, nil, most-len(all))
			if err != nil {
				return nil, err
			}
			all = append(all, given...)
		}
	}
	return all, nil
}

// Nodes are nodes of anybody by their ids, without tops. Who asks must have been let see them.
func (s *Service) Nodes(ctx context.Context, ids []id.ID) (all map[id.ID]*Node, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = WithIDs(ctx, tx, ids)
		return err
	})
	return all, err
}

// WithIDs are nodes of anybody by their ids, without tops.
func WithIDs(ctx context.Context, tx *db.Tx, ids []id.ID) (map[id.ID]*Node, error) {
	all, err := withIDs(ctx, tx, ids)
	found := make(map[id.ID]*Node, len(all))
	for _, n := range all {
		if !n.top() {
			found[n.ID] = n
		}
	}
	return found, err
}

// Where is the path of a person's own node, by its id, from their home. NotFound for one of others, or in the trash.
func (s *Service) Where(ctx context.Context, owner, node id.ID) (path string, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		at, err := Locate(ctx, tx, owner, []id.ID{node})
		if err == nil && len(at) == 0 {
			err = unknownFile(db.ErrNoRows)
		}
		if err == nil {
			path = at[0].Path
		}
		return err
	})
	return path, err
}

// Locate are those of nodes that stand in a person's home, with their paths, in the order of ids.
func Locate(ctx context.Context, tx *db.Tx, owner id.ID, ids []id.ID) ([]Found, error) {
	byID, err := WithIDs(ctx, tx, ids)
	if err != nil || len(byID) == 0 {
		return nil, err
	}
	sp, err := getSpace(ctx, tx, owner)
	if err != nil {
		return nil, err
	}
	var all []*Node
	for _, i := range ids {
		if n := byID[i]; n != nil && n.OwnerID == owner {
			all = append(all, n)
		}
	}
	return located(ctx, tx, sp, all)
}
