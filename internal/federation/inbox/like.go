package inbox

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/post"
)

// like is a like, or a reaction, of a post that is here.
func (b *Inbox) like(ctx context.Context, tx *db.Tx, e *envelope) error {
	p, err := known(ctx, tx, e.target)
	if err != nil {
		return err
	}
	return orDrop(b.posts.TakeLike(ctx, tx, e.author, p, e.uri))
}

// known is a post that is here, by canonical id; no such post drops the activity.
func known(ctx context.Context, tx *db.Tx, uri string) (id.ID, error) {
	p, err := post.Known(ctx, tx, uri)
	if err == nil && p == 0 {
		err = dropped("the post is not here")
	}
	return p, err
}
