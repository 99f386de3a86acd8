package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/id"
)

// A Place is an origin that the ids of one who lives here carried, and when they left it.
type Place struct {
	Origin string    `json:"origin"`
	Left   time.Time `json:"left"`
}

// Moved is the fact that the ids of one who lives here carry another origin
// from now on. What they said before keeps the old one.
type Moved struct {
	Account *Account
	From    string // the origin before
}

// AsOf is the account as it was known to others at a moment: what was said
// then is told of, changed and taken back by the ids that it had.
func (a *Account) AsOf(t time.Time) *Account {
	for i, p := range a.Former {
		if t.Before(p.Left) {
			was := *a
			was.Authority, was.Former = p.Origin, a.Former[:i]
			return &was
		}
	}
	return a
}

// at is the account as it was known at an origin that it left; nil for any other.
func (a *Account) at(is func(origin string) bool) *Account {
	for i, p := range slices.Backward(a.Former) {
		if is(p.Origin) {
			was := *a
			was.Authority, was.Former = p.Origin, a.Former[:i]
			return &was
		}
	}
	return nil
}

// LeftHost reports whether an account's ids carried a host, in normal form, and do so no longer.
func (a *Account) LeftHost(host string) bool {
	is := hostIs(host)
	return !is(a.Authority) && a.at(is) != nil
}

// At is an account as others know it at a host of ours, in normal form: where
// it has left that host, by the old ids, with the new one as where it moved to.
func (n Names) At(a *Account, host string) *Account {
	if host == "" || hostIs(host)(n.Base(a)) {
		return a
	}
	was := a.at(hostIs(host))
	if was == nil {
		return a
	}
	was.MovedTo = n.Actor(a)
	return was
}

func hostIs(host string) func(origin string) bool {
	return func(origin string) bool {
		h, err := address.HostOf(origin)
		return err == nil && h == host
	}
}

// Due is the origin that the ids of one who lives here should carry: that of
// their own domain, or of the home.
func (n Names) Due(a *Account) string {
	if own := n.Own(a); own != "" {
		return own
	}
	return n.Origin
}

// Aliases are the ids that others knew one who lives here by before.
func (n Names) Aliases(a *Account) []string {
	all := slices.Clone(a.AlsoKnownAs)
	for _, p := range a.Former {
		alias := p.Origin + Gateway + strings.TrimPrefix(a.URI, "ap://")
		if p.Origin != n.Base(a) && !slices.Contains(all, alias) {
			all = append(all, alias)
		}
	}
	return all
}

// published is the moment in the path of a portable id of a post; zero for anything else.
func published(rest string) time.Time {
	_, path, _ := strings.Cut(rest, "/")
	kind, number, _ := strings.Cut(path, "/")
	number, _, _ = strings.Cut(number, "/")
	which, err := id.Parse(number)
	if kind != "post" || err != nil {
		return time.Time{}
	}
	return which.Time()
}

// Move has the ids of one who lives here carry the origin that is due, from
// now on. It reports whether anything changed: nothing does where they carry it
// already, or where nobody was told of any.
func (s *Service) Move(ctx context.Context, who id.ID, n Names) (moved bool, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := Get(ctx, tx, who)
		if err != nil {
			return err
		}
		from, to := a.Authority, n.Due(a)
		if !a.Local || a.Gone() || from == "" || from == to {
			return nil
		}
		a.UpdatedAt = s.now()
		a.Former = append(a.Former, Place{from, a.UpdatedAt})
		a.Authority, moved = to, true
		if err := move(ctx, tx, a); err != nil {
			return err
		}
		tx.After(func() { s.cards.drop(who); s.hosts.drop() })
		return s.Moved.Record(ctx, tx, Moved{a, from})
	})
	return moved && err == nil, err
}

// Elsewhere are those who live here whose ids carry another origin than is due, by id, after one of them.
func (s *Service) Elsewhere(ctx context.Context, n Names, after id.ID, limit int) (all []*Account, err error) {
	scheme, _, _ := strings.Cut(n.Origin, "://")
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = elsewhere(ctx, tx, n.Origin, scheme+"://", after, limit)
		return err
	})
	return all, err
}

// Before are the origins that people here left, and when the last of them left each.
func (s *Service) Before(ctx context.Context) (all []Place, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = formerPlaces(ctx, tx)
		return err
	})
	return all, err
}

// Left reports whether a host, in normal form, is one that everybody here has
// moved away from: who comes to it is led on.
func (s *Service) Left(ctx context.Context, host string) bool { return s.served(ctx, host).left }
