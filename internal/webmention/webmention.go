// Package webmention tells other sites that a post here links to them, and
// takes in that a page of theirs links to a post here (W3C Webmention).
package webmention

import (
	"context"
	"log/slog"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fetch"
	"allod/internal/job"
	"allod/internal/mention"
	"allod/internal/post"
)

// Config is what the bridge stands on.
type Config struct {
	DB       *db.DB
	Jobs     *job.Queue
	Fetch    *fetch.Client
	Posts    *post.Service
	Mentions *mention.Service
	Names    account.Names
	Now      func() time.Time
	Log      *slog.Logger
	// Ours reports whether a host is this home's.
	Ours func(ctx context.Context, host string) bool
	// Refuse returns why nothing is taken from a host.
	Refuse func(ctx context.Context, host string) error
	// Federates is false for a home that others cannot reach: it tells nobody anything.
	Federates bool
}

// Service tells and takes in. It is safe for concurrent use.
type Service struct {
	Config
	busy chan struct{} // a token for each page being looked at
}

// atOnce is how many pages are looked at at the same time.
const atOnce = 8

// New returns the service and tells the queue about its jobs.
func New(cfg Config) *Service {
	s := &Service{Config: cfg, busy: make(chan struct{}, atOnce)}
	job.Handle(cfg.Jobs, s.look)
	job.Handle(cfg.Jobs, s.scan)
	job.Handle(cfg.Jobs, s.tell)
	return s
}

// enter waits a moment for a token to look at a page; ok is false where there is none.
func (s *Service) enter() (leave func(), ok bool) {
	select {
	case s.busy <- struct{}{}:
		return func() { <-s.busy }, true
	case <-time.After(2 * time.Second):
		return nil, false
	}
}

// Bounds of looking at a page of another site.
const (
	pageTime = 10 * time.Second
	pageMost = 1 << 20
)
