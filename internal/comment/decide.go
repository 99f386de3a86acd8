package comment

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
)

// Guest is a guest with all that they wrote, newest first, for the page that
// their mail leads to. NotFound for one who is unknown.
func (s *Service) Guest(ctx context.Context, who id.ID) (g *Guest, all []*Comment, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if g, err = guestByID(ctx, tx, who); err != nil {
			return err
		}
		if g == nil {
			return fault.New(fault.NotFound, "fault.comment.guest")
		}
		all, err = ofGuest(ctx, tx, who, ofGuestMax)
		return err
	})
	return g, all, err
}

// ofGuestMax is how many comments a guest's page shows.
const ofGuestMax = 100

// Confirm says that a comment is its guest's: it goes on to the owner, or
// onto the page where the owner trusts its guest.
func (s *Service) Confirm(ctx context.Context, who, what id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, c, err := s.own(ctx, tx, who, what)
		if err != nil || c.State != Asked {
			return err
		}
		if err := confirmGuest(ctx, tx, g.ID, c.Name, s.now()); err != nil {
			return err
		}
		free, err := trusted(ctx, tx, g.ID, c.OwnerID)
		if err != nil {
			return err
		}
		if free {
			return s.show(ctx, tx, c, g)
		}
		if err := s.move(ctx, tx, c, Waiting, ""); err != nil {
			return err
		}
		return s.Arrived.Record(ctx, tx, Arrived{c})
	})
}

// Withdraw has a guest take a comment back. Its words are gone at once.
func (s *Service) Withdraw(ctx context.Context, who, what id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, c, err := s.own(ctx, tx, who, what)
		if err != nil || c.State == Withdrawn {
			return err
		}
		if err := blank(ctx, tx, c.ID, s.now()); err != nil {
			return err
		}
		c.State = Withdrawn
		return s.Taken.Record(ctx, tx, Taken{c})
	})
}

// Disown says that what waits to be confirmed at an address was written by
// somebody else: it is gone. With silence, the address wants to hear no more.
func (s *Service) Disown(ctx context.Context, who id.ID, silence bool) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		g, err := guestByID(ctx, tx, who)
		if err != nil {
			return err
		}
		if g == nil {
			return fault.New(fault.NotFound, "fault.comment.guest")
		}
		if err := forgetAsked(ctx, tx, who); err != nil {
			return err
		}
		return s.Disowned.Record(ctx, tx, Disowned{g, silence})
	})
}

// own is a comment of a guest.
func (s *Service) own(ctx context.Context, tx *db.Tx, who, what id.ID) (*Guest, *Comment, error) {
	g, err := guestByID(ctx, tx, who)
	if err != nil {
		return nil, nil, err
	}
	all, err := withIDs(ctx, tx, []id.ID{what})
	if err != nil {
		return nil, nil, err
	}
	if g == nil || len(all) == 0 || all[0].GuestID != who {
		return nil, nil, fault.New(fault.NotFound, "fault.comment.unknown")
	}
	return g, all[0], nil
}

// mine is a comment under a post of owner's.
func (s *Service) mine(ctx context.Context, tx *db.Tx, owner, what id.ID) (*Comment, *Guest, error) {
	all, err := withIDs(ctx, tx, []id.ID{what})
	if err != nil {
		return nil, nil, err
	}
	if len(all) == 0 || all[0].OwnerID != owner || all[0].State == Asked || all[0].State == Withdrawn {
		return nil, nil, fault.New(fault.NotFound, "fault.comment.unknown")
	}
	g, err := guestByID(ctx, tx, all[0].GuestID)
	if err == nil && g == nil {
		err = fault.New(fault.NotFound, "fault.comment.guest")
	}
	return all[0], g, err
}

// Show puts a comment on the page, or back on it; with trust, or where the
// owner chose so for all, what its guest says from then on is shown at once.
func (s *Service) Show(ctx context.Context, owner, what id.ID, trust bool) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, g, err := s.mine(ctx, tx, owner, what)
		if err != nil {
			return err
		}
		ch, err := choice(ctx, tx, owner)
		if err != nil {
			return err
		}
		if trust || ch.Who == Known {
			if err := putTrust(ctx, tx, g.ID, owner, s.now()); err != nil {
				return err
			}
		}
		if c.State == Shown {
			return nil
		}
		return s.show(ctx, tx, c, g)
	})
}

func (s *Service) show(ctx context.Context, tx *db.Tx, c *Comment, g *Guest) error {
	first := c.State == Asked || c.State == Waiting
	if err := s.move(ctx, tx, c, Shown, ""); err != nil {
		return err
	}
	return s.Told.Record(ctx, tx, Told{c, g, first})
}

// Decline keeps a comment off the page; as spam, its guest is not heard again
// by this owner.
func (s *Service) Decline(ctx context.Context, owner, what id.ID, spam bool) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, g, err := s.mine(ctx, tx, owner, what)
		if err != nil {
			return err
		}
		to := Declined
		if spam {
			to = Spam
			if err := dropTrust(ctx, tx, g.ID, owner); err != nil {
				return err
			}
		}
		if err := s.move(ctx, tx, c, to, ""); err != nil {
			return err
		}
		return s.Taken.Record(ctx, tx, Taken{c})
	})
}

// Hide takes a comment off the page, and says why to everybody and to its guest.
func (s *Service) Hide(ctx context.Context, owner, what id.ID, reason string) error {
	reason, err := post.HideReason(reason)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, _, err := s.mine(ctx, tx, owner, what)
		if err != nil {
			return err
		}
		if c.State != Shown && c.State != Hidden {
			return fault.New(fault.Conflict, "fault.comment.not_shown")
		}
		if err := s.move(ctx, tx, c, Hidden, reason); err != nil {
			return err
		}
		return s.Taken.Record(ctx, tx, Taken{c})
	})
}

func (s *Service) move(ctx context.Context, tx *db.Tx, c *Comment, to State, reason string) error {
	c.State, c.Reason, c.DecidedAt = to, reason, s.now()
	if to == Waiting {
		c.DecidedAt = time.Time{}
	}
	return setState(ctx, tx, c)
}

// Waits are the comments that wait for an owner, oldest first, with who wrote
// them, and how many there are in all.
func (s *Service) Waits(ctx context.Context, owner id.ID, limit int) (all []*Comment, total int, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if all, err = waiting(ctx, tx, owner, limit); err != nil {
			return err
		}
		if total, err = countWaiting(ctx, tx, owner); err != nil {
			return err
		}
		return s.introduce(ctx, tx, owner, all)
	})
	return all, total, err
}

// One is a comment for its owner, with who wrote it.
func (s *Service) One(ctx context.Context, owner, what id.ID) (c *Comment, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		var g *Guest
		if c, g, err = s.mine(ctx, tx, owner, what); err == nil {
			c.Guest = g
		}
		return err
	})
	return c, err
}

// introduce adds who wrote comments.
func (s *Service) introduce(ctx context.Context, tx *db.Tx, owner id.ID, all []*Comment) error {
	for _, c := range all {
		g, err := guestByID(ctx, tx, c.GuestID)
		if err != nil {
			return err
		}
		if g == nil {
			g = &Guest{ID: c.GuestID}
		}
		c.Guest = g
		if c.Trusted, err = trusted(ctx, tx, g.ID, owner); err != nil {
			return err
		}
	}
	return nil
}
