package post

import (
	"context"
	"slices"

	"allod/internal/db"
	"allod/internal/id"
)

// told is that a post goes out to everyone, beyond this home too, and answers nobody else.
const told = `visibility = 'public' AND NOT here_only AND (reply_to_uri = '' OR reply_to_account_id = author_id)`

func toldSince(ctx context.Context, tx *db.Tx, author, after id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM post WHERE author_id = $1 AND id > $2 AND `+told+` ORDER BY id DESC LIMIT $3`, author, after, limit)
	all, err := db.Collect(rows, err, db.Scalar[id.ID])
	slices.Reverse(all)
	return all, err
}

func isTold(ctx context.Context, tx *db.Tx, which id.ID) (is bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM post WHERE id = $1 AND `+told+`)`, which).Scan(&is)
	return is, err
}
