package inbox

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/remote"
	"allod/internal/federation/translate"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/relationship"
)

// The budgets of what is wanted, in fetches.
const (
	fetchesPerParent = 40
	fetchesPerActor  = 4
	fetchesPerPins   = 20
)

// wantedParent is the job of a post that is answered and not here.
type wantedParent struct {
	URI     string `json:"uri"`
	Attempt int    `json:"attempt"`
}

// Kind names the job.
func (wantedParent) Kind() string { return "inbox.parent" }

// wantParent asks for a post that is answered, unless it would be one of ours, which are all here.
func (b *Inbox) wantParent(ctx context.Context, tx *db.Tx, uri string) error {
	canonical, err := translate.Canonical(uri)
	if err != nil {
		return nil // what names no post is not asked for
	}
	if did, _, ok := cutDID(canonical); ok {
		if ours, err := livesHere(ctx, tx, did+"/actor"); err != nil || ours {
			return err
		}
	}
	return b.jobs.Add(ctx, tx, wantedParent{URI: uri}, job.Options{Unique: true})
}

// parentPauses are those before a parent that could not be had for now is asked for again.
var parentPauses = [...]time.Duration{time.Minute, 15 * time.Minute, 2 * time.Hour}

// fetchParent fetches a post that is answered, and those above it.
func (b *Inbox) fetchParent(ctx context.Context, j wantedParent) error {
	_, err := b.remote.Post(ctx, j.URI, remote.NewBudget(fetchesPerParent))
	if err == nil || !temporary(err) || j.Attempt >= len(parentPauses) {
		return nil // without its parent a reply still stands
	}
	return b.again(ctx, wantedParent{j.URI, j.Attempt + 1}, parentPauses[j.Attempt])
}

func (b *Inbox) again(ctx context.Context, a job.Args, pause time.Duration) error {
	return b.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return b.jobs.Add(ctx, tx, a, job.Options{Unique: true, After: b.now().Add(pause)})
	})
}

// changedActor is the job of an actor whose profile changed.
type changedActor struct {
	URI string `json:"uri"`
}

// Kind names the job.
func (changedActor) Kind() string { return "inbox.actor" }

// refreshPause is how long a profile that was just fetched is left alone.
const refreshPause = 10 * time.Second

// wantActor has the actor's document fetched anew: it is believed where it
// is served, with its handle checked, not where it is sent.
func (b *Inbox) wantActor(ctx context.Context, tx *db.Tx, e *envelope) error {
	after := e.author.FetchedAt.Add(refreshPause)
	if !after.After(b.now()) {
		after = time.Time{}
	}
	return b.jobs.Add(ctx, tx, changedActor{e.activity.Actor.ID()}, job.Options{Unique: true, After: after})
}

// refreshActor fetches an actor anew. One that cannot be had for now will be at its next change.
func (b *Inbox) refreshActor(ctx context.Context, j changedActor) error {
	_, err := b.remote.Refresh(ctx, j.URI, remote.NewBudget(fetchesPerActor))
	if fault.Is(err, fault.Internal) {
		return err
	}
	return nil
}

// wantedPins is the job of what somebody elsewhere pinned to their profile.
type wantedPins struct {
	Account id.ID `json:"account"`
	Attempt int   `json:"attempt"`
}

// Kind names the job.
func (wantedPins) Kind() string { return "inbox.pins" }

// WantPins has what somebody elsewhere pinned fetched, when one who lives here begins to follow them.
func (b *Inbox) WantPins(ctx context.Context, tx *db.Tx, f relationship.Began) error {
	if !f.Follower.Local || f.Followed.Local || f.Followed.FeaturedURI == "" {
		return nil
	}
	return b.jobs.Add(ctx, tx, wantedPins{Account: f.Followed.ID}, job.Options{Unique: true})
}

// fetchPins fetches what somebody pinned.
func (b *Inbox) fetchPins(ctx context.Context, j wantedPins) error {
	err := b.remote.Pins(ctx, j.Account, remote.NewBudget(fetchesPerPins))
	if err == nil || !temporary(err) || j.Attempt >= len(parentPauses) {
		return nil // their next pin is told
	}
	return b.again(ctx, wantedPins{j.Account, j.Attempt + 1}, parentPauses[j.Attempt])
}
