package subscriber

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

const columns = `id, account_id, address, folded, language, frequency, confirmed_at, last_post_id, created_at`

func scan(r *db.Rows) (*Subscriber, error) {
	s := &Subscriber{}
	var confirmed, made int64
	err := r.Scan(&s.ID, &s.AccountID, &s.Address, &s.Folded, &s.Language, &s.Frequency, &confirmed, &s.last, &made)
	if confirmed != 0 {
		s.ConfirmedAt = time.UnixMicro(confirmed).UTC()
	}
	s.CreatedAt = time.UnixMicro(made).UTC()
	return s, err
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func insert(ctx context.Context, tx *db.Tx, s *Subscriber) error {
	_, err := tx.Exec(ctx, `INSERT INTO subscriber (`+columns+`, next_at) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, 0)`,
		s.ID, s.AccountID, s.Address, s.Folded, s.Language, string(s.Frequency), micro(s.CreatedAt))
	return err
}

func one(rows *db.Rows, err error) (*Subscriber, error) {
	all, err := db.Collect(rows, err, scan)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

func byPair(ctx context.Context, tx *db.Tx, owner id.ID, folded string) (*Subscriber, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM subscriber WHERE account_id = $1 AND folded = $2`, owner, folded))
}

func get(ctx context.Context, tx *db.Tx, who id.ID) (*Subscriber, error) {
	s, err := one(tx.Query(ctx, `SELECT `+columns+` FROM subscriber WHERE id = $1`, who))
	if err == nil && s == nil {
		err = fault.New(fault.NotFound, "fault.subscriber.unknown")
	}
	return s, err
}

func confirm(ctx context.Context, tx *db.Tx, s *Subscriber, next time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE subscriber SET confirmed_at = $2, last_post_id = $3, frequency = $4, next_at = $5 WHERE id = $1`,
		s.ID, micro(s.ConfirmedAt), s.last, string(s.Frequency), micro(next))
	return err
}

func remove(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM subscriber WHERE id = $1`, who)
	return err
}

func removeOf(ctx context.Context, tx *db.Tx, owner id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM subscriber WHERE account_id = $1`, owner)
	return err
}

func forgetAsked(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM subscriber WHERE confirmed_at = 0 AND created_at < $1`, micro(before))
	return err
}

// A tally is how many addresses follow somebody, and how many wait to be confirmed.
type tally struct{ confirmed, asked int }

func count(ctx context.Context, tx *db.Tx, owner id.ID) (n tally, err error) {
	err = tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM subscriber WHERE account_id = $1 AND confirmed_at <> 0),
		(SELECT count(*) FROM subscriber WHERE account_id = $1 AND confirmed_at = 0)`, owner).Scan(&n.confirmed, &n.asked)
	return n, err
}

func list(ctx context.Context, tx *db.Tx, owner id.ID, p id.Page) ([]*Subscriber, error) {
	query, args := db.Paged(`SELECT `+columns+` FROM subscriber WHERE account_id = $1 AND confirmed_at <> 0`, "id", p, owner)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scan)
	return id.NewestFirst(p, all), err
}

func anyEach(ctx context.Context, tx *db.Tx, owner id.ID) (any bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM subscriber WHERE account_id = $1 AND frequency = 'each' AND confirmed_at <> 0)`, owner).Scan(&any)
	return any, err
}

func dueAccounts(ctx context.Context, tx *db.Tx, f Frequency, now time.Time) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT account_id FROM subscriber WHERE frequency = $1 AND next_at <= $2 AND confirmed_at <> 0 ORDER BY account_id`,
		string(f), micro(now))
	return db.Collect(rows, err, db.Scalar[id.ID])
}

// due are subscribers who are to be told, alike ones together: of every post
// those who have not heard of the newest, of the others those whose time has come.
func due(ctx context.Context, tx *db.Tx, owner id.ID, f Frequency, newest id.ID, now time.Time, limit int) ([]*Subscriber, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM subscriber WHERE account_id = $1 AND frequency = $2 AND confirmed_at <> 0
		AND (frequency <> 'each' AND next_at <= $3 OR frequency = 'each' AND last_post_id < $4)
		ORDER BY last_post_id, language, id LIMIT $5`, owner, string(f), micro(now), newest, limit)
	return db.Collect(rows, err, scan)
}

// advance notes that those of ids who are due still were told, and says who
// that is: another may have told some of them meanwhile.
func advance(ctx context.Context, tx *db.Tx, ids []id.ID, newest id.ID, now, next time.Time) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `UPDATE subscriber SET last_post_id = CASE WHEN last_post_id < $2 THEN $2 ELSE last_post_id END, next_at = $3
		WHERE id = ANY($1) AND (frequency <> 'each' AND next_at <= $4 OR frequency = 'each' AND last_post_id < $2) RETURNING id`,
		ids, newest, micro(next), micro(now))
	return db.Collect(rows, err, db.Scalar[id.ID])
}
