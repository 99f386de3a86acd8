package inbox

import (
	"context"
	"errors"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/federation/translate"
	"allod/internal/id"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
)

// undo takes back a Follow, Like, Announce or Block of the actor's own. What
// is taken back is found by its id, or by what the embedded activity says.
func (b *Inbox) undo(ctx context.Context, tx *db.Tx, e *envelope) error {
	if err := e.owned(); err != nil {
		return err
	}
	act, err := e.object.Activity()
	switch {
	case errors.Is(err, as.ErrNotEmbedded):
		return b.undoNamed(ctx, tx, e)
	case err != nil:
		return malformed(err)
	case !translate.Same(act.Actor.ID(), e.actor):
		return denied("%s takes back what %s did", e.actor, act.Actor.ID())
	}
	object, err := translate.Canonical(shared(act.Object))
	if err != nil {
		return b.undoNamed(ctx, tx, e)
	}
	switch act.Type {
	case as.TypeFollow:
		return b.withNeighbor(ctx, tx, e, object, b.unfollow(act))
	case as.TypeBlock:
		return b.withNeighbor(ctx, tx, e, object, b.relations.TakeUnblock)
	case as.TypeLike, as.TypeEmojiReact:
		p, err := known(ctx, tx, object)
		if err != nil {
			return err
		}
		return b.posts.TakeUnlike(ctx, tx, e.author, p)
	case as.TypeAnnounce:
		p, err := known(ctx, tx, object)
		if err != nil {
			return err
		}
		return b.posts.TakeUnboost(ctx, tx, e.author, p)
	}
	return dropped("undo of " + act.Type)
}

// unfollow ends the follow that an activity asked for. Who moved house is
// followed by the new id first, and by the old one no longer after that: that is
// no end, though both ids are one here.
func (b *Inbox) unfollow(asked *as.Activity) func(ctx context.Context, tx *db.Tx, from, to id.ID) error {
	return func(ctx context.Context, tx *db.Tx, from, to id.ID) error {
		them, err := account.Get(ctx, tx, to)
		if err != nil {
			return err
		}
		uri, bad := translate.Canonical(asked.ID)
		if host, err := address.HostOf(shared(asked.Object)); err == nil && bad == nil && them.LeftHost(host) {
			if this, err := relationship.Asks(ctx, tx, from, to, uri); err != nil || !this {
				return orElse(err, dropped("they follow by the new id"))
			}
		}
		return b.relations.TakeUndo(ctx, tx, from, to)
	}
}

func (b *Inbox) withNeighbor(ctx context.Context, tx *db.Tx, e *envelope, uri string,
	end func(ctx context.Context, tx *db.Tx, from, to id.ID) error,
) error {
	them, err := neighbor(ctx, tx, uri)
	if err != nil {
		return err
	}
	return end(ctx, tx, e.author.ID, them)
}

// undoNamed takes back what has the id that the Undo names.
func (b *Inbox) undoNamed(ctx context.Context, tx *db.Tx, e *envelope) error {
	d, err := deedOf(ctx, tx, e.author.ID, e.target)
	if err != nil {
		return err
	}
	switch {
	case d.followed != 0:
		return b.relations.TakeUndo(ctx, tx, e.author.ID, d.followed)
	case d.blocked != 0:
		return b.relations.TakeUnblock(ctx, tx, e.author.ID, d.blocked)
	case d.liked != 0:
		return b.posts.TakeUnlike(ctx, tx, e.author, d.liked)
	case d.boosted != 0:
		return b.posts.TakeUnboost(ctx, tx, e.author, d.boosted)
	}
	return dropped("there is nothing to take back")
}
