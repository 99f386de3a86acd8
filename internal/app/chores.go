package app

import (
	"context"
	"errors"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/job"
)

// sweep is the job that clears away what has had its time.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "app.sweep" }

func (a *App) sweep(ctx context.Context, _ sweep) error {
	return errors.Join(a.auth.Sweep(ctx), a.posts.Sweep(ctx), a.posts.ClosePolls(ctx), a.drafts.Sweep(ctx), a.inbox.Sweep(ctx), a.delivery.Sweep(ctx), a.media.Sweep(ctx),
		a.hub.Sweep(ctx), a.ties.Sweep(ctx), a.guard.Sweep(ctx), a.timeline.Sweep(ctx), a.mentions.Sweep(ctx),
		a.comments.Sweep(ctx), a.subscribers.Sweep(ctx), a.mail.Sweep(ctx), a.push.Sweep(ctx))
}

// forget is the job that takes away what an account that is gone had said.
type forget struct {
	Account id.ID `json:"account"`
}

// Kind names the job.
func (forget) Kind() string { return "app.forget" }

var forgetOnce = job.Options{Unique: true}

// forgetBatch is how many posts one transaction takes away.
const forgetBatch = 20

func (a *App) forget(ctx context.Context, f forget) error {
	began := time.Now()
	for more := true; more; {
		err := a.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			more, err = a.posts.ForgetAuthor(ctx, tx, f.Account, forgetBatch)
			return err
		})
		if err != nil {
			return err
		}
		if more && time.Since(began) > 30*time.Second {
			return job.Later(0)
		}
	}
	return nil
}
