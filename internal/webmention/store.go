package webmention

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// sent is a page that is told of a post.
type sent struct {
	source      string
	staleAt     int64
	failedSince time.Time
}

// targets are the pages that were told of a post.
func targets(ctx context.Context, tx *db.Tx, post id.ID) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT target FROM webmention_sent WHERE post_id = $1 ORDER BY target`, post)
	return db.Collect(rows, err, db.Scalar[string])
}

// putSent keeps that a page is to be told of a post, once more if it was told before.
func putSent(ctx context.Context, tx *db.Tx, post id.ID, target, source string, linked bool, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO webmention_sent (post_id, target, source, linked, state, stale_at, failed_since)
		VALUES ($1, $2, $3, $4, 'due', $5, 0) ON CONFLICT (post_id, target) DO UPDATE SET linked = excluded.linked, state = 'due',
		stale_at = excluded.stale_at, failed_since = 0`, post, target, source, linked, at.UnixMicro())
	return err
}

func sentTo(ctx context.Context, tx *db.Tx, post id.ID, target string) (*sent, error) {
	s := &sent{}
	var failed int64
	err := tx.QueryRow(ctx, `SELECT source, stale_at, failed_since FROM webmention_sent WHERE post_id = $1 AND target = $2 AND state = 'due'`, post, target).
		Scan(&s.source, &s.staleAt, &failed)
	if failed != 0 {
		s.failedSince = time.UnixMicro(failed).UTC()
	}
	return s, err
}

func fails(ctx context.Context, tx *db.Tx, post id.ID, target string, since time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE webmention_sent SET failed_since = $3 WHERE post_id = $1 AND target = $2`, post, target, since.UnixMicro())
	return err
}

// settle keeps what came of telling a page, and forgets one that the post
// links to no more. It tells how many it changed: none where there is more to tell.
func settle(ctx context.Context, tx *db.Tx, post id.ID, target string, s *sent, state string) (int64, error) {
	n, err := tx.Exec(ctx, `UPDATE webmention_sent SET state = $4 WHERE post_id = $1 AND target = $2 AND stale_at = $3`, post, target, s.staleAt, state)
	if err != nil || n == 0 {
		return n, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM webmention_sent WHERE post_id = $1 AND target = $2 AND NOT linked`, post, target)
	return n, err
}
