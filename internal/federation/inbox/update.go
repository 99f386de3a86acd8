package inbox

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/federation/remote"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// editedMax is how old a post may be that is first heard of by its edit.
const editedMax = 24 * time.Hour

// update changes a post as its author says, or has the profile of the actor fetched anew.
func (b *Inbox) update(ctx context.Context, tx *db.Tx, e *envelope) error {
	if e.target == e.actor {
		return b.wantActor(ctx, tx, e)
	}
	if err := e.owned(); err != nil {
		return err
	}
	known, err := post.Known(ctx, tx, e.target)
	if err != nil {
		return err
	}
	if !e.object.IsEmbedded() {
		if known == 0 {
			return dropped("an edit of a post that is not here")
		}
		return b.putAside(ctx, tx, e)
	}
	obj, err := e.said()
	if err != nil {
		return err
	}
	if known == 0 {
		return b.updateUnknown(ctx, tx, e, obj)
	}
	a, err := b.remote.Arrival(ctx, tx, e.author, obj)
	if err != nil {
		return err
	}
	p, err := b.posts.TakeUpdate(ctx, tx, a)
	if err != nil || !p.EditedAt.Equal(a.Edited) { // an older edit that was overtaken
		return err
	}
	return b.remote.SaveDocument(ctx, tx, p.ID, remote.FormPost, obj.Raw, b.now())
}

// updateUnknown takes the edit of a post that did not come for the post, if it is a young one.
func (b *Inbox) updateUnknown(ctx context.Context, tx *db.Tx, e *envelope, obj *as.Object) error {
	if age := b.now().Sub(obj.Published); age > editedMax {
		return dropped("an edit of an old post that is not here")
	}
	if yes, err := b.concerns(ctx, tx, e); err != nil || !yes {
		return orElse(err, dropped("an edit that is nobody's business here"))
	}
	return b.receive(ctx, tx, e, obj)
}
