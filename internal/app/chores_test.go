package app

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
)

// TestEveryRowThatRefersToBytesKeepsThem makes a row in each table that has a
// column for a blob: the sweep must know of it, or people lose their files.
func TestEveryRowThatRefersToBytesKeepsThem(t *testing.T) {
	d := dbtest.SQLite(t)
	type column struct{ table, name, kind string }
	columns := map[string][]column{}
	refer := 0
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1`)
		all, err := db.Collect(rows, err, func(r *db.Rows) (c column, err error) { return c, r.Scan(&c.table, &c.name, &c.kind) })
		for _, c := range all {
			columns[c.table] = append(columns[c.table], c)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for table, all := range columns {
		for _, blobs := range all {
			if blobs.name != "blob" && !strings.HasSuffix(blobs.name, "_blob") {
				continue
			}
			refer++
			hash := fmt.Sprintf("%064x", refer)
			var names, values []string
			for _, c := range all {
				value := "0"
				switch {
				case c == blobs:
					value = "'" + hash + "'"
				case c.kind == "TEXT":
					value = "''"
				case c.kind == "BLOB":
					value = "x''"
				}
				names, values = append(names, c.name), append(values, value)
			}
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `DELETE FROM `+table); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(values, ", ")+`)`); err != nil {
					return err
				}
				used, err := usedBlobs(ctx, tx, []string{hash})
				if err == nil && len(used) == 0 {
					t.Errorf("what %s.%s names is swept away: have its room's UsedBlobs name it", table, blobs.name)
				}
				return err
			})
			if err != nil {
				t.Error(table, err)
			}
		}
	}
	if refer < 3 {
		t.Fatalf("only %d columns refer to bytes", refer)
	}
}
