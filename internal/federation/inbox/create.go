package inbox

import (
	"context"
	"errors"

	"allod/internal/db"
	"allod/internal/federation/translate"
	"allod/internal/id"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// create keeps a new post, if it concerns anybody here.
func (b *Inbox) create(ctx context.Context, tx *db.Tx, e *envelope) error {
	if !e.object.IsEmbedded() {
		if err := e.owned(); err != nil {
			return err
		}
		if yes, err := b.concerns(ctx, tx, e); err != nil || !yes {
			return orElse(err, dropped("a post named only, and nobody's business here"))
		}
		return b.putAside(ctx, tx, e)
	}
	obj, err := e.said()
	if err != nil {
		return err
	}
	if isVote(obj) {
		return b.vote(ctx, tx, e, obj)
	}
	if yes, err := b.concerns(ctx, tx, e); err != nil || !yes {
		return orElse(err, dropped("a post that is nobody's business here"))
	}
	return b.receive(ctx, tx, e, obj)
}

// receive keeps a post and asks for the one it answers, where that is not here.
func (b *Inbox) receive(ctx context.Context, tx *db.Tx, e *envelope, obj *as.Object) error {
	p, err := b.remote.Receive(ctx, tx, e.author, obj, e.reached())
	if errors.Is(err, post.ErrKnown) {
		return b.admit(ctx, tx, e)
	} else if errors.Is(err, post.ErrDeleted) {
		return nil
	} else if err != nil {
		return err
	}
	if p.ReplyToURI == "" || p.ReplyToID != 0 {
		return nil
	}
	return b.wantParent(ctx, tx, obj.InReplyTo.First().ID())
}

// concerns reports whether a new post, embedded or only named, is anybody's
// business here: someone here follows the author, or is addressed and has not
// blocked them, or it answers, for all to see, a post that is here.
func (b *Inbox) concerns(ctx context.Context, tx *db.Tx, e *envelope) (bool, error) {
	var author id.ID
	if e.author != nil {
		author = e.author.ID
		if yes, err := followedHere(ctx, tx, author); err != nil || yes {
			return yes, err
		}
	}
	to, parent := e.activity.Addressing, ""
	if obj, err := e.object.Object(); err == nil {
		to, parent = obj.Addressing, obj.InReplyTo.First().ID()
	}
	var here []string
	for _, who := range append(to.Recipients(), e.activity.Recipients()...) {
		if uri, err := translate.Canonical(who); err == nil && portable(uri) {
			here = append(here, uri)
		}
	}
	if who := e.reached(); who != nil && !to.IsPublic() {
		here = append(here, who.URI)
	}
	if len(here) > 0 {
		if yes, err := addressedHere(ctx, tx, here, author); err != nil || yes {
			return yes, err
		}
	}
	uri, err := translate.Canonical(parent)
	if err != nil || !to.IsPublic() {
		return false, nil
	}
	return answerable(ctx, tx, uri, author)
}

// orElse is err, or other where there is none.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
