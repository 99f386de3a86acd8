package delivery

import (
	"context"
	"sync"
	"time"

	"allod/internal/db"
	"allod/protocol/httpsig"
)

// A hostState is what we have learned of another server.
type hostState struct {
	name        string
	signature   string // rfc9421, cavage, or "" while nothing is certain
	failures    int    // in a row
	firstFailed time.Time
	succeeded   time.Time
	lastError   string
	closedUntil time.Time // the breaker
	dirty       bool
}

// hosts remembers the states in memory; they are loaded at the start and
// written with the outcomes that change them.
type hosts struct {
	db *db.DB
	mu sync.Mutex
	by map[string]*hostState
}

// hostsMax bounds the hosts in memory; those that are well can be forgotten.
const hostsMax = 50_000

func newHosts(d *db.DB) *hosts { return &hosts{db: d, by: map[string]*hostState{}} }

// load reads what was learned before.
func (h *hosts) load(ctx context.Context) error {
	var all []*hostState
	err := h.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = hostStates(ctx, tx, hostsMax)
		return err
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range all {
		h.by[s.name] = s
	}
	return err
}

// state is the host's, made if need be. The caller holds the lock.
func (h *hosts) state(name string) *hostState {
	s := h.by[name]
	if s == nil {
		if len(h.by) >= hostsMax {
			for n, old := range h.by {
				if old.failures == 0 && !old.dirty {
					delete(h.by, n)
					break
				}
			}
		}
		s = &hostState{name: name}
		h.by[name] = s
	}
	return s
}

// closed is how long the host is still left alone, because it failed; 0 if it is not.
func (h *hosts) closed(name string, now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.by[name]; s != nil {
		return max(s.closedUntil.Sub(now), 0)
	}
	return 0
}

// form is the signature to send: cavage until the host is known to take RFC 9421.
func (h *hosts) form(name string) (f httpsig.Form, certain bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.by[name]; s != nil && s.signature != "" {
		if s.signature == "rfc9421" {
			return httpsig.RFC9421, true
		}
		return httpsig.Cavage, true
	}
	return httpsig.Cavage, false
}

// learn remembers the form that a host takes. What signs by RFC 9421 takes it
// too; that it signs in the old form says nothing of what it takes.
func (h *hosts) learn(name string, f httpsig.Form) {
	if f != httpsig.RFC9421 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.state(name); s.signature != "rfc9421" {
		s.signature, s.dirty = "rfc9421", true
	}
}

// settle takes an outcome into the host's state and returns how long the host
// is left alone from now on.
func (h *hosts) settle(o outcome, now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.state(o.Host)
	if o.state != due && o.state != abandoned {
		if s.failures > 0 || now.Sub(s.succeeded) > time.Hour {
			s.dirty = true
		}
		s.failures, s.firstFailed, s.succeeded, s.lastError, s.closedUntil = 0, time.Time{}, now, "", time.Time{}
		return 0
	}
	if s.failures == 0 {
		s.firstFailed = now
	}
	pause := backoff(s.failures)
	s.failures++
	s.lastError, s.closedUntil, s.dirty = o.err, now.Add(pause), true
	return pause
}

// backoff is the pause after n failures in a row before this one: from five
// seconds, doubled each time, to six hours.
func backoff(n int) time.Duration {
	return min(5*time.Second<<min(n, 20), 6*time.Hour)
}

// changed are copies of the states to be written, which are clean from now on.
func (h *hosts) changed(names []string) []hostState {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []hostState
	for _, n := range names {
		if s := h.by[n]; s != nil && s.dirty {
			s.dirty = false
			out = append(out, *s)
		}
	}
	return out
}
