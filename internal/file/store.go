package file

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const columns = `n.id, n.number, n.owner_id, n.parent_id, n.name, n.folder, n.blob, n.size, n.mime, n.checksums, n.etag, n.favorite,
	n.modified_at, n.made_at, n.uploaded_at, n.target_id`

func scan(r *db.Rows) (*Node, error) {
	n := &Node{Rights: All}
	var modified, made, uploaded int64
	err := r.Scan(&n.ID, &n.Number, &n.OwnerID, &n.ParentID, &n.Name, &n.Folder, &n.Blob, &n.Size, &n.Mime, &n.Checksums, &n.Etag, &n.Favorite,
		&modified, &made, &uploaded, &n.Target)
	n.ModifiedAt, n.UploadedAt = time.UnixMicro(modified).UTC(), time.UnixMicro(uploaded).UTC()
	if made != 0 {
		n.MadeAt = time.UnixMicro(made).UTC()
	}
	return n, err
}

func one(rows *db.Rows, err error) (*Node, error) {
	all, err := db.Collect(rows, err, scan)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.ErrNoRows
	}
	return all[0], nil
}

func getNode(ctx context.Context, tx *db.Tx, node id.ID) (*Node, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.id = $1`, node))
}

func getNumber(ctx context.Context, tx *db.Tx, number int64) (*Node, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.number = $1`, number))
}

func getChild(ctx context.Context, tx *db.Tx, parent id.ID, folded string) (*Node, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.parent_id = $1 AND n.folded = $2`, parent, folded))
}

// children are what a folder holds, by name.
func children(ctx context.Context, tx *db.Tx, parent id.ID) ([]*Node, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.parent_id = $1 ORDER BY n.folded`, parent)
	return db.Collect(rows, err, scan)
}

// someChildren are the first of children.
func someChildren(ctx context.Context, tx *db.Tx, parent id.ID, most int) ([]*Node, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.parent_id = $1 ORDER BY n.folded LIMIT $2`, parent, most)
	return db.Collect(rows, err, scan)
}

// above are the folders a node is in, the nearest first.
func above(ctx context.Context, tx *db.Tx, node id.ID) ([]*Node, error) {
	rows, err := tx.Query(ctx, `WITH RECURSIVE up (id, depth) AS (
			SELECT f.parent_id, 1 FROM file_node f WHERE f.id = $1
			UNION ALL SELECT p.parent_id, up.depth + 1 FROM up JOIN file_node p ON p.id = up.id)
		SELECT `+columns+` FROM up JOIN file_node n ON n.id = up.id ORDER BY up.depth`, node)
	return db.Collect(rows, err, scan)
}

// below is a node and everything in it, no folder after what it holds.
func below(ctx context.Context, tx *db.Tx, node id.ID, most int) ([]*Node, error) {
	rows, err := tx.Query(ctx, `WITH RECURSIVE down (id, depth) AS (
			SELECT f.id, 0 FROM file_node f WHERE f.id = $1
			UNION ALL SELECT c.id, down.depth + 1 FROM down JOIN file_node c ON c.parent_id = down.id)
		SELECT `+columns+` FROM down JOIN file_node n ON n.id = down.id ORDER BY down.depth, n.id LIMIT $2`, node, most)
	return db.Collect(rows, err, scan)
}

func insertNode(ctx context.Context, tx *db.Tx, n *Node, folded string) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_node (id, number, owner_id, parent_id, name, folded, folder, blob, size, mime, checksums, etag, favorite,
			modified_at, made_at, uploaded_at, target_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		n.ID, n.Number, n.OwnerID, n.ParentID, n.Name, folded, n.Folder, n.Blob, n.Size, n.Mime, n.Checksums, n.Etag, n.Favorite,
		n.ModifiedAt.UnixMicro(), micro(n.MadeAt), n.UploadedAt.UnixMicro(), n.Target)
	return err
}

// replace gives a file other content.
func replace(ctx context.Context, tx *db.Tx, n *Node) error {
	_, err := tx.Exec(ctx, `UPDATE file_node SET blob = $2, size = $3, mime = $4, checksums = $5, etag = $6, modified_at = $7, made_at = $8, uploaded_at = $9
		WHERE id = $1`, n.ID, n.Blob, n.Size, n.Mime, n.Checksums, n.Etag, n.ModifiedAt.UnixMicro(), micro(n.MadeAt), n.UploadedAt.UnixMicro())
	return err
}

// place puts a node elsewhere, or calls it otherwise.
func place(ctx context.Context, tx *db.Tx, n *Node, folded string) error {
	_, err := tx.Exec(ctx, `UPDATE file_node SET parent_id = $2, name = $3, folded = $4, mime = $5, etag = $6 WHERE id = $1`,
		n.ID, n.ParentID, n.Name, folded, n.Mime, n.Etag)
	return err
}

// mark sets what is said of a node and not held by it.
func mark(ctx context.Context, tx *db.Tx, n *Node) error {
	_, err := tx.Exec(ctx, `UPDATE file_node SET favorite = $2, modified_at = $3, made_at = $4, etag = $5 WHERE id = $1`,
		n.ID, n.Favorite, n.ModifiedAt.UnixMicro(), micro(n.MadeAt), n.Etag)
	return err
}

// touch gives a folder and all above it a new etag, and adds to their sizes.
func touch(ctx context.Context, tx *db.Tx, folder id.ID, etag Etag, delta int64) error {
	_, err := tx.Exec(ctx, `UPDATE file_node SET etag = $2, size = size + $3 WHERE id IN (
		WITH RECURSIVE up (id) AS (
			SELECT CAST($1 AS BIGINT)
			UNION ALL SELECT p.parent_id FROM up JOIN file_node p ON p.id = up.id WHERE p.parent_id <> 0)
		SELECT id FROM up)`, folder, etag, delta)
	return err
}

// removeBelow deletes a node and all it holds, with what is said of them.
func removeBelow(ctx context.Context, tx *db.Tx, node id.ID) error {
	for _, statement := range [...]string{
		`DELETE FROM file_version WHERE node_id IN (` + belowIDs + `)`,
		`DELETE FROM file_property WHERE node_id IN (` + belowIDs + `)`,
		`DELETE FROM file_lock WHERE node_id IN (` + belowIDs + `)`,
		`DELETE FROM file_trash WHERE node_id IN (` + belowIDs + `)`,
		`DELETE FROM file_share WHERE node_id IN (` + belowIDs + `)`,
		`DELETE FROM file_node WHERE id IN (` + belowIDs + `)`,
	} {
		if _, err := tx.Exec(ctx, statement, node); err != nil {
			return err
		}
	}
	return nil
}

const belowIDs = `WITH RECURSIVE down (id) AS (
	SELECT CAST($1 AS BIGINT)
	UNION ALL SELECT c.id FROM down JOIN file_node c ON c.parent_id = down.id)
	SELECT id FROM down`

// versionsBelow is how many bytes the versions of a node and all it holds take up.
func versionsBelow(ctx context.Context, tx *db.Tx, node id.ID) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(SUM(size), 0) FROM file_version WHERE node_id IN (`+belowIDs+`)`, node).Scan(&n)
	return n, err
}

func setFavorites(ctx context.Context, tx *db.Tx, owner, above id.ID, most int) ([]*Node, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.owner_id = $1 AND n.favorite AND n.id > $2 ORDER BY n.id LIMIT $3`, owner, above, most)
	return db.Collect(rows, err, scan)
}

func getSpace(ctx context.Context, tx *db.Tx, owner id.ID) (*space, error) {
	s := &space{Owner: owner}
	err := tx.QueryRow(ctx, `SELECT home_id, trash_id, quota, versions_size, granted FROM file_space WHERE owner_id = $1`, owner).Scan(&s.Home, &s.Trash, &s.Quota, &s.Versions, &s.Granted)
	return s, err
}

func insertSpace(ctx context.Context, tx *db.Tx, s *space) (int64, error) {
	return tx.Exec(ctx, `INSERT INTO file_space (owner_id, home_id, trash_id, quota, versions_size) VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING`,
		s.Owner, s.Home, s.Trash, s.Quota)
}

// lockSpace keeps others from changing a person's tree until the transaction ends.
func lockSpace(ctx context.Context, tx *db.Tx, owner id.ID) (int64, error) {
	return tx.Exec(ctx, `UPDATE file_space SET versions_size = versions_size WHERE owner_id = $1`, owner)
}

func addVersions(ctx context.Context, tx *db.Tx, owner id.ID, delta int64) error {
	_, err := tx.Exec(ctx, `UPDATE file_space SET versions_size = versions_size + $2 WHERE owner_id = $1`, owner, delta)
	return err
}

func setQuota(ctx context.Context, tx *db.Tx, owner id.ID, quota int64) error {
	_, err := tx.Exec(ctx, `UPDATE file_space SET quota = $2 WHERE owner_id = $1`, owner, quota)
	return err
}

func deleteSpace(ctx context.Context, tx *db.Tx, owner id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM file_space WHERE owner_id = $1`, owner)
	return err
}

// takeNumbers reserves numbers for nodes and returns the first.
func takeNumbers(ctx context.Context, tx *db.Tx, n int64) (first int64, err error) {
	err = tx.QueryRow(ctx, `UPDATE file_number SET next = next + $1 WHERE id = 1 RETURNING next`, n).Scan(&first)
	return first - n, err
}

// usedBlobs are those of hashes that a file or a version refers to.
func usedBlobs(ctx context.Context, tx *db.Tx, hashes []string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT blob FROM file_node WHERE blob = ANY($1) UNION SELECT blob FROM file_version WHERE blob = ANY($1)`, hashes)
	return db.Collect(rows, err, db.Scalar[string])
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// wordsBeside are the captions in a folder whose names begin so.
func wordsBeside(ctx context.Context, tx *db.Tx, parent id.ID, begin string, length, most int) ([]*Node, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM file_node n WHERE n.parent_id = $1 AND n.mime = 'text/vtt' AND substr(n.folded, 1, $3) = $2 ORDER BY n.folded LIMIT $4`, parent, begin, length, most)
	return db.Collect(rows, err, scan)
}
