package auth

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
)

// programTime is how long an app holds its own token before somebody can have
// filled in its form.
const programTime = 4 * time.Second

// SignUp lets an app, by its own token, ask for a place in somebody's name, or
// use an invitation for them. The token that it returns opens what that
// person may do from the moment the keeper lets them in; until then it answers
// Denied with how things stand. It returns what Apply and Register return,
// Invalid for an app that is as fast as a program, and Denied for a token that a person gave.
func (s *Service) SignUp(ctx context.Context, n Registration, reason string, by *Token, from Caller) (secret string, t *Token, err error) {
	switch {
	case by.AccountID != 0:
		return "", nil, fault.New(fault.Denied, "fault.api.app_only")
	case s.now().Sub(by.CreatedAt) < programTime:
		return "", nil, fault.New(fault.Invalid, "fault.join.fast")
	}
	app, err := s.AppByID(ctx, by.AppID)
	if err != nil {
		return "", nil, err
	}
	secret, t = s.newToken(app, from)
	t.Scopes = by.Scopes
	if n.Invitation == "" {
		_, err := s.apply(ctx, n, reason, func(ctx context.Context, tx *db.Tx, a *Applicant) error {
			t.AccountID = a.ID
			return insertToken(ctx, tx, t, hashOf(secret))
		})
		return secret, t, err
	}
	a, err := s.Register(ctx, n)
	if err != nil {
		return "", nil, err
	}
	t.AccountID = a.ID
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return insertToken(ctx, tx, t, hashOf(secret)) })
	return secret, t, err
}

// standsBefore is what an app is told of one who waits before the door, or was
// turned away: Denied with its sentence, Unauthenticated for any other token.
func (s *Service) standsBefore(ctx context.Context, key hash) error {
	return s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := applicantByToken(ctx, tx, key)
		if err = none(err); err != nil {
			return err
		}
		return row.told()
	})
}

// told is what somebody before the door is told who shows that it is them.
func (a *applicant) told() error {
	switch a.state {
	case asked:
		return fault.New(fault.Denied, "fault.signin.asked")
	case refused:
		return fault.New(fault.Denied, "fault.signin.refused", "why", a.answer)
	}
	return fault.New(fault.Denied, "fault.signin.removed", "why", a.answer)
}
