package inbox

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// insertSeen remembers an activity. fresh is false for one that is remembered already.
func insertSeen(ctx context.Context, tx *db.Tx, uri string, at time.Time) (fresh bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO seen (uri, seen_at) VALUES ($1, $2) ON CONFLICT (uri) DO NOTHING`, uri, at.UnixMicro())
	return n == 1, err
}

func forgetSeen(ctx context.Context, tx *db.Tx, before time.Time, limit int) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM seen WHERE uri IN (SELECT uri FROM seen WHERE seen_at < $1 ORDER BY seen_at LIMIT $2)`,
		before.UnixMicro(), limit)
}

// An incoming is an activity that waits for what it needs.
type incoming struct {
	id       id.ID
	signer   id.ID
	to       id.ID // whose own inbox it came to, 0 for that of all
	body     []byte
	received time.Time
}

func insertIncoming(ctx context.Context, tx *db.Tx, in *incoming) error {
	_, err := tx.Exec(ctx, `INSERT INTO incoming (id, account_id, body, received_at, to_id) VALUES ($1, $2, $3, $4, $5)`,
		in.id, in.signer, in.body, in.received.UnixMicro(), in.to)
	return err
}

func getIncoming(ctx context.Context, tx *db.Tx, which id.ID) (*incoming, error) {
	in := &incoming{id: which}
	var at int64
	err := tx.QueryRow(ctx, `SELECT account_id, body, received_at, to_id FROM incoming WHERE id = $1`, which).Scan(&in.signer, &in.body, &at, &in.to)
	in.received = time.UnixMicro(at)
	return in, err
}

func deleteIncoming(ctx context.Context, tx *db.Tx, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM incoming WHERE id = $1`, which)
	return err
}

func forgetIncoming(ctx context.Context, tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM incoming WHERE received_at < $1`, before.UnixMicro())
	return err
}

// followedHere reports whether anyone who lives here follows an account.
func followedHere(ctx context.Context, tx *db.Tx, who id.ID) (bool, error) {
	return exists(ctx, tx, `SELECT 1 FROM follow f JOIN account a ON a.id = f.follower_id
		WHERE f.followed_id = $1 AND f.accepted AND a.local LIMIT 1`, who)
}

// addressedHere reports whether one of uris lives here and has not blocked who.
func addressedHere(ctx context.Context, tx *db.Tx, uris []string, who id.ID) (bool, error) {
	return exists(ctx, tx, `SELECT 1 FROM account a WHERE a.uri = ANY($1) AND a.local AND a.gone_at = 0
		AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account_id = a.id AND b.target_id = $2) LIMIT 1`, uris, who)
}

// answerable reports whether a post is here, open to all, whose author has not blocked who.
func answerable(ctx context.Context, tx *db.Tx, uri string, who id.ID) (bool, error) {
	return exists(ctx, tx, `SELECT 1 FROM post p WHERE p.uri = $1 AND p.visibility IN ('public', 'unlisted') AND NOT p.here_only
		AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account_id = p.author_id AND b.target_id = $2)`, uri, who)
}

// openPost reports whether a post is here and open to all.
func openPost(ctx context.Context, tx *db.Tx, uri string) (bool, error) {
	return exists(ctx, tx, `SELECT 1 FROM post WHERE uri = $1 AND visibility IN ('public', 'unlisted') AND NOT here_only`, uri)
}

// livesHere reports whether a canonical id is of one who lives here.
func livesHere(ctx context.Context, tx *db.Tx, uri string) (bool, error) {
	return exists(ctx, tx, `SELECT 1 FROM account WHERE uri = $1 AND local AND gone_at = 0`, uri)
}

func exists(ctx context.Context, tx *db.Tx, query string, args ...any) (bool, error) {
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, db.Scalar[int64])
	return len(all) > 0, err
}

// askedBy is the one who lives here whose follow of an account has a uri, 0 where there is none.
func askedBy(ctx context.Context, tx *db.Tx, followed id.ID, uri string) (id.ID, error) {
	return first(ctx, tx, `SELECT f.follower_id FROM follow f JOIN account a ON a.id = f.follower_id
		WHERE f.followed_id = $1 AND f.uri = $2 AND a.local`, followed, uri)
}

// A deed is what somebody did to another or a post; one of its ids is not 0, or none.
type deed struct{ followed, blocked, liked, boosted id.ID }

// deedOf finds what an account did by the id it gave that.
func deedOf(ctx context.Context, tx *db.Tx, by id.ID, uri string) (d deed, err error) {
	for _, try := range []struct {
		into  *id.ID
		query string
	}{
		{&d.followed, `SELECT followed_id FROM follow WHERE follower_id = $1 AND uri = $2`},
		{&d.liked, `SELECT post_id FROM liked WHERE account_id = $1 AND uri = $2`},
		{&d.boosted, `SELECT post_id FROM boost WHERE account_id = $1 AND uri = $2`},
		{&d.blocked, `SELECT target_id FROM block WHERE account_id = $1 AND uri = $2`},
	} {
		if *try.into, err = first(ctx, tx, try.query, by, uri); err != nil || *try.into != 0 {
			return d, err
		}
	}
	return d, nil
}

func first(ctx context.Context, tx *db.Tx, query string, args ...any) (id.ID, error) {
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, db.Scalar[id.ID])
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return all[0], nil
}
