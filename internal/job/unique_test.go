package job_test

import (
	"context"
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/job"
)

// TestUniqueJobMayBePutDownAgainOnceDone would stand still if a job that is
// done counted as one that waits: then what a server is owed is sent once a day.
func TestUniqueJobMayBePutDownAgainOnceDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran := make(chan bool, 10)
		q := start(t, d, func(ctx context.Context, _ greet) error {
			defer func() { ran <- true }()
			return d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return job.Complete(ctx, tx) })
		})
		for n := range 3 {
			add(t, d, q, "same", nil, job.Options{Unique: true})
			select {
			case <-ran:
			case <-time.After(20 * time.Second):
				t.Fatalf("run %d did not come", n)
			}
		}
	})
}
