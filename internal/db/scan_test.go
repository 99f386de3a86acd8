package db_test

import (
	"context"
	"database/sql"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
)

type (
	number int64
	word   string
)

// upper reads a column by itself.
type upper string

func (u *upper) Scan(src any) error {
	*u = upper("read " + src.(string))
	return nil
}

var _ sql.Scanner = (*upper)(nil)

// TestScan reads every kind of column into every kind of variable that stores use, on both engines.
func TestScan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			var n number
			var n64 int64
			var n32 int
			var w word
			var s string
			var yes, no bool
			var u upper
			var absent *int64
			row := tx.QueryRow(ctx, `SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), 1 = 1, 1 = 2, CAST($6 AS TEXT), NULL`,
				int64(1)<<60, int64(-7), int64(300), "kind", "text", "self")
			if err := row.Scan(&n, &n64, &n32, &w, &s, &yes, &no, &u, &absent); err != nil {
				return err
			}
			if n != 1<<60 || n64 != -7 || n32 != 300 || w != "kind" || s != "text" || !yes || no || u != "read self" || absent != nil {
				t.Error(n, n64, n32, w, s, yes, no, u, absent)
			}
			if err := tx.QueryRow(ctx, `SELECT CAST($1 AS TEXT)`, "seven").Scan(&n); err == nil {
				t.Error("a word was read as a number")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
