package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A Tx is an open transaction. It belongs to the closure it was given to, in
// that goroutine, and is dead afterwards.
type Tx struct {
	lite   *sql.Tx // of an Update on SQLite
	kept   *kept   // its prepared statements
	reader *reader // of a View on SQLite
	pg     pgQuerier
	after  []func()
	dead   bool
}

// pgQuerier is what pgx's transactions and pools have in common.
type pgQuerier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Exec runs a statement and tells how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if tx.dead {
		return 0, errDead
	}
	if tx.pg != nil {
		tag, err := tx.pg.Exec(ctx, query, emptyLists(args)...)
		if err != nil {
			return 0, named(query, err)
		}
		return tag.RowsAffected(), nil
	}
	if tx.lite == nil {
		return 0, errReadOnly
	}
	args, err := listsAsJSON(args)
	if err != nil {
		return 0, err
	}
	res, err := tx.execLite(ctx, query, args)
	if err != nil {
		return 0, named(query, err)
	}
	return res.RowsAffected()
}

func (tx *Tx) execLite(ctx context.Context, query string, args []any) (sql.Result, error) {
	if s := tx.kept.find(query); s != nil {
		return tx.lite.StmtContext(ctx, s).ExecContext(ctx, args...)
	}
	return tx.lite.ExecContext(ctx, rebind(query), args...)
}

// Query runs a query. The caller closes the rows.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	if tx.dead {
		return nil, errDead
	}
	if tx.pg != nil {
		rows, err := tx.pg.Query(ctx, query, emptyLists(args)...)
		if err != nil {
			return nil, named(query, err)
		}
		return &Rows{pg: rows}, nil
	}
	args, err := listsAsJSON(args)
	if err != nil {
		return nil, err
	}
	rows, err := tx.queryLite(ctx, query, args)
	if err != nil {
		return nil, named(query, err)
	}
	return &Rows{lite: rows}, nil
}

func (tx *Tx) queryLite(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	if tx.reader != nil {
		return tx.reader.query(ctx, query, args)
	}
	if s := tx.kept.find(query); s != nil {
		return tx.lite.StmtContext(ctx, s).QueryContext(ctx, args...)
	}
	return tx.lite.QueryContext(ctx, rebind(query), args...)
}

// QueryRow runs a query of at most one row; its Scan tells what went wrong.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := tx.Query(ctx, query, args...)
	return Row{rows: rows, err: err}
}

// Writes reports whether this is the transaction of an Update.
func (tx *Tx) Writes() bool { return tx.lite != nil || tx.PGX() != nil }

// After has f run once the commit is durable, in the caller's goroutine:
// waking screens and workers. Nothing runs if the transaction is undone.
func (tx *Tx) After(f func()) { tx.after = append(tx.after, f) }

func (tx *Tx) runAfter() {
	for _, f := range tx.after {
		f()
	}
}

// SQL is the SQLite transaction for libraries that write inside ours, or nil.
func (tx *Tx) SQL() *sql.Tx { return tx.lite }

// PGX is the PostgreSQL transaction for libraries that write inside ours, or nil.
func (tx *Tx) PGX() pgx.Tx {
	t, _ := tx.pg.(pgx.Tx)
	return t
}

// Rows are a query's answer.
type Rows struct {
	lite   *sql.Rows
	values []any // of a row of SQLite
	into   []any // and where they are
	pg     pgx.Rows
}

// Next moves to the next row.
func (r *Rows) Next() bool {
	if r.pg != nil {
		return r.pg.Next()
	}
	return r.lite.Next()
}

// Scan reads the row's columns into dest, in order.
func (r *Rows) Scan(dest ...any) error {
	if r.pg != nil {
		return r.pg.Scan(dest...)
	}
	return r.scanLite(dest)
}

// Err is what ended the rows early, if anything did.
func (r *Rows) Err() error {
	if r.pg != nil {
		return r.pg.Err()
	}
	return r.lite.Err()
}

// Close lets go of the rows. It may be called again.
func (r *Rows) Close() error {
	if r.pg != nil {
		r.pg.Close()
		return r.pg.Err()
	}
	return r.lite.Close()
}

// A Row is the answer of QueryRow.
type Row struct {
	rows *Rows
	err  error
}

// Scan reads the columns of the one row. It returns ErrNoRows if there is none.
func (r Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	return r.rows.Close()
}

// Collect reads every row through scan and closes rows. err is that of Query, passed on.
func Collect[T any](rows *Rows, err error, scan func(*Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// Scalar scans one column: a scan function for Collect.
func Scalar[T any](rows *Rows) (T, error) {
	var v T
	err := rows.Scan(&v)
	return v, err
}

// named says which statement failed, without its arguments.
func named(query string, err error) error {
	if len(query) > 120 {
		query = query[:120] + "…"
	}
	return fmt.Errorf("%w in %q", err, query)
}

// IsUnique reports whether err says that a unique key is taken.
func IsUnique(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	return isUniqueSQLite(err)
}
