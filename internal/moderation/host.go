package moderation

import (
	"context"
	"slices"
	"sync"
	"time"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/relationship"
)

// A Measure is what this home does about a server.
type Measure string

// The measures.
const (
	Silence Measure = "silence" // only those who follow somebody there see what they say
	Suspend Measure = "suspend" // nothing is taken from there or sent there
)

// A HostPolicy is what this home does about a server, and the ones below it.
type HostPolicy struct {
	Host    string // in normal form
	Measure Measure
	Reason  string // everybody can read it
	By      id.ID
	Since   time.Time
}

// PoliciesMax is how many there may be.
const PoliciesMax = 50_000

// SetPolicy decides about a server. It has a reason, which everybody can read.
func (s *Service) SetPolicy(ctx context.Context, by id.ID, host string, m Measure, why string) error {
	host, err := address.Host(host)
	if err != nil {
		return fault.New(fault.Invalid, "fault.host.name").In("host")
	}
	if m != Silence && m != Suspend {
		return fault.New(fault.Invalid, "fault.limit.measure").In("measure")
	}
	if why, err = reason(why); err != nil {
		return err
	}
	return s.policies(ctx, func(ctx context.Context, tx *db.Tx) error {
		return putPolicy(ctx, tx, &HostPolicy{Host: host, Measure: m, Reason: why, By: by, Since: s.now()})
	})
}

// EndPolicy takes a decision back. Nothing to take back is no error.
func (s *Service) EndPolicy(ctx context.Context, host string) error {
	return s.policies(ctx, func(ctx context.Context, tx *db.Tx) error { return deletePolicy(ctx, tx, host) })
}

func (s *Service) policies(ctx context.Context, f func(ctx context.Context, tx *db.Tx) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := f(ctx, tx); err != nil {
			return err
		}
		tx.After(s.hosts.forget)
		return nil
	})
}

// Policies are all of them, by host.
func (s *Service) Policies(ctx context.Context) (out []HostPolicy, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = policies(ctx, tx, PoliciesMax)
		return err
	})
	return out, err
}

// Shut are those of hosts to which nothing is sent and from which nothing is taken.
func Shut(ctx context.Context, tx *db.Tx, hosts []string) (map[string]bool, error) {
	var asked []string
	for _, h := range hosts {
		asked = append(asked, relationship.Above(h)...)
	}
	shut, err := shutAmong(ctx, tx, asked)
	out := map[string]bool{}
	if err != nil || len(shut) == 0 {
		return out, err
	}
	for _, h := range hosts {
		out[h] = slices.ContainsFunc(relationship.Above(h), func(above string) bool { return slices.Contains(shut, above) })
	}
	return out, nil
}

// hosts keeps the policies at hand: every delivery asks.
type hosts struct {
	mu    sync.RWMutex
	by    map[string]HostPolicy
	until time.Time
	moved int
}

func (h *hosts) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.by, h.moved = nil, h.moved+1
}

// hostsFor is how long a change on another node is not seen.
const hostsFor = 15 * time.Second

// Policy is what this home does about a host; ok is false where it does nothing.
func (s *Service) Policy(ctx context.Context, host string) (p HostPolicy, ok bool, err error) {
	return s.policy(host, func() ([]HostPolicy, error) { return s.Policies(ctx) })
}

// PolicyIn is Policy within a transaction.
func (s *Service) PolicyIn(ctx context.Context, tx *db.Tx, host string) (p HostPolicy, ok bool, err error) {
	return s.policy(host, func() ([]HostPolicy, error) { return policies(ctx, tx, PoliciesMax) })
}

func (s *Service) policy(host string, read func() ([]HostPolicy, error)) (p HostPolicy, ok bool, err error) {
	if host == "" {
		return p, false, nil
	}
	s.hosts.mu.RLock()
	by, until, since := s.hosts.by, s.hosts.until, s.hosts.moved
	s.hosts.mu.RUnlock()
	if by == nil || s.now().After(until) {
		all, err := read()
		if err != nil {
			return p, false, err
		}
		by = make(map[string]HostPolicy, len(all))
		for _, one := range all {
			by[one.Host] = one
		}
		s.hosts.mu.Lock()
		if since == s.hosts.moved {
			s.hosts.by, s.hosts.until = by, s.now().Add(hostsFor)
		}
		s.hosts.mu.Unlock()
	}
	if len(by) == 0 {
		return p, false, nil
	}
	for _, h := range relationship.Above(host) {
		if p, ok = by[h]; ok {
			return p, true, nil
		}
	}
	return p, false, nil
}
