package post

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

// Keep has me keep a post that I may see, to find it again. Nobody is told.
// Keeping again changes nothing.
func (s *Service) Keep(ctx context.Context, me, post id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.SeeOne(ctx, tx, me, post)
		if err != nil {
			return err
		}
		return insertKept(ctx, tx, s.ids.Next(), me, p.ID)
	})
}

// Unkeep has me keep a post no longer. One that I did not keep is no error.
func (s *Service) Unkeep(ctx context.Context, me, post id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return deleteKept(ctx, tx, me, post) })
}

// KeptBy are the posts that I keep and may still see, by when I kept them, newest first.
func (s *Service) KeptBy(ctx context.Context, me id.ID, p id.Page) (items []Item, err error) {
	p = p.Bounded(20, ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		entries, err := entriesKept(ctx, tx, me, p)
		if err != nil {
			return err
		}
		items, err = s.Items(ctx, tx, me, entries)
		return err
	})
	return items, err
}
