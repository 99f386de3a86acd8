package inbox

import (
	"context"
	"errors"
	"strings"

	"allod/internal/db"
	"allod/internal/federation/translate"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// pin puts a post of the actor's to the top of their profile, or takes it
// down (Mastodon's use of Add and Remove). A pinned post that is not here is
// fetched if someone here follows the actor.
func (b *Inbox) pin(ctx context.Context, tx *db.Tx, e *envelope) error {
	if err := e.owned(); err != nil {
		return err
	}
	if err := e.featured(); err != nil {
		return err
	}
	p, err := post.Known(ctx, tx, e.target)
	if err != nil {
		return err
	}
	on := e.activity.Type == as.TypeAdd
	if p == 0 {
		if !on || e.fetched {
			return dropped("what is pinned is not here")
		}
		if yes, err := followedHere(ctx, tx, e.author.ID); err != nil || !yes {
			return orElse(err, dropped("a pin that is nobody's business here"))
		}
		return b.putAside(ctx, tx, e)
	}
	return orDrop(b.posts.TakePin(ctx, tx, e.author, p, on))
}

// featured refuses a collection that is not the actor's of pinned posts. Of
// an actor who was met before it was kept which that is, one of theirs of that name will do.
func (e *envelope) featured() error {
	target := e.activity.Target.ID()
	if target == "" {
		return malformed(errors.New("no collection is named"))
	}
	if known := e.author.FeaturedURI; known != "" {
		if !translate.Same(target, known) {
			return dropped("a collection that is not of pinned posts")
		}
		return nil
	}
	if !translate.SameAuthority(target, e.actor) {
		return denied("%.200q is not of the authority of %s", target, e.actor)
	}
	if !strings.HasSuffix(target, "/featured") {
		return dropped("a collection that is not of pinned posts")
	}
	return nil
}
