package blob

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// lain is what lies on the tray, and since when.
type lain struct {
	Ref
	at time.Time
}

// A dish is content with its row.
type dish struct {
	id      id.ID
	content []byte
}

func layOn(ctx context.Context, tx *db.Tx, row id.ID, hash string, content []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO blob_tray (id, hash, content) VALUES ($1, $2, $3)`, row, hash, content)
	return err
}

func lying(ctx context.Context, tx *db.Tx, hash string) (content []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT content FROM blob_tray WHERE hash = $1 LIMIT 1`, hash).Scan(&content)
	return content, err
}

func allLying(ctx context.Context, tx *db.Tx) ([]lain, error) {
	rows, err := tx.Query(ctx, `SELECT hash, CAST(LENGTH(content) AS BIGINT), MAX(id) FROM blob_tray GROUP BY hash, LENGTH(content)`)
	return db.Collect(rows, err, func(r *db.Rows) (l lain, err error) {
		var last id.ID
		err = r.Scan(&l.Hash, &l.Size, &last)
		l.at = last.Time()
		return l, err
	})
}

func oldestLying(ctx context.Context, tx *db.Tx, most int) ([]dish, error) {
	rows, err := tx.Query(ctx, `SELECT id, content FROM blob_tray ORDER BY id LIMIT $1`, most)
	return db.Collect(rows, err, func(r *db.Rows) (d dish, err error) {
		err = r.Scan(&d.id, &d.content)
		return d, err
	})
}

func takeOff(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.Exec(ctx, `DELETE FROM blob_tray WHERE hash = $1`, hash)
	return err
}

// takeOffOld takes off what came to lie there before a moment.
func takeOffOld(ctx context.Context, tx *db.Tx, hash string, before id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM blob_tray WHERE hash = $1 AND id < $2`, hash, before)
	return err
}

func takeAllOff(ctx context.Context, tx *db.Tx, rows []id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM blob_tray WHERE id = ANY($1)`, rows)
	return err
}
