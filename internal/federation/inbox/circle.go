package inbox

import (
	"context"

	"allod/internal/account"
	"allod/internal/db"
	as "allod/protocol/activitystreams"
)

// reached is the one whose own inbox an activity came to from its actor: they
// may see what it brings though it names them nowhere. What another hands on
// lets nobody see more.
func (e *envelope) reached() *account.Account {
	if e.actor != e.signer.URI {
		return nil
	}
	return e.to
}

// admit has one more member of a circle see a post that is here already: it
// comes once to each of them.
func (b *Inbox) admit(ctx context.Context, tx *db.Tx, e *envelope) error {
	who := e.reached()
	if who == nil || e.target == "" {
		return nil
	}
	return orDrop(b.posts.Admit(ctx, tx, e.target, e.author, who))
}

// orAdmit lets an activity that was here before do what it does for whom it came to this time.
func (b *Inbox) orAdmit(ctx context.Context, tx *db.Tx, e *envelope, why error) error {
	if _, before := why.(dropped); !before || e.activity.Type != as.TypeCreate || e.author == nil || !e.vouched {
		return why
	}
	if err := b.admit(ctx, tx, e); err != nil {
		return err
	}
	return why
}
