package app

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/remote"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/poll"
	"allod/internal/post"
)

// closePoll is the job that ends a poll when its time has come. The counts of
// another server's are asked for once more before.
type closePoll struct {
	Post id.ID `json:"post"`
}

// Kind names the job.
func (closePoll) Kind() string { return "app.close_poll" }

// tallyPoll is the job that tells others how many have voted here, a while after the first of them did.
type tallyPoll struct {
	Post id.ID `json:"post"`
}

// Kind names the job.
func (tallyPoll) Kind() string { return "app.tally_poll" }

// refreshPoll is the job that asks another server how many have voted there.
type refreshPoll struct {
	Post id.ID `json:"post"`
}

// Kind names the job.
func (refreshPoll) Kind() string { return "app.refresh_poll" }

// tallyEvery is how often others are told the counts of one poll while people vote.
const tallyEvery = 3 * time.Minute

// pollFetches is the budget of asking for one poll.
const pollFetches = 4

func (a *App) publishedPoll(ctx context.Context, tx *db.Tx, f post.Published) error {
	return a.awaitClosing(ctx, tx, f.Post)
}

// votedPoll has the counts of a poll of ours told a little later, once for
// all who vote until then, and waits for the end of another's.
func (a *App) votedPoll(ctx context.Context, tx *db.Tx, f post.Voted) error {
	if !f.Post.Local {
		return a.awaitClosing(ctx, tx, f.Post)
	}
	fresh, err := poll.Due(ctx, tx, f.Post.ID)
	if err != nil || !fresh {
		return err
	}
	return a.jobs.Add(ctx, tx, tallyPoll{f.Post.ID}, job.Options{After: a.now().Add(tallyEvery)})
}

func (a *App) awaitClosing(ctx context.Context, tx *db.Tx, p *post.Post) error {
	if p.Poll == nil || p.Poll.ClosesAt.IsZero() {
		return nil
	}
	return a.jobs.Add(ctx, tx, closePoll{p.ID}, job.Options{Unique: true, After: p.Poll.ClosesAt})
}

func (a *App) closePoll(ctx context.Context, j closePoll) error {
	if err := a.refreshPoll(ctx, refreshPoll(j)); err != nil {
		return err
	}
	wait, err := a.posts.ClosePoll(ctx, j.Post)
	if err == nil && wait > 0 {
		return job.Later(wait)
	}
	return err
}

func (a *App) tallyPoll(ctx context.Context, j tallyPoll) error {
	return a.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		due, err := poll.Settled(ctx, tx, j.Post)
		if err != nil || !due {
			return err
		}
		p, err := a.posts.StoredID(ctx, tx, j.Post)
		if fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		return a.outbox.Tally(ctx, tx, p)
	})
}

// refreshPoll asks a poll's own server for its counts. One that cannot be had now will be at its next voter or reader.
func (a *App) refreshPoll(ctx context.Context, j refreshPoll) error {
	err := a.remote.RefreshPost(ctx, j.Post, remote.NewBudget(pollFetches))
	if fault.Is(err, fault.Internal) {
		return err
	}
	return nil
}

// lookAtPoll has the counts of another server's poll asked for, if those at
// hand are old; whoever looks sees the new ones the next time.
func (a *App) lookAtPoll(ctx context.Context, p *post.Post) error {
	if p.Poll == nil || !p.Poll.Aged(a.now()) {
		return nil
	}
	return a.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		fresh, err := poll.Asked(ctx, tx, p.ID, a.now())
		if err != nil || !fresh {
			return err
		}
		return a.jobs.Add(ctx, tx, refreshPoll{p.ID}, job.Options{})
	})
}
