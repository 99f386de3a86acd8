package file

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// listLocks are those of a person that have not ended.
func listLocks(ctx context.Context, tx *db.Tx, owner id.ID, now time.Time) ([]*Lock, error) {
	rows, err := tx.Query(ctx, `SELECT token, node_id, shared, deep, holder, lasts, ends_at FROM file_lock WHERE owner_id = $1 AND ends_at > $2 ORDER BY token`,
		owner, now.UnixMicro())
	return db.Collect(rows, err, func(r *db.Rows) (*Lock, error) {
		l := &Lock{}
		var lasts, ends int64
		err := r.Scan(&l.Token, &l.NodeID, &l.Shared, &l.Deep, &l.Holder, &lasts, &ends)
		l.Lasts, l.EndsAt = time.Duration(lasts)*time.Microsecond, time.UnixMicro(ends).UTC()
		return l, err
	})
}

func insertLock(ctx context.Context, tx *db.Tx, owner id.ID, l *Lock) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_lock (token, owner_id, node_id, shared, deep, holder, lasts, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		l.Token, owner, l.NodeID, l.Shared, l.Deep, l.Holder, l.Lasts.Microseconds(), l.EndsAt.UnixMicro())
	return err
}

func refreshLock(ctx context.Context, tx *db.Tx, l *Lock) error {
	_, err := tx.Exec(ctx, `UPDATE file_lock SET lasts = $2, ends_at = $3 WHERE token = $1`, l.Token, l.Lasts.Microseconds(), l.EndsAt.UnixMicro())
	return err
}

func deleteLock(ctx context.Context, tx *db.Tx, token string) error {
	_, err := tx.Exec(ctx, `DELETE FROM file_lock WHERE token = $1`, token)
	return err
}

func deleteEnded(ctx context.Context, tx *db.Tx, owner id.ID, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM file_lock WHERE owner_id = $1 AND ends_at <= $2`, owner, now.UnixMicro())
	return err
}

// unlockBelow ends the locks on a node and all it holds: they are of a place, not of what stands there (RFC 4918 §7.5).
func unlockBelow(ctx context.Context, tx *db.Tx, owner, node id.ID) error {
	held := false
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM file_lock WHERE owner_id = $1)`, owner).Scan(&held)
	if err != nil || !held {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM file_lock WHERE node_id IN (`+belowIDs+`)`, node)
	return err
}
