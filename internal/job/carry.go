package job

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"allod/internal/db"
)

// A carried job goes from one database to another as it is.
type carried struct {
	kind string
	args json.RawMessage
}

// Kind is the job's.
func (c carried) Kind() string { return c.kind }

// MarshalJSON is what the job was told.
func (c carried) MarshalJSON() ([]byte, error) { return c.args, nil }

// Carry makes the queue's tables in a database and returns what puts down there
// every job that is not done in another, which may be of the other engine.
func Carry(ctx context.Context, into *db.DB) (func(ctx context.Context, from, to *db.Tx) error, error) {
	q := New(into, slog.New(slog.DiscardHandler))
	q.stranger = true
	if err := q.Prepare(ctx); err != nil {
		return nil, err
	}
	return func(ctx context.Context, from, to *db.Tx) error {
		rows, err := waiting(ctx, from)
		jobs, err := db.Collect(rows, err, scanCarried)
		if err != nil || len(jobs) == 0 {
			return err
		}
		return q.engine.insert(ctx, to, jobs)
	}, nil
}

func scanCarried(rows *db.Rows) (river.InsertManyParams, error) {
	var kind, args string
	var isUnique bool
	var at int64
	err := rows.Scan(&kind, &args, &isUnique, &at)
	opts := &river.InsertOpts{ScheduledAt: time.Unix(at, 0)}
	if isUnique {
		opts.UniqueOpts = unique().UniqueOpts
	}
	return river.InsertManyParams{Args: carried{kind, json.RawMessage(args)}, InsertOpts: opts}, err
}
