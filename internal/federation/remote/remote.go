// Package remote finds actors and objects of other servers, and keeps what they said.
//
// What is fetched is believed only as far as the Authority invariant goes: a
// document counts as its id's only if it came from that id's own address, or,
// for a portable id (FEP-ef61), if the DID in it proved the document. Every
// errand takes from a Budget, so that no stranger decides how much is fetched.
package remote

import (
	"context"
	"crypto/rsa"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fetch"
	"allod/internal/media"
	"allod/internal/post"
	"allod/protocol/httpsig"
)

// Config is what a Service is made of.
type Config struct {
	DB       *db.DB
	Accounts *account.Service
	Posts    *post.Service
	Media    *media.Service
	Fetch    *fetch.Client
	Names    account.Names
	Now      func() time.Time
	Log      *slog.Logger
	// Form tells which generation of signatures a host is known to take, 0
	// where that is unknown. It may be nil.
	Form func(host string) httpsig.Form
}

// Service finds actors, keys and posts. It is safe for concurrent use.
type Service struct {
	db       *db.DB
	accounts *account.Service
	posts    *post.Service
	media    *media.Service
	fetch    *fetch.Client
	names    account.Names
	now      func() time.Time
	log      *slog.Logger
	form     func(host string) httpsig.Form

	flights singleflight.Group // actors, posts and pictures under way
	asking  hosts              // hosts that are asked for a key
	failed  failures           // key ids and hosts that lately gave no key
	blank   failures           // media that lately could not be had
	drawing chan struct{}      // a token for each picture being fetched

	mu      sync.Mutex
	homeKey *rsa.PrivateKey // of the home's own actor, once it was needed
}

// New returns a service.
func New(cfg Config) *Service {
	if cfg.Form == nil {
		cfg.Form = func(string) httpsig.Form { return 0 }
	}
	return &Service{
		db: cfg.DB, accounts: cfg.Accounts, posts: cfg.Posts, media: cfg.Media, fetch: cfg.Fetch, names: cfg.Names, now: cfg.Now, log: cfg.Log, form: cfg.Form,
		asking: hosts{turns: map[string]*turn{}}, failed: failures{until: map[string]failure{}},
		blank: failures{until: map[string]failure{}}, drawing: make(chan struct{}, picturesAtOnce),
	}
}

// ours reports whether this home answers at a host.
func (s *Service) ours(ctx context.Context, host string) bool {
	return host == s.names.Host || s.accounts.Serves(ctx, host)
}
