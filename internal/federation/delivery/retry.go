package delivery

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// RetryHost tries a server now, rather than when its pause is over: what
// waits for it, and what was given up. What it refused stays refused.
func (s *Service) RetryHost(ctx context.Context, host string) error {
	return s.again(ctx, []string{host}, func(ctx context.Context, tx *db.Tx) error {
		return revive(ctx, tx, host, []string{abandoned}, micro(s.Now()), Chunk)
	})
}

// RetryPost tries everything sent of a post again wherever it did not
// arrive: also where it was refused or given up. Of a post that was taken back, only that is said again.
func (s *Service) RetryPost(ctx context.Context, post id.ID) error {
	var hosts []string
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		hosts, err = hostsWithout(ctx, tx, post, Chunk)
		return err
	})
	if err != nil || len(hosts) == 0 {
		return err
	}
	return s.again(ctx, hosts, func(ctx context.Context, tx *db.Tx) error {
		verb, err := lastVerb(ctx, tx, post)
		if err != nil {
			return err
		}
		return revivePost(ctx, tx, post, verb, []string{refused, gone, abandoned}, micro(s.Now()))
	})
}

// again opens the lanes of hosts at once, after what f changes.
func (s *Service) again(ctx context.Context, hosts []string, f func(context.Context, *db.Tx) error) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := f(ctx, tx); err != nil {
			return err
		}
		tx.After(func() { s.hosts.reopen(hosts) })
		return s.hurry(ctx, tx, hosts)
	})
}

// reopen ends the pauses of hosts. How often they failed stays, so that the next failure pauses as long.
func (h *hosts) reopen(names []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range names {
		if s := h.by[n]; s != nil {
			s.closedUntil, s.dirty = time.Time{}, true
		}
	}
}
