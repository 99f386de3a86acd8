package auth

import (
	"context"
	"errors"
	"time"

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
}

// Begin signs a browser in. The token goes into its cookie and is kept nowhere.
func (s *Service) Begin(ctx context.Context, who id.ID, agent, address string) (token string, err error) {
	now := s.now()
	token = newSecret()
	v := &Session{
		ID: s.ids.Next(), AccountID: who, Agent: clip(agent, agentMax), Address: clip(address, addressMax),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionFor),
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertSession(ctx, tx, v, hashOf(token)); err != nil {
			return err
		}
		return dropOldSessions(ctx, tx, who, sessionsMax)
	})
	return token, err
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

// Revoke ends a session of an account as one that should not be: apps let in
// from it are out too. One that is not there is out already.
func (s *Service) Revoke(ctx context.Context, who, session id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := dropTokensFrom(ctx, tx, who, session); err != nil {
			return err
		}
		if err := dropSession(ctx, tx, who, session); err != nil {
			return err
		}
		tx.After(func() { s.forget(who) })
		return nil
	})
}

// RevokeOthers signs out everything but the session keep: other sessions, and apps let in from any other.
func (s *Service) RevokeOthers(ctx context.Context, who, keep id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.dropOthers(ctx, tx, who, keep) })
}

func (s *Service) dropOthers(ctx context.Context, tx *db.Tx, who, keep id.ID) error {
	if err := dropTokensFromOthers(ctx, tx, who, keep); err != nil {
		return err
	}
	if err := dropOtherSessions(ctx, tx, who, keep); err != nil {
		return err
	}
	tx.After(func() { s.forget(who) })
	return nil
}
