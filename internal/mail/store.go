package mail

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// What came of a mail.
const (
	done      = "done"
	refused   = "refused"
	abandoned = "abandoned"
)

// Why an address is sent nothing any more.
const (
	bounced = "bounced"
	asked   = "asked"
)

func micro(t time.Time) int64 { return t.UnixMicro() }

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func insertLetter(ctx context.Context, tx *db.Tx, l *Letter, text, html string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO letter (id, account_id, kind, language, sender, subject, text, html, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		l.id, l.By, string(l.Kind), l.Language, l.sender(), l.subject(), text, html, micro(at))
	return err
}

// A kept letter is one as it is sent.
type kept struct {
	kind                                  Kind
	language, sender, subject, text, html string
}

func lettersOf(ctx context.Context, tx *db.Tx, ids []id.ID) (map[id.ID]*kept, error) {
	rows, err := tx.Query(ctx, `SELECT id, kind, language, sender, subject, text, html FROM letter WHERE id = ANY($1) ORDER BY id`, ids)
	out := map[id.ID]*kept{}
	_, err = db.Collect(rows, err, func(r *db.Rows) (struct{}, error) {
		var i id.ID
		l := &kept{}
		err := r.Scan(&i, &l.kind, &l.language, &l.sender, &l.subject, &l.text, &l.html)
		out[i] = l
		return struct{}{}, err
	})
	return out, err
}

func insert(ctx context.Context, tx *db.Tx, m *mail) error {
	_, err := tx.Exec(ctx, `INSERT INTO mail (id, letter_id, address, folded, way, state, attempts, due_at, created_at, settled_at, error)
		VALUES ($1, $2, $3, $4, $5, 'due', 0, $6, $7, 0, '')`,
		m.id, m.letter, m.to.Address, m.to.Folded, m.to.Way, micro(m.created), micro(m.created))
	return err
}

func due(ctx context.Context, tx *db.Tx, now time.Time, limit int) ([]*mail, error) {
	rows, err := tx.Query(ctx, `SELECT id, letter_id, address, folded, way, attempts, created_at FROM mail
		WHERE state = 'due' AND due_at <= $1 ORDER BY due_at, id LIMIT $2`, micro(now), limit)
	return db.Collect(rows, err, func(r *db.Rows) (*mail, error) {
		m := &mail{}
		var made int64
		err := r.Scan(&m.id, &m.letter, &m.to.Address, &m.to.Folded, &m.to.Way, &m.attempts, &made)
		m.created = moment(made)
		return m, err
	})
}

func dueLeft(ctx context.Context, tx *db.Tx, now time.Time) (left bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM mail WHERE state = 'due' AND due_at <= $1)`, micro(now)).Scan(&left)
	return left, err
}

func settled(ctx context.Context, tx *db.Tx, which id.ID, state, why string, at time.Time) error {
	if err := hush(ctx, tx, which); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE mail SET state = $2, error = $3, settled_at = $4, attempts = attempts + 1 WHERE id = $1`, which, state, why, micro(at))
	return err
}

func postpone(ctx context.Context, tx *db.Tx, which id.ID, until time.Time, why string) error {
	_, err := tx.Exec(ctx, `UPDATE mail SET attempts = attempts + 1, due_at = $2, error = $3 WHERE id = $1`, which, micro(until), why)
	return err
}

// blocked are those of the addresses that are sent nothing any more.
func blocked(ctx context.Context, tx *db.Tx, folded []string) (map[string]Trouble, error) {
	rows, err := tx.Query(ctx, `SELECT folded, cause, reason, created_at FROM mail_block WHERE folded = ANY($1) ORDER BY folded`, folded)
	out := map[string]Trouble{}
	_, err = db.Collect(rows, err, func(r *db.Rows) (struct{}, error) {
		var address, cause string
		var t Trouble
		var at int64
		err := r.Scan(&address, &cause, &t.Reason, &at)
		t.Asked, t.Since = cause == asked, moment(at)
		out[address] = t
		return struct{}{}, err
	})
	return out, err
}

func block(ctx context.Context, tx *db.Tx, folded, cause, reason string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO mail_block (folded, cause, reason, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (folded) DO NOTHING`, folded, cause, reason, micro(at))
	return err
}

// sentOften are those of the addresses that were sent so many mails since a moment.
func sentOften(ctx context.Context, tx *db.Tx, folded []string, since time.Time, most int) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `SELECT folded FROM mail WHERE folded = ANY($1) AND created_at > $2
		GROUP BY folded HAVING count(*) >= $3 ORDER BY folded`, folded, micro(since), most)
	all, err := db.Collect(rows, err, db.Scalar[string])
	out := map[string]bool{}
	for _, f := range all {
		out[f] = true
	}
	return out, err
}

// lettersSince reports whether so many letters that ask for something were written since a moment.
func lettersSince(ctx context.Context, tx *db.Tx, since time.Time, most int) (many bool, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) >= $2 FROM (SELECT 1 FROM letter WHERE created_at > $1 AND kind IN ('comment', 'follow') LIMIT $2) AS recent`,
		micro(since), most).Scan(&many)
	return many, err
}

// rememberOnce remembers a confirming mail, and reports whether there was none yet that day.
func rememberOnce(ctx context.Context, tx *db.Tx, folded, purpose string, day int64) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO mail_once (folded, purpose, day) VALUES ($1, $2, $3) ON CONFLICT (folded, purpose, day) DO NOTHING`, folded, purpose, day)
	return n == 1, err
}

// remembered reports whether a confirming mail was sent that day.
func remembered(ctx context.Context, tx *db.Tx, folded, purpose string, day int64) (was bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM mail_once WHERE folded = $1 AND purpose = $2 AND day = $3)`, folded, purpose, day).Scan(&was)
	return was, err
}

// hush takes the words out of the letter of a mail that holds a link for a new password.
func hush(ctx context.Context, tx *db.Tx, which id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE letter SET text = '', html = '' WHERE kind = 'reset' AND id = (SELECT letter_id FROM mail WHERE id = $1)`, which)
	return err
}

func state(ctx context.Context, tx *db.Tx, st *State, week time.Time) error {

	err := tx.QueryRow(ctx, `SELECT
		(SELECT count(*) FROM mail WHERE state = 'due'),
		(SELECT count(*) FROM mail_block WHERE cause = 'bounced'),
		(SELECT count(*) FROM mail WHERE state = 'refused' AND settled_at > $1),
		(SELECT count(*) FROM mail WHERE state = 'abandoned' AND settled_at > $1)`, micro(week)).Scan(&st.Waiting, &st.Blocked, &st.Refused, &st.Closed)
	if err != nil {
		return err
	}
	var sent int64
	if err := tx.QueryRow(ctx, `SELECT coalesce(max(settled_at), 0) FROM mail WHERE state = 'done'`).Scan(&sent); err != nil {
		return err
	}
	st.Sent = moment(sent)
	rows, err := tx.Query(ctx, `SELECT error FROM mail WHERE state = 'due' AND error <> '' ORDER BY due_at DESC, id DESC LIMIT 1`)
	all, err := db.Collect(rows, err, db.Scalar[string])
	if len(all) > 0 {
		st.Error = all[0]
	}
	return err
}

// forget forgets mails that were settled, and letters nobody is sent any more.
func forget(ctx context.Context, tx *db.Tx, before time.Time) error {
	for _, statement := range []string{
		`DELETE FROM mail WHERE state <> 'due' AND settled_at < $1`,
		`DELETE FROM letter WHERE created_at < $1 AND NOT EXISTS (SELECT 1 FROM mail WHERE mail.letter_id = letter.id)`,
	} {
		if _, err := tx.Exec(ctx, statement, micro(before)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM mail_once WHERE day < $1`, before.Unix()/86400)
	return err
}
