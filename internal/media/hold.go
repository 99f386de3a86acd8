package media

import (
	"context"
	"slices"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Hold has a draft keep loose media of owner, which are not swept away then.
// What it kept before is let go. NotFound for one that is not theirs, or
// belongs to a post already.
func Hold(ctx context.Context, tx *db.Tx, owner, draft id.ID, ids []id.ID) error {
	if err := Release(ctx, tx, draft); err != nil {
		return err
	}
	for _, m := range ids {
		n, err := hold(ctx, tx, m, owner, draft)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "fault.media.unknown").In("pictures")
		}
	}
	return nil
}

// Release lets go of what a draft kept.
func Release(ctx context.Context, tx *db.Tx, draft id.ID) error { return release(ctx, tx, draft) }

// HeldBy are the media that a draft keeps and that are still loose, in the order of ids.
func HeldBy(ctx context.Context, tx *db.Tx, draft id.ID, ids []id.ID) ([]*Medium, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := with(ctx, tx, heldBy, draft)
	slices.SortFunc(all, func(a, b *Medium) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return all, err
}
