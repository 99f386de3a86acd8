package post

import (
	"context"
	"slices"

	"allod/internal/db"
	"allod/internal/id"
)

func toldSince(ctx context.Context, tx *db.Tx, author, after id.ID, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM post WHERE author_id = $1 AND id > $2 AND visibility = 'public' AND NOT here_only
		AND (reply_to_uri = '' OR reply_to_account_id = author_id) ORDER BY id DESC LIMIT $3`, author, after, limit)
	all, err := db.Collect(rows, err, db.Scalar[id.ID])
	slices.Reverse(all)
	return all, err
}
