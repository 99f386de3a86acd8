package post

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func putHiding(ctx context.Context, tx *db.Tx, h Hiding) error {
	_, err := tx.Exec(ctx, `INSERT INTO hidden_reply (post_id, by_id, reason, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (post_id) DO UPDATE SET reason = excluded.reason`, h.PostID, h.By, h.Reason, micro(h.CreatedAt))
	return err
}

func dropHiding(ctx context.Context, tx *db.Tx, reply, by id.ID) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM hidden_reply WHERE post_id = $1 AND by_id = $2`, reply, by)
	return n == 1, err
}

func hidings(ctx context.Context, tx *db.Tx, replies []id.ID) (map[id.ID]*Hiding, error) {
	rows, err := tx.Query(ctx, `SELECT post_id, by_id, reason, created_at FROM hidden_reply WHERE post_id = ANY($1) ORDER BY post_id`, replies)
	out := map[id.ID]*Hiding{}
	_, err = db.Collect(rows, err, func(r *db.Rows) (struct{}, error) {
		h := &Hiding{}
		var at int64
		err := r.Scan(&h.PostID, &h.By, &h.Reason, &at)
		h.CreatedAt = time.UnixMicro(at).UTC()
		out[h.PostID] = h
		return struct{}{}, err
	})
	return out, err
}

// authored reports whether one of posts is an author's.
func authored(ctx context.Context, tx *db.Tx, posts []id.ID, author id.ID) (yes bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM post WHERE id = ANY($1) AND author_id = $2)`, posts, author).Scan(&yes)
	return yes, err
}
