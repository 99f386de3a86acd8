package job

import (
	"context"
	"database/sql"

	"allod/internal/db"
)

// putBack makes jobs that a killed process left running available again. On
// SQLite no other process works, so nothing that runs is disturbed.
func putBack(ctx context.Context, writer *sql.DB) error {
	_, err := writer.ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`)
	return err
}

// unfinished are the states of jobs that are not done.
const unfinished = `('available', 'pending', 'retryable', 'running', 'scheduled')`

// waitingIn asks each engine for the jobs that are not done.
var waitingIn = map[db.Dialect]string{
	db.SQLite: `SELECT kind, json(args), unique_key IS NOT NULL, CAST(unixepoch(scheduled_at) AS INTEGER)
		FROM river_job WHERE state IN ` + unfinished + ` ORDER BY id`,
	db.Postgres: `SELECT kind, args::text, unique_key IS NOT NULL, extract(epoch FROM scheduled_at)::bigint
		FROM river_job WHERE state IN ` + unfinished + ` ORDER BY id`,
}

// waiting are the jobs that are not done, as one side of a copy holds them.
func waiting(ctx context.Context, from *db.Tx) (rows *db.Rows, err error) {
	engine := db.Postgres
	if from.SQL() != nil {
		engine = db.SQLite
	}
	return from.Query(ctx, waitingIn[engine])
}

func countKinds(ctx context.Context, tx *db.Tx) ([]kindCount, error) {
	rows, err := tx.Query(ctx, `SELECT kind, CAST(state AS TEXT), count(*) FROM river_job WHERE state IN `+unfinished+`
		GROUP BY kind, state ORDER BY kind, state`)
	return db.Collect(rows, err, func(r *db.Rows) (c kindCount, err error) {
		err = r.Scan(&c.kind, &c.state, &c.n)
		return c, err
	})
}
