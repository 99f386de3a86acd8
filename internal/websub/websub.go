// Package websub tells those who asked of news in a feed of this home, so that
// they need not ask again (W3C WebSub). This home is the hub of its own feeds
// and of no others.
//
// A wish counts once its callback has confirmed it. What is told is the feed
// as it is when it is told, kept once and sent by one durable job for each
// subscription, which a slow receiver does not make longer: it gets the newest
// state when it comes round.
package websub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"allod/internal/db"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
)

// A Feed is one of this home's feeds as it is now.
type Feed struct {
	Account     id.ID  // whose it is; 0 for a hashtag of the house
	Tag         string // folded; "" for a feed of a person
	ContentType string
	Body        []byte
}

// Feeds knows the feeds of this home.
type Feeds interface {
	// Feed is the feed at its own address; NotFound for any other address.
	Feed(ctx context.Context, address string) (*Feed, error)
}

// Config is what the hub stands on.
type Config struct {
	DB    *db.DB
	Jobs  *job.Queue
	Fetch *fetch.Client
	Feeds Feeds
	IDs   *id.Source
	Now   func() time.Time
	Log   *slog.Logger
	// Hub is the hub's own address.
	Hub string
	// Ours reports whether a host is this home's.
	Ours func(ctx context.Context, host string) bool
	// Plain lets callbacks be without TLS, for tests.
	Plain bool
}

// Hub takes wishes and tells what is new. It is safe for concurrent use.
type Hub struct{ Config }

// New returns the hub and tells the queue about its jobs.
func New(cfg Config) *Hub {
	h := &Hub{cfg}
	job.Handle(cfg.Jobs, h.confirm)
	job.Handle(cfg.Jobs, h.announce)
	job.Handle(cfg.Jobs, h.send)
	return h
}

// errMore undoes the completion of a job: something came while it ran.
var errMore = errors.New("there is more to tell")

// again ends a run whose completion was undone, and runs it anew.
func again(err error) error {
	if errors.Is(err, errMore) {
		return job.Later(0)
	}
	return err
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Sweep forgets subscriptions that have ended, and wishes that nobody confirmed.
func (h *Hub) Sweep(ctx context.Context) error {
	return h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := h.Now()
		return errors.Join(forgetEnded(ctx, tx, now), forgetWishes(ctx, tx, now.Add(-wishTime)), forgetTopics(ctx, tx))
	})
}
