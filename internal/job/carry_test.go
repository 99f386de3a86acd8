package job_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/job"
)

// TestJobsGoWithTheDatabase puts jobs down on one engine, carries them over a
// file to each, and sees them run there: the one that waits, and one of two that are unique.
func TestJobsGoWithTheDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := job.New(d, slog.New(slog.DiscardHandler))
		job.Handle(q, func(context.Context, greet) error { return nil })
		if err := q.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		add(t, d, q, "ida", nil, job.Options{})
		add(t, d, q, "wren", nil, job.Options{Unique: true, After: time.Now().Add(-time.Minute)})
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := d.Snapshot(t.Context(), path, job.Carry); err != nil {
			t.Fatal(err)
		}
		dbtest.Each(t, func(t *testing.T, to *db.DB) {
			if err := to.Fill(t.Context(), path, job.Carry); err != nil {
				t.Fatal(err)
			}
			ran := make(chan string, 10)
			gate := make(chan bool)
			again := start(t, to, func(_ context.Context, g greet) error { <-gate; ran <- g.Name; return nil })
			add(t, to, again, "wren", nil, job.Options{Unique: true})
			close(gate)
			seen := map[string]int{}
			for range 2 {
				select {
				case name := <-ran:
					seen[name]++
				case <-time.After(20 * time.Second):
					t.Fatalf("only %v ran", seen)
				}
			}
			select {
			case name := <-ran:
				t.Errorf("%s ran once more", name)
			case <-time.After(100 * time.Millisecond):
			}
			if seen["ida"] != 1 || seen["wren"] != 1 {
				t.Errorf("%v", seen)
			}
		})
	})
}
