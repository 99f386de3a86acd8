// Package inbox takes in what other servers deliver: who sent it, whether they may say it, and what it changes here.
//
// Three rules hold for every activity, however it came (design of the house, invariants of safety):
//
//   - Authority: the actor signed the request, or the activity carries a proof
//     by a key of the actor, or the object was fetched from its own id. Ids of
//     activity, object and actor are of one authority. A portable actor
//     (FEP-ef61) is believed by its proof alone.
//   - Nothing is remembered of an activity, not even its id, before that.
//   - Budget: what is nobody's business here is dropped before anything is
//     fetched, and every fetch is counted.
//
// Each verb has its file. A verb runs inside the one transaction of its
// activity; what needs the network is put aside for a job.
package inbox

import (
	"context"
	"log/slog"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/federation/remote"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/protocol/httpsig"
)

// Config is what an Inbox is made of.
type Config struct {
	DB        *db.DB
	Accounts  *account.Service
	Relations *relationship.Service
	Posts     *post.Service
	Remote    *remote.Service
	Jobs      *job.Queue
	IDs       *id.Source
	Now       func() time.Time
	Log       *slog.Logger
	// Shut, if not nil, reports whether this home takes nothing from a host. It is called often and must be quick.
	Shut func(ctx context.Context, host string) (bool, error)
	// Learn, if not nil, is told which generation of signatures a host made,
	// after each request that was believed. The host is that of the sender's
	// inbox in normal form. It is called often and must be quick.
	Learn func(host string, f httpsig.Form)
}

// An Inbox takes in activities. It is safe for concurrent use.
type Inbox struct {
	db        *db.DB
	accounts  *account.Service
	relations *relationship.Service
	posts     *post.Service
	remote    *remote.Service
	jobs      *job.Queue
	ids       *id.Source
	now       func() time.Time
	log       *slog.Logger
	learn     func(host string, f httpsig.Form)
	shut      func(ctx context.Context, host string) (bool, error)

	policy httpsig.Policy
	aside  *aside
}

// New returns an inbox and gives the queue, which is not prepared yet, the jobs that work on its behalf.
func New(cfg Config) *Inbox {
	b := &Inbox{
		db: cfg.DB, accounts: cfg.Accounts, relations: cfg.Relations, posts: cfg.Posts, remote: cfg.Remote,
		jobs: cfg.Jobs, ids: cfg.IDs, now: cfg.Now, log: cfg.Log, learn: cfg.Learn, shut: cfg.Shut,
		policy: httpsig.DefaultPolicy(cfg.Now), aside: newAside(),
	}
	job.Handle(b.jobs, b.resume)
	job.Handle(b.jobs, b.fetchParent)
	job.Handle(b.jobs, b.refreshActor)
	job.Handle(b.jobs, b.fetchPins)
	return b
}
