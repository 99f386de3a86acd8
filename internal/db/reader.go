package db

import (
	"context"
	"database/sql"
)

// A reader is one connection of SQLite for reading, with its statements kept
// prepared: a page of a stream costs a third less than preparing them anew.
// One View at a time has it, so it needs no lock. The zero reader connects when it is first used.
type reader struct {
	conn *sql.Conn
	kept map[string]*sql.Stmt
}

// preparedMax bounds the statements kept prepared; a program has a fixed set of them.
const preparedMax = 1000

// begin takes a snapshot.
func (r *reader) begin(ctx context.Context, from *sql.DB) error {
	if r.conn == nil {
		conn, err := from.Conn(ctx)
		if err != nil {
			return err
		}
		r.conn, r.kept = conn, map[string]*sql.Stmt{}
	}
	err := r.exec(ctx, "BEGIN")
	if err != nil {
		r.drop()
	}
	return err
}

func (r *reader) exec(ctx context.Context, statement string) error {
	s := r.kept[statement]
	if s == nil {
		var err error
		if s, err = r.conn.PrepareContext(ctx, statement); err != nil {
			return err
		}
		r.kept[statement] = s
	}
	_, err := s.ExecContext(ctx)
	return err
}

// end lets go of the snapshot.
func (r *reader) end(ctx context.Context) {
	if err := r.exec(ctx, "ROLLBACK"); err != nil {
		r.drop()
	}
}

// drop closes a connection that is no good any more; the next View makes
// another. Statements prepared on a connection of one's own are not closed with
// it, and SQLite keeps the files open, and its log unfolded, for as long as one is left.
func (r *reader) drop() {
	for _, s := range r.kept {
		s.Close()
	}
	r.conn.Close()
	*r = reader{}
}

func (r *reader) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	if s := r.kept[query]; s != nil {
		return s.QueryContext(ctx, args...)
	}
	if len(r.kept) >= preparedMax {
		return r.conn.QueryContext(ctx, rebind(query), args...)
	}
	s, err := r.conn.PrepareContext(ctx, rebind(query))
	if err != nil {
		return nil, err
	}
	r.kept[query] = s
	return s.QueryContext(ctx, args...)
}
