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
	Overwrite bool   // what stands there is thrown away
	Beside    bool   // where something stands there, it goes beside it under a name that is free
	Shallow   bool   // of a folder that is copied nothing but itself
	Tokens    Tokens // of locks that the device holds; nil asks about none
	// Check, if not nil, is asked before anything changes, with what is to go
	// there and what stands there, nil for nothing.
	Check func(n, there *Node) error
}

// Move puts what stands at a path elsewhere in a person's tree, or calls it
// otherwise, and tells whether nothing stood there before. It stays the same node. Faults: NotFound; Conflict because of
// ErrNoParent, or of ErrExists where something stands and is not to be overwritten, or of ErrLocked; Denied for a folder into itself, for the home,
// and where rights do not reach to. What goes from one person's tree into another's is copied there, and the one it comes from is thrown away.
func (s *Service) Move(ctx context.Context, owner id.ID, from string, to Place) (n *Node, fresh bool, err error) {
	return s.transfer(ctx, owner, from, to, false)
}

// Copy puts a second one of what stands at a path elsewhere in a person's tree, with all it holds. Faults as for Move, and TooLarge because of ErrFull.
func (s *Service) Copy(ctx context.Context, owner id.ID, from string, to Place) (n *Node, fresh bool, err error) {
	return s.transfer(ctx, owner, from, to, true)
}

func (s *Service) transfer(ctx context.Context, owner id.ID, from string, to Place, copies bool) (n *Node, fresh bool, err error) {
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
	err = s.changePaths(ctx, owner, [][]string{source, names}, func(ctx context.Context, tx *db.Tx, at []*ground) error {
		t := &transfer{s: s, from: at[0], into: at[1], to: to, copies: copies}
		if len(t.from.names) == 0 && t.from.mount != nil && !copies {
			fresh = true
			n, err = t.moveMount(ctx, tx, source, names)
			return err
		}
		n, fresh, err = t.run(ctx, tx)
		return err
	})
	return n, fresh, err
}

func tooMany(most int) error { return fault.New(fault.TooMany, "fault.file.many", "n", most) }

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

// copyTo makes a second one of n. What others share with its owner is left out: it stands in one place.
func (s *Service) copyTo(ctx context.Context, tx *db.Tx, g *ground, n, parent *Node, name string) (*Node, error) {
	if err := room(ctx, tx, g.space, n.Size); err != nil {
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
		if one.Target != 0 {
			continue
		}
		if err := s.count(ctx, tx, g, sizeOf(one)); err != nil {
			return nil, err
		}
		twin := *one
		twin.ID, twin.OwnerID, twin.Etag, twin.Favorite, twin.UploadedAt = s.ids.Next(), g.Owner, s.etag(), false, now
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
		if all, err = s.seenAll(ctx, tx, &ground{space: sp, top: sp.Home, rights: All}, all); err != nil {
			return err
		}
		found, err = located(ctx, tx, sp, all)
		return err
	})
	return found, err
}

// A Found is a node with its path from its owner's home.
type Found struct {
	*Node
	Path string
}

// located are those of nodes that stand in a person's home, with their paths.
func located(ctx context.Context, tx *db.Tx, sp *space, all []*Node) (found []Found, err error) {
	for _, n := range all {
		at := n
		if n.Mount {
			m, err := grantTo(ctx, tx, n.ID, sp.Owner)
			if err != nil {
				return nil, err
			}
			if at, err = getNode(ctx, tx, m.mount); err != nil {
				return nil, err
			}
		}
		path, err := pathFrom(ctx, tx, sp.Home, at)
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

// sizeOf is how many bytes a node holds itself.
func sizeOf(n *Node) int64 {
	if n.Folder {
		return 0
	}
	return n.Size
}
