package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"allod/internal/db/schema"
)

// Migrate brings the schema up to date. It may run while other processes
// serve the same database.
func (d *DB) Migrate(ctx context.Context) error {
	handle, dialect, done := d.migrator()
	defer done()
	steps, err := migrations(d.dialect)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, handle, nil, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(steps...))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func (d *DB) migrator() (handle *sql.DB, dialect goose.Dialect, done func()) {
	if p, ok := d.engine.(*postgres); ok {
		h := stdlib.OpenDBFromPool(p.pool)
		return h, goose.DialectPostgres, func() { h.Close() }
	}
	return d.engine.(*lite).write, goose.DialectSQLite3, func() {}
}

// migrations are the schema's files in the engine's words.
func migrations(dialect Dialect) ([]*goose.Migration, error) {
	names, err := fs.Glob(schema.Files, "*.sql")
	if err != nil {
		return nil, err
	}
	var out []*goose.Migration
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, err
		}
		raw, err := schema.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		text := string(raw)
		if dialect == SQLite {
			text = ddlForSQLite(text)
		}
		out = append(out, goose.NewGoMigration(version, &goose.GoFunc{
			RunTx: func(ctx context.Context, tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, text)
				return err
			},
		}, nil))
	}
	return out, nil
}

var (
	comment    = regexp.MustCompile(`--[^\n]*`)
	fullText   = regexp.MustCompile(`CREATE TABLE (\w+) \([^;]*\) /\* full text \*/;`)
	fullIndex  = regexp.MustCompile(`CREATE INDEX [^;]* USING gin [^;]*;`)
	statistics = regexp.MustCompile(`ALTER TABLE \w+ ALTER COLUMN \w+ SET STATISTICS \d+;`)
	tableBegin = regexp.MustCompile(`(?s)CREATE TABLE [^;]*;`)
	columnAdd  = regexp.MustCompile(`ALTER TABLE \w+ ADD COLUMN [^;]*;`)
	words      = strings.NewReplacer("BIGINT", "INTEGER", "BOOLEAN", "INTEGER", "BYTEA", "BLOB", "DOUBLE PRECISION", "REAL")
)

// ddlForSQLite turns table definitions in PostgreSQL's words into STRICT
// SQLite tables, and columns added to them. A table marked clustered is stored
// in its primary key; one marked full text, of a rowid and its words, becomes
// an index by FTS5 that keeps no text, and needs no further one. What PostgreSQL's planner is to know of a column is left out.
func ddlForSQLite(text string) string {
	text = comment.ReplaceAllString(text, "")
	text = fullText.ReplaceAllString(text,
		`CREATE VIRTUAL TABLE $1 USING fts5(words, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '@+'");`)
	text = fullIndex.ReplaceAllString(text, "")
	text = statistics.ReplaceAllString(text, "")
	text = columnAdd.ReplaceAllStringFunc(text, words.Replace)
	return tableBegin.ReplaceAllStringFunc(text, func(table string) string {
		table = words.Replace(table)
		if body, ok := strings.CutSuffix(table, "/* clustered */;"); ok {
			return body + "STRICT, WITHOUT ROWID;"
		}
		return strings.TrimSuffix(table, ";") + " STRICT;"
	})
}
