package page

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

func titlesOf(ctx context.Context, tx *db.Tx, page id.ID) (map[id.ID]string, error) {
	by := map[id.ID]string{}
	rows, err := tx.Query(ctx, `SELECT media_id, title FROM page_picture WHERE page_id = $1 ORDER BY media_id`, page)
	_, err = db.Collect(rows, err, func(r *db.Rows) (struct{}, error) {
		var which id.ID
		var title string
		err := r.Scan(&which, &title)
		by[which] = title
		return struct{}{}, err
	})
	return by, err
}

func putTitle(ctx context.Context, tx *db.Tx, page, which id.ID, title string) error {
	_, err := tx.Exec(ctx, `INSERT INTO page_picture (media_id, page_id, title) VALUES ($1, $2, $3)
		ON CONFLICT (media_id) DO UPDATE SET title = excluded.title`, which, page, title)
	return err
}

func setCover(ctx context.Context, tx *db.Tx, page, which id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE page SET cover = $2 WHERE id = $1`, page, which)
	return err
}

func removePictures(ctx context.Context, tx *db.Tx, page id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM page_picture WHERE page_id = $1`, page)
	return err
}
