package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// lite is SQLite in WAL mode: one writer with group commit, a pool of readers.
type lite struct {
	write *sql.DB // one connection; the job library shares it
	read  *sql.DB
	group *group

	mu       sync.RWMutex
	prepared map[string]*sql.Stmt // on the readers
}

// preparedMax bounds the statements kept prepared; a program has a fixed set of them.
const preparedMax = 1000

func openSQLite(ctx context.Context, path string) (*lite, error) {
	write, err := openFile(path, "&_txlock=immediate&_pragma=cache_size(-16000)")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	write.SetConnMaxIdleTime(0)
	if err := write.PingContext(ctx); err != nil { // creates the file and turns WAL on
		write.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	read, err := openFile(path, "&_pragma=query_only(1)&_pragma=cache_size(-4000)")
	if err != nil {
		write.Close()
		return nil, err
	}
	readers := max(4, 2*runtime.NumCPU())
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return &lite{write: write, read: read, group: newGroup(write), prepared: map[string]*sql.Stmt{}}, nil
}

func openFile(path, options string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=temp_store(MEMORY)"+options)
}

func (l *lite) ping(ctx context.Context) error { return l.read.PingContext(ctx) }

func (l *lite) close() error {
	l.group.close()
	return errors.Join(l.read.Close(), l.write.Close())
}

func (l *lite) update(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return l.group.update(ctx, fn)
}

func (l *lite) view(ctx context.Context, fn func(context.Context, *Tx) error) error {
	// An interrupted SELECT harms nobody, but database/sql watches a context
	// that can end with a goroutine per query, at half the price of the read.
	inner := enter(ctx)
	raw, err := l.read.BeginTx(inner, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer raw.Rollback() //nolint:errcheck // nothing was written
	return fn(inner, &Tx{lite: raw, prepare: l.prepare})
}

// prepare is a statement kept prepared on the readers' connections: a page of
// a stream costs a third less than preparing its statements anew. Nil where there are too many.
func (l *lite) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	l.mu.RLock()
	known := l.prepared[query]
	l.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if known = l.prepared[query]; known != nil || len(l.prepared) >= preparedMax {
		return known, nil
	}
	made, err := l.read.PrepareContext(ctx, rebind(query))
	if err == nil {
		l.prepared[query] = made
	}
	return made, err
}

func isUniqueSQLite(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}
