package file

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

func kindsOf(ctx context.Context, tx *db.Tx, owner id.ID) ([]Share, error) {
	rows, err := tx.Query(ctx, `SELECT k.kind, COUNT(*), SUM(k.size) FROM (
			SELECT CASE WHEN n.mime LIKE 'image/%' THEN 'image' WHEN n.mime LIKE 'video/%' THEN 'video' WHEN n.mime LIKE 'audio/%' THEN 'audio'
				WHEN n.mime LIKE 'text/%' THEN 'text' ELSE 'other' END AS kind, n.size AS size
			FROM file_node n WHERE n.owner_id = $1 AND NOT n.folder AND n.target_id = 0) k
		GROUP BY k.kind ORDER BY 3 DESC`, owner)
	return db.Collect(rows, err, func(r *db.Rows) (s Share, err error) {
		err = r.Scan(&s.Kind, &s.Files, &s.Bytes)
		return s, err
	})
}

func largest(ctx context.Context, tx *db.Tx, owner id.ID, most int) ([]*Node, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.owner_id = $1 AND NOT n.folder AND n.target_id = 0 ORDER BY n.size DESC, n.id LIMIT $2`, owner, most)
	return db.Collect(rows, err, scan)
}

// usages puts what people's files take up and may into all.
func usages(ctx context.Context, tx *db.Tx, owners []id.ID, all map[id.ID]Usage) error {
	rows, err := tx.Query(ctx, `SELECT s.owner_id, h.size, t.size, s.versions_size, s.quota,
			(SELECT COALESCE(SUM(p.size), 0) FROM file_upload u JOIN file_upload_piece p ON p.upload_id = u.id WHERE u.owner_id = s.owner_id) FROM file_space s
		JOIN file_node h ON h.id = s.home_id JOIN file_node t ON t.id = s.trash_id WHERE s.owner_id = ANY($1)`, owners)
	_, err = db.Collect(rows, err, func(r *db.Rows) (owner id.ID, err error) {
		var u Usage
		err = r.Scan(&owner, &u.Files, &u.Trash, &u.Versions, &u.Quota, &u.Uploads)
		all[owner] = u
		return owner, err
	})
	return err
}
