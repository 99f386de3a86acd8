package page

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// MapMax is the most posts one part of a map of a site tells of.
const MapMax = 20_000

// A Spot is a post by its id alone, and when it was last changed.
type Spot struct {
	ID        id.ID
	ChangedAt time.Time
}

// Map is where the posts are that owner said to everyone from one moment to another, newest first.
func (s *Service) Map(ctx context.Context, owner id.ID, from, to time.Time) (all []Spot, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = spots(ctx, tx, owner, id.First(from), id.First(to), MapMax)
		return err
	})
	return all, err
}
