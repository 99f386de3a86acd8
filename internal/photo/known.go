package photo

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// A Known photo is what devices are told of one among the files they ask of.
type Known struct {
	*Photo
	Partner string // the name of the file that is the other half of a moving photo, "" for none
}

// Moved reports whether it is the moving half of a photo, which stands for it.
func (k *Known) Moved() bool { return k.Part == Motion }

// Moment is when it was taken, as far as its zone is known; else by the clock of the place.
func (k *Known) Moment() time.Time {
	if t, err := time.Parse("-07:00", k.Zone); err == nil {
		_, offset := t.Zone()
		return k.TakenAt.Add(-time.Duration(offset) * time.Second)
	}
	return k.TakenAt
}

// knownAtOnce is how many one question asks of.
const knownAtOnce = 1000

// Known are those of files that are photos, by their ids.
func (s *Service) Known(ctx context.Context, nodes []id.ID) (map[id.ID]*Known, error) {
	by := make(map[id.ID]*Known, len(nodes))
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for len(nodes) > 0 {
			some := nodes[:min(knownAtOnce, len(nodes))]
			nodes = nodes[len(some):]
			all, err := withNodes(ctx, tx, some)
			if err != nil {
				return err
			}
			for _, p := range all {
				by[p.NodeID] = &Known{Photo: p}
			}
			if err := partner(ctx, tx, some, by); err != nil {
				return err
			}
		}
		return nil
	})
	return by, err
}

// partner finds the other halves of moving photos.
func partner(ctx context.Context, tx *db.Tx, nodes []id.ID, by map[id.ID]*Known) error {
	pairs, err := halves(ctx, tx, nodes)
	for _, p := range pairs {
		if still := by[p.still]; still != nil {
			still.Partner = p.videoName
		}
		if video := by[p.video]; video != nil {
			video.Partner = p.stillName
		}
	}
	return err
}
