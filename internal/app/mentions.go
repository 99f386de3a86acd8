package app

import (
	"context"

	"allod/internal/db"
	"allod/internal/mention"
	"allod/internal/post"
)

func (a *App) publishedMentions(ctx context.Context, tx *db.Tx, f post.Published) error {
	return a.webmention.Changed(ctx, tx, f.Post)
}

func (a *App) editedMentions(ctx context.Context, tx *db.Tx, f post.Edited) error {
	return a.webmention.Changed(ctx, tx, f.Post)
}

func (a *App) deletedMentions(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	return a.webmention.Changed(ctx, tx, f.Post)
}

func (a *App) changedMentions(_ context.Context, tx *db.Tx, f mention.Changed) error {
	return a.forgetPagesOf(tx, f.OwnerID)
}
