package file

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

func countChildren(ctx context.Context, tx *db.Tx, folder id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM file_node WHERE parent_id = $1`, folder).Scan(&n)
	return n, err
}

// orderedChildren are some of what a folder holds, in an order.
func orderedChildren(ctx context.Context, tx *db.Tx, folder id.ID, by Order, skip, most int) ([]*Node, error) {
	statement := `SELECT ` + columns + ` FROM file_node n WHERE n.parent_id = $1 ORDER BY n.folder DESC, n.folded LIMIT $2 OFFSET $3`
	switch by {
	case Newest:
		statement = `SELECT ` + columns + ` FROM file_node n WHERE n.parent_id = $1 ORDER BY n.modified_at DESC, n.folded LIMIT $2 OFFSET $3`
	case Largest:
		statement = `SELECT ` + columns + ` FROM file_node n WHERE n.parent_id = $1 ORDER BY n.size DESC, n.folded LIMIT $2 OFFSET $3`
	}
	rows, err := tx.Query(ctx, statement, folder, most, skip)
	return db.Collect(rows, err, scan)
}

// fileBefore is the name of the file that stands before a name in a folder.
func fileBefore(ctx context.Context, tx *db.Tx, folder id.ID, folded string) (name string, err error) {
	err = tx.QueryRow(ctx, `SELECT name FROM file_node WHERE parent_id = $1 AND folded < $2 AND NOT folder ORDER BY folded DESC LIMIT 1`, folder, folded).Scan(&name)
	return name, err
}

// fileAfter is the name of the one after it.
func fileAfter(ctx context.Context, tx *db.Tx, folder id.ID, folded string) (name string, err error) {
	err = tx.QueryRow(ctx, `SELECT name FROM file_node WHERE parent_id = $1 AND folded > $2 AND NOT folder ORDER BY folded LIMIT 1`, folder, folded).Scan(&name)
	return name, err
}

// folders are those that a folder holds, by name.
func folders(ctx context.Context, tx *db.Tx, folder id.ID, most int) ([]*Node, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.parent_id = $1 AND n.folder ORDER BY n.folded LIMIT $2`, folder, most)
	return db.Collect(rows, err, scan)
}

func withIDs(ctx context.Context, tx *db.Tx, ids []id.ID) ([]*Node, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.id = ANY($1)`, ids)
	return db.Collect(rows, err, scan)
}
