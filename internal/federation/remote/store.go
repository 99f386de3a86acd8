package remote

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/media"
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

// readCopy is the kept copy of another server's medium, nil where there is none.
func readCopy(ctx context.Context, tx *db.Tx, medium id.ID) (*media.File, error) {
	rows, err := tx.Query(ctx, `SELECT key, blob, mime, width, height, size FROM media_file
		WHERE media_id = $1 AND variant = 'remote' ORDER BY key LIMIT 1`, medium)
	all, err := db.Collect(rows, err, func(r *db.Rows) (*media.File, error) {
		f := &media.File{MediaID: medium, Variant: media.Remote}
		err := r.Scan(&f.Key, &f.Blob, &f.Mime, &f.Width, &f.Height, &f.Size)
		return f, err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}
