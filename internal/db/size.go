package db

import "context"

// sizes asks each engine how much it holds.
var sizes = map[Dialect]string{
	SQLite:   `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`,
	Postgres: `SELECT pg_database_size(current_database())`,
}

// Size is how many bytes the database takes up.
func (d *DB) Size(ctx context.Context) (bytes int64, err error) {
	err = d.View(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.QueryRow(ctx, sizes[d.Dialect()]).Scan(&bytes)
	})
	return bytes, err
}
