package remote

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
)

// Caps of Resolve.
const (
	resolveMax  = 100 // handles
	resolveTime = 15 * time.Second
	askedAtOnce = 8
	findBudget  = 8 // fetches for one handle
)

// Resolve finds those whom handles name, also by asking their servers, a few
// at a time. Those who are not found are left out. It fails only with ctx or the database.
func (s *Service) Resolve(ctx context.Context, handles []address.Handle) (map[address.Handle]*account.Account, error) {
	asked, end := context.WithTimeout(ctx, resolveTime)
	defer end()
	var mu sync.Mutex
	found := make(map[address.Handle]*account.Account, len(handles))
	var all errgroup.Group
	all.SetLimit(askedAtOnce)
	for _, h := range handles[:min(len(handles), resolveMax)] {
		all.Go(func() error {
			a, err := s.Find(asked, h)
			if err != nil {
				s.log.Debug("a handle was not found", "handle", h.String(), "err", err)
				if fault.Is(err, fault.Internal) && asked.Err() == nil {
					return err
				}
				return nil
			}
			mu.Lock()
			found[h] = a
			mu.Unlock()
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	return found, ctx.Err()
}

// Find is the account of a handle: one who lives here, one we have met, or
// whom its host leads to by WebFinger (RFC 7033). The way must lead back: the
// actor's own handle, confirmed by its host, is the one asked for, or the one
// that the host asked names as the true one. NotFound where nobody is found,
// Denied where the way does not lead back, and the faults of FetchObject.
func (s *Service) Find(ctx context.Context, h address.Handle) (*account.Account, error) {
	a, ours, err := s.accounts.Here(ctx, s.names.Host, h.Name, h.Host)
	if ours {
		h.Host = ""
	} else if err == nil {
		a, err = s.accounts.ByHandle(ctx, h.Name, h.Host)
	}
	switch {
	case err == nil && a.Gone():
		return nil, nobody(h)
	case err == nil || !fault.Is(err, fault.NotFound):
		return a, err
	case h.Host == "" || !address.ValidName(h.Name):
		return nil, nobody(h)
	}
	b := NewBudget(findBudget)
	found, err := s.ask(ctx, h, "", b)
	if err != nil {
		return nil, err
	}
	if a, err = s.Actor(ctx, found.actor, b); err != nil {
		return nil, err
	}
	if a.Gone() {
		return nil, nobody(h)
	}
	if a.Local || !sameHandle(a, h) && !sameHandle(a, found.subject) {
		return nil, fault.New(fault.Denied, "fault.person.not_found").Because("%s leads to %s, who is %s", h, a.URI, a.Handle())
	}
	return a, nil
}

func nobody(h address.Handle) error {
	return fault.New(fault.NotFound, "fault.person.not_found").Because("nobody is %s", h)
}
