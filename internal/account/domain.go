package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/netip"
	"strings"
	"time"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Claim is a domain that somebody says is theirs, until it is shown to lead
// here: the home asks for Token at the domain, and only itself knows Answer.
type Claim struct {
	AccountID     id.ID
	Host          string
	Token, Answer string
	Problem       string // key of what the last check found; "" for none yet
	CheckedAt     time.Time
	CreatedAt     time.Time
}

// claimTime is how long a claim is waited for.
const claimTime = 30 * 24 * time.Hour

// Claim begins, or begins anew, to make a domain who's own. home is the host
// of the home. Invalid for what is no domain, Conflict for one that is the
// home's or somebody else's, or where who's ids carry one already.
func (s *Service) Claim(ctx context.Context, who id.ID, host, home string) (*Claim, error) {
	host, err := domainName(host, home)
	if err != nil {
		return nil, err
	}
	c := &Claim{AccountID: who, Host: host, Token: strings.ToLower(rand.Text()), Answer: rand.Text(), CreatedAt: s.now()}
	return c, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.mayOwn(ctx, tx, who, host); err != nil {
			return err
		}
		tx.After(s.hosts.drop)
		return putClaim(ctx, tx, c)
	})
}

// domainName is a domain as somebody types it, with or without what stands around it, in normal form.
func domainName(typed, home string) (string, error) {
	typed = strings.TrimSpace(typed)
	if _, rest, ok := strings.Cut(typed, "://"); ok {
		typed = rest
	}
	typed, _, _ = strings.Cut(typed, "/")
	host, err := address.Host(typed)
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "fault.domain.name")
	}
	bare, _, port := strings.Cut(host, ":")
	_, number := netip.ParseAddr(bare)
	private := strings.Contains(home, ":") // a home on a port of its own is tried out, not lived in
	switch {
	case host == home:
		return "", fault.New(fault.Conflict, "fault.domain.home").In("domain")
	case number == nil || strings.HasPrefix(host, "["), !private && (port || !strings.Contains(bare, ".")):
		return "", fault.New(fault.Invalid, "fault.domain.name").In("domain")
	}
	return host, nil
}

// mayOwn refuses a domain that who cannot have.
func (s *Service) mayOwn(ctx context.Context, tx *db.Tx, who id.ID, host string) error {
	a, err := Get(ctx, tx, who)
	if err != nil {
		return err
	}
	if a.Domain != "" && a.Domain != host && hostIs(a.Domain)(a.Authority) {
		return fault.New(fault.Conflict, "fault.domain.carried", "domain", a.Domain).In("domain")
	}
	all, err := servedHosts(ctx, tx)
	if err != nil {
		return err
	}
	for _, h := range all {
		if h.host == host && h.owner != who && !a.carries(host) {
			return fault.New(fault.Conflict, "fault.domain.taken").In("domain")
		}
	}
	return nil
}

// Claimed is the claim of who, NotFound where there is none.
func (s *Service) Claimed(ctx context.Context, who id.ID) (c *Claim, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err = getClaim(ctx, tx, withAccount, who)
		return notFound(err)
	})
	return c, err
}

// Answer is what this home answers at a claimed domain to who asks for a
// token; NotFound for any other.
func (s *Service) Answer(ctx context.Context, host, token string) (answer string, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := getClaim(ctx, tx, withToken, token)
		if err != nil {
			return notFound(err)
		}
		if subtle.ConstantTimeCompare([]byte(c.Host), []byte(host)) != 1 {
			return notFound(db.ErrNoRows)
		}
		answer = c.Answer
		return nil
	})
	return answer, err
}

// Settled makes the claimed domain who's own, now that it was shown to lead here.
func (s *Service) Settled(ctx context.Context, c *Claim) error {
	return s.withDomain(ctx, c.AccountID, func(ctx context.Context, tx *db.Tx, a *Account) error {
		if err := s.mayOwn(ctx, tx, c.AccountID, c.Host); err != nil {
			return err
		}
		a.Domain = c.Host
		return dropClaim(ctx, tx, c.AccountID)
	})
}

// Unsettled keeps what a check of a claim found.
func (s *Service) Unsettled(ctx context.Context, c *Claim, problem string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c.Problem, c.CheckedAt = problem, s.now()
		return checkedClaim(ctx, tx, c)
	})
}

// Forgo ends who's claim, and their domain unless their ids carry it: Conflict then.
func (s *Service) Forgo(ctx context.Context, who id.ID) error {
	return s.withDomain(ctx, who, func(ctx context.Context, tx *db.Tx, a *Account) error {
		if a.Domain != "" && hostIs(a.Domain)(a.Authority) {
			return fault.New(fault.Conflict, "fault.domain.carried", "domain", a.Domain)
		}
		a.Domain = ""
		return dropClaim(ctx, tx, who)
	})
}

// withDomain changes the domain of an account, with the fact of it.
func (s *Service) withDomain(ctx context.Context, who id.ID, change func(context.Context, *db.Tx, *Account) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := Get(ctx, tx, who)
		if err != nil {
			return err
		}
		was := a.Domain
		if err := change(ctx, tx, a); err != nil {
			return err
		}
		tx.After(func() { s.cards.drop(who); s.hosts.drop() })
		if a.Domain == was {
			return nil
		}
		a.UpdatedAt = s.now()
		if err := setDomain(ctx, tx, a); err != nil {
			return err
		}
		return s.Changed.Record(ctx, tx, Changed{a})
	})
}

// Owner is whose own domain a host is; nil for any other host.
func (s *Service) Owner(ctx context.Context, host string) (*Account, error) {
	who := s.served(ctx, host).owner
	if who == 0 {
		return nil, nil
	}
	a, err := s.Card(ctx, who)
	if err != nil || a.Domain != host || a.Gone() {
		return nil, err
	}
	return a, nil
}

// Here is one who lives here by the two parts of a handle: home is the host
// of the home, and a domain names its owner alone. ours is false for a host of somebody
// else's; NotFound for a name of ours that nobody has.
func (s *Service) Here(ctx context.Context, home, name, host string) (a *Account, ours bool, err error) {
	if host == "" || host == home {
		a, err = s.ByName(ctx, name)
		return a, true, err
	}
	at := s.served(ctx, host)
	if !at.known {
		return nil, false, nil
	}
	a, err = s.ByName(ctx, name)
	if err == nil && a.ID != at.owner && !a.carries(host) {
		a, err = nil, notFound(errors.New("the host is of somebody else here"))
	}
	return a, true, err
}

// carries reports whether the ids of an account carry a host, or did.
func (a *Account) carries(host string) bool {
	is := hostIs(host)
	return is(a.Authority) || a.at(is) != nil
}

// Indexable are those who live here and let search engines find them, and
// whose site is at the home's own host.
func (s *Service) Indexable(ctx context.Context, limit int) (all []*Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = indexable(ctx, tx, limit)
		return err
	})
	return all, err
}
