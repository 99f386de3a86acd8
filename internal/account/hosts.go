package account

import (
	"context"
	"sync"
	"time"

	"allod/internal/address"
	"allod/internal/db"
)

// hosts are those in the ids of people here, as they were read a moment ago.
type hosts struct {
	mu    sync.Mutex
	known map[string]bool
	until time.Time
}

// hostsTime is how long the hosts are not read again. A new one is that of
// the present origin, so nobody waits for it.
const hostsTime = time.Minute

// Serves reports whether a host, in normal form, is in the ids of somebody who
// lives here: one that was fixed at a first delivery stays theirs when the
// home's origin changes.
func (s *Service) Serves(ctx context.Context, host string) bool {
	s.hosts.mu.Lock()
	defer s.hosts.mu.Unlock()
	if now := s.now(); now.After(s.hosts.until) {
		var origins []string
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			origins, err = authorities(ctx, tx)
			return err
		})
		if err != nil {
			return false
		}
		s.hosts.known, s.hosts.until = map[string]bool{}, now.Add(hostsTime)
		for _, o := range origins {
			if h, err := address.HostOf(o); err == nil {
				s.hosts.known[h] = true
			}
		}
	}
	return s.hosts.known[host]
}
