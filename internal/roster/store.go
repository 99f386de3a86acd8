package roster

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

const columns = `id, account_id, name, handle, page, feed, state, found_id`

func scan(r *db.Rows) (l Line, err error) {
	err = r.Scan(&l.ID, &l.AccountID, &l.Name, &l.Handle, &l.Page, &l.Feed, &l.State, &l.Found)
	return l, err
}

func insert(ctx context.Context, tx *db.Tx, l Line) error {
	_, err := tx.Exec(ctx, `INSERT INTO roster_line (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		l.ID, l.AccountID, l.Name, l.Handle, l.Page, l.Feed, string(l.State), l.Found)
	return err
}

func list(ctx context.Context, tx *db.Tx, who id.ID) ([]Line, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM roster_line WHERE account_id = $1 ORDER BY id`, who)
	return db.Collect(rows, err, scan)
}

func next(ctx context.Context, tx *db.Tx, who id.ID, limit int) ([]Line, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM roster_line WHERE account_id = $1 AND state IN ('waiting', 'chosen') ORDER BY id LIMIT $2`, who, limit)
	return db.Collect(rows, err, scan)
}

func settle(ctx context.Context, tx *db.Tx, l Line, to State, found id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE roster_line SET state = $3, found_id = $4 WHERE id = $1 AND state = $2`, l.ID, string(l.State), string(to), found)
	return err
}

func choose(ctx context.Context, tx *db.Tx, who id.ID, lines []id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE roster_line SET state = 'chosen' WHERE account_id = $1 AND state = 'person' AND id = ANY($2)`, who, lines)
	return err
}

func again(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE roster_line SET state = 'waiting' WHERE account_id = $1 AND state = 'lost'`, who)
	return err
}

func drop(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM roster_line WHERE account_id = $1`, who)
	return err
}
