package blob

import (
	"context"
	"time"
)

// sweepBatch is how much is asked about at once.
const sweepBatch = 200

// Sweep deletes what was last put before a moment and is not among what used
// says that somebody refers to. Used must ask everyone who may.
func Sweep(ctx context.Context, s Store, before time.Time, used func(ctx context.Context, hashes []string) ([]string, error)) error {
	var batch []string
	drop := func() error {
		kept, err := used(ctx, batch)
		if err != nil {
			return err
		}
		is := make(map[string]bool, len(kept))
		for _, h := range kept {
			is[h] = true
		}
		for _, h := range batch {
			if is[h] {
				continue
			}
			if err := s.Expire(ctx, h, before); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	err := s.Walk(ctx, func(ref Ref, modified time.Time) error {
		if !modified.Before(before) {
			return nil
		}
		if batch = append(batch, ref.Hash); len(batch) < sweepBatch {
			return nil
		}
		return drop()
	})
	if err != nil || len(batch) == 0 {
		return err
	}
	return drop()
}
