package inbox

import (
	"context"

	"allod/internal/db"
	"allod/internal/federation/translate"
	as "allod/protocol/activitystreams"
)

// isVote reports whether a note is an answer to a poll: a name and no words.
func isVote(obj *as.Object) bool {
	return obj.Type == as.TypeNote && obj.Name.String() != "" && obj.Content.String() == "" && len(obj.InReplyTo) > 0
}

// vote counts a choice in a poll of one who lives here. What is no vote there
// is any longer, or not this voter's to give, counts nothing.
func (b *Inbox) vote(ctx context.Context, tx *db.Tx, e *envelope, obj *as.Object) error {
	uri, err := translate.Canonical(obj.InReplyTo.First().ID())
	if err != nil {
		return dropped("a vote about nothing")
	}
	p, err := known(ctx, tx, uri)
	if err != nil {
		return err
	}
	return orDrop(b.posts.TakeVote(ctx, tx, e.author, p, translate.Option(obj)))
}
