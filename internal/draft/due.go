package draft

import (
	"context"
	"errors"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
)

// due is the job that posts a draft at the time it is for. One for another
// time than the draft's own finds it changed, and does nothing.
type due struct {
	Draft id.ID `json:"draft"`
	At    int64 `json:"at"`
}

// Kind names the job.
func (due) Kind() string { return "draft.due" }

// await has a draft posted when it is due.
func (s *Service) await(ctx context.Context, tx *db.Tx, d *Draft) error {
	if d.DueAt.IsZero() {
		return nil
	}
	return s.jobs.Add(ctx, tx, due{d.ID, d.DueAt.UnixMicro()}, job.Options{Unique: true, After: d.DueAt})
}

// post posts a draft whose time has come. The key of a draft is its id: if
// the process dies between the post and the end of the draft, the next run
// finds that it was posted. What will not be otherwise tomorrow holds the draft.
func (s *Service) post(ctx context.Context, j due) error {
	var d *Draft
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		d, err = get(ctx, tx, j.Draft)
		return err
	})
	if errors.Is(err, db.ErrNoRows) || err == nil && micro(d.DueAt) != j.At {
		return nil // thrown away, posted, or moved to another time
	} else if err != nil {
		return err
	}
	if wait := d.DueAt.Sub(s.now()); wait > 0 { // the clock went back
		return job.Later(wait)
	}
	by, err := s.accounts.Get(ctx, d.AccountID)
	if err != nil {
		return err
	}
	form := d.Form
	form.Key = "draft:" + d.ID.String()
	_, err = s.posts.Publish(ctx, by, form)
	switch {
	case err == nil:
		return s.Posted(ctx, d.AccountID, d.ID, "")
	case !fault.Is(err, fault.Invalid, fault.NotFound, fault.Gone, fault.Denied, fault.Conflict, fault.TooLarge, fault.Unsupported):
		return err // for now: it is tried again
	}
	key, args := fault.Message(err)
	d.Held, d.DueAt, d.UpdatedAt = &Held{key, args}, time.Time{}, s.now()
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if n, err := update(ctx, tx, d); err != nil || n == 0 {
			return err
		}
		return s.Stuck.Record(ctx, tx, Stuck{d, by})
	})
}

// overdueBatch is how many drafts one sweep looks after.
const overdueBatch = 200

// Sweep puts down the jobs of drafts that are due and whose own job was lost.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		late, err := overdue(ctx, tx, s.now().Add(-time.Minute), overdueBatch)
		for _, d := range late {
			if err := s.jobs.Add(ctx, tx, due{d.ID, d.DueAt.UnixMicro()}, job.Options{}); err != nil {
				return err
			}
		}
		return err
	})
}
