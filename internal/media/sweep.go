package media

import (
	"context"
	"time"

	"allod/internal/db"
)

// grace is how long what belongs to nothing is kept: it may be about to.
const grace = 24 * time.Hour

// sweepBatch is how many things one transaction of a sweep touches.
const sweepBatch = 200

// Sweep drops cards that no post shows, media that were never attached, and copies beyond the cap.
func (s *Service) Sweep(ctx context.Context) error {
	if err := s.sweepCards(ctx); err != nil {
		return err
	}
	if err := s.sweepLoose(ctx); err != nil {
		return err
	}
	return s.sweepCopies(ctx)
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

// UsedBlobs are those of hashes that a medium refers to.
func UsedBlobs(ctx context.Context, tx *db.Tx, hashes []string) ([]string, error) {
	return usedBlobs(ctx, tx, hashes)
}
