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

// LeaveAfter is how long one whom the keeper sends away has to take their things.
const LeaveAfter = 14 * 24 * time.Hour

// Standing is what the keeper has decided about one who lives here. They are
// told it, with the reason, wherever it stands in their way.
type Standing struct {
	PausedAt time.Time // since when they may read but not act; zero for not
	LeavesAt time.Time // when the account ends; zero for never
	Why      string
	By       id.ID // the keeper who decided so; 0 where that is not known
}

// Stood is the fact that the keeper decided anew about one who lives here.
type Stood struct {
	Who           id.ID
	Before, After Standing
}

// MayAct returns Denied with the reason for an account that is paused.
func MayAct(ctx context.Context, tx *db.Tx, who id.ID) error {
	c, err := credentialByID(ctx, tx, who)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	return c.MayAct()
}

// MayAct returns Denied with the reason for one who is paused.
func (s Standing) MayAct() error {
	switch {
	case !s.LeavesAt.IsZero():
		return fault.New(fault.Denied, "fault.standing.leaves", "why", s.Why)
	case !s.PausedAt.IsZero():
		return fault.New(fault.Denied, "fault.standing.paused", "why", s.Why)
	}
	return nil
}

// Pause keeps somebody from acting until Resume. They are told why. It
// returns Denied for a keeper and Invalid in the field "why".
func (s *Service) Pause(ctx context.Context, by, who id.ID, why string) error {
	return s.stand(ctx, who, why, func(now time.Time) Standing { return Standing{PausedAt: now, By: by} })
}

// SendAway has somebody's account end in LeaveAfter; until then they are
// paused and may take their things. They are told why.
func (s *Service) SendAway(ctx context.Context, by, who id.ID, why string) error {
	return s.stand(ctx, who, why, func(now time.Time) Standing {
		return Standing{PausedAt: now, LeavesAt: now.Add(LeaveAfter), By: by}
	})
}

// Resume takes back what Pause and SendAway did.
func (s *Service) Resume(ctx context.Context, who id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := credentialByID(ctx, tx, who)
		if errors.Is(err, db.ErrNoRows) {
			return fault.Wrap(err, fault.NotFound, "fault.account.unknown")
		} else if err != nil {
			return err
		}
		return s.decide(ctx, tx, c, Standing{})
	})
}

// decide keeps what the keeper decides about somebody.
func (s *Service) decide(ctx context.Context, tx *db.Tx, c *credential, after Standing) error {
	if err := setStanding(ctx, tx, c.AccountID, after); err != nil {
		return err
	}
	tx.After(func() { s.forget(c.AccountID) })
	return s.Stood.Record(ctx, tx, Stood{c.AccountID, c.Standing, after})
}

func (s *Service) stand(ctx context.Context, who id.ID, why string, at func(time.Time) Standing) error {
	why, err := checkWhy(why)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := guest(ctx, tx, who)
		if err != nil {
			return err
		}
		standing := at(s.now())
		standing.Why = why
		return s.decide(ctx, tx, c, standing)
	})
}

// guest is the credential of one who lives here and does not keep the home.
func guest(ctx context.Context, tx *db.Tx, who id.ID) (*credential, error) {
	c, err := credentialByID(ctx, tx, who)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return nil, fault.Wrap(err, fault.NotFound, "fault.account.unknown")
	case err == nil && c.Owner:
		return nil, fault.New(fault.Denied, "fault.standing.keeper")
	}
	return c, err
}

// Remove ends somebody's account at once: their posts are taken back
// everywhere. When they try to come in, they are told why, for a while.
func (s *Service) Remove(ctx context.Context, who id.ID, why string) error {
	why, err := checkWhy(why)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := guest(ctx, tx, who)
		if err != nil {
			return err
		}
		return s.remove(ctx, tx, c, why)
	})
}

func (s *Service) remove(ctx context.Context, tx *db.Tx, c *credential, why string) error {
	a, err := account.Get(ctx, tx, c.AccountID)
	if err != nil {
		return err
	}
	now := s.now()
	note := &applicant{
		Applicant: Applicant{ID: a.ID, Name: a.Name, DisplayName: a.DisplayName, CreatedAt: now},
		state:     removedBy, password: c.password, answer: why, answeredAt: now,
	}
	if err := insertApplicant(ctx, tx, note); err != nil {
		return err
	}
	return s.accounts.End(ctx, tx, a)
}

// seeOut ends the accounts whose last day has come.
func (s *Service) seeOut(ctx context.Context) error {
	var leaving []*credential
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		leaving, err = listLeaving(ctx, tx, s.now(), 100)
		return err
	})
	for _, c := range leaving {
		err = errors.Join(err, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.remove(ctx, tx, c, c.Why) }))
	}
	return err
}

// A Tenant is one who lives here, as the keeper sees them.
type Tenant struct {
	Credential
	SeenAt time.Time // when a browser, an app or a device of theirs was last used; zero for never
}

// Tenants are how those of ids live here, by id.
func (s *Service) Tenants(ctx context.Context, who []id.ID) (by map[id.ID]*Tenant, err error) {
	by = make(map[id.ID]*Tenant, len(who))
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := listTenants(ctx, tx, who)
		for _, t := range all {
			by[t.AccountID] = t
		}
		return err
	})
	return by, err
}

// Keepers are those who keep the home, the first who came first.
func (s *Service) Keepers(ctx context.Context) (all []id.ID, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listKeepers(ctx, tx)
		return err
	})
	return all, err
}

// Keeper reports whether somebody keeps the home.
func (s *Service) Keeper(ctx context.Context, who id.ID) (bool, error) {
	c, err := s.credential(ctx, who)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return c.Owner, nil
}
