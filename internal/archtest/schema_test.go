package archtest

import (
	"context"
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/db/schema"
)

var (
	created   = regexp.MustCompile(`(?m)^\s*CREATE TABLE (\w+)`)
	parameter = regexp.MustCompile(`\$(\d+)`)
)

// TestEveryTableHasAnOwner compares the schema with the owners in the plan.
func TestEveryTableHasAnOwner(t *testing.T) {
	var have []string
	files, err := schema.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := schema.Files.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range created.FindAllStringSubmatch(string(text), -1) {
			have = append(have, m[1])
		}
	}
	slices.Sort(have)
	want := slices.DeleteFunc(slices.Sorted(maps.Keys(tables)), func(table string) bool {
		return strings.HasPrefix(table, "river_") // made by the job library itself
	})
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("tables (-owned +created):\n%s", diff)
	}
}

// TestEveryStatementIsUnderstood has both engines plan every constant
// statement of the program, so that a misspelled column or a word only one
// of them knows is found without running the code around it.
func TestEveryStatementIsUnderstood(t *testing.T) {
	h := readHouse(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h.queries(func(call *ast.CallExpr, text string) {
			if strings.Contains(text, "river_") {
				return // tables of the job library, which are not part of the schema
			}
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return understand(ctx, tx, text)
			})
			if err != nil {
				t.Errorf("%v: %v", h.files.Position(call.Pos()), err)
			}
		})
	})
}

// understand prepares a statement without running it.
func understand(ctx context.Context, tx *db.Tx, text string) error {
	if tx.SQL() == nil {
		_, err := tx.PGX().Prepare(ctx, "", text)
		return err
	}
	most := 0
	for _, m := range parameter.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return err
		}
		most = max(most, n)
	}
	rows, err := tx.Query(ctx, "EXPLAIN "+text, make([]any, most)...)
	if err != nil {
		return err
	}
	return rows.Close()
}

// TestMisspelledColumnIsFound shows that planning a statement is enough to find it.
func TestMisspelledColumnIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for text, good := range map[string]bool{
			"SELECT name FROM account WHERE id = $1":  true,
			"SELECT names FROM account WHERE id = $1": false,
		} {
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return understand(ctx, tx, text) })
			if (err == nil) != good {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
}
