package inbox

import (
	"context"

	"allod/internal/db"
	"allod/internal/post"
)

// delete takes back a post of the actor's, or the whole account. A post that
// did not come yet, of one whom someone here follows, will not come any more.
func (b *Inbox) delete(ctx context.Context, tx *db.Tx, e *envelope) error {
	if e.target == e.actor {
		return b.accounts.End(ctx, tx, e.author)
	}
	if err := e.owned(); err != nil {
		return err
	}
	p, err := post.Known(ctx, tx, e.target)
	if err != nil {
		return err
	}
	if p == 0 {
		if yes, err := followedHere(ctx, tx, e.author.ID); err != nil || !yes {
			return orElse(err, dropped("there is nothing to delete"))
		}
	}
	return b.posts.TakeDelete(ctx, tx, e.author, e.target)
}
