package inbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/remote"
	"allod/internal/federation/translate"
	as "allod/protocol/activitystreams"
)

// patience is how long an activity waits for what it needs.
const patience = 6 * time.Hour

// fetchesPerActivity is the budget of one activity.
const fetchesPerActivity = 40

// temporary reports whether an error may be gone when it is tried again. A budget is spent for good.
func temporary(err error) bool {
	return !errors.Is(err, remote.ErrSpent) && fault.Is(err, fault.Unavailable, fault.Timeout, fault.TooMany, fault.Internal)
}

// resume fetches what an activity needs and applies it. What fails for now is tried again, until patience ends.
func (b *Inbox) resume(ctx context.Context, j resumed) error {
	var in *incoming
	var signer, to *account.Account
	err := b.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if in, err = getIncoming(ctx, tx, j.ID); err != nil {
			return err
		}
		if signer, err = account.Get(ctx, tx, in.signer); err != nil || in.to == 0 {
			return err
		}
		to, err = account.Get(ctx, tx, in.to)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil // applied before, or swept
	} else if err != nil {
		return err
	}
	err = b.complete(ctx, in, signer, to)
	var why dropped
	if !errors.As(err, &why) && temporary(err) && b.now().Sub(in.received) < patience {
		return err
	}
	if err != nil {
		b.log.LogAttrs(ctx, slog.LevelDebug, "activity dropped after all",
			slog.String("signer", signer.URI), slog.String("because", err.Error()))
		err = b.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return deleteIncoming(ctx, tx, in.id) })
	}
	if err == nil {
		b.aside.leave(hostOf(signer))
	}
	return err
}

// complete gathers what an activity needs, applies it and lets go of it.
func (b *Inbox) complete(ctx context.Context, in *incoming, signer, to *account.Account) error {
	e, err := b.open(signer, in.body)
	if err != nil {
		return err
	}
	e.to = to
	if err := b.vouch(ctx, e); err != nil {
		return err
	}
	e.remembered = e.vouched // since it was put aside
	if err := b.gather(ctx, e); err != nil {
		return err
	}
	return b.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := b.take(ctx, tx, e); err != nil {
			return err
		}
		return deleteIncoming(ctx, tx, in.id)
	})
}

// gather meets the actor and fetches the object, as far as the activity needs them.
func (b *Inbox) gather(ctx context.Context, e *envelope) error {
	budget := remote.NewBudget(fetchesPerActivity)
	e.fetched = true
	if e.author == nil {
		who, err := b.remote.Actor(ctx, e.activity.Actor.ID(), budget)
		if err != nil {
			return err
		}
		if who.URI != e.actor {
			return denied("%s is really %s", e.actor, who.URI)
		}
		e.author = who
		if err := b.vouch(ctx, e); err != nil {
			return err
		}
	}
	switch e.activity.Type {
	case as.TypeCreate, as.TypeUpdate:
		if !e.vouched || !e.object.IsEmbedded() {
			return b.refetch(ctx, e, budget)
		}
	case as.TypeDelete:
		if !e.vouched {
			return b.confirmGone(ctx, e, budget)
		}
	case as.TypeAdd:
		_, err := b.remote.Post(ctx, e.object.ID(), budget)
		return err
	case as.TypeAnnounce:
		_, err := b.remote.Post(ctx, shared(e.object), budget)
		return err
	}
	return nil
}

// refetch replaces the object by what its own server says it is.
func (b *Inbox) refetch(ctx context.Context, e *envelope, budget *remote.Budget) error {
	ref, err := b.remote.FetchObject(ctx, e.object.ID(), budget)
	if err != nil {
		return err
	}
	if !translate.Same(ref.ID(), e.target) {
		return denied("%s was asked for and another thing came", e.target)
	}
	e.object, e.refetched = ref, true
	return nil
}

// confirmGone asks the object's own server whether it is gone.
func (b *Inbox) confirmGone(ctx context.Context, e *envelope, budget *remote.Budget) error {
	ref, err := b.remote.FetchObject(ctx, e.object.ID(), budget)
	switch {
	case fault.Is(err, fault.NotFound, fault.Gone), err == nil && ref.Type() == as.TypeTombstone:
		e.refetched = true
		return nil
	case err == nil:
		return denied("%s is said to be deleted and is not", e.target)
	}
	return err
}
