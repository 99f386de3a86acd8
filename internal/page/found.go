package page

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
)

// Open are the pages of an owner that everyone may see, in order.
func Open(ctx context.Context, tx *db.Tx, owner id.ID) ([]*Page, error) {
	return list(ctx, tx, openOfOwner, owner)
}

// OpenWithIDs are those of ids that everyone may see, in no order.
func OpenWithIDs(ctx context.Context, tx *db.Tx, ids []id.ID) ([]*Page, error) {
	return list(ctx, tx, openWithIDs, ids)
}
