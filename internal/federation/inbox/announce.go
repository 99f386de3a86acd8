package inbox

import (
	"context"

	"allod/internal/db"
	"allod/internal/federation/translate"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// announce is a boost. A post that is not here is fetched from its own
// server if someone here follows who passes it on; what is embedded is never believed.
func (b *Inbox) announce(ctx context.Context, tx *db.Tx, e *envelope) error {
	uri, err := translate.Canonical(shared(e.object))
	if err != nil {
		return dropped("no post is passed on")
	}
	p, err := post.Known(ctx, tx, uri)
	if err != nil {
		return err
	}
	if p == 0 {
		if e.fetched {
			return dropped("the post passed on cannot be had")
		}
		if yes, err := followedHere(ctx, tx, e.author.ID); err != nil || !yes {
			return orElse(err, dropped("a boost that is nobody's business here"))
		}
		return b.putAside(ctx, tx, e)
	}
	v := translate.Visibility(e.activity.Addressing, e.author.FollowersURI)
	if !v.Open() {
		v = post.Followers
	}
	return orDrop(b.posts.TakeBoost(ctx, tx, e.author, p, v, e.uri))
}

// shared is the id of the post that is passed on. Groups pass on the Create
// of a post (FEP-1b12), which stands for the post.
func shared(object as.Ref) string {
	if object.IsEmbedded() && object.Type() == as.TypeCreate {
		if a, err := object.Activity(); err == nil {
			return a.Object.ID()
		}
	}
	return object.ID()
}
