package emoji

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const columns = `id, shortcode, media_id, key, mime, category, created_at`

func list(ctx context.Context, tx *db.Tx) ([]*Emoji, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM emoji ORDER BY category, shortcode`)
	return db.Collect(rows, err, func(r *db.Rows) (*Emoji, error) {
		e := &Emoji{}
		var made int64
		err := r.Scan(&e.ID, &e.Shortcode, &e.MediaID, &e.Key, &e.Mime, &e.Category, &made)
		e.CreatedAt = time.UnixMicro(made).UTC()
		return e, err
	})
}

func insert(ctx context.Context, tx *db.Tx, e *Emoji) (int64, error) {
	return tx.Exec(ctx, `INSERT INTO emoji (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		e.ID, e.Shortcode, e.MediaID, e.Key, e.Mime, e.Category, e.CreatedAt.UnixMicro())
}

func remove(ctx context.Context, tx *db.Tx, which id.ID) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM emoji WHERE id = $1`, which)
}
