package moderation

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/relationship"
)

// Service keeps filters, restrictions and policies, and tells what they cover.
type Service struct {
	db    *db.DB
	ids   *id.Source
	now   func() time.Time
	veils veils
	hosts hosts
	notes notes
}

// New returns the service.
func New(d *db.DB, ids *id.Source, now func() time.Time) *Service {
	return &Service{db: d, ids: ids, now: now, veils: veils{held: map[id.ID]*Veil{}}}
}

// change runs an update of what one person does not want to see.
func (s *Service) change(ctx context.Context, who id.ID, f func(ctx context.Context, tx *db.Tx) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := f(ctx, tx); err != nil {
			return err
		}
		tx.After(func() { s.forget(who) })
		return nil
	})
}

// Regarded has what somebody does not want to see be read anew.
func (s *Service) Regarded(_ context.Context, tx *db.Tx, f relationship.Regarded) error {
	tx.After(func() { s.forget(f.Who) })
	return nil
}

// MuteThread has a person not be told of a conversation any more, or again.
func (s *Service) MuteThread(ctx context.Context, who, thread id.ID, on bool) error {
	return s.change(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		if on {
			return putThread(ctx, tx, who, thread, s.now())
		}
		return deleteThread(ctx, tx, who, thread)
	})
}

// A MutedThread is a conversation that one does not want to be told of.
type MutedThread struct {
	Thread id.ID
	Since  time.Time
}

// MutedThreads are those of a person, the newest first.
func (s *Service) MutedThreads(ctx context.Context, who id.ID, limit int) (out []MutedThread, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = mutedThreads(ctx, tx, who, limit)
		return err
	})
	return out, err
}

// ThreadMuters are those who do not want to be told of a conversation.
func ThreadMuters(ctx context.Context, tx *db.Tx, thread id.ID) ([]id.ID, error) {
	return threadMuters(ctx, tx, thread)
}

// MoveThread follows a conversation that turned out to be part of an older one.
func (s *Service) MoveThread(ctx context.Context, tx *db.Tx, from, to id.ID) error {
	return moveThread(ctx, tx, from, to)
}

// Sweep forgets what has had its time: filters long ended, and what only happened.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return forgetPast(ctx, tx, s.now().Add(-keptFor))
	})
}

// keptFor is how long what only happened, such as a refused picture, stays to be read.
const keptFor = 90 * 24 * time.Hour

// Forget takes away what an account that is gone had set; what was decided about it stays.
func Forget(ctx context.Context, tx *db.Tx, who id.ID) error { return deleteAll(ctx, tx, who) }
