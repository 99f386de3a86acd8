package relationship

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const followColumns = `id, follower_id, followed_id, accepted, boosts, notify, uri, created_at`

func scanFollow(r *db.Rows) (f Follow, err error) {
	var made int64
	err = r.Scan(&f.ID, &f.Follower, &f.Followed, &f.Accepted, &f.Boosts, &f.Notify, &f.URI, &made)
	f.CreatedAt = time.UnixMicro(made).UTC()
	return f, err
}

func getFollow(ctx context.Context, tx *db.Tx, follower, followed id.ID) (*Follow, error) {
	rows, err := tx.Query(ctx, `SELECT `+followColumns+` FROM follow WHERE followed_id = $1 AND follower_id = $2`, followed, follower)
	all, err := db.Collect(rows, err, scanFollow)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.ErrNoRows
	}
	return &all[0], nil
}

func putFollow(ctx context.Context, tx *db.Tx, f *Follow) error {
	_, err := tx.Exec(ctx, `INSERT INTO follow (`+followColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (followed_id, follower_id) DO UPDATE SET accepted = excluded.accepted, boosts = excluded.boosts,
		notify = excluded.notify, uri = excluded.uri`,
		f.ID, f.Follower, f.Followed, f.Accepted, f.Boosts, f.Notify, f.URI, f.CreatedAt.UnixMicro())
	return err
}

func deleteFollow(ctx context.Context, tx *db.Tx, f *Follow) error {
	_, err := tx.Exec(ctx, `DELETE FROM follow WHERE id = $1`, f.ID)
	return err
}

func getBlock(ctx context.Context, tx *db.Tx, by, of id.ID) (*Block, error) {
	b := &Block{By: by, Of: of}
	var made int64
	err := tx.QueryRow(ctx, `SELECT id, uri, created_at FROM block WHERE account_id = $1 AND target_id = $2`, by, of).Scan(&b.ID, &b.URI, &made)
	b.CreatedAt = time.UnixMicro(made).UTC()
	return b, err
}

func putBlock(ctx context.Context, tx *db.Tx, b *Block) error {
	_, err := tx.Exec(ctx, `INSERT INTO block (id, account_id, target_id, uri, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, target_id) DO UPDATE SET uri = excluded.uri`, b.ID, b.By, b.Of, b.URI, b.CreatedAt.UnixMicro())
	return err
}

func deleteBlock(ctx context.Context, tx *db.Tx, b *Block) error {
	_, err := tx.Exec(ctx, `DELETE FROM block WHERE id = $1`, b.ID)
	return err
}

// blocked reports whether either has blocked the other.
func blocked(ctx context.Context, tx *db.Tx, a, b id.ID) (yes bool, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) > 0 FROM block WHERE (account_id = $1 AND target_id = $2) OR (account_id = $2 AND target_id = $1)`, a, b).Scan(&yes)
	return yes, err
}

func followsBetween(ctx context.Context, tx *db.Tx, me id.ID, them []id.ID) ([]Follow, error) {
	rows, err := tx.Query(ctx, `SELECT `+followColumns+` FROM follow WHERE (follower_id = $1 AND followed_id = ANY($2))
		OR (followed_id = $1 AND follower_id = ANY($2))`, me, them)
	return db.Collect(rows, err, scanFollow)
}

type pair struct{ by, of id.ID }

func blocksBetween(ctx context.Context, tx *db.Tx, me id.ID, them []id.ID) ([]pair, error) {
	rows, err := tx.Query(ctx, `SELECT account_id, target_id FROM block WHERE (account_id = $1 AND target_id = ANY($2))
		OR (target_id = $1 AND account_id = ANY($2))`, me, them)
	return db.Collect(rows, err, func(r *db.Rows) (p pair, err error) {
		err = r.Scan(&p.by, &p.of)
		return p, err
	})
}

// blocksBy reads a page of the blocks of who, by their ids.
func blocksBy(ctx context.Context, tx *db.Tx, who id.ID, p id.Page) ([]end, error) {
	query, args := db.Paged(`SELECT id, target_id FROM block WHERE account_id = $1`, "id", p, who)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, func(r *db.Rows) (e end, err error) {
		err = r.Scan(&e.tie, &e.account)
		return e, err
	})
	return id.NewestFirst(p, all), err
}

// listed reads a page of follows, by their ids.
func listed(ctx context.Context, tx *db.Tx, side string, who id.ID, accepted bool, p id.Page) ([]Follow, error) {
	query, args := db.Paged(`SELECT `+followColumns+` FROM follow WHERE `+side+` = $1 AND accepted = $2`, "id", p, who, accepted)
	rows, err := tx.Query(ctx, query, args...)
	all, err := db.Collect(rows, err, scanFollow)
	return id.NewestFirst(p, all), err
}

// The sides of a follow.
const (
	follower = "follower_id"
	followed = "followed_id"
)

func localFollowers(ctx context.Context, tx *db.Tx, who id.ID, boosts bool) ([]id.ID, error) {
	rows, err := tx.Query(ctx, `SELECT f.follower_id FROM follow f JOIN account a ON a.id = f.follower_id
		WHERE f.followed_id = $1 AND f.accepted AND a.local AND (f.boosts OR NOT $2) ORDER BY f.follower_id`, who, boosts)
	return db.Collect(rows, err, db.Scalar[id.ID])
}

func followerInboxes(ctx context.Context, tx *db.Tx, who id.ID, after string, limit int) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END AS inbox
		FROM follow f JOIN account a ON a.id = f.follower_id
		WHERE f.followed_id = $1 AND f.accepted AND NOT a.local AND a.gone_at = 0
		AND CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END > $2 ORDER BY inbox LIMIT $3`, who, after, limit)
	return db.Collect(rows, err, db.Scalar[string])
}

// tiesWithLocals are the granted follows between who and those who live here.
func tiesWithLocals(ctx context.Context, tx *db.Tx, who id.ID) ([]Follow, error) {
	rows, err := tx.Query(ctx, `SELECT `+followColumns+` FROM follow WHERE accepted AND (
		(follower_id = $1 AND followed_id IN (SELECT id FROM account WHERE local)) OR
		(followed_id = $1 AND follower_id IN (SELECT id FROM account WHERE local)))`, who)
	return db.Collect(rows, err, scanFollow)
}

func deleteAll(ctx context.Context, tx *db.Tx, who id.ID) error {
	for _, statement := range []string{
		`DELETE FROM follow WHERE follower_id = $1 OR followed_id = $1`,
		`DELETE FROM block WHERE account_id = $1 OR target_id = $1`,
	} {
		if _, err := tx.Exec(ctx, statement, who); err != nil {
			return err
		}
	}
	return nil
}
