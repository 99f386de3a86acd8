package auth

import (
	"context"
	"errors"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// How long a link for a new password is good, and how many of one person are at once.
const (
	ResetFor  = 24 * time.Hour
	resetsMax = 3
)

// ResetLink makes a link by which somebody chooses a new password: the word
// that ends it, which is kept nowhere. It returns NotFound for who does not live here.
func (s *Service) ResetLink(ctx context.Context, who id.ID) (token string, err error) {
	token = newSecret()
	now := s.now()
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := credentialByID(ctx, tx, who); errors.Is(err, db.ErrNoRows) {
			return fault.Wrap(err, fault.NotFound, "fault.account.unknown")
		} else if err != nil {
			return err
		}
		if err := dropOldResets(ctx, tx, who, resetsMax-1); err != nil {
			return err
		}
		return insertReset(ctx, tx, hashOf(token), who, now, now.Add(ResetFor))
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// Reach is where letters reach the person with a name or a mail address. who
// is nil where nobody has it, or no letter reaches them; whoever asks is not told.
func (s *Service) Reach(ctx context.Context, login string) (email string, who *account.Account, err error) {
	a, c, err := s.find(ctx, login)
	if fault.Is(err, fault.NotFound) || err == nil && c.Email == "" {
		return "", nil, nil
	} else if err != nil {
		return "", nil, err
	}
	return c.Email, a, nil
}

// CheckReset is whom a link for a new password is for, Gone where it was used or has run out.
func (s *Service) CheckReset(ctx context.Context, token string) (a *account.Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		who, err := s.reset(ctx, tx, token)
		if err != nil {
			return err
		}
		a, err = account.Get(ctx, tx, who)
		return err
	})
	return a, err
}

func (s *Service) reset(ctx context.Context, tx *db.Tx, token string) (id.ID, error) {
	who, expires, err := resetByHash(ctx, tx, hashOf(token))
	if errors.Is(err, db.ErrNoRows) || err == nil && !s.now().Before(expires) {
		return 0, fault.New(fault.Gone, "fault.reset.over")
	}
	return who, err
}

// UseReset gives the person whom a link is for a new password and signs out
// everything: every browser and every app. Passkeys stay. The link ends. It
// returns what CheckReset does, and Invalid in the field "password".
func (s *Service) UseReset(ctx context.Context, token, password string) (a *account.Account, err error) {
	if err := checkNewPassword(password, "password"); err != nil {
		return nil, err
	}
	if _, err := s.CheckReset(ctx, token); err != nil { // before the work below
		return nil, err
	}
	phc, err := s.hasher.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		who, err := s.reset(ctx, tx, token)
		if err != nil {
			return err
		}
		if a, err = account.Get(ctx, tx, who); err != nil {
			return err
		}
		if err := dropOldResets(ctx, tx, who, 0); err != nil {
			return err
		}
		if err := replacePassword(ctx, tx, who, phc, s.now()); err != nil {
			return err
		}
		return s.dropOthers(ctx, tx, who, 0)
	})
	return a, err
}
