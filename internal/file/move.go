package file

import (
	"context"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// belowMax is how many nodes may be copied or restored at once.
const belowMax = 200_000

// A Place says where something goes.
type Place struct {
	Path      string
	Overwrite bool // what stands there is thrown away
	Beside    bool // where something stands there, it goes beside it under a name that is free
	Shallow   bool // of a folder that is copied nothing but itself
	// Check, if not nil, is asked before anything changes, with what is to go
	// there and what stands there, nil for nothing.
	Check func(n, there *Node) error
}

// Move puts what stands at a path elsewhere in a person's tree, or calls it
// otherwise, and tells whether nothing stood there before. It stays the same node. Faults: NotFound; Conflict because of
// ErrNoParent, or of ErrExists where something stands and is not to be overwritten; Denied for a folder into itself, and for the home.
func (s *Service) Move(ctx context.Context, owner id.ID, from string, to Place) (n *Node, fresh bool, err error) {
	return s.transfer(ctx, owner, from, to, false, s.moveTo)
}

// Copy puts a second one of what stands at a path elsewhere in a person's tree, with all it holds. Faults as for Move, and TooLarge because of ErrFull.
func (s *Service) Copy(ctx context.Context, owner id.ID, from string, to Place) (n *Node, fresh bool, err error) {
	return s.transfer(ctx, owner, from, to, true, func(ctx context.Context, tx *db.Tx, sp *space, n, parent *Node, name string) (*Node, error) {
		if !to.Shallow || !n.Folder {
			return s.copyTo(ctx, tx, sp, n, parent, name)
		}
		twin, err := s.newFolder(ctx, tx, parent, name)
		if err != nil {
			return nil, err
		}
		return twin, copyProperties(ctx, tx, n.OwnerID, map[id.ID]*Node{n.ID: twin})
	})
}

// carrying puts n, or one like it, into a folder under a name.
type carrying func(ctx context.Context, tx *db.Tx, sp *space, n, parent *Node, name string) (*Node, error)

func (s *Service) transfer(ctx context.Context, owner id.ID, from string, to Place, copies bool, carry carrying) (n *Node, fresh bool, err error) {
	source, err := Split(from)
	if err != nil {
		return nil, false, err
	}
	names, err := Split(to.Path)
	if err != nil {
		return nil, false, err
	}
	if len(source) == 0 || len(names) == 0 {
		return nil, false, fault.New(fault.Denied, "fault.file.home")
	}
	err = s.change(ctx, owner, func(ctx context.Context, tx *db.Tx, sp *space) error {
		what, err := walk(ctx, tx, sp.Home, source)
		if err != nil {
			return err
		}
		parent, there, err := s.spot(ctx, tx, sp.Home, names)
		if err != nil {
			return err
		}
		name := names[len(names)-1]
		if there != nil && (copies || there.ID != what.ID) {
			if to.Beside {
				there = nil
				name, err = freeName(ctx, tx, parent.ID, name)
			} else if there.ID == what.ID {
				err = exists() // it cannot be put over itself
			}
			if err != nil {
				return err
			}
		}
		if err := s.mayGo(ctx, tx, what, parent, there, to); err != nil {
			return err
		}
		fresh = there == nil || there.ID == what.ID
		if !fresh {
			if err := s.throwAway(ctx, tx, sp, there); err != nil {
				return err
			}
		}
		n, err = carry(ctx, tx, sp, what, parent, name)
		return err
	})
	return n, fresh, err
}

// spot is the folder in which names end, and what stands there, nil for nothing.
func (s *Service) spot(ctx context.Context, tx *db.Tx, home id.ID, names []string) (parent, there *Node, err error) {
	last := len(names) - 1
	parent, err = walk(ctx, tx, home, names[:last])
	if fault.Is(err, fault.NotFound) || err == nil && !parent.Folder {
		return nil, nil, fault.New(fault.Conflict, "fault.file.no_parent").Because("%w", ErrNoParent)
	}
	if err != nil {
		return nil, nil, err
	}
	there, err = walk(ctx, tx, parent.ID, names[last:])
	if fault.Is(err, fault.NotFound) {
		return parent, nil, nil
	}
	return parent, there, err
}

func tooMany(most int) error { return fault.New(fault.TooMany, "fault.file.many", "n", most) }

// mayGo refuses to put a folder into itself, or what holds something else in that one's place.
func (s *Service) mayGo(ctx context.Context, tx *db.Tx, what, parent, there *Node, to Place) error {
	up, err := above(ctx, tx, parent.ID)
	if err != nil {
		return err
	}
	for _, f := range append(up, parent) {
		if f.ID == what.ID {
			return fault.New(fault.Denied, "fault.file.into_itself")
		}
	}
	if len(up) >= DepthMax {
		return fault.New(fault.Invalid, "fault.file.path_deep", "n", DepthMax).In("path")
	}
	if there != nil && there.ID != what.ID {
		inside, err := above(ctx, tx, what.ID)
		if err != nil {
			return err
		}
		for _, f := range inside {
			if f.ID == there.ID {
				return fault.New(fault.Denied, "fault.file.into_itself")
			}
		}
		if !to.Overwrite {
			return exists()
		}
	}
	if to.Check != nil {
		return to.Check(what, there)
	}
	return nil
}

func (s *Service) moveTo(ctx context.Context, tx *db.Tx, sp *space, n, parent *Node, name string) (*Node, error) {
	moved := *n
	moved.ParentID, moved.Name, moved.Etag = parent.ID, name, s.etag()
	if !n.Folder {
		moved.Mime = TypeOf(name)
	}
	if err := s.put(ctx, tx, n, &moved); err != nil {
		return nil, err
	}
	return &moved, s.Changed.Record(ctx, tx, Change{&moved, Moved})
}

// put writes a node's new place, and tells the folders it leaves and comes into.
func (s *Service) put(ctx context.Context, tx *db.Tx, was, is *Node) error {
	if err := unlockBelow(ctx, tx, was.OwnerID, was.ID); err != nil {
		return err
	}
	if err := place(ctx, tx, is, Fold(is.Name)); err != nil {
		return err
	}
	if err := touch(ctx, tx, was.ParentID, is.Etag, -is.Size); err != nil {
		return err
	}
	return touch(ctx, tx, is.ParentID, s.etag(), is.Size)
}

func (s *Service) copyTo(ctx context.Context, tx *db.Tx, sp *space, n, parent *Node, name string) (*Node, error) {
	if err := room(ctx, tx, sp, n.Size); err != nil {
		return nil, err
	}
	all, err := below(ctx, tx, n.ID, belowMax+1)
	if err != nil {
		return nil, err
	}
	if len(all) > belowMax {
		return nil, tooMany(belowMax)
	}
	now := s.now()
	twins := make(map[id.ID]*Node, len(all))
	for _, one := range all {
		twin := *one
		twin.ID, twin.Etag, twin.Favorite, twin.UploadedAt = s.ids.Next(), s.etag(), false, now
		if twin.Number, err = s.number(ctx, tx); err != nil {
			return nil, err
		}
		if one.ID == n.ID {
			twin.ParentID, twin.Name = parent.ID, name
			if !n.Folder {
				twin.Mime = TypeOf(name)
			}
		} else {
			twin.ParentID = twins[one.ParentID].ID
		}
		twins[one.ID] = &twin
		if err := insertNode(ctx, tx, &twin, Fold(twin.Name)); err != nil {
			return nil, err
		}
		if err := s.Changed.Record(ctx, tx, Change{&twin, Made}); err != nil {
			return nil, err
		}
	}
	if err := copyProperties(ctx, tx, n.OwnerID, twins); err != nil {
		return nil, err
	}
	twin := twins[n.ID]
	return twin, touch(ctx, tx, parent.ID, s.etag(), twin.Size)
}

// Mark changes what is said of a node, with fn, and nothing it holds.
func (s *Service) Mark(ctx context.Context, owner id.ID, path string, fn func(n *Node) error) (*Node, error) {
	return s.Annotate(ctx, owner, path, func(n *Node) ([]Property, error) { return nil, fn(n) })
}

// Favorites are what a person marked so, in pages by id; those in the trash are left out.
func (s *Service) Favorites(ctx context.Context, owner, above id.ID, most int) (found []Found, err error) {
	sp, err := s.space(ctx, owner)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := setFavorites(ctx, tx, owner, above, most)
		if err != nil {
			return err
		}
		found, err = located(ctx, tx, sp.Home, all)
		return err
	})
	return found, err
}

// A Found is a node with its path from its owner's home.
type Found struct {
	*Node
	Path string
}

// located are those of nodes that stand below a top, with their paths.
func located(ctx context.Context, tx *db.Tx, top id.ID, all []*Node) (found []Found, err error) {
	for _, n := range all {
		path, err := pathFrom(ctx, tx, top, n)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, Found{n, path})
	}
	return found, nil
}
