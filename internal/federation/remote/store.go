package remote

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func saveDocument(ctx context.Context, tx *db.Tx, subject id.ID, form string, body []byte, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO document (subject_id, form, body, saved_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (subject_id, form) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at`, subject, form, body, at.UnixMicro())
	return err
}

func readDocument(ctx context.Context, tx *db.Tx, subject id.ID, form string) (body []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT body FROM document WHERE subject_id = $1 AND form = $2`, subject, form).Scan(&body)
	return body, err
}

func dropDocument(ctx context.Context, tx *db.Tx, subject id.ID, form string) error {
	_, err := tx.Exec(ctx, `DELETE FROM document WHERE subject_id = $1 AND form = $2`, subject, form)
	return err
}
