package poll

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const columns = `post_id, account_id, local, multiple, hidden, voters, closes_at, closed_at, counted_at`

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

func scan(r *db.Rows) (*Poll, error) {
	p := &Poll{}
	var closes, closed, counted int64
	err := r.Scan(&p.PostID, &p.AuthorID, &p.Local, &p.Multiple, &p.Hidden, &p.Voters, &closes, &closed, &counted)
	p.ClosesAt, p.ClosedAt, p.CountedAt = moment(closes), moment(closed), moment(counted)
	return p, err
}

func insert(ctx context.Context, tx *db.Tx, p *Poll) error {
	if _, err := tx.Exec(ctx, `INSERT INTO poll (`+columns+`, due) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE)`,
		p.PostID, p.AuthorID, p.Local, p.Multiple, p.Hidden, p.Voters, micro(p.ClosesAt), micro(p.ClosedAt), micro(p.CountedAt)); err != nil {
		return err
	}
	for i, o := range p.Options {
		if _, err := tx.Exec(ctx, `INSERT INTO poll_option (post_id, position, name, votes) VALUES ($1, $2, $3, $4)`, p.PostID, i, o.Name, o.Votes); err != nil {
			return err
		}
	}
	return nil
}

func list(ctx context.Context, tx *db.Tx, posts []id.ID) (map[id.ID]*Poll, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM poll WHERE post_id = ANY($1)`, posts)
	all, err := db.Collect(rows, err, scan)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	by := make(map[id.ID]*Poll, len(all))
	for _, p := range all {
		by[p.PostID] = p
	}
	rows, err = tx.Query(ctx, `SELECT post_id, name, votes FROM poll_option WHERE post_id = ANY($1) ORDER BY post_id, position`, posts)
	_, err = db.Collect(rows, err, func(r *db.Rows) (o Option, err error) {
		var post id.ID
		if err = r.Scan(&post, &o.Name, &o.Votes); err == nil && by[post] != nil {
			by[post].Options = append(by[post].Options, o)
		}
		return o, err
	})
	return by, err
}

// addOwn fills in what viewer chose.
func addOwn(ctx context.Context, tx *db.Tx, viewer id.ID, posts []id.ID, by map[id.ID]*Poll) error {
	rows, err := tx.Query(ctx, `SELECT post_id, position FROM poll_vote WHERE account_id = $1 AND post_id = ANY($2) ORDER BY post_id, position`, viewer, posts)
	_, err = db.Collect(rows, err, func(r *db.Rows) (choice int, err error) {
		var post id.ID
		if err = r.Scan(&post, &choice); err == nil && by[post] != nil {
			by[post].Own = append(by[post].Own, choice)
		}
		return choice, err
	})
	return err
}

// insertVoter claims the one row of a voter.
func insertVoter(ctx context.Context, tx *db.Tx, post, voter id.ID, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO poll_voter (post_id, account_id, voted_at) VALUES ($1, $2, $3)
		ON CONFLICT (post_id, account_id) DO NOTHING`, post, voter, micro(at))
	return n == 1, err
}

func countVoter(ctx context.Context, tx *db.Tx, post id.ID, one bool, at time.Time) error {
	n := 0
	if one {
		n = 1
	}
	_, err := tx.Exec(ctx, `UPDATE poll SET voters = voters + $2, counted_at = $3 WHERE post_id = $1`, post, n, micro(at))
	return err
}

// insertVote counts one option of a voter, once.
func insertVote(ctx context.Context, tx *db.Tx, post, voter id.ID, choice int) error {
	n, err := tx.Exec(ctx, `INSERT INTO poll_vote (post_id, account_id, position) VALUES ($1, $2, $3)
		ON CONFLICT (post_id, account_id, position) DO NOTHING`, post, voter, choice)
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE poll_option SET votes = votes + 1 WHERE post_id = $1 AND position = $2`, post, choice)
	return err
}

func updateCounts(ctx context.Context, tx *db.Tx, p *Poll) error {
	if _, err := tx.Exec(ctx, `UPDATE poll SET voters = $2, closes_at = $3, counted_at = $4 WHERE post_id = $1`,
		p.PostID, p.Voters, micro(p.ClosesAt), micro(p.CountedAt)); err != nil {
		return err
	}
	for i, o := range p.Options {
		if _, err := tx.Exec(ctx, `UPDATE poll_option SET votes = $3 WHERE post_id = $1 AND position = $2`, p.PostID, i, o.Votes); err != nil {
			return err
		}
	}
	return nil
}

func closeOne(ctx context.Context, tx *db.Tx, post id.ID, at time.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE poll SET closed_at = $2 WHERE post_id = $1 AND closed_at = 0`, post, micro(at))
}

func overdue(ctx context.Context, tx *db.Tx, now time.Time, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT post_id FROM poll WHERE closed_at = 0 AND closes_at > 0 AND closes_at <= $1 ORDER BY closes_at LIMIT $2`, micro(now), limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func mark(ctx context.Context, tx *db.Tx, post id.ID, due bool) (int64, error) {
	return tx.Exec(ctx, `UPDATE poll SET due = $2 WHERE post_id = $1 AND due <> $2`, post, due)
}

func ask(ctx context.Context, tx *db.Tx, post id.ID, now time.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE poll SET counted_at = $2 WHERE post_id = $1 AND counted_at <= $3`, post, micro(now), micro(now.Add(-Stale)))
}

func voters(ctx context.Context, tx *db.Tx, post id.ID, local bool, limit int) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT v.account_id FROM poll_voter v JOIN account a ON a.id = v.account_id
		WHERE v.post_id = $1 AND a.local = $2 ORDER BY v.account_id DESC LIMIT $3`, post, local, limit)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func remove(ctx context.Context, tx *db.Tx, post id.ID) error {
	for _, statement := range []string{
		`DELETE FROM poll_vote WHERE post_id = $1`,
		`DELETE FROM poll_voter WHERE post_id = $1`,
		`DELETE FROM poll_option WHERE post_id = $1`,
		`DELETE FROM poll WHERE post_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, post); err != nil {
			return err
		}
	}
	return nil
}
