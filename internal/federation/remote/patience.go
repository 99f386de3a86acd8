package remote

import (
	"context"
	"sync"
	"time"

	"allod/internal/fault"
)

// hosts lets one at a time ask a host.
type hosts struct {
	mu    sync.Mutex
	turns map[string]*turn
}

// A turn is held by whoever has put its token in.
type turn struct {
	token   chan struct{}
	waiting int // with the one who holds it
}

// waitingMax is how many may wait for one host.
const waitingMax = 64

// turn waits for the turn to ask a host, and returns how to end it. TooMany
// where too many wait already, Timeout where it does not come in time.
func (h *hosts) turn(ctx context.Context, host string, patience time.Duration) (end func(), err error) {
	h.mu.Lock()
	t := h.turns[host]
	if t == nil {
		t = &turn{token: make(chan struct{}, 1)}
		h.turns[host] = t
	}
	if t.waiting >= waitingMax {
		h.mu.Unlock()
		return nil, fault.New(fault.TooMany, "").Because("many wait for keys of %s", host)
	}
	t.waiting++
	h.mu.Unlock()

	leave := func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if t.waiting--; t.waiting == 0 {
			delete(h.turns, host)
		}
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case t.token <- struct{}{}:
		return func() { <-t.token; leave() }, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = fault.New(fault.Timeout, "").Because("no turn to ask %s for a key", host)
	}
	leave()
	return nil, err
}

// failures remembers for minutes who gave no key: a key id that leads
// nowhere, and a host that does not answer.
type failures struct {
	mu    sync.Mutex
	until map[string]failure
}

type failure struct {
	err  error
	ends time.Time
}

// How long a failure counts, and how many are kept.
const (
	refusedFor  = 5 * time.Minute // by key id
	silentFor   = time.Minute     // by host
	failuresMax = 10_000
)

// of is the failure that still counts for a host or key id, or nil.
func (f *failures) of(now time.Time, host, keyID string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range []string{host, keyID} {
		if known, ok := f.until[name]; ok {
			if now.Before(known.ends) {
				return known.err
			}
			delete(f.until, name)
		}
	}
	return nil
}

// note remembers a failure.
func (f *failures) note(now time.Time, host, keyID string, err error) {
	name, span := keyID, refusedFor
	switch fault.Of(err) {
	case fault.Unavailable, fault.Timeout, fault.TooMany:
		name, span = host, silentFor
	case fault.Internal:
		return // ours, not theirs
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.until) >= failuresMax {
		f.shrink(now)
	}
	f.until[name] = failure{err, now.Add(span)}
}

// shrink drops what no longer counts, and then anything, until half is left.
func (f *failures) shrink(now time.Time) {
	for name, known := range f.until {
		if !now.Before(known.ends) {
			delete(f.until, name)
		}
	}
	for name := range f.until {
		if len(f.until) <= failuresMax/2 {
			return
		}
		delete(f.until, name)
	}
}
