package file

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

const grantColumns = `g.id, g.owner_id, g.node_id, g.giver_id, g.via_id, g.receiver_id, g.mount_id, g.rights, g.note, g.created_at, g.expires_at`

func scanGrant(r *db.Rows) (*Grant, error) {
	g := &Grant{}
	var made, expires int64
	err := r.Scan(&g.ID, &g.OwnerID, &g.NodeID, &g.GiverID, &g.via, &g.ReceiverID, &g.mount, &g.Rights, &g.Note, &made, &expires)
	g.CreatedAt = time.UnixMicro(made).UTC()
	if expires != 0 {
		g.ExpiresAt = time.UnixMicro(expires).UTC()
	}
	return g, err
}

func oneGrant(rows *db.Rows, err error) (*Grant, error) {
	all, err := db.Collect(rows, err, scanGrant)
	if err == nil && len(all) == 0 {
		err = db.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func insertGrant(ctx context.Context, tx *db.Tx, g *Grant) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_grant (id, owner_id, node_id, giver_id, via_id, receiver_id, mount_id, rights, note, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		g.ID, g.OwnerID, g.NodeID, g.GiverID, g.via, g.ReceiverID, g.mount, g.Rights, g.Note, g.CreatedAt.UnixMicro(), micro(g.ExpiresAt))
	return err
}

func updateGrant(ctx context.Context, tx *db.Tx, g *Grant) error {
	_, err := tx.Exec(ctx, `UPDATE file_grant SET rights = $2, note = $3, expires_at = $4 WHERE id = $1`, g.ID, g.Rights, g.Note, micro(g.ExpiresAt))
	return err
}

// throughIDs are a grant and those that were given on by it.
const throughIDs = `WITH RECURSIVE down (id) AS (
	SELECT CAST($1 AS BIGINT)
	UNION ALL SELECT c.id FROM down JOIN file_grant c ON c.via_id = down.id)
	SELECT id FROM down`

// narrowGrants takes what a grant does not allow any more from those that were given on by it.
func narrowGrants(ctx context.Context, tx *db.Tx, g *Grant) error {
	_, err := tx.Exec(ctx, `UPDATE file_grant SET rights = rights & $2 WHERE id IN (`+throughIDs+`)`, g.ID, g.Rights)
	return err
}

// grantsThrough are a grant and those that were given on by it.
func grantsThrough(ctx context.Context, tx *db.Tx, grant id.ID) ([]*Grant, error) {
	rows, err := tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.id IN (`+throughIDs+`) ORDER BY g.id`, grant)
	return db.Collect(rows, err, scanGrant)
}

func getGrant(ctx context.Context, tx *db.Tx, grant id.ID) (*Grant, error) {
	return oneGrant(tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.id = $1`, grant))
}

// grantAt is the one that stands somewhere in the tree of its receiver.
func grantAt(ctx context.Context, tx *db.Tx, mount id.ID) (*Grant, error) {
	return oneGrant(tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.mount_id = $1`, mount))
}

func grantTo(ctx context.Context, tx *db.Tx, node, receiver id.ID) (*Grant, error) {
	return oneGrant(tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.node_id = $1 AND g.receiver_id = $2`, node, receiver))
}

// grantsOf are those of a node that have not ended, the newest first.
func grantsOf(ctx context.Context, tx *db.Tx, node id.ID, now time.Time) ([]*Grant, error) {
	rows, err := tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.node_id = $1 AND (g.expires_at = 0 OR g.expires_at > $2) ORDER BY g.id DESC`,
		node, now.UnixMicro())
	return db.Collect(rows, err, scanGrant)
}

// grantsTo are what is shared with somebody, the newest first.
func grantsTo(ctx context.Context, tx *db.Tx, who id.ID, now time.Time) ([]*Grant, error) {
	rows, err := tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.receiver_id = $1 AND (g.expires_at = 0 OR g.expires_at > $2) ORDER BY g.id DESC`,
		who, now.UnixMicro())
	return db.Collect(rows, err, scanGrant)
}

// grantsBy are what somebody gave, and others gave of what is theirs, the newest first.
func grantsBy(ctx context.Context, tx *db.Tx, who id.ID, now time.Time) ([]*Grant, error) {
	rows, err := tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE (g.owner_id = $1 OR g.giver_id = $1) AND (g.expires_at = 0 OR g.expires_at > $2)
		ORDER BY g.id DESC`, who, now.UnixMicro())
	return db.Collect(rows, err, scanGrant)
}

// grantsOfOwner are those of what is somebody's.
func grantsOfOwner(ctx context.Context, tx *db.Tx, owner id.ID, now time.Time) ([]*Grant, error) {
	rows, err := tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.owner_id = $1 AND (g.expires_at = 0 OR g.expires_at > $2) ORDER BY g.id`,
		owner, now.UnixMicro())
	return db.Collect(rows, err, scanGrant)
}

func grantsBetween(ctx context.Context, tx *db.Tx, a, b id.ID) ([]*Grant, error) {
	rows, err := tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g
		WHERE g.receiver_id = $1 AND (g.owner_id = $2 OR g.giver_id = $2) OR g.receiver_id = $2 AND (g.owner_id = $1 OR g.giver_id = $1) ORDER BY g.id`, a, b)
	return db.Collect(rows, err, scanGrant)
}

func grantsAbout(ctx context.Context, tx *db.Tx, who id.ID) ([]*Grant, error) {
	rows, err := tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.owner_id = $1 OR g.giver_id = $1 OR g.receiver_id = $1 ORDER BY g.id`, who)
	return db.Collect(rows, err, scanGrant)
}

// grantsBelow are those of a node and of all it holds, and those that stand there.
func grantsBelow(ctx context.Context, tx *db.Tx, node id.ID) ([]*Grant, error) {
	rows, err := tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.node_id IN (`+belowIDs+`) OR g.mount_id IN (`+belowIDs+`) ORDER BY g.id`, node)
	return db.Collect(rows, err, scanGrant)
}

// endedGrants are some whose last day has come.
func endedGrants(ctx context.Context, tx *db.Tx, now time.Time, most int) ([]*Grant, error) {
	rows, err := tx.Query(ctx, `SELECT `+grantColumns+` FROM file_grant g WHERE g.expires_at <> 0 AND g.expires_at <= $1 ORDER BY g.id LIMIT $2`, now.UnixMicro(), most)
	return db.Collect(rows, err, scanGrant)
}

func countGrants(ctx context.Context, tx *db.Tx, node, receiver id.ID) (of, to int, err error) {
	err = tx.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM file_grant WHERE node_id = $1), (SELECT COUNT(*) FROM file_grant WHERE receiver_id = $2)`, node, receiver).Scan(&of, &to)
	return of, to, err
}

// deleteGrant deletes one, and what stands for it in the tree of its receiver.
func deleteGrant(ctx context.Context, tx *db.Tx, g *Grant) error {
	if _, err := tx.Exec(ctx, `DELETE FROM file_grant WHERE id = $1`, g.ID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM file_node WHERE id = $1`, g.mount)
	return err
}

// setGranted notes that something was shared with a person.
func setGranted(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE file_space SET granted = TRUE WHERE owner_id = $1`, who)
	return err
}

// A lineage is a node and one that is above it, or itself.
type lineage struct{ node, up id.ID }

// lineages are those of nodes.
func lineages(ctx context.Context, tx *db.Tx, nodes []id.ID) ([]lineage, error) {
	rows, err := tx.Query(ctx, `WITH RECURSIVE up (start, id, parent_id) AS (
			SELECT f.id, f.id, f.parent_id FROM file_node f WHERE f.id = ANY($1)
			UNION ALL SELECT up.start, p.id, p.parent_id FROM up JOIN file_node p ON p.id = up.parent_id)
		SELECT start, id FROM up ORDER BY start, id`, nodes)
	return db.Collect(rows, err, func(r *db.Rows) (l lineage, err error) { return l, r.Scan(&l.node, &l.up) })
}

// anyShared reports whether any of nodes is shared.
func anyShared(ctx context.Context, tx *db.Tx, nodes []id.ID, now time.Time) (shared bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM file_grant WHERE node_id = ANY($1) AND (expires_at = 0 OR expires_at > $2))
		OR EXISTS (SELECT 1 FROM file_share WHERE node_id = ANY($1) AND (expires_at = 0 OR expires_at > $2))`, nodes, now.UnixMicro()).Scan(&shared)
	return shared, err
}
