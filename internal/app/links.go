package app

import (
	"context"

	"allod/internal/db"
	"allod/internal/post"
)

func (a *App) publishedLinks(ctx context.Context, tx *db.Tx, f post.Published) error {
	return a.preview.Written(ctx, tx, f.Post)
}

func (a *App) receivedLinks(ctx context.Context, tx *db.Tx, f post.Received) error {
	return a.preview.Came(ctx, tx, f.Post)
}

func (a *App) editedLinks(ctx context.Context, tx *db.Tx, f post.Edited) error {
	if f.Post.Local {
		return a.preview.Written(ctx, tx, f.Post)
	}
	return a.preview.Came(ctx, tx, f.Post)
}
