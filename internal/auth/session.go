package auth

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

const (
	sessionFor   = 90 * 24 * time.Hour // unused
	sessionTouch = 10 * time.Minute    // how exactly seen_at is kept
	sessionsMax  = 50                  // of one account; the longest unseen ends first

	agentMax   = 300 // bytes
	addressMax = 64
)

// A Session is one browser that is signed in. A value that was returned must not be changed.
type Session struct {
	ID        id.ID
	AccountID id.ID
	Agent     string // as the browser calls itself
	Address   string // where it signed in from
	CreatedAt time.Time
	SeenAt    time.Time // to ten minutes
	ExpiresAt time.Time
	Way       Way  // how they came in
	Keeper    bool // keeps the home
	Standing       // of the account
}

// A Way is how somebody came in.
type Way string

// The ways in.
const (
	ByPassword Way = "password"
	ByPasskey  Way = "passkey"
	ByLink     Way = "link" // of a new password
)

// Begin signs a browser in. The token goes into its cookie and is kept nowhere.
func (s *Service) Begin(ctx context.Context, who id.ID, way Way, agent, address string) (token string, err error) {
	now := s.now()
	token = newSecret()
	v := &Session{
		ID: s.ids.Next(), AccountID: who, Agent: clip(agent, agentMax), Address: clip(address, addressMax),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionFor), Way: way,
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		others, err := listSessions(ctx, tx, who, now)
		if err != nil {
			return err
		}
		if err := insertSession(ctx, tx, v, hashOf(token)); err != nil {
			return err
		}
		if err := dropOldSessions(ctx, tx, who, sessionsMax); err != nil {
			return err
		}
		a, err := account.Get(ctx, tx, who)
		if err != nil {
			return err
		}
		return s.Opened.Record(ctx, tx, Opened{Account: a, Session: v, Strange: strange(v, others)})
	})
	return token, err
}

// strange reports whether a browser is unlike all others that are signed in:
// from another network, or of another kind. Who is signed in nowhere is not told of themselves.
func strange(v *Session, others []*Session) bool {
	for _, o := range others {
		if Network(o.Address) == Network(v.Address) && o.Agent == v.Agent {
			return false
		}
	}
	return len(others) > 0
}

// Network is what an address has in common with those near it: the first
// three numbers of IPv4, a /48 of IPv6; "" for what is no address.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	bits := 48
	if ip = ip.Unmap(); ip.Is4() {
		bits = 24
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// Session is the session of a token, Unauthenticated where there is none any
// more. Using a session prolongs it.
func (s *Service) Session(ctx context.Context, token string) (*Session, error) {
	key := hashOf(token)
	v, ok, since := s.sessions.get(key)
	if !ok {
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			v, err = sessionByHash(ctx, tx, key)
			return none(err)
		})
		if err != nil {
			return nil, err
		}
	}
	now := s.now()
	if !now.Before(v.ExpiresAt) {
		return nil, none(db.ErrNoRows)
	}
	if now.Sub(v.SeenAt) >= sessionTouch {
		seen := *v
		seen.SeenAt, seen.ExpiresAt = now, now.Add(sessionFor)
		v, ok = &seen, false
		if err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return touchSession(ctx, tx, v) }); err != nil {
			return nil, err
		}
	}
	if !ok {
		s.sessions.put(key, v, since)
	}
	return v, nil
}

// none is the Unauthenticated of a session or token that is not there.
func none(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return fault.Wrap(err, fault.Unauthenticated, "")
	}
	return err
}

// Sessions are those of an account, the last seen first.
func (s *Service) Sessions(ctx context.Context, who id.ID) (all []*Session, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listSessions(ctx, tx, who, s.now())
		return err
	})
	return all, err
}

// SignOut ends the session of a token, and codes asked in it. Apps let in
// from it stay. A token that is unknown is out already.
func (s *Service) SignOut(ctx context.Context, token string) error {
	key := hashOf(token)
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := sessionByHash(ctx, tx, key)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		} else if err != nil {
			return err
		}
		if err := dropSession(ctx, tx, v.AccountID, v.ID); err != nil {
			return err
		}
		tx.After(func() { s.forget(v.AccountID) })
		return nil
	})
}

// Revoke ends a session of an account as one that should not be: apps and
// devices let in from it are out too. One that is not there is out already.
func (s *Service) Revoke(ctx context.Context, who, session id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := dropTokensFrom(ctx, tx, who, session); err != nil {
			return err
		}
		if err := dropDevicesFrom(ctx, tx, who, session); err != nil {
			return err
		}
		if err := dropSession(ctx, tx, who, session); err != nil {
			return err
		}
		tx.After(func() { s.forget(who) })
		return nil
	})
}

// RevokeOthers signs out everything but the session keep: other sessions, and apps and devices let in from any other.
func (s *Service) RevokeOthers(ctx context.Context, who, keep id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.dropOthers(ctx, tx, who, keep) })
}

func (s *Service) dropOthers(ctx context.Context, tx *db.Tx, who, keep id.ID) error {
	if err := dropTokensFromOthers(ctx, tx, who, keep); err != nil {
		return err
	}
	if err := dropDevicesFromOthers(ctx, tx, who, keep); err != nil {
		return err
	}
	if err := dropOtherSessions(ctx, tx, who, keep); err != nil {
		return err
	}
	tx.After(func() { s.forget(who) })
	return nil
}
