// Package push tells browsers and apps of news without their asking (Web
// Push: RFC 8030, 8291 and 8292).
//
// Who is told: the apps of one who lives here, their browsers, and browsers
// of people without an account who follow somebody. A subscription of an app
// ends with its token, that of a browser with its session. A guest's counts
// once its browser has answered a first message, so that nobody can be sent
// anything whose browser did not ask for it.
//
// What is told is looked up when it is sent, through the same rooms as the
// page of news: what was taken back, hidden or filtered meanwhile is not
// told. It is sealed for the browser alone; the push service between sees its
// length and its time. Where it lies is given by strangers, so it is reached
// by package fetch only and never stands in a log.
package push

import (
	"context"
	"log/slog"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/locale"
	"allod/internal/markup"
	"allod/internal/moderation"
	"allod/internal/notification"
	"allod/internal/post"
)

// Config is what the bridge stands on.
type Config struct {
	DB       *db.DB
	Jobs     *job.Queue
	Fetch    *fetch.Client
	Vault    *account.Vault
	Accounts *account.Service
	Posts    *post.Service
	News     *notification.Service
	Guard    *moderation.Service
	Names    account.Names
	Bundle   *locale.Bundle
	Text     *markup.Engine
	Passes   auth.Passes // lead guests to the page that ends it
	IDs      *id.Source
	Now      func() time.Time
	Log      *slog.Logger

	// Portrait is the absolute address of a picture of somebody, "" for none.
	Portrait func(a *account.Account) string
	// Where is the path of the page a notification leads to.
	Where func(n *notification.Notification) string
	// Type is what the Mastodon API calls a kind of news, "" for those it has no word for.
	Type func(k notification.Kind) string
	// Ours reports whether a host is this home's.
	Ours func(ctx context.Context, host string) bool
	// Plain lets endpoints be without TLS, for tests.
	Plain bool
}

// Service keeps who is told and tells them. It is safe for concurrent use.
type Service struct {
	Config
	key    vapid
	netKey []byte // under which networks are hashed
	lanes  lanes
}

// New returns the service and tells the queue about its jobs.
func New(c Config) (*Service, error) {
	s := &Service{Config: c, lanes: lanes{now: c.Now, by: map[string]*lane{}}}
	seed, err := c.Vault.Derive("web push")
	if err != nil {
		return nil, err
	}
	if s.key, err = newVapid(seed, c.Names); err != nil {
		return nil, err
	}
	if s.netKey, err = c.Vault.Derive("networks of push"); err != nil {
		return nil, err
	}
	job.Handle(c.Jobs, s.news)
	job.Handle(c.Jobs, s.tell)
	job.Handle(c.Jobs, s.posted)
	job.Handle(c.Jobs, s.hear)
	job.Handle(c.Jobs, s.welcome)
	return s, nil
}

// PublicKey is the key by which push services know this home, in base64url (RFC 8292 §3.2).
func (s *Service) PublicKey() string { return s.key.public }

// waitFor is how long the browser of a guest may take to answer the first message.
const waitFor = 2 * 24 * time.Hour

// Sweep forgets subscriptions whose token or session has ended, and those that nobody answered.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return sweep(ctx, tx, s.Now(), s.Now().Add(-waitFor))
	})
}

// Ended forgets all that have to do with an account that is gone.
func (s *Service) Ended(ctx context.Context, tx *db.Tx, f account.Ended) error {
	return removeOf(ctx, tx, f.Account.ID)
}
