package notification

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func insert(ctx context.Context, tx *db.Tx, n *Notification) (bool, error) {
	rows, err := tx.Exec(ctx, `INSERT INTO notification (id, account_id, kind, from_id, post_id, created_at, hidden) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, n.ID, n.AccountID, string(n.Kind), n.FromID, n.PostID, n.CreatedAt.UnixMicro(), string(n.Hidden))
	return rows == 1, err
}

func list(ctx context.Context, tx *db.Tx, who id.ID, kinds []Kind, hidden bool, p id.Page) ([]*Notification, error) {
	query, args := `SELECT id, kind, from_id, post_id, created_at, hidden FROM notification WHERE account_id = $1 AND hidden `, []any{who}
	if hidden {
		query += `<> ''`
	} else {
		query += `= ''`
	}
	if len(kinds) > 0 {
		texts := make([]string, len(kinds))
		for i, k := range kinds {
			texts[i] = string(k)
		}
		query, args = query+` AND kind = ANY($2)`, append(args, texts)
	}
	query, args = db.Paged(query, "id", p, args...)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, func(r *db.Rows) (*Notification, error) {
		n := &Notification{AccountID: who}
		var at int64
		err := r.Scan(&n.ID, &n.Kind, &n.FromID, &n.PostID, &at, &n.Hidden)
		n.CreatedAt = time.UnixMicro(at).UTC()
		return n, err
	})
	return id.NewestFirst(p, all), err
}

func countAbove(ctx context.Context, tx *db.Tx, who, last id.ID, most int) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM (SELECT 1 FROM notification WHERE account_id = $1 AND id > $2 AND hidden = '' LIMIT $3) AS newer`, who, last, most).Scan(&n)
	return n, err
}

func setHidden(ctx context.Context, tx *db.Tx, notification id.ID, why string) error {
	_, err := tx.Exec(ctx, `UPDATE notification SET hidden = $2 WHERE id = $1`, notification, why)
	return err
}

func remove(ctx context.Context, tx *db.Tx, who id.ID, k Kind, from, post id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM notification WHERE account_id = $1 AND kind = $2 AND from_id = $3 AND post_id = $4`, who, string(k), from, post)
	return err
}

func removePost(ctx context.Context, tx *db.Tx, post id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM notification WHERE post_id = $1 AND post_id <> 0`, post)
	return err
}

func removeFrom(ctx context.Context, tx *db.Tx, who, from id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM notification WHERE account_id = $1 AND from_id = $2`, who, from)
	return err
}
