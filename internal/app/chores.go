package app

import (
	"context"
	"errors"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/file"
	"allod/internal/film"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/media"
	"allod/internal/photo"
)

// sweep is the job that clears away what has had its time.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "app.sweep" }

func (a *App) sweep(ctx context.Context, _ sweep) error {
	return errors.Join(a.auth.Sweep(ctx), a.posts.Sweep(ctx), a.posts.ClosePolls(ctx), a.drafts.Sweep(ctx), a.inbox.Sweep(ctx), a.delivery.Sweep(ctx), a.files.Sweep(ctx), a.photos.Sweep(ctx), a.films.Sweep(ctx), a.media.Sweep(ctx),
		a.hub.Sweep(ctx), a.ties.Sweep(ctx), a.guard.Sweep(ctx), a.timeline.Sweep(ctx), a.mentions.Sweep(ctx),
		a.comments.Sweep(ctx), a.subscribers.Sweep(ctx), a.mail.Sweep(ctx), a.push.Sweep(ctx), a.sweepBlobs(ctx))
}

// graceOfBlobs is how long bytes stay that nothing refers to: what is to refer to them may be on its way.
const graceOfBlobs = 24 * time.Hour

// keepers are the rooms that refer to bytes. What none of them names is deleted.
var keepers = [...]func(ctx context.Context, tx *db.Tx, hashes []string) ([]string, error){file.UsedBlobs, media.UsedBlobs, photo.UsedBlobs, film.UsedBlobs}

func (a *App) sweepBlobs(ctx context.Context) error {
	return blob.Sweep(ctx, a.blobs, a.now().Add(-graceOfBlobs), func(ctx context.Context, hashes []string) (used []string, err error) {
		err = a.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			used, err = usedBlobs(ctx, tx, hashes)
			return err
		})
		return used, err
	})
}

// usedBlobs are those of hashes that anything here refers to.
func usedBlobs(ctx context.Context, tx *db.Tx, hashes []string) (used []string, err error) {
	for _, by := range keepers {
		some, err := by(ctx, tx, hashes)
		if err != nil {
			return nil, err
		}
		used = append(used, some...)
	}
	return used, nil
}

// forget is the job that takes away what an account that is gone had said.
type forget struct {
	Account id.ID `json:"account"`
}

// Kind names the job.
func (forget) Kind() string { return "app.forget" }

var forgetOnce = job.Options{Unique: true}

// forgetBatch is how many posts, or files, one transaction takes away.
const forgetBatch = 20

func (a *App) forget(ctx context.Context, f forget) error {
	began := time.Now()
	for more := true; more; {
		err := a.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if more, err = a.posts.ForgetAuthor(ctx, tx, f.Account, forgetBatch); err != nil || more {
				return err
			}
			if err := a.albums.Forget(ctx, tx, f.Account); err != nil {
				return err
			}
			more, err = a.files.Forget(ctx, tx, f.Account, forgetBatch)
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
