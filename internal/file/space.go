package file

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

// A Share of a person's space is what files of one kind take up.
type Share struct {
	Kind  string // the first part of their media types, such as "image"
	Files int
	Bytes int64
}

// Kinds are what a person's files take up by kind, the trash included, the largest first.
func (s *Service) Kinds(ctx context.Context, owner id.ID) (all []Share, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = kindsOf(ctx, tx, owner)
		return err
	})
	return all, err
}

// Largest are the largest files in a person's home, the largest first.
func (s *Service) Largest(ctx context.Context, owner id.ID, most int) (found []Found, err error) {
	sp, err := s.space(ctx, owner)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := largest(ctx, tx, owner, most)
		if err == nil {
			found, err = located(ctx, tx, sp, all)
		}
		return err
	})
	return found, err
}

// Usages are what the files of people take up and may. Who has no files yet is left out.
func (s *Service) Usages(ctx context.Context, owners []id.ID) (map[id.ID]Usage, error) {
	all := make(map[id.ID]Usage, len(owners))
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error { return usages(ctx, tx, owners, all) })
	return all, err
}
