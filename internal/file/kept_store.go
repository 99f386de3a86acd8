package file

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// What is kept of a tree besides what stands in it: the trash, versions, and what clients say.

const trashColumns = columns + `, t.name, t.path, t.parent_id, t.deleted_at`

func scanTrash(r *db.Rows) (*Trashed, error) {
	t := &Trashed{Node: &Node{Rights: All}}
	n := t.Node
	var modified, made, uploaded, deleted int64
	err := r.Scan(&n.ID, &n.Number, &n.OwnerID, &n.ParentID, &n.Name, &n.Folder, &n.Blob, &n.Size, &n.Mime, &n.Checksums, &n.Etag, &n.Favorite,
		&modified, &made, &uploaded, &n.Target, &t.Was, &t.From, &t.ParentID, &deleted)
	n.ModifiedAt, n.UploadedAt, t.DeletedAt = time.UnixMicro(modified).UTC(), time.UnixMicro(uploaded).UTC(), time.UnixMicro(deleted).UTC()
	if made != 0 {
		n.MadeAt = time.UnixMicro(made).UTC()
	}
	return t, err
}

func insertTrash(ctx context.Context, tx *db.Tx, t *Trashed) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_trash (node_id, owner_id, name, path, parent_id, deleted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.Node.ID, t.OwnerID, t.Was, t.From, t.ParentID, t.DeletedAt.UnixMicro())
	return err
}

func getTrash(ctx context.Context, tx *db.Tx, node id.ID) (*Trashed, error) {
	rows, err := tx.Query(ctx, `SELECT `+trashColumns+` FROM file_trash t JOIN file_node n ON n.id = t.node_id WHERE t.node_id = $1`, node)
	all, err := db.Collect(rows, err, scanTrash)
	if err == nil && len(all) == 0 {
		err = db.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// listTrash is what a person threw away, the latest first.
func listTrash(ctx context.Context, tx *db.Tx, owner id.ID) ([]*Trashed, error) {
	rows, err := tx.Query(ctx, `SELECT `+trashColumns+` FROM file_trash t JOIN file_node n ON n.id = t.node_id WHERE t.owner_id = $1
		ORDER BY t.deleted_at DESC, t.node_id DESC`, owner)
	return db.Collect(rows, err, scanTrash)
}

// oldTrash is what was thrown away before a moment, of anybody.
func oldTrash(ctx context.Context, tx *db.Tx, before time.Time, most int) ([]*Trashed, error) {
	rows, err := tx.Query(ctx, `SELECT `+trashColumns+` FROM file_trash t JOIN file_node n ON n.id = t.node_id WHERE t.deleted_at < $1
		ORDER BY t.deleted_at LIMIT $2`, before.UnixMicro(), most)
	return db.Collect(rows, err, scanTrash)
}

func deleteTrash(ctx context.Context, tx *db.Tx, node id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM file_trash WHERE node_id = $1`, node)
	return err
}

const versionColumns = `id, node_id, owner_id, blob, size, mime, checksums, modified_at, kept_at`

func scanVersion(r *db.Rows) (*Version, error) {
	v := &Version{}
	var modified, kept int64
	err := r.Scan(&v.ID, &v.NodeID, &v.OwnerID, &v.Blob, &v.Size, &v.Mime, &v.Checksums, &modified, &kept)
	v.ModifiedAt, v.KeptAt = time.UnixMicro(modified).UTC(), time.UnixMicro(kept).UTC()
	return v, err
}

func insertVersion(ctx context.Context, tx *db.Tx, v *Version) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_version (`+versionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		v.ID, v.NodeID, v.OwnerID, v.Blob, v.Size, v.Mime, v.Checksums, v.ModifiedAt.UnixMicro(), v.KeptAt.UnixMicro())
	return err
}

func listVersions(ctx context.Context, tx *db.Tx, node id.ID) ([]*Version, error) {
	rows, err := tx.Query(ctx, `SELECT `+versionColumns+` FROM file_version WHERE node_id = $1 ORDER BY id DESC`, node)
	return db.Collect(rows, err, scanVersion)
}

// versionsBeyond are those of a file after the latest so many.
func versionsBeyond(ctx context.Context, tx *db.Tx, node id.ID, kept int) ([]*Version, error) {
	rows, err := tx.Query(ctx, `SELECT `+versionColumns+` FROM file_version WHERE node_id = $1 ORDER BY id DESC LIMIT 1000 OFFSET $2`, node, kept)
	return db.Collect(rows, err, scanVersion)
}

func getVersion(ctx context.Context, tx *db.Tx, node, which id.ID) (*Version, error) {
	rows, err := tx.Query(ctx, `SELECT `+versionColumns+` FROM file_version WHERE node_id = $1 AND id = $2`, node, which)
	all, err := db.Collect(rows, err, scanVersion)
	if err == nil && len(all) == 0 {
		err = db.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func deleteVersion(ctx context.Context, tx *db.Tx, which id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM file_version WHERE id = $1`, which)
	return err
}
