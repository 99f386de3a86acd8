package comment

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

const columns = `id, post_id, owner_id, below_post_id, below_id, guest_id, name, text, language, state, reason, tell, print, created_at, decided_at, hears`

func scan(r *db.Rows) (*Comment, error) {
	c := &Comment{}
	var made, decided int64
	err := r.Scan(&c.ID, &c.PostID, &c.OwnerID, &c.BelowPostID, &c.BelowID, &c.GuestID, &c.Name, &c.Text, &c.Language, &c.State, &c.Reason,
		&c.Tell, &c.print, &made, &decided, &c.Hears)
	c.CreatedAt, c.DecidedAt = moment(made), moment(decided)
	return c, err
}

func insert(ctx context.Context, tx *db.Tx, c *Comment) error {
	_, err := tx.Exec(ctx, `INSERT INTO comment (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		c.ID, c.PostID, c.OwnerID, c.BelowPostID, c.BelowID, c.GuestID, c.Name, c.Text, c.Language, string(c.State), c.Reason, c.Tell, c.print,
		micro(c.CreatedAt), micro(c.DecidedAt), c.Hears)
	return err
}

func withIDs(ctx context.Context, tx *db.Tx, ids []id.ID) ([]*Comment, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM comment WHERE id = ANY($1) ORDER BY id`, ids)
	return db.Collect(rows, err, scan)
}

func under(ctx context.Context, tx *db.Tx, posts []id.ID, limit int) ([]*Comment, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM comment WHERE below_post_id = ANY($1) AND state IN ('shown', 'waiting', 'hidden', 'withdrawn')
		ORDER BY id LIMIT $2`, posts, limit)
	return db.Collect(rows, err, scan)
}

func ofGuest(ctx context.Context, tx *db.Tx, who id.ID, limit int) ([]*Comment, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM comment WHERE guest_id = $1 AND state <> 'withdrawn' ORDER BY id DESC LIMIT $2`, who, limit)
	return db.Collect(rows, err, scan)
}

func waiting(ctx context.Context, tx *db.Tx, owner id.ID, limit int) ([]*Comment, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM comment WHERE owner_id = $1 AND state = 'waiting' ORDER BY id LIMIT $2`, owner, limit)
	return db.Collect(rows, err, scan)
}

func countWaiting(ctx context.Context, tx *db.Tx, owner id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM comment WHERE owner_id = $1 AND state = 'waiting'`, owner).Scan(&n)
	return n, err
}

func setState(ctx context.Context, tx *db.Tx, c *Comment) error {
	_, err := tx.Exec(ctx, `UPDATE comment SET state = $2, reason = $3, decided_at = $4 WHERE id = $1`, c.ID, string(c.State), c.Reason, micro(c.DecidedAt))
	return err
}

// blank takes a comment's words away; what others answered keeps its place.
func blank(ctx context.Context, tx *db.Tx, which id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE comment SET state = 'withdrawn', name = '', text = '', reason = '', print = 0, decided_at = $2 WHERE id = $1`, which, micro(at))
	return err
}

// A crowd is how many comments there are already.
type crowd struct{ same, alike, askedOfGuest, waitingOnPost, waitingOfOwner, asked int }

func countRoom(ctx context.Context, tx *db.Tx, c *Comment, since time.Time) (n crowd, err error) {
	err = tx.QueryRow(ctx, `SELECT
		(SELECT count(*) FROM comment WHERE print = $1 AND guest_id = $2 AND post_id = $3 AND below_id = $6),
		(SELECT count(*) FROM comment WHERE print = $1 AND created_at > $5),
		(SELECT count(*) FROM comment WHERE guest_id = $2 AND state = 'asked'),
		(SELECT count(*) FROM comment WHERE post_id = $3 AND state = 'waiting'),
		(SELECT count(*) FROM comment WHERE owner_id = $4 AND state = 'waiting'),
		(SELECT count(*) FROM comment WHERE state = 'asked')`,
		c.print, c.GuestID, c.PostID, c.OwnerID, micro(since), c.BelowID).Scan(&n.same, &n.alike, &n.askedOfGuest, &n.waitingOnPost, &n.waitingOfOwner, &n.asked)
	return n, err
}

// shutOut reports whether an owner once called a comment of a guest spam.
func shutOut(ctx context.Context, tx *db.Tx, owner, who id.ID) (out bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM comment WHERE guest_id = $2 AND owner_id = $1 AND state = 'spam')`, owner, who).Scan(&out)
	return out, err
}

func forgetPost(ctx context.Context, tx *db.Tx, post id.ID) error {
	for _, statement := range []string{
		`DELETE FROM comment_answer WHERE post_id = $1 OR comment_id IN (SELECT id FROM comment WHERE post_id = $1 OR below_post_id = $1)`,
		`DELETE FROM comment WHERE post_id = $1 OR below_post_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, post); err != nil {
			return err
		}
	}
	return nil
}

func insertAnswer(ctx context.Context, tx *db.Tx, post, answered id.ID) error {
	_, err := tx.Exec(ctx, `INSERT INTO comment_answer (post_id, comment_id) VALUES ($1, $2)`, post, answered)
	return err
}

// answersOf are the comments that posts answer, by post.
func answersOf(ctx context.Context, tx *db.Tx, comments []id.ID) (map[id.ID]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT post_id, comment_id FROM comment_answer WHERE comment_id = ANY($1) ORDER BY post_id`, comments)
	out := map[id.ID]id.ID{}
	_, err = db.Collect(rows, err, func(r *db.Rows) (struct{}, error) {
		var post, answered id.ID
		err := r.Scan(&post, &answered)
		out[post] = answered
		return struct{}{}, err
	})
	return out, err
}

// quiet has a guest be written no more of what they asked to be told.
func quiet(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE comment SET hears = FALSE, tell = FALSE WHERE guest_id = $1`, who)
	return err
}

func forgetAsked(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM comment WHERE guest_id = $1 AND state = 'asked'`, who)
	return err
}

func forgetOld(ctx context.Context, tx *db.Tx, asked, decided time.Time) error {
	if _, err := tx.Exec(ctx, `DELETE FROM comment WHERE state = 'asked' AND created_at < $1`, micro(asked)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM comment WHERE state IN ('declined', 'withdrawn') AND decided_at < $1
		AND NOT EXISTS (SELECT 1 FROM comment AS answer WHERE answer.below_id = comment.id)
		AND NOT EXISTS (SELECT 1 FROM comment_answer a WHERE a.comment_id = comment.id)`, micro(decided)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM guest WHERE created_at < $1 AND NOT EXISTS (SELECT 1 FROM comment WHERE comment.guest_id = guest.id)
		AND NOT EXISTS (SELECT 1 FROM guest_trust t WHERE t.guest_id = guest.id)`, micro(decided))
	return err
}

const guestColumns = `id, address, folded, name, language, confirmed_at`

func guestWith(ctx context.Context, tx *db.Tx, where string, arg any) (*Guest, error) {
	rows, err := tx.Query(ctx, `SELECT `+guestColumns+` FROM guest WHERE `+where, arg)
	all, err := db.Collect(rows, err, func(r *db.Rows) (*Guest, error) {
		g := &Guest{}
		var confirmed int64
		err := r.Scan(&g.ID, &g.Address, &g.Folded, &g.Name, &g.Language, &confirmed)
		g.ConfirmedAt = moment(confirmed)
		return g, err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

func guestByID(ctx context.Context, tx *db.Tx, who id.ID) (*Guest, error) {
	return guestWith(ctx, tx, `id = $1`, who)
}

func guestByFolded(ctx context.Context, tx *db.Tx, folded string) (*Guest, error) {
	return guestWith(ctx, tx, `folded = $1`, folded)
}

func insertGuest(ctx context.Context, tx *db.Tx, g *Guest, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO guest (id, address, folded, name, language, confirmed_at, created_at) VALUES ($1, $2, $3, $4, $5, 0, $6)`,
		g.ID, g.Address, g.Folded, g.Name, g.Language, micro(at))
	return err
}

func confirmGuest(ctx context.Context, tx *db.Tx, who id.ID, name string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE guest SET name = $2, confirmed_at = CASE WHEN confirmed_at = 0 THEN $3 ELSE confirmed_at END WHERE id = $1`, who, name, micro(at))
	return err
}

func trusted(ctx context.Context, tx *db.Tx, guest, owner id.ID) (yes bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM guest_trust WHERE guest_id = $1 AND owner_id = $2)`, guest, owner).Scan(&yes)
	return yes, err
}

func putTrust(ctx context.Context, tx *db.Tx, guest, owner id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO guest_trust (guest_id, owner_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (guest_id, owner_id) DO NOTHING`,
		guest, owner, micro(at))
	return err
}

func dropTrust(ctx context.Context, tx *db.Tx, guest, owner id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM guest_trust WHERE guest_id = $1 AND owner_id = $2`, guest, owner)
	return err
}

func choice(ctx context.Context, tx *db.Tx, owner id.ID) (Choice, error) {
	rows, err := tx.Query(ctx, `SELECT who, rules FROM comment_choice WHERE account_id = $1`, owner)
	all, err := db.Collect(rows, err, func(r *db.Rows) (c Choice, err error) {
		err = r.Scan(&c.Who, &c.Rules)
		return c, err
	})
	if err != nil || len(all) == 0 {
		return Choice{Who: Held}, err
	}
	return all[0], nil
}

func putChoice(ctx context.Context, tx *db.Tx, owner id.ID, c Choice) error {
	_, err := tx.Exec(ctx, `INSERT INTO comment_choice (account_id, who, rules) VALUES ($1, $2, $3)
		ON CONFLICT (account_id) DO UPDATE SET who = excluded.who, rules = excluded.rules`, owner, string(c.Who), c.Rules)
	return err
}
