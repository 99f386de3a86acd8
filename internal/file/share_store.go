package file

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func insertShare(ctx context.Context, tx *db.Tx, s *Link) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_share (id, owner_id, node_id, label, password, created_at, expires_at, rights, note, kept, whole)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.ID, s.OwnerID, s.NodeID, s.Label, s.Password, s.CreatedAt.UnixMicro(), micro(s.ExpiresAt), s.Rights, s.Note, s.Kept, s.Whole)
	return err
}

func updateShare(ctx context.Context, tx *db.Tx, s *Link) error {
	_, err := tx.Exec(ctx, `UPDATE file_share SET label = $2, password = $3, expires_at = $4, rights = $5, note = $6, kept = $7, whole = $8 WHERE id = $1`,
		s.ID, s.Label, s.Password, micro(s.ExpiresAt), s.Rights, s.Note, s.Kept, s.Whole)
	return err
}

// countLink notes how much was added by a link on its last day.
func countLink(ctx context.Context, tx *db.Tx, s *Link) error {
	_, err := tx.Exec(ctx, `UPDATE file_share SET day = $2, added = $3, bytes = $4 WHERE id = $1`, s.ID, s.day, s.added, s.bytes)
	return err
}

// deleteShares deletes the links of a person.
func deleteShares(ctx context.Context, tx *db.Tx, owner id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM file_share WHERE owner_id = $1`, owner)
	return err
}

// sharesBy are the links of a person that have not run out, the newest first.
func sharesBy(ctx context.Context, tx *db.Tx, owner id.ID, now time.Time) ([]*Link, error) {
	rows, err := tx.Query(ctx, `SELECT `+shareColumns+` FROM file_share WHERE owner_id = $1 AND (expires_at = 0 OR expires_at > $2) ORDER BY id DESC`,
		owner, now.UnixMicro())
	return db.Collect(rows, err, func(r *db.Rows) (*Link, error) { return scanShare(r.Scan) })
}

const shareColumns = `id, owner_id, node_id, label, password, created_at, expires_at, rights, note, kept, whole, day, added, bytes`

func scanShare(scan func(...any) error) (*Link, error) {
	s := &Link{}
	var made, expires int64
	err := scan(&s.ID, &s.OwnerID, &s.NodeID, &s.Label, &s.Password, &made, &expires, &s.Rights, &s.Note, &s.Kept, &s.Whole, &s.day, &s.added, &s.bytes)
	s.CreatedAt = time.UnixMicro(made).UTC()
	if expires != 0 {
		s.ExpiresAt = time.UnixMicro(expires).UTC()
	}
	return s, err
}

func getShare(ctx context.Context, tx *db.Tx, share id.ID) (*Link, error) {
	return scanShare(tx.QueryRow(ctx, `SELECT `+shareColumns+` FROM file_share WHERE id = $1`, share).Scan)
}

func listShares(ctx context.Context, tx *db.Tx, node id.ID, now time.Time) ([]*Link, error) {
	rows, err := tx.Query(ctx, `SELECT `+shareColumns+` FROM file_share WHERE node_id = $1 AND (expires_at = 0 OR expires_at > $2) ORDER BY id DESC`,
		node, now.UnixMicro())
	return db.Collect(rows, err, func(r *db.Rows) (*Link, error) { return scanShare(r.Scan) })
}

func countShares(ctx context.Context, tx *db.Tx, node id.ID) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM file_share WHERE node_id = $1`, node).Scan(&n)
	return n, err
}

func deleteShare(ctx context.Context, tx *db.Tx, owner, share id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM file_share WHERE owner_id = $1 AND id = $2`, owner, share)
	return err
}
