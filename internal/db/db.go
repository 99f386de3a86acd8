// Package db opens an engine, runs View and Update with group commit, rebinds one SQL text for two dialects, and applies migrations.
//
// SQL is written once, in PostgreSQL's words with $1 placeholders. On SQLite
// several Updates share one durable commit, each in a savepoint of its own;
// PostgreSQL groups commits by itself. A transaction is never held across the
// network: the context a closure is given cannot be cancelled, and Inside
// tells others to refuse it.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNoRows is returned by Row.Scan when the query found nothing.
var ErrNoRows = errors.New("no rows")

// ErrInside is returned when a transaction is begun inside another one's closure.
var ErrInside = errors.New("a transaction is open already")

// errReadOnly is returned by Exec inside a View.
var errReadOnly = errors.New("a view changes nothing")

// errDead is returned by a Tx after its closure has returned.
var errDead = errors.New("the transaction has ended")

// slow is how long a closure may run before it is named in the log: on SQLite every other writer waits for it.
const slow = 50 * time.Millisecond

// Dialect names an engine's SQL.
type Dialect string

// The engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Config says what to open.
type Config struct {
	// URL is postgres://… for PostgreSQL, or else the path of a SQLite file.
	URL string
	Log *slog.Logger
}

// A DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect Dialect
	engine  engine
	log     *slog.Logger
}

// engine is what the two engines do differently.
type engine interface {
	update(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error
	view(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error
	ping(ctx context.Context) error
	close() error
}

// Open opens the database and, for SQLite, creates the file. It does not
// migrate; see Migrate.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	d := &DB{log: cfg.Log}
	var err error
	if strings.HasPrefix(cfg.URL, "postgres://") || strings.HasPrefix(cfg.URL, "postgresql://") {
		d.dialect = Postgres
		d.engine, err = openPostgres(ctx, cfg.URL)
	} else {
		d.dialect = SQLite
		d.engine, err = openSQLite(ctx, cfg.URL)
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

// Dialect is the engine's.
func (d *DB) Dialect() Dialect { return d.dialect }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.engine.ping(ctx) }

// Close waits for running Updates and closes the database.
func (d *DB) Close() error { return d.engine.close() }

// Update runs fn once, in the caller's goroutine, and returns nil only when
// what it wrote is durable. An error or panic of fn undoes what fn wrote and
// nothing else. A caller that waits for its turn gives up when ctx ends; once
// fn has begun it runs to its end, and ctx is looked at once more before
// its work is kept.
func (d *DB) Update(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return d.run(ctx, fn, d.engine.update)
}

// View runs fn over one snapshot on SQLite, over single statements on
// PostgreSQL. Writing through its tx is an error.
func (d *DB) View(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return d.run(ctx, fn, d.engine.view)
}

func (d *DB) run(ctx context.Context, fn func(ctx context.Context, tx *Tx) error,
	on func(context.Context, func(context.Context, *Tx) error) error,
) error {
	if Inside(ctx) {
		return ErrInside
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return on(ctx, func(inner context.Context, tx *Tx) error {
		start := time.Now()
		defer func() {
			tx.dead = true
			if took := time.Since(start); took > slow {
				d.log.Warn("slow transaction", "took_ms", took.Milliseconds(), "caller", caller())
			}
		}()
		return fn(inner, tx)
	})
}

// caller is the first function outside this package on the stack.
func caller() string {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.Contains(f.Function, "internal/db.") && !strings.HasPrefix(f.Function, "runtime.") {
			return f.Function
		}
		if !more {
			return "unknown"
		}
	}
}

type insideKey struct{}

// Inside reports whether ctx is that of a running closure. Whoever would
// wait for the network, or begin another transaction, refuses such a context.
func Inside(ctx context.Context) bool { return ctx.Value(insideKey{}) != nil }

// enter is the context of a closure: marked, and never cancelled, since an
// interrupted SQLite statement rolls back its neighbors' work too.
func enter(ctx context.Context) context.Context {
	return context.WithValue(context.WithoutCancel(ctx), insideKey{}, true)
}

// Writer is SQLite's one writing connection, for libraries that work beside
// our transactions; nil on PostgreSQL.
func (d *DB) Writer() *sql.DB {
	if l, ok := d.engine.(*lite); ok {
		return l.write
	}
	return nil
}

// Pool is PostgreSQL's pool, for the same; nil on SQLite.
func (d *DB) Pool() *pgxpool.Pool {
	if p, ok := d.engine.(*postgres); ok {
		return p.pool
	}
	return nil
}
