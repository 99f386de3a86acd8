package file

import (
	"context"
	"errors"
	"strconv"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// TrashFor is how long what was thrown away is kept.
const TrashFor = 30 * 24 * time.Hour

// A Trashed thing was thrown away.
type Trashed struct {
	*Node
	Was       string    // its name before
	From      string    // the path of the folder it was in
	ParentID  id.ID     // that folder
	DeletedAt time.Time // when it was thrown away
}

// Delete throws away what stands at a path: it lies in the trash for TrashFor.
// With forGood it is gone at once. What somebody else shares with them they
// only cease to see, where that begins; what is in it goes into the trash of its owner. Denied for the home, and where rights do
// not reach to; Conflict because of ErrLocked where the tokens of locks are told.
func (s *Service) Delete(ctx context.Context, owner id.ID, path string, forGood bool, check func(n *Node) error, held ...Tokens) error {
	names, err := Split(path)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fault.New(fault.Denied, "fault.file.home")
	}
	return s.changeAt(ctx, owner, names, func(ctx context.Context, tx *db.Tx, g *ground) error {
		seen, err := s.find(ctx, tx, g)
		if err == nil && check != nil {
			err = check(seen)
		}
		if err == nil {
			err = s.free(ctx, tx, told(held), spot{g: g, names: g.names, member: true, tree: true})
		}
		if err != nil {
			return err
		}
		if len(g.names) == 0 {
			if g.mount == nil {
				return fault.New(fault.Denied, "fault.file.home")
			}
			return s.endGrant(ctx, tx, g.mount.grant.ID)
		}
		if err := g.rights.demand(Remove); err != nil {
			return err
		}
		n, err := g.at(ctx, tx)
		if err != nil {
			return err
		}
		if forGood && g.own() {
			return s.remove(ctx, tx, n)
		}
		return s.throwAway(ctx, tx, g.space, n)
	})
}

// throwAway puts a node into the trash, under a name that no other there has.
func (s *Service) throwAway(ctx context.Context, tx *db.Tx, sp *space, n *Node) error {
	from, err := getNode(ctx, tx, n.ParentID)
	if err != nil {
		return err
	}
	path, err := pathFrom(ctx, tx, sp.Home, from)
	if err != nil {
		return err
	}
	at := s.now()
	t := &Trashed{Was: n.Name, From: path, ParentID: n.ParentID, DeletedAt: at}
	gone := *n
	gone.ParentID, gone.Etag = sp.Trash, s.etag()
	for second := at.Unix(); ; second++ { // clients read the time after the last ".d"
		gone.Name = clipped(n.Name, ".d"+strconv.FormatInt(second, 10))
		if _, err := getChild(ctx, tx, sp.Trash, Fold(gone.Name)); errors.Is(err, db.ErrNoRows) {
			break
		} else if err != nil {
			return err
		}
	}
	t.Node = &gone
	if err := s.put(ctx, tx, n, &gone); err != nil {
		return err
	}
	if err := insertTrash(ctx, tx, t); err != nil {
		return err
	}
	return s.Changed.Record(ctx, tx, Change{&gone, ThrownAway})
}

// remove deletes a node for good, with all it holds.
func (s *Service) remove(ctx context.Context, tx *db.Tx, n *Node) error {
	versions, err := versionsBelow(ctx, tx, n.ID)
	if err != nil {
		return err
	}
	if err := s.Changed.Record(ctx, tx, Change{n, Removed}); err != nil {
		return err
	}
	if err := s.endBelow(ctx, tx, n.ID); err != nil {
		return err
	}
	if err := removeBelow(ctx, tx, n.ID); err != nil {
		return err
	}
	if versions != 0 {
		if err := addVersions(ctx, tx, n.OwnerID, -versions); err != nil {
			return err
		}
	}
	return touch(ctx, tx, n.ParentID, s.etag(), -n.Size)
}

// Trash is what a person threw away, the latest first.
func (s *Service) Trash(ctx context.Context, owner id.ID) (top *Node, all []*Trashed, err error) {
	sp, err := s.space(ctx, owner)
	if err != nil {
		return nil, nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if top, err = getNode(ctx, tx, sp.Trash); err != nil {
			return err
		}
		all, err = listTrash(ctx, tx, owner)
		return err
	})
	return top, all, err
}

// InTrash is what lies in a person's trash under a path that begins with a name of Trash, and what it holds.
func (s *Service) InTrash(ctx context.Context, owner id.ID, path string) (n *Node, held []*Node, err error) {
	names, err := Split(path)
	if err != nil {
		return nil, nil, err
	}
	sp, err := s.space(ctx, owner)
	if err != nil {
		return nil, nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if n, err = walk(ctx, tx, sp.Trash, names); err != nil || !n.Folder {
			return err
		}
		held, err = children(ctx, tx, n.ID)
		return err
	})
	return n, held, err
}

// Restore takes something out of the trash by its name there: to where it was,
// or into the home if that folder is gone, under another name if its own is taken.
func (s *Service) Restore(ctx context.Context, owner id.ID, name string) (n *Node, err error) {
	err = s.change(ctx, owner, func(ctx context.Context, tx *db.Tx, sp *space) error {
		lies, err := getChild(ctx, tx, sp.Trash, Fold(name))
		if err != nil {
			return unknownFile(err)
		}
		t, err := getTrash(ctx, tx, lies.ID)
		if err != nil {
			return unknownFile(err)
		}
		parent, err := s.wasIn(ctx, tx, sp, t)
		if err != nil {
			return err
		}
		back := *lies
		back.ParentID, back.Etag = parent.ID, s.etag()
		if back.Name, err = freeName(ctx, tx, parent.ID, t.Was); err != nil {
			return err
		}
		n = &back
		if err := s.put(ctx, tx, lies, &back); err != nil {
			return err
		}
		if err := deleteTrash(ctx, tx, lies.ID); err != nil {
			return err
		}
		return s.Changed.Record(ctx, tx, Change{&back, Restored})
	})
	return n, err
}

// wasIn is the folder from which something was thrown away, or the home.
func (s *Service) wasIn(ctx context.Context, tx *db.Tx, sp *space, t *Trashed) (*Node, error) {
	parent, err := getNode(ctx, tx, t.ParentID)
	if err == nil {
		_, err = pathFrom(ctx, tx, sp.Home, parent) // it may lie in the trash itself
	}
	if errors.Is(err, db.ErrNoRows) || fault.Is(err, fault.NotFound) {
		return getNode(ctx, tx, sp.Home)
	}
	return parent, err
}

// freeName is a name, or the first numbered one that nothing in a folder has.
func freeName(ctx context.Context, tx *db.Tx, folder id.ID, name string) (string, error) {
	free := name
	for i := 2; ; i++ {
		_, err := getChild(ctx, tx, folder, Fold(free))
		if errors.Is(err, db.ErrNoRows) {
			return free, nil
		}
		if err != nil {
			return "", err
		}
		free = numbered(name, strconv.Itoa(i))
	}
}

// Discard deletes something in the trash for good, or with "" all of it.
func (s *Service) Discard(ctx context.Context, owner id.ID, path string) error {
	names, err := Split(path)
	if err != nil {
		return err
	}
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx, sp *space) error {
		n, err := walk(ctx, tx, sp.Trash, names)
		if err != nil {
			return err
		}
		all := []*Node{n}
		if n.top() {
			if all, err = children(ctx, tx, n.ID); err != nil {
				return err
			}
		}
		for _, n := range all {
			if err := s.remove(ctx, tx, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// sweepBatch is how much one transaction of a sweep takes.
const sweepBatch = 50

// Sweep deletes for good what lay in the trash for TrashFor, and forgets uploads whose next piece did not come.
func (s *Service) Sweep(ctx context.Context) error {
	return errors.Join(s.sweepTrash(ctx), s.sweepUploads(ctx), s.sweepGrants(ctx))
}

func (s *Service) sweepTrash(ctx context.Context) error {
	for {
		var old []*Trashed
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			old, err = oldTrash(ctx, tx, s.now().Add(-TrashFor), sweepBatch)
			return err
		})
		if err != nil || len(old) == 0 {
			return err
		}
		for _, t := range old {
			if err := s.Discard(ctx, t.OwnerID, t.Name); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
	}
}
