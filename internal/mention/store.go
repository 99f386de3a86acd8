package mention

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

const columns = `id, source, target, host, post_id, owner_id, state, kind, name, url, text, language, said_at, asked_at, tries, reason, hidden_at`

func scan(r *db.Rows) (*Mention, error) {
	m := &Mention{}
	var said, asked, hidden int64
	err := r.Scan(&m.ID, &m.Source, &m.Target, &m.Host, &m.PostID, &m.OwnerID, &m.State, &m.Kind, &m.Name, &m.URL, &m.Text, &m.Language, &said, &asked,
		&m.Tries, &m.Reason, &hidden)
	m.SaidAt, m.AskedAt, m.HiddenAt = moment(said), moment(asked), moment(hidden)
	return m, err
}

// first is the only one of a query, nil where there is none.
func first(rows *db.Rows, err error) (*Mention, error) {
	all, err := db.Collect(rows, err, scan)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

func one(ctx context.Context, tx *db.Tx, what id.ID) (*Mention, error) {
	return first(tx.Query(ctx, `SELECT `+columns+` FROM webmention WHERE id = $1`, what))
}

func pair(ctx context.Context, tx *db.Tx, source string, post id.ID) (*Mention, error) {
	return first(tx.Query(ctx, `SELECT `+columns+` FROM webmention WHERE source = $1 AND post_id = $2`, source, post))
}

// counts is how much there is already.
type counts struct{ due, dueOfHost, ofPost, waitingOfOwner int }

func count(ctx context.Context, tx *db.Tx, host string, post, owner id.ID) (n counts, err error) {
	err = tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM webmention WHERE due), (SELECT count(*) FROM webmention WHERE due AND host = $1),
		(SELECT count(*) FROM webmention WHERE post_id = $2), (SELECT count(*) FROM webmention WHERE owner_id = $3 AND state = 'waiting')`, host, post, owner).
		Scan(&n.due, &n.dueOfHost, &n.ofPost, &n.waitingOfOwner)
	return n, err
}

func insert(ctx context.Context, tx *db.Tx, m *Mention) error {
	_, err := tx.Exec(ctx, `INSERT INTO webmention (id, source, target, host, post_id, owner_id, state, due, kind, name, url, text, language, said_at, asked_at, tries)
		VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8, '', '', '', '', 0, $9, 0)`,
		m.ID, m.Source, m.Target, m.Host, m.PostID, m.OwnerID, string(m.State), string(m.Kind), micro(m.AskedAt))
	return err
}

func makeDue(ctx context.Context, tx *db.Tx, what id.ID, target string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE webmention SET due = TRUE, target = $2, asked_at = $3, tries = 0 WHERE id = $1`, what, target, micro(at))
	return err
}

func tried(ctx context.Context, tx *db.Tx, what id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE webmention SET tries = tries + 1 WHERE id = $1`, what)
	return err
}

func settle(ctx context.Context, tx *db.Tx, m *Mention) error {
	_, err := tx.Exec(ctx, `UPDATE webmention SET due = FALSE, state = $2, kind = $3, name = $4, url = $5, text = $6, language = $7, said_at = $8 WHERE id = $1`,
		m.ID, string(m.State), string(m.Kind), m.Name, m.URL, m.Text, m.Language, micro(m.SaidAt))
	return err
}

func setState(ctx context.Context, tx *db.Tx, m *Mention) error {
	_, err := tx.Exec(ctx, `UPDATE webmention SET state = $2, reason = $3, hidden_at = $4 WHERE id = $1`, m.ID, string(m.State), m.Reason, micro(m.HiddenAt))
	return err
}

func remove(ctx context.Context, tx *db.Tx, what id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM webmention WHERE id = $1`, what)
	return err
}

func under(ctx context.Context, tx *db.Tx, posts []id.ID, viewer id.ID, limit int) ([]*Mention, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM webmention WHERE post_id = ANY($1) AND (state IN ('shown', 'hidden') OR state = 'waiting' AND owner_id = $2)
		ORDER BY id LIMIT $3`, posts, viewer, limit)
	return db.Collect(rows, err, scan)
}

func countWaiting(ctx context.Context, tx *db.Tx, owner id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM webmention WHERE owner_id = $1 AND state = 'waiting'`, owner).Scan(&n)
	return n, err
}

func ofOwner(ctx context.Context, tx *db.Tx, owner id.ID, limit int) ([]*Mention, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM webmention WHERE owner_id = $1 AND state = 'waiting' ORDER BY id LIMIT $2`, owner, limit)
	return db.Collect(rows, err, scan)
}

func forgetPost(ctx context.Context, tx *db.Tx, post id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM webmention WHERE post_id = $1`, post)
	return err
}

func forgetNew(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM webmention WHERE state = 'new' AND asked_at < $1`, micro(before))
	return err
}
