package file

import (
	"context"
	"errors"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A transfer is a move or copy from one place to another, each in somebody's tree.
type transfer struct {
	s          *Service
	from, into *ground
	to         Place
	copies     bool
}

// crosses reports whether it goes from one person's tree into another's.
func (t *transfer) crosses() bool { return t.from.Owner != t.into.Owner }

func (t *transfer) run(ctx context.Context, tx *db.Tx) (n *Node, fresh bool, err error) {
	s := t.s
	what, err := t.from.at(ctx, tx)
	if err != nil {
		return nil, false, err
	}
	if len(t.into.names) == 0 {
		return nil, false, fault.New(fault.Denied, "fault.share.stands") // what is shared stands there
	}
	parent, there, err := s.spot(ctx, tx, t.into)
	if err != nil {
		return nil, false, err
	}
	name := t.into.names[len(t.into.names)-1]
	if there != nil && (t.copies || there.ID != what.ID) {
		if t.to.Beside {
			there = nil
			name, err = freeName(ctx, tx, parent.ID, name)
		} else if there.ID == what.ID {
			err = exists() // it cannot be put over itself
		}
		if err != nil {
			return nil, false, err
		}
	}
	if err := t.may(what, parent, there); err != nil {
		return nil, false, err
	}
	if err := t.mayGo(ctx, tx, what, parent, there); err != nil {
		return nil, false, err
	}
	if err := t.free(ctx, tx); err != nil {
		return nil, false, err
	}
	fresh = there == nil || there.ID == what.ID
	if !fresh {
		if err := s.throwAway(ctx, tx, t.into.space, there); err != nil {
			return nil, false, err
		}
	}
	n, err = t.carry(ctx, tx, what, parent, name)
	return n, fresh, err
}

// may refuses what the rights of the two places do not reach to.
func (t *transfer) may(what, parent, there *Node) error {
	if !t.from.rights.Can(Look) || !t.into.rights.Can(Look) {
		return fault.New(fault.Denied, "fault.share.rights")
	}
	var from, into Rights
	if !t.copies {
		if from = Edit; t.crosses() {
			from = Remove
		}
	}
	if t.copies || t.crosses() || parent.ID != what.ParentID {
		into = Add
	}
	if there != nil && there.ID != what.ID {
		into |= Edit
	}
	if err := t.from.rights.demand(from); err != nil {
		return err
	}
	return t.into.rights.demand(into)
}

// free refuses where a lock stands in the way.
func (t *transfer) free(ctx context.Context, tx *db.Tx) error {
	spots := []spot{{g: t.into, names: t.into.names, member: true, tree: true}}
	if !t.copies {
		spots = append(spots, spot{g: t.from, names: t.from.names, member: true, tree: true})
	}
	return t.s.free(ctx, tx, t.to.Tokens, spots...)
}

// carry puts what, or one like it, into a folder under a name.
func (t *transfer) carry(ctx context.Context, tx *db.Tx, what, parent *Node, name string) (*Node, error) {
	s := t.s
	if t.copies && t.to.Shallow && what.Folder {
		twin, err := s.newFolder(ctx, tx, parent, name)
		if err != nil {
			return nil, err
		}
		return twin, copyProperties(ctx, tx, what.OwnerID, map[id.ID]*Node{what.ID: twin})
	}
	if !t.copies && !t.crosses() {
		return s.moveTo(ctx, tx, t.into.space, what, parent, name)
	}
	twin, err := s.copyTo(ctx, tx, t.into, what, parent, name)
	if err != nil || t.copies {
		return twin, err
	}
	return twin, s.throwAway(ctx, tx, t.from.space, what)
}

// moveMount has what somebody shares stand elsewhere in the tree of who it is
// shared with, or be called otherwise there. It remains where it is for its owner.
func (t *transfer) moveMount(ctx context.Context, tx *db.Tx, source, names []string) (*Node, error) {
	s, m := t.s, t.from.mount
	if t.into.mount != nil && (t.into.mount.row.ID != m.row.ID || len(t.into.names) > 0) {
		return nil, fault.New(fault.Denied, "fault.share.stands")
	}
	sp, err := getSpace(ctx, tx, t.from.who)
	if err != nil {
		return nil, err
	}
	own := &ground{space: sp, who: sp.Owner, top: sp.Home, names: names, rights: All}
	parent, there, err := s.spot(ctx, tx, own)
	if err != nil {
		return nil, err
	}
	if there != nil && there.ID != m.row.ID {
		return nil, exists()
	}
	if err := s.free(ctx, tx, t.to.Tokens, spot{g: own, names: names, member: true, tree: true}, spot{g: own, names: source, member: true, tree: true}); err != nil {
		return nil, err
	}
	if err := s.keepWithin(ctx, tx, parent); err != nil {
		return nil, err
	}
	if t.to.Check != nil {
		if err := t.to.Check(m.see(), nil); err != nil {
			return nil, err
		}
	}
	moved := *m.row
	moved.ParentID, moved.Name, moved.Etag = parent.ID, names[len(names)-1], s.etag()
	if err := s.put(ctx, tx, m.row, &moved); err != nil {
		return nil, err
	}
	return (&mount{&moved, m.grant, m.target}).see(), nil
}

// keepWithin refuses to put what others share into a folder that is shared itself:
// whoever that is shared with would not see it.
func (s *Service) keepWithin(ctx context.Context, tx *db.Tx, folder *Node) error {
	up, err := above(ctx, tx, folder.ID)
	if err != nil {
		return err
	}
	var ids []id.ID
	for _, f := range append(up, folder) {
		ids = append(ids, f.ID)
	}
	shared, err := anyShared(ctx, tx, ids, s.now())
	if err == nil && shared {
		err = fault.New(fault.Denied, "fault.share.nested")
	}
	return err
}

// spot is the folder in which the names of a ground end, and what stands there, nil for nothing.
func (s *Service) spot(ctx context.Context, tx *db.Tx, g *ground) (parent, there *Node, err error) {
	last := len(g.names) - 1
	parent, err = walk(ctx, tx, g.top, g.names[:last])
	if fault.Is(err, fault.NotFound) || err == nil && !parent.Folder {
		return nil, nil, fault.New(fault.Conflict, "fault.file.no_parent").Because("%w", ErrNoParent)
	}
	if err != nil {
		return nil, nil, err
	}
	there, err = getChild(ctx, tx, parent.ID, Fold(g.names[last]))
	if errors.Is(err, db.ErrNoRows) {
		return parent, nil, nil
	}
	if err == nil && there.Target != 0 {
		seen, err := s.mountAt(ctx, tx, there)
		if err != nil || seen != nil {
			return parent, there, err
		}
		return parent, nil, s.stepAside(ctx, tx, there)
	}
	return parent, there, err
}

// mayGo refuses to put a folder into itself, or what holds something else in that one's place.
func (t *transfer) mayGo(ctx context.Context, tx *db.Tx, what, parent, there *Node) error {
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
		if !t.to.Overwrite {
			return exists()
		}
	}
	if t.to.Check == nil {
		return nil
	}
	seen, err := t.s.seen(ctx, tx, t.from, what)
	if err != nil {
		return err
	}
	return t.to.Check(seen, there)
}
