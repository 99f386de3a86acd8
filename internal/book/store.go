package book

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const bookColumns = `id, owner_id, kind, slug, title, description, state, created_at, color, position, known_since`

func scanBook(r *db.Rows) (*Book, error) {
	b := &Book{}
	var made int64
	err := r.Scan(&b.ID, &b.OwnerID, &b.Kind, &b.Slug, &b.Title, &b.Description, &b.State, &made, &b.Color, &b.Position, &b.KnownSince)
	b.CreatedAt = time.UnixMicro(made).UTC()
	return b, err
}

// first is the one of at most one.
func first[T any](all []*T, err error) (*T, error) {
	if err == nil && len(all) == 0 {
		err = db.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func booksOf(ctx context.Context, tx *db.Tx, owner id.ID, kind Kind) ([]*Book, error) {
	rows, err := tx.Query(ctx, `SELECT `+bookColumns+` FROM book WHERE owner_id = $1 AND kind = $2 ORDER BY id`, owner, string(kind))
	return db.Collect(rows, err, scanBook)
}

func getBook(ctx context.Context, tx *db.Tx, owner id.ID, kind Kind, slug string) (*Book, error) {
	rows, err := tx.Query(ctx, `SELECT `+bookColumns+` FROM book WHERE owner_id = $1 AND kind = $2 AND slug = $3`, owner, string(kind), slug)
	return first(db.Collect(rows, err, scanBook))
}

func insertBook(ctx context.Context, tx *db.Tx, b *Book) (int64, error) {
	return tx.Exec(ctx, `INSERT INTO book (`+bookColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
		b.ID, b.OwnerID, string(b.Kind), b.Slug, b.Title, b.Description, b.State, b.CreatedAt.UnixMicro(), b.Color, b.Position, b.KnownSince)
}

func updateBook(ctx context.Context, tx *db.Tx, b *Book) error {
	_, err := tx.Exec(ctx, `UPDATE book SET title = $2, description = $3, color = $4, position = $5 WHERE id = $1`, b.ID, b.Title, b.Description, b.Color, b.Position)
	return err
}

// touchBook gives a book a state, or the one after its own if that is larger.
func touchBook(ctx context.Context, tx *db.Tx, book id.ID, state State) (int64, error) {
	return tx.Exec(ctx, `UPDATE book SET state = CASE WHEN state < $2 THEN $2 ELSE state + 1 END WHERE id = $1`, book, state)
}

func stateOf(ctx context.Context, tx *db.Tx, book id.ID) (state State, err error) {
	err = tx.QueryRow(ctx, `SELECT state FROM book WHERE id = $1`, book).Scan(&state)
	return state, err
}

func insertGone(ctx context.Context, tx *db.Tx, book id.ID, name string, state State) error {
	_, err := tx.Exec(ctx, `INSERT INTO book_gone (book_id, name, state) VALUES ($1, $2, $3) ON CONFLICT (book_id, name) DO UPDATE SET state = excluded.state`, book, name, state)
	return err
}

// forgetGone is for an entry that is there again.
func forgetGone(ctx context.Context, tx *db.Tx, book id.ID, name string) error {
	_, err := tx.Exec(ctx, `DELETE FROM book_gone WHERE book_id = $1 AND name = $2`, book, name)
	return err
}

func countGone(ctx context.Context, tx *db.Tx, book id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM book_gone WHERE book_id = $1`, book).Scan(&n)
	return n, err
}

func forgetAllGone(ctx context.Context, tx *db.Tx, book id.ID, now State) error {
	if _, err := tx.Exec(ctx, `DELETE FROM book_gone WHERE book_id = $1`, book); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE book SET known_since = $2 WHERE id = $1`, book, now)
	return err
}

func goneSince(ctx context.Context, tx *db.Tx, book id.ID, since State) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT name FROM book_gone WHERE book_id = $1 AND state > $2 ORDER BY name`, book, since)
	return db.Collect(rows, err, func(r *db.Rows) (name string, err error) {
		err = r.Scan(&name)
		return name, err
	})
}

// marksOf are the states of entries that are larger than one.
func marksOf(ctx context.Context, tx *db.Tx, book id.ID, since State) ([]Mark, error) {
	rows, err := tx.Query(ctx, `SELECT name, state, modified_at FROM book_entry WHERE book_id = $1 AND state > $2 ORDER BY name`, book, since)
	return db.Collect(rows, err, func(r *db.Rows) (m Mark, err error) {
		var modified int64
		err = r.Scan(&m.Name, &m.State, &modified)
		m.ModifiedAt = time.UnixMicro(modified).UTC()
		return m, err
	})
}

func deleteBook(ctx context.Context, tx *db.Tx, book id.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM book_entry WHERE book_id = $1`, book); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM book_gone WHERE book_id = $1`, book); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM book WHERE id = $1`, book)
	return err
}

const entryColumns = `book_id, name, uid, state, body, modified_at`

func scanEntry(r *db.Rows) (*Entry, error) {
	e := &Entry{}
	var modified int64
	err := r.Scan(&e.BookID, &e.Name, &e.UID, &e.State, &e.Body, &modified)
	e.ModifiedAt = time.UnixMicro(modified).UTC()
	return e, err
}

func entriesOf(ctx context.Context, tx *db.Tx, book id.ID) ([]*Entry, error) {
	rows, err := tx.Query(ctx, `SELECT `+entryColumns+` FROM book_entry WHERE book_id = $1 ORDER BY name`, book)
	return db.Collect(rows, err, scanEntry)
}

func getEntry(ctx context.Context, tx *db.Tx, book id.ID, name string) (*Entry, error) {
	rows, err := tx.Query(ctx, `SELECT `+entryColumns+` FROM book_entry WHERE book_id = $1 AND name = $2`, book, name)
	return first(db.Collect(rows, err, scanEntry))
}

func entryWithUID(ctx context.Context, tx *db.Tx, book id.ID, uid string) (*Entry, error) {
	rows, err := tx.Query(ctx, `SELECT `+entryColumns+` FROM book_entry WHERE book_id = $1 AND uid = $2`, book, uid)
	return first(db.Collect(rows, err, scanEntry))
}

func countEntries(ctx context.Context, tx *db.Tx, book id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM book_entry WHERE book_id = $1`, book).Scan(&n)
	return n, err
}

func putEntry(ctx context.Context, tx *db.Tx, e *Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO book_entry (`+entryColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (book_id, name) DO UPDATE SET uid = excluded.uid, state = excluded.state, body = excluded.body, modified_at = excluded.modified_at`,
		e.BookID, e.Name, e.UID, e.State, e.Body, e.ModifiedAt.UnixMicro())
	return err
}

func deleteEntry(ctx context.Context, tx *db.Tx, book id.ID, name string) error {
	_, err := tx.Exec(ctx, `DELETE FROM book_entry WHERE book_id = $1 AND name = $2`, book, name)
	return err
}
