package inbox

import (
	"context"

	"allod/internal/db"
	"allod/internal/federation/translate"
	"allod/internal/job"
)

// move is that an actor is found elsewhere from now on. One whose id is
// portable stays who they are: what stands at the new place is fetched and believed by
// its proof, and who follows them goes on. That somebody is another actor from now on is not taken here.
func (b *Inbox) move(ctx context.Context, tx *db.Tx, e *envelope) error {
	if e.target != e.actor {
		return denied("%s moves %s", e.actor, e.target)
	}
	to := e.activity.Target.ID()
	if uri, err := translate.Canonical(to); err != nil || uri != e.actor {
		return dropped("it leads to another actor")
	}
	return b.jobs.Add(ctx, tx, changedActor{to}, job.Options{Unique: true})
}
