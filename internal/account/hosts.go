package account

import (
	"context"
	"sync"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// hosts are those that this home answers at besides its own, as they were
// read a moment ago.
type hosts struct {
	mu    sync.Mutex
	known map[string]served
	until time.Time
}

// A served host is in the ids of somebody who lives here, or their own, or
// claimed to be.
type served struct {
	known   bool  // in ids, or somebody's own
	left    bool  // only in ids that everybody has moved away from
	owner   id.ID // whose own it is; 0 for one that is only in ids
	awaited bool  // claimed
}

// hostsTime is how long the hosts are not read again: that much later another
// node knows of a new one.
const hostsTime = time.Minute

func (h *hosts) drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until = time.Time{}
}

// Serves reports whether a host, in normal form, is one of this home's
// besides that of its origin: in the ids of somebody who lives here, since one
// that was fixed at a first delivery stays theirs when the home's origin changes, or somebody's own domain.
func (s *Service) Serves(ctx context.Context, host string) bool { return s.served(ctx, host).known }

// Awaits reports whether somebody here says that a host is theirs and has
// still to show it: it may have a certificate, and answers at ClaimPath alone.
func (s *Service) Awaits(ctx context.Context, host string) bool { return s.served(ctx, host).awaited }

func (s *Service) served(ctx context.Context, host string) served {
	s.hosts.mu.Lock()
	defer s.hosts.mu.Unlock()
	if now := s.now(); now.After(s.hosts.until) {
		known := map[string]served{}
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			all, err := servedHosts(ctx, tx)
			if err != nil {
				return err
			}
			for _, h := range all {
				at, before := known[h.host]
				at.left = h.left && (!before || at.left)
				at.known = true
				if h.own {
					at.owner = h.owner
				}
				known[h.host] = at
			}
			claimed, err := claimedHosts(ctx, tx, now.Add(-claimTime))
			for _, h := range claimed {
				at := known[h]
				at.awaited = true
				known[h] = at
			}
			return err
		})
		if err != nil {
			return served{}
		}
		s.hosts.known, s.hosts.until = known, now.Add(hostsTime)
	}
	return s.hosts.known[host]
}

// ClaimPath is where a claimed domain is asked for its token.
const ClaimPath = "/.well-known/own-domain/"
