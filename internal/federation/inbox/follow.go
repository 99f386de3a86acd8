package inbox

import (
	"context"
	"errors"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	"allod/internal/id"
	as "allod/protocol/activitystreams"
)

// follow is the wish to follow one who lives here.
func (b *Inbox) follow(ctx context.Context, tx *db.Tx, e *envelope) error {
	them, err := neighbor(ctx, tx, e.target)
	if err != nil {
		return err
	}
	return orDrop(b.relations.TakeFollow(ctx, tx, e.author.ID, them, e.uri))
}

// block is a block of one who lives here.
func (b *Inbox) block(ctx context.Context, tx *db.Tx, e *envelope) error {
	them, err := neighbor(ctx, tx, e.target)
	if err != nil {
		return err
	}
	return orDrop(b.relations.TakeBlock(ctx, tx, e.author.ID, them, e.uri))
}

// neighbor is one who lives here, by canonical id; anybody else drops the activity.
func neighbor(ctx context.Context, tx *db.Tx, uri string) (id.ID, error) {
	if !portable(uri) {
		return 0, dropped("nobody here is meant")
	}
	a, err := account.ByURI(ctx, tx, uri)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && (!a.Local || a.Gone()):
		return 0, dropped("nobody here is meant")
	case err != nil:
		return 0, err
	}
	return a.ID, nil
}

// accept is the answer yes to a Follow by one who lives here.
func (b *Inbox) accept(ctx context.Context, tx *db.Tx, e *envelope) error {
	from, err := b.asker(ctx, tx, e)
	if err != nil {
		return err
	}
	return orDrop(b.relations.TakeAccept(ctx, tx, from, e.author.ID))
}

// reject is the answer no, or the end of a follow that was granted.
func (b *Inbox) reject(ctx context.Context, tx *db.Tx, e *envelope) error {
	from, err := b.asker(ctx, tx, e)
	if err != nil {
		return err
	}
	return orDrop(b.relations.TakeReject(ctx, tx, from, e.author.ID))
}

// asker is the one who lives here whose Follow of the actor is answered: by
// the id of the Follow, or, since some servers rename it, by its two ends.
// Only a Follow of the actor itself can be answered.
func (b *Inbox) asker(ctx context.Context, tx *db.Tx, e *envelope) (id.ID, error) {
	if e.target != "" {
		who, err := askedBy(ctx, tx, e.author.ID, e.target)
		if err != nil || who != 0 {
			return who, err
		}
	}
	asked, err := e.object.Activity()
	if errors.Is(err, as.ErrNotEmbedded) || err == nil && asked.Type != as.TypeFollow {
		return 0, dropped("no Follow of ours is answered")
	} else if err != nil {
		return 0, malformed(err)
	}
	if !translate.Same(asked.Object.ID(), e.actor) {
		return 0, dropped("the Follow of another is answered")
	}
	uri, err := translate.Canonical(asked.Actor.ID())
	if err != nil {
		return 0, malformed(err)
	}
	return neighbor(ctx, tx, uri)
}
