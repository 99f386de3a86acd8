package file

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

// changedBefore are those of a person's nodes that last changed before a moment, or then and have a smaller id, the latest first.
func changedBefore(ctx context.Context, tx *db.Tx, owner id.ID, at int64, last id.ID, most int) ([]*Node, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.owner_id = $1 AND n.target_id = 0 AND (n.modified_at, n.id) < ($2, $3)
		ORDER BY n.modified_at DESC, n.id DESC LIMIT $4`, owner, at, last, most)
	return db.Collect(rows, err, scan)
}
