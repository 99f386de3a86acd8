package db_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allod/internal/db"
)

// TestClosedDatabaseIsOneFile folds the log of SQLite into its file when it is
// closed, and holds nothing open, so that whoever copies that file has everything.
func TestClosedDatabaseIsOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "home.db")
	d, err := db.Open(t.Context(), db.Config{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for id := range 3 { // the third time both run from what is kept prepared
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "DELETE FROM post WHERE id = $1", id)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			var n int
			return tx.QueryRow(ctx, "SELECT count(*) FROM post").Scan(&n)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(openFiles(t, path)) == 0 {
		t.Skip("this system does not tell which files are open")
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if open := openFiles(t, path); len(open) > 0 {
		t.Errorf("still open: %v", open)
	}
	if left, _ := filepath.Glob(path + "-*"); len(left) > 0 {
		t.Errorf("left beside the file: %v", left)
	}
}

// openFiles are those whose names begin with path that this process has open.
func openFiles(t *testing.T, path string) (open []string) {
	t.Helper()
	const folder = "/proc/self/fd"
	all, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	for _, f := range all {
		if to, err := os.Readlink(filepath.Join(folder, f.Name())); err == nil && strings.HasPrefix(to, path) {
			open = append(open, to)
		}
	}
	return open
}
