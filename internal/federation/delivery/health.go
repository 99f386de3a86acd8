package delivery

import (
	"context"
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// A Trouble is what went wrong, in a word that pages have a sentence for.
type Trouble string

// The troubles.
const (
	Refused     Trouble = "refused"     // it does not take letters from here
	Gone        Trouble = "gone"        // it has closed, or nobody lives at the inbox
	Large       Trouble = "large"       // too much for it
	Slow        Trouble = "slow"        // it asks for less at once
	Broken      Trouble = "broken"      // something of theirs failed
	Silent      Trouble = "silent"      // the line opens and nothing comes
	Shut        Trouble = "closed"      // nobody opens
	Nowhere     Trouble = "nowhere"     // no server of that name
	Certificate Trouble = "certificate" // it cannot prove who it is
	Other       Trouble = "other"
)

// TroubleOf reads what an outcome was kept as: a status, or the words of a failed request.
func TroubleOf(kept string) Trouble {
	switch kept {
	case "":
		return ""
	case "404", "410":
		return Gone
	case "413":
		return Large
	case "429":
		return Slow
	}
	if len(kept) == 3 && kept[0] == '5' {
		return Broken
	}
	if len(kept) == 3 && kept[0] >= '1' && kept[0] <= '4' {
		return Refused
	}
	text := strings.ToLower(kept)
	for _, sign := range []struct {
		word string
		is   Trouble
	}{
		{"no such host", Nowhere}, {"refused", Shut}, {"reset by peer", Shut}, {"unreachable", Shut}, {"x509", Certificate}, {"certificate", Certificate},
		{"tls", Certificate}, {"timeout", Silent}, {"timed out", Silent}, {"deadline", Silent}, {"eof", Silent},
	} {
		if strings.Contains(text, sign.word) {
			return sign.is
		}
	}
	return Other
}

// A Host is how another server takes what is sent to it.
type Host struct {
	Name        string
	Failures    int // in a row
	FirstFailed time.Time
	Succeeded   time.Time // zero for never
	ClosedUntil time.Time // when it is tried again
	LastError   string
	Waiting     int // deliveries
	Refused     int // of the last month, with those given up
	Gone        int
}

// hostsListed is the most hosts that are told of at once.
const hostsListed = 1000

// Hosts are how servers of these names are, in their order; one that was
// never sent anything is there too. No names are all that something is known of, the failing ones first.
func (s *Service) Hosts(ctx context.Context, names []string) (all []Host, err error) {
	by := map[string]*Host{}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if len(names) == 0 {
			if names, err = hostNames(ctx, tx, hostsListed); err != nil {
				return err
			}
		}
		states, err := hostsNamed(ctx, tx, names)
		if err != nil {
			return err
		}
		for _, h := range states {
			by[h.name] = h.told()
		}
		counts, err := hostCounts(ctx, tx, names)
		if err != nil {
			return err
		}
		for _, c := range counts {
			if by[c.host] == nil {
				by[c.host] = &Host{Name: c.host}
			}
			by[c.host].count(c.state, c.n)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		h := by[name]
		if h == nil {
			h = &Host{Name: name}
		}
		s.hosts.overlay(h)
		all = append(all, *h)
	}
	return all, nil
}

func (h *hostState) told() *Host {
	return &Host{
		Name: h.name, Failures: h.failures, FirstFailed: h.firstFailed, Succeeded: h.succeeded, ClosedUntil: h.closedUntil, LastError: h.lastError,
	}
}

func (h *Host) count(state string, n int) {
	switch state {
	case due:
		h.Waiting += n
	case gone:
		h.Gone += n
	default:
		h.Refused += n
	}
}

// overlay puts what is known at this moment over what was written down.
func (h *hosts) overlay(told *Host) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.by[told.Name]; s != nil && (s.failures > 0 || !s.succeeded.IsZero()) {
		now := s.told()
		told.Failures, told.FirstFailed, told.ClosedUntil, told.LastError = now.Failures, now.FirstFailed, now.ClosedUntil, now.LastError
		if now.Succeeded.After(told.Succeeded) {
			told.Succeeded = now.Succeeded
		}
	}
}

// A Dispatch is one thing that was sent out, and what became of it.
type Dispatch struct {
	ID      id.ID
	Account id.ID // who sent it
	Verb    string
	Post    id.ID
	At      time.Time
	Sent    int // places
	Done    int
	Refused int
	Gone    int
	GivenUp int
	Waiting int
	Places  []Place // those that do not have it, as far as they are listed
}

// A Place is one that does not have what was sent.
type Place struct {
	Host  string
	State string // due, refused, gone or abandoned
	Error string
	At    time.Time // of the last try; zero for none
}

const (
	placesListed     = 200
	dispatchesListed = 50
)

// OfPost is what was sent of a post, the newest first, with the places that do not have it.
func (s *Service) OfPost(ctx context.Context, post id.ID) (all []*Dispatch, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if all, err = dispatchesOfPost(ctx, tx, post, dispatchesListed); err != nil {
			return err
		}
		for _, d := range all {
			if d.Places, err = places(ctx, tx, d.ID, placesListed); err != nil {
				return err
			}
		}
		return s.tally(ctx, tx, all)
	})
	return all, err
}

// Recent is what somebody sent out of late, the newest first, with one of verbs.
func (s *Service) Recent(ctx context.Context, who id.ID, verbs []string, most int) (all []*Dispatch, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if all, err = dispatchesOf(ctx, tx, who, verbs, most); err != nil {
			return err
		}
		return s.tally(ctx, tx, all)
	})
	return all, err
}

func (s *Service) tally(ctx context.Context, tx *db.Tx, all []*Dispatch) error {
	by := map[id.ID]*Dispatch{}
	ids := make([]id.ID, 0, len(all))
	for _, d := range all {
		by[d.ID], ids = d, append(ids, d.ID)
	}
	counts, err := dispatchCounts(ctx, tx, ids)
	for _, c := range counts {
		by[c.activity].count(c.state, c.n)
	}
	return err
}

func (d *Dispatch) count(state string, n int) {
	d.Sent += n
	switch state {
	case done:
		d.Done += n
	case refused:
		d.Refused += n
	case gone:
		d.Gone += n
	case abandoned:
		d.GivenUp += n
	default:
		d.Waiting += n
	}
}
