package job

import (
	"context"
	"database/sql"
)

// putBack makes jobs that a killed process left running available again. On
// SQLite no other process works, so nothing that runs is disturbed.
func putBack(ctx context.Context, writer *sql.DB) error {
	_, err := writer.ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`)
	return err
}
