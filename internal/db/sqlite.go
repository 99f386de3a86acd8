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
	path    string
	write   *sql.DB // one connection; the job library shares it
	group   *group
	read    *sql.DB
	readers chan *reader
	closed  chan struct{}
	closing sync.Once
}

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
	l := &lite{path: path, write: write, read: read, group: newGroup(write), readers: make(chan *reader, max(4, 2*runtime.NumCPU())), closed: make(chan struct{})}
	for range cap(l.readers) {
		l.readers <- &reader{}
	}
	return l, nil
}

func openFile(path, options string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=temp_store(MEMORY)"+options)
}

func (l *lite) ping(ctx context.Context) error { return l.read.PingContext(ctx) }

func (l *lite) close() error {
	l.group.close()
	l.closing.Do(func() {
		close(l.closed)
		for range cap(l.readers) { // waits for the views that run
			if r := <-l.readers; r.conn != nil {
				r.drop()
			}
		}
	})
	return errors.Join(l.read.Close(), l.write.Close())
}

func (l *lite) update(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return l.group.update(ctx, fn)
}

func (l *lite) view(ctx context.Context, fn func(context.Context, *Tx) error) error {
	var r *reader
	select {
	case r = <-l.readers:
	case <-l.closed:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { l.readers <- r }()
	// An interrupted SELECT harms nobody, but database/sql watches a context
	// that can end with a goroutine per query, at half the price of the read.
	inner := enter(ctx)
	if err := r.begin(inner, l.read); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer r.end(inner)
	return fn(inner, &Tx{reader: r})
}

func isUniqueSQLite(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

// IsLocked reports whether err says that another program holds the database.
func IsLocked(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_BUSY || e.Code()&0xff == sqlite3.SQLITE_LOCKED)
}
