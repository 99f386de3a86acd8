package file

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func insertShare(ctx context.Context, tx *db.Tx, s *Link) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_share (id, owner_id, node_id, label, password, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.ID, s.OwnerID, s.NodeID, s.Label, s.Password, s.CreatedAt.UnixMicro(), micro(s.ExpiresAt))
	return err
}

const shareColumns = `id, owner_id, node_id, label, password, created_at, expires_at`

func scanShare(scan func(...any) error) (*Link, error) {
	s := &Link{}
	var made, expires int64
	err := scan(&s.ID, &s.OwnerID, &s.NodeID, &s.Label, &s.Password, &made, &expires)
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
