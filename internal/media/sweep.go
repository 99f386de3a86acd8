package media

import (
	"context"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
)

// Bytes that nothing refers to are kept for a while: an upload may be on its way.
const grace = 24 * time.Hour

// sweepBatch is how many things one transaction of a sweep touches.
const sweepBatch = 200

// Sweep drops cards that no post shows, media that were never attached, copies beyond the cap, and
// bytes that nothing refers to.
func (s *Service) Sweep(ctx context.Context) error {
	if err := s.sweepCards(ctx); err != nil {
		return err
	}
	if err := s.sweepLoose(ctx); err != nil {
		return err
	}
	if err := s.sweepCopies(ctx); err != nil {
		return err
	}
	return s.sweepBlobs(ctx)
}

func (s *Service) sweepLoose(ctx context.Context) error {
	for n := sweepBatch; n == sweepBatch; {
		err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			ids, err := loose(ctx, tx, s.now().Add(-grace), sweepBatch)
			if err != nil {
				return err
			}
			for _, m := range ids {
				if err := deleteOne(ctx, tx, m); err != nil {
					return err
				}
			}
			n = len(ids)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) sweepCopies(ctx context.Context) error {
	for {
		dropped := 0
		err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			kept, err := remoteBytes(ctx, tx)
			if err != nil || kept <= RemoteCap {
				return err
			}
			oldest, err := remoteCopies(ctx, tx, sweepBatch)
			for _, f := range oldest {
				if kept <= RemoteCap {
					break
				}
				if err := deleteFile(ctx, tx, f.Key); err != nil {
					return err
				}
				kept -= f.Size
				dropped++
			}
			return err
		})
		if err != nil || dropped == 0 {
			return err
		}
	}
}

// sweepBlobs deletes bytes that no file refers to, a batch at a time.
func (s *Service) sweepBlobs(ctx context.Context) error {
	var batch []string
	err := s.blobs.Walk(ctx, func(ref blob.Ref, modified time.Time) error {
		if s.now().Sub(modified) < grace {
			return nil
		}
		if batch = append(batch, ref.Hash); len(batch) < sweepBatch {
			return nil
		}
		err := s.dropUnused(ctx, batch)
		batch = batch[:0]
		return err
	})
	if err != nil {
		return err
	}
	return s.dropUnused(ctx, batch)
}

func (s *Service) dropUnused(ctx context.Context, hashes []string) error {
	used := map[string]bool{}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := usedBlobs(ctx, tx, hashes)
		for _, h := range all {
			used[h] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, h := range hashes {
		if used[h] {
			continue
		}
		if err := s.blobs.Delete(ctx, h); err != nil {
			return err
		}
	}
	return nil
}
