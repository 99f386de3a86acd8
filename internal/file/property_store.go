package file

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

func hasProperties(ctx context.Context, tx *db.Tx, owner id.ID) (any bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM file_property WHERE owner_id = $1)`, owner).Scan(&any)
	return any, err
}

// nodeProperties are those of a node, by name.
func nodeProperties(ctx context.Context, tx *db.Tx, node id.ID) (map[id.ID][]Property, error) {
	return gathered(tx.Query(ctx, `SELECT node_id, name, value FROM file_property WHERE node_id = $1 ORDER BY name`, node))
}

// heldProperties are those of what a folder holds.
func heldProperties(ctx context.Context, tx *db.Tx, folder id.ID) (map[id.ID][]Property, error) {
	return gathered(tx.Query(ctx, `SELECT p.node_id, p.name, p.value FROM file_node n JOIN file_property p ON p.node_id = n.id
		WHERE n.parent_id = $1 ORDER BY p.node_id, p.name`, folder))
}

func gathered(rows *db.Rows, err error) (map[id.ID][]Property, error) {
	type row struct {
		node id.ID
		said Property
	}
	found, err := db.Collect(rows, err, func(r *db.Rows) (o row, err error) { return o, r.Scan(&o.node, &o.said.Name, &o.said.Value) })
	all := map[id.ID][]Property{}
	for _, o := range found {
		all[o.node] = append(all[o.node], o.said)
	}
	return all, err
}

func putProperty(ctx context.Context, tx *db.Tx, n *Node, p Property) error {
	_, err := tx.Exec(ctx, `INSERT INTO file_property (node_id, owner_id, name, value) VALUES ($1, $2, $3, $4)
		ON CONFLICT (node_id, name) DO UPDATE SET value = excluded.value`, n.ID, n.OwnerID, p.Name, p.Value)
	return err
}

func deleteProperty(ctx context.Context, tx *db.Tx, node id.ID, name string) error {
	_, err := tx.Exec(ctx, `DELETE FROM file_property WHERE node_id = $1 AND name = $2`, node, name)
	return err
}
