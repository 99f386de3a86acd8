package media

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

// UsedBy is how many bytes the pictures of people take up, in all their sizes, by owner.
func (s *Service) UsedBy(ctx context.Context, owners []id.ID) (by map[id.ID]int64, err error) {
	by = make(map[id.ID]int64, len(owners))
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := usedBy(ctx, tx, owners)
		for _, u := range all {
			by[u.owner] = u.bytes
		}
		return err
	})
	return by, err
}

// Used is how many bytes the pictures of those who live here take up in all,
// and how many the copies of others' pictures.
func (s *Service) Used(ctx context.Context) (ours, copies int64, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		ours, copies, err = used(ctx, tx)
		return err
	})
	return ours, copies, err
}

// A usage is what one owner's files take up.
type usage struct {
	owner id.ID
	bytes int64
}
