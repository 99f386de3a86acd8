package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/job"
)

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "greet" }

func start(t *testing.T, d *db.DB, run func(context.Context, greet) error) *job.Queue {
	t.Helper()
	q := job.New(d, slog.New(slog.NewTextHandler(t.Output(), nil)))
	job.Handle(q, run)
	if err := q.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := q.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return q
}

func add(t *testing.T, d *db.DB, q *job.Queue, name string, fail error, o job.Options) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := q.Add(ctx, tx, greet{name}, o); err != nil {
			return err
		}
		return fail
	})
	if !errors.Is(err, fail) {
		t.Fatal(err)
	}
}

func TestJobRunsOnlyWhenItsTransactionIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran := make(chan string, 10)
		q := start(t, d, func(_ context.Context, g greet) error { ran <- g.Name; return nil })
		add(t, d, q, "undone", errors.New("undone"), job.Options{})
		add(t, d, q, "kept", nil, job.Options{})
		select {
		case name := <-ran:
			if name != "kept" {
				t.Fatalf("ran %q", name)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("nothing ran")
		}
	})
}

func TestFailedJobIsTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var tries atomic.Int32
		done := make(chan bool)
		q := start(t, d, func(context.Context, greet) error {
			if tries.Add(1) == 1 {
				return errors.New("not yet")
			}
			close(done)
			return nil
		})
		add(t, d, q, "again", nil, job.Options{})
		select {
		case <-done:
		case <-time.After(30 * time.Second):
			t.Fatalf("after %d tries still not done", tries.Load())
		}
	})
}

func TestUniqueJobIsPutDownOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var runs atomic.Int32
		q := job.New(d, slog.New(slog.DiscardHandler))
		done := make(chan bool)
		job.Handle(q, func(_ context.Context, g greet) error {
			if g.Name == "last" {
				close(done)
			} else {
				runs.Add(1)
			}
			return nil
		})
		if err := q.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 3 { // before the start, so that all wait at once
			add(t, d, q, "same", nil, job.Options{Unique: true})
		}
		add(t, d, q, "last", nil, job.Options{After: time.Now().Add(time.Second)})
		if err := q.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		defer q.Stop(context.Background()) //nolint:errcheck // the test is over
		select {
		case <-done:
		case <-time.After(30 * time.Second):
			t.Fatal("the last job did not run")
		}
		if n := runs.Load(); n != 1 {
			t.Fatalf("%d runs, not one", n)
		}
	})
}

func TestUniqueJobCanBeAskedForAgainOnceItIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran := make(chan string, 10)
		q := start(t, d, func(_ context.Context, g greet) error { ran <- g.Name; return nil })
		for n := range 3 {
			for again := time.Now(); ; {
				add(t, d, q, "same", nil, job.Options{Unique: true})
				select {
				case <-ran:
				case <-time.After(200 * time.Millisecond):
					if time.Since(again) < 20*time.Second {
						continue // the one before is being marked as done
					}
					t.Fatalf("it did not run a %d. time", n+1)
				}
				break
			}
		}
	})
}
