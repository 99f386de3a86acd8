package db_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
)

// TestBothEnginesHaveTheSameTables migrates both and compares names, columns and their kinds.
func TestBothEnginesHaveTheSameTables(t *testing.T) {
	shapes := map[db.Dialect][]string{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		// A full-text table is the engine's own kind of table.
		query := `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'
			AND table_name NOT IN (SELECT table_name FROM information_schema.columns WHERE data_type = 'tsvector')`
		if d.Dialect() == db.SQLite {
			query = `SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c JOIN pragma_table_list(m.name) l
				WHERE m.type = 'table' AND l.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
		}
		kinds := map[string]string{
			"INTEGER": "int", "TEXT": "text", "BLOB": "bytes", "REAL": "float",
			"bigint": "int", "boolean": "int", "text": "text", "bytea": "bytes", "double precision": "float",
		}
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.Query(ctx, query)
			all, err := db.Collect(rows, err, func(r *db.Rows) (string, error) {
				var table, column, kind string
				err := r.Scan(&table, &column, &kind)
				if strings.HasPrefix(table, "goose") || strings.HasPrefix(table, "river") {
					return "", err // the libraries' own
				}
				if kinds[kind] == "" {
					t.Errorf("%s.%s is of kind %q", table, column, kind)
				}
				return table + "." + column + " " + kinds[kind], err
			})
			slices.Sort(all)
			shapes[d.Dialect()] = slices.Compact(all)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	if a, b := shapes[db.SQLite], shapes[db.Postgres]; b != nil && !slices.Equal(a, b) {
		t.Errorf("SQLite:\n%s\nPostgreSQL:\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	} else if len(a) < 100 {
		t.Errorf("only %d columns were found", len(a))
	}
}
