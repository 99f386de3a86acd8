package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// A Carry prepares a database for what belongs to a library and returns what
// copies that there, inside the transaction of everything else. It may be nil.
type Carry func(ctx context.Context, into *DB) (func(ctx context.Context, from, to *Tx) error, error)

// Snapshot writes the whole database as it is at one moment into a new SQLite
// file, on either engine, while others go on writing.
func (d *DB) Snapshot(ctx context.Context, path string, carry Carry) error {
	if l, ok := d.engine.(*lite); ok {
		return l.snapshot(ctx, path)
	}
	to, err := Open(ctx, Config{URL: path})
	if err != nil {
		return err
	}
	defer to.Close()
	if err := to.Migrate(ctx); err != nil {
		return err
	}
	raw, err := d.Pool().BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	defer raw.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // it only read
	if err := to.fill(ctx, &Tx{pg: raw}, carry); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return to.Close()
}

// snapshot has SQLite write a copy of what one reader sees.
func (l *lite) snapshot(ctx context.Context, path string) error {
	c, err := openFile(l.path, "")
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

// Fill copies a SQLite file into this database, which must be migrated and
// hold nothing yet: the way back from a backup to PostgreSQL. All of it is
// here afterwards, or nothing.
func (d *DB) Fill(ctx context.Context, path string, carry Carry) error {
	from, err := openFile(path, "&_pragma=query_only(1)")
	if err != nil {
		return err
	}
	defer from.Close()
	tx, err := from.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	return d.fill(ctx, &Tx{lite: tx, kept: &kept{}}, carry)
}

// A column is one of a table's.
type column struct {
	name    string
	boolean bool
}

// fill copies every table of ours that both sides have, in one transaction.
func (d *DB) fill(ctx context.Context, from *Tx, carry Carry) error {
	more := func(context.Context, *Tx, *Tx) error { return nil }
	if carry != nil {
		var err error
		if more, err = carry(ctx, d); err != nil {
			return err
		}
	}
	return d.Update(ctx, func(ctx context.Context, to *Tx) error {
		theirs, err := tables(ctx, from)
		if err != nil {
			return err
		}
		ours, err := tables(ctx, to)
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(ours)) {
			shared := slices.DeleteFunc(ours[name], func(c column) bool {
				return !slices.ContainsFunc(theirs[name], func(t column) bool { return t.name == c.name })
			})
			if len(shared) == 0 {
				continue
			}
			if err := copyTable(ctx, from, to, name, shared); err != nil {
				return fmt.Errorf("table %s: %w", name, err)
			}
		}
		return more(ctx, from, to)
	})
}

// tables are those of ours with their columns: what is known, and not what
// one engine makes of it for searching, nor what belongs to a library.
func tables(ctx context.Context, tx *Tx) (map[string][]column, error) {
	query := `SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.sql LIKE 'CREATE TABLE%STRICT%' ORDER BY m.name, c.cid`
	if tx.pg != nil {
		query = `SELECT c.table_name::text, c.column_name::text, c.data_type::text FROM information_schema.columns c
			JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
			WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
			ORDER BY c.table_name, c.ordinal_position`
	}
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]column{}
	for rows.Next() {
		var table, name, kind string
		if err := rows.Scan(&table, &name, &kind); err != nil {
			return nil, err
		}
		if strings.HasPrefix(table, "river_") || strings.HasPrefix(table, "goose_") || kind == "tsvector" {
			continue
		}
		out[table] = append(out[table], column{name, kind == "boolean"})
	}
	return out, rows.Err()
}

// copyTable copies the rows of a table in place of those that migrations may have put there.
func copyTable(ctx context.Context, from, to *Tx, table string, columns []column) error {
	var names, places []string
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		names, places = append(names, c.name), append(places, fmt.Sprintf("$%d", i+1))
		dest[i] = &values[i]
	}
	list := strings.Join(names, ", ")
	insert, err := to.repeat(ctx, "INSERT INTO "+table+" ("+list+") VALUES ("+strings.Join(places, ", ")+")")
	if err != nil {
		return err
	}
	if _, err := to.Exec(ctx, "DELETE FROM "+table); err != nil {
		return err
	}
	rows, err := from.Query(ctx, "SELECT "+list+" FROM "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, c := range columns {
			switch v := values[i].(type) {
			case []byte: // SQLite's driver gives nil for none and takes it as NULL, and nothing is NULL
				if v == nil {
					values[i] = []byte{}
				}
			case int64:
				if c.boolean {
					values[i] = v != 0
				}
			}
		}
		if err := insert(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// repeat is a statement to run many times.
func (tx *Tx) repeat(ctx context.Context, query string) (func(args []any) error, error) {
	if tx.pg != nil {
		return func(args []any) error {
			_, err := tx.pg.Exec(ctx, query, args...)
			return err
		}, nil
	}
	stmt, err := tx.lite.PrepareContext(ctx, rebind(query)) // closed with its transaction
	if err != nil {
		return nil, err
	}
	return func(args []any) error {
		_, err := stmt.ExecContext(ctx, args...)
		return err
	}, nil
}

// Check looks for damage in the database: on SQLite whether all its pages and
// indexes fit together, on PostgreSQL, which watches over its own, whether it
// answers. It may take a while on a large one.
func (d *DB) Check(ctx context.Context) error {
	l, ok := d.engine.(*lite)
	if !ok {
		return d.Ping(ctx)
	}
	return checkFile(ctx, l.path)
}

// CheckFile is Check for a SQLite file that nobody has open.
func CheckFile(ctx context.Context, path string) error { return checkFile(ctx, path) }

// ErrDamaged is returned by Check for a file that does not hold together.
var ErrDamaged = errors.New("the database is damaged")

func checkFile(ctx context.Context, path string) error {
	c, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(10000)&_pragma=query_only(1)")
	if err != nil {
		return err
	}
	defer c.Close()
	var says string
	if err := c.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&says); err != nil {
		var e *sqlite.Error
		if errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB) {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return err
	}
	if says != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, says)
	}
	return nil
}
