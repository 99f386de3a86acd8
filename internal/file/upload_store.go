package file

import (
	"context"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/id"
)

const uploadColumns = `u.id, u.owner_id, u.name, u.draft, u.total, u.begun_at, u.used_at,
	(SELECT COALESCE(SUM(p.size), 0) FROM file_upload_piece p WHERE p.upload_id = u.id)`

func scanUpload(r *db.Rows) (*Upload, error) {
	u := &Upload{}
	var begun, used int64
	err := r.Scan(&u.ID, &u.OwnerID, &u.Name, &u.draft, &u.Total, &begun, &used, &u.Size)
	u.BegunAt, u.UsedAt = time.UnixMicro(begun).UTC(), time.UnixMicro(used).UTC()
	return u, err
}

func insertUpload(ctx context.Context, tx *db.Tx, u *Upload) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_upload (id, owner_id, name, draft, total, begun_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		u.ID, u.OwnerID, u.Name, u.draft, u.Total, u.BegunAt.UnixMicro(), u.UsedAt.UnixMicro())
	return err
}

func getUpload(ctx context.Context, tx *db.Tx, owner id.ID, name string) (*Upload, error) {
	rows, err := tx.Query(ctx, `SELECT `+uploadColumns+` FROM file_upload u WHERE u.owner_id = $1 AND u.name = $2`, owner, name)
	all, err := db.Collect(rows, err, scanUpload)
	if err == nil && len(all) == 0 {
		err = db.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func listUploads(ctx context.Context, tx *db.Tx, owner id.ID) ([]*Upload, error) {
	rows, err := tx.Query(ctx, `SELECT `+uploadColumns+` FROM file_upload u WHERE u.owner_id = $1 ORDER BY u.id`, owner)
	return db.Collect(rows, err, scanUpload)
}

// idleUploads are those to which nothing came since a moment, of anybody.
func idleUploads(ctx context.Context, tx *db.Tx, since time.Time, most int) ([]*Upload, error) {
	rows, err := tx.Query(ctx, `SELECT `+uploadColumns+` FROM file_upload u WHERE u.used_at < $1 ORDER BY u.used_at LIMIT $2`, since.UnixMicro(), most)
	return db.Collect(rows, err, scanUpload)
}

func countUploads(ctx context.Context, tx *db.Tx, owner id.ID) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*) FROM file_upload WHERE owner_id = $1`, owner).Scan(&n)
	return n, err
}

// useUpload notes that something came.
func useUpload(ctx context.Context, tx *db.Tx, upload id.ID, at time.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE file_upload SET used_at = $2 WHERE id = $1`, upload, at.UnixMicro())
}

func deleteUpload(ctx context.Context, tx *db.Tx, upload id.ID) (int64, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM file_upload_piece WHERE upload_id = $1`, upload); err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `DELETE FROM file_upload WHERE id = $1`, upload)
}

func putPiece(ctx context.Context, tx *db.Tx, upload id.ID, p *Piece) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_upload_piece (upload_id, name, size, start, draft, sum, sha1, arrived_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (upload_id, name) DO UPDATE SET size = excluded.size, start = excluded.start, draft = excluded.draft,
			sum = excluded.sum, sha1 = excluded.sha1, arrived_at = excluded.arrived_at`,
		upload, p.Name, p.Size, p.start, p.draft, state(p.end.Sum), state(p.sha1), p.ArrivedAt.UnixMicro())
	return err
}

// state is one of a hash, never NULL.
func state(b []byte) []byte { return append([]byte{}, b...) }

func listPieces(ctx context.Context, tx *db.Tx, upload id.ID) ([]*Piece, error) {
	rows, err := tx.Query(ctx, `SELECT name, size, start, draft, sum, sha1, arrived_at FROM file_upload_piece WHERE upload_id = $1 ORDER BY name`, upload)
	return db.Collect(rows, err, func(r *db.Rows) (*Piece, error) {
		p := &Piece{}
		var arrived int64
		err := r.Scan(&p.Name, &p.Size, &p.start, &p.draft, &p.end.Sum, &p.sha1, &arrived)
		p.ArrivedAt = time.UnixMicro(arrived).UTC()
		p.end = blob.Progress{Size: p.start + p.Size, Sum: p.end.Sum}
		return p, err
	})
}

// uploadsSize is how many bytes have come that are no file yet.
func uploadsSize(ctx context.Context, tx *db.Tx, owner id.ID) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(SUM(p.size), 0) FROM file_upload u JOIN file_upload_piece p ON p.upload_id = u.id WHERE u.owner_id = $1`, owner).Scan(&n)
	return n, err
}

// usedDrafts are those of drafts that belong to an upload.
func usedDrafts(ctx context.Context, tx *db.Tx, drafts []string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT draft FROM file_upload WHERE draft = ANY($1) UNION SELECT draft FROM file_upload_piece WHERE draft = ANY($1)`, drafts)
	return db.Collect(rows, err, db.Scalar[string])
}
