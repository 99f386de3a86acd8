package hometest_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/db"
	"allod/internal/hometest"
)

// volatile are the columns that say when something was last used, or asked
// for at its own server, and from where: reading may move them.
var volatile = []string{"seen_at", "used_at", "fetched_at", "saved_at", "updated_at", "agent", "address"}

// A state is all rows of all tables of a home, as text.
type state map[string][]string

// stateOf reads the database of a home on SQLite beside it.
func stateOf(h *hometest.Home) state {
	t := h.T()
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{URL: filepath.Join(h.Config.Data, "allod.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s := state{}
	err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		tables, err := texts(ctx, tx, `SELECT name FROM pragma_table_list WHERE type = 'table' ORDER BY name`)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if strings.HasPrefix(table, "river_") || strings.HasPrefix(table, "sqlite_") || strings.HasPrefix(table, "goose_") {
				continue // the machinery of jobs and migrations keeps time by itself
			}
			if s[table], err = rowsOf(ctx, tx, table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(s) < 20 {
		t.Fatalf("only %d tables", len(s))
	}
	return s
}

func rowsOf(ctx context.Context, tx *db.Tx, table string) ([]string, error) {
	columns, err := texts(ctx, tx, `SELECT name FROM pragma_table_info('`+table+`')`)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, c := range columns {
		if !slices.Contains(volatile, c) {
			parts = append(parts, `'`+c+`=' || quote(`+c+`)`)
		}
	}
	return texts(ctx, tx, `SELECT `+strings.Join(parts, ` || ' ' || `)+` FROM `+table+` ORDER BY 1`)
}

func texts(ctx context.Context, tx *db.Tx, sql string) ([]string, error) {
	rows, err := tx.Query(ctx, sql)
	return db.Collect(rows, err, db.Scalar[string])
}

// without is the state without some tables.
func (s state) without(tables ...string) state {
	out := state{}
	for name, rows := range s {
		if !slices.Contains(tables, name) {
			out[name] = rows
		}
	}
	return out
}

// unchanged fails if a home holds anything else than it did.
func unchanged(t testing.TB, h *hometest.Home, before state, except ...string) {
	t.Helper()
	if diff := cmp.Diff(before.without(except...), stateOf(h).without(except...)); diff != "" {
		t.Errorf("the home has changed: %.3000s", diff)
	}
}

// quiet waits until a home owes nothing and has nothing left to do, but to look
// at pages that posts link to, which it does when it likes.
func quiet(h *hometest.Home) {
	h.T().Helper()
	drained(h, `SELECT (SELECT count(*) FROM delivery WHERE state = 'due') + (SELECT count(*) FROM incoming) + (SELECT count(*) FROM search_due) +
		(SELECT count(*) FROM river_job WHERE state IN ('available', 'running', 'pending', 'retryable', 'scheduled') AND kind <> 'preview.look')`)
}

// tried waits until a home has tried all it has to do; some of it may be to be tried again.
func tried(h *hometest.Home) {
	h.T().Helper()
	drained(h, `SELECT (SELECT count(*) FROM search_due) + (SELECT count(*) FROM river_job WHERE state IN ('available', 'running', 'pending'))`)
}

// drained waits until a query counts nothing.
func drained(h *hometest.Home, query string) {
	h.T().Helper()
	d, err := db.Open(h.T().Context(), db.Config{URL: filepath.Join(h.Config.Data, "allod.db")})
	if err != nil {
		h.T().Fatal(err)
	}
	defer d.Close()
	defer func() {
		if h.T().Failed() {
			tellWork(h)
		}
	}()
	hometest.Await(h.T(), "the home is quiet", func() bool {
		var left int
		err := d.View(h.T().Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, query).Scan(&left)
		})
		if err != nil {
			h.T().Fatal(err)
		}
		return left == 0
	})
}

// tellWork logs what a home has still to do, for whoever waited for it in vain.
func tellWork(h *hometest.Home) {
	h.T().Helper()
	d, err := db.Open(context.Background(), db.Config{URL: filepath.Join(h.Config.Data, "allod.db")})
	if err != nil {
		h.T().Error(err)
		return
	}
	defer d.Close()
	err = d.View(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for _, query := range []string{
			`SELECT host || ' ' || inbox || ' in lane: ' || lane || ', attempts: ' || attempts || ' ' || error FROM delivery WHERE state = 'due' ORDER BY id`,
			`SELECT name || ' failed: ' || failures || ' ' || last_error FROM host WHERE failures > 0 ORDER BY name`,
			`SELECT kind || ' ' || state || ' ' || attempt || ' ' || scheduled_at || ' ' || args || ' ' || COALESCE(errors, '')
				FROM river_job WHERE state <> 'completed' ORDER BY id`,
		} {
			all, err := texts(ctx, tx, query)
			if err != nil {
				return err
			}
			for _, line := range all {
				h.T().Logf("%.500s", line)
			}
		}
		return nil
	})
	if err != nil {
		h.T().Error(err)
	}
}
