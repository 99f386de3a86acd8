package file

import (
	"context"
	"errors"

	"allod/internal/db"
	"allod/internal/id"
)

// Forget deletes the files of somebody who is gone, a limited number at a
// time, and reports whether there are more.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, owner id.ID, limit int) (more bool, err error) {
	if _, err := lockSpace(ctx, tx, owner); err != nil {
		return false, err
	}
	sp, err := getSpace(ctx, tx, owner)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	uploads, err := listUploads(ctx, tx, owner)
	if err != nil {
		return false, err
	}
	for _, u := range uploads {
		if _, err := deleteUpload(ctx, tx, u.ID); err != nil {
			return false, err
		}
	}
	for _, top := range []id.ID{sp.Home, sp.Trash} {
		n, err := getNode(ctx, tx, top)
		if err != nil {
			return false, err
		}
		if more, err = s.prune(ctx, tx, n, limit); err != nil || more {
			return more, err
		}
	}
	for _, top := range []id.ID{sp.Home, sp.Trash} {
		if err := removeBelow(ctx, tx, top); err != nil {
			return false, err
		}
	}
	tx.After(func() { s.plain.Delete(owner) })
	return false, deleteSpace(ctx, tx, owner)
}

// prune deletes some of what a folder holds, the deepest first, so that no
// step is larger than its limit. It reports whether there was anything.
func (s *Service) prune(ctx context.Context, tx *db.Tx, folder *Node, limit int) (bool, error) {
	held, err := someChildren(ctx, tx, folder.ID, limit)
	if err != nil || len(held) == 0 {
		return false, err
	}
	for _, n := range held {
		if n.Folder {
			if any, err := s.prune(ctx, tx, n, limit); err != nil || any {
				return true, err
			}
		}
		if err := s.remove(ctx, tx, n); err != nil {
			return false, err
		}
	}
	return true, nil
}
