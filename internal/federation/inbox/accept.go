package inbox

import (
	"context"
	"errors"
	"log/slog"

	"allod/internal/account"
	"allod/internal/db"
	as "allod/protocol/activitystreams"
)

// A verb applies an activity whose author is known and which is believed.
type verb func(ctx context.Context, tx *db.Tx, e *envelope) error

// verbOf is what an activity of a type does here, nil for nothing.
func (b *Inbox) verbOf(kind string) verb {
	switch kind {
	case as.TypeCreate:
		return b.create
	case as.TypeUpdate:
		return b.update
	case as.TypeDelete:
		return b.delete
	case as.TypeFollow:
		return b.follow
	case as.TypeAccept:
		return b.accept
	case as.TypeReject:
		return b.reject
	case as.TypeUndo:
		return b.undo
	case as.TypeLike, as.TypeEmojiReact:
		return b.like
	case as.TypeAnnounce:
		return b.announce
	case as.TypeBlock:
		return b.block
	case as.TypeAdd, as.TypeRemove:
		return b.pin
	case as.TypeMove:
		return b.move
	}
	return nil
}

// Accept takes in an activity that was delivered with a signature by s. It
// returns nil only when what it changes, or the activity itself for later, is
// durable, or when it concerns nobody here. Invalid for what is no activity,
// Denied for one that its sender may not send, TooMany where too many of a host's wait already.
func (b *Inbox) Accept(ctx context.Context, s *Sender, raw []byte) error {
	if err := b.welcome(ctx, s.Account); err != nil {
		return err
	}
	e, err := b.open(s.Account, raw)
	if err == nil {
		e.to = s.To
		err = b.vouch(ctx, e)
	}
	if err == nil {
		err = b.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return b.take(ctx, tx, e) })
	}
	var why dropped
	if errors.As(err, &why) {
		b.log.LogAttrs(ctx, slog.LevelDebug, "activity dropped", slog.String("signer", s.Account.URI), slog.String("because", string(why)))
		return nil
	}
	return err
}

// welcome is Denied for one of a server from which this home takes nothing; the
// reason stands where everybody can read it.
func (b *Inbox) welcome(ctx context.Context, who *account.Account) error {
	if b.shut == nil {
		return nil
	}
	for _, host := range [...]string{who.Host, hostOf(who)} {
		if shut, err := b.shut(ctx, host); err != nil {
			return err
		} else if shut {
			return denied("this home takes nothing from %s: see /limits", host)
		}
	}
	return nil
}

// take applies an activity or puts it aside.
func (b *Inbox) take(ctx context.Context, tx *db.Tx, e *envelope) error {
	if e.author != nil && e.author.Gone() {
		return dropped("the actor is gone")
	}
	if err := b.remember(ctx, tx, e); err != nil {
		return b.orAdmit(ctx, tx, e, err)
	}
	if e.author == nil || !e.vouched && !e.refetched {
		return b.putAsideIfWanted(ctx, tx, e)
	}
	return b.verbOf(e.activity.Type)(ctx, tx, e)
}

// remember keeps the id of an activity that its actor stands behind, and
// drops one that was here before. What only sets how things stand may be said
// again under the same id by the actor: some servers name a second Follow as they named the first.
func (b *Inbox) remember(ctx context.Context, tx *db.Tx, e *envelope) error {
	if !e.vouched || e.remembered {
		return nil
	}
	switch e.activity.Type {
	case as.TypeFollow, as.TypeAccept, as.TypeReject, as.TypeUndo, as.TypeBlock:
		if e.direct {
			return nil
		}
	}
	fresh, err := insertSeen(ctx, tx, e.uri, b.now())
	if err == nil && !fresh {
		return dropped("it was here before")
	}
	return err
}

// putAsideIfWanted keeps an activity whose actor must be met, or whose object
// must be fetched, before it can be believed; unless it concerns nobody here.
func (b *Inbox) putAsideIfWanted(ctx context.Context, tx *db.Tx, e *envelope) error {
	wanted := false
	var err error
	switch e.activity.Type {
	case as.TypeCreate:
		if _, err = e.said(); err == nil || !e.object.IsEmbedded() {
			wanted, err = b.concerns(ctx, tx, e)
		}
	case as.TypeUpdate, as.TypeDelete:
		if err = e.owned(); err == nil {
			wanted, err = openPost(ctx, tx, e.target)
		}
	case as.TypeLike, as.TypeEmojiReact, as.TypeAnnounce:
		if e.vouched {
			wanted, err = openPost(ctx, tx, e.target)
		}
	case as.TypeAdd, as.TypeRemove: // a stranger's profile is read when somebody follows them
	case as.TypeFollow, as.TypeBlock:
		if e.vouched {
			wanted, err = livesHere(ctx, tx, e.target)
		}
	}
	if err != nil {
		return err
	}
	if !e.vouched && !refetchable(e.activity.Type) {
		return denied("%s was signed by %s, who is not its actor", e.uri, e.signer.URI)
	}
	if !wanted {
		return dropped("a stranger's, and nobody's business here")
	}
	return b.putAside(ctx, tx, e)
}

// refetchable reports whether what an activity says can be learned from its object's own server.
func refetchable(kind string) bool {
	return kind == as.TypeCreate || kind == as.TypeUpdate || kind == as.TypeDelete
}

// Sweep forgets what is kept only for a while: ids of activities, and
// activities whose job was lost.
func (b *Inbox) Sweep(ctx context.Context) error {
	for {
		var n int64
		err := b.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if n, err = forgetSeen(ctx, tx, b.now().Add(-seenFor), sweepBatch); err != nil {
				return err
			}
			return forgetIncoming(ctx, tx, b.now().Add(-2*patience))
		})
		if err != nil || n < sweepBatch {
			return err
		}
	}
}

const sweepBatch = 500
