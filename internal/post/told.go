package post

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

// ToldSince are the newest posts of an author that go out to everyone, beyond
// this home too, after one by its id, oldest first, and without answers to others.
func (s *Service) ToldSince(ctx context.Context, tx *db.Tx, author, after id.ID, limit int) ([]*Post, error) {
	ids, err := toldSince(ctx, tx, author, after, limit)
	if err != nil {
		return nil, err
	}
	return s.See(ctx, tx, 0, ids)
}

// NewestTold is the id of the newest of these, 0 where there is none.
func NewestTold(ctx context.Context, tx *db.Tx, author id.ID) (id.ID, error) {
	ids, err := toldSince(ctx, tx, author, 0, 1)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// Told is one of these by its id, nil where it is not, or no longer, among them.
func (s *Service) Told(ctx context.Context, tx *db.Tx, which id.ID) (*Post, error) {
	is, err := isTold(ctx, tx, which)
	if err != nil || !is {
		return nil, err
	}
	all, err := s.See(ctx, tx, 0, []id.ID{which})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}
