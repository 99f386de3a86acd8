package post

import (
	"context"
	"errors"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/poll"
)

// The facts about polls.
type (
	// Voted is that one chose options of a post's poll, in order.
	Voted struct {
		Post    *Post
		By      *account.Account
		Choices []int
	}
	// Closed is that nobody can vote any longer.
	Closed struct{ Post *Post }
)

// ask gives a new post of ours its poll.
func (s *Service) ask(ctx context.Context, tx *db.Tx, p *Post, a *poll.Ask) error {
	if a == nil {
		return nil
	}
	asked := poll.From(*a, p.AuthorID, p.PublishedAt)
	asked.PostID = p.ID
	return poll.Add(ctx, tx, asked)
}

// keepPoll gives a post that came from elsewhere the poll that came with it.
func (s *Service) keepPoll(ctx context.Context, tx *db.Tx, p *Post, a Arrival) error {
	if a.Poll == nil {
		return nil
	}
	p.Poll = s.toldPoll(p, a)
	return poll.Add(ctx, tx, p.Poll)
}

// toldPoll is the poll that an arrival tells of.
func (s *Service) toldPoll(p *Post, a Arrival) *poll.Poll {
	told := *a.Poll
	told.PostID, told.AuthorID, told.Local, told.CountedAt = p.ID, p.AuthorID, false, s.now()
	return &told
}

// takeCounts takes over what a post's own server tells of its poll. A poll
// that is over by now, or said to be, is closed.
func (s *Service) takeCounts(ctx context.Context, tx *db.Tx, p *Post, a Arrival) error {
	if a.Poll == nil {
		p.Poll = nil
		return poll.Remove(ctx, tx, p.ID)
	}
	told := s.toldPoll(p, a)
	known, err := poll.Get(ctx, tx, 0, p.ID)
	if fault.Is(err, fault.NotFound) {
		p.Poll = told
		return poll.Add(ctx, tx, told)
	} else if err != nil {
		return err
	}
	said := told.ClosedAt
	told.ClosedAt = known.ClosedAt
	if err := poll.Told(ctx, tx, known, told); err != nil {
		return err
	}
	if p.Poll = told; said.IsZero() && !told.Over(s.now()) {
		return nil
	}
	return s.closePoll(ctx, tx, p)
}

// Vote has me choose options of a post that I may see, by their places, all
// at once. The faults are those of poll.Vote, and NotFound for a post without a poll.
func (s *Service) Vote(ctx context.Context, me *account.Account, post id.ID, choices []int) (p *Post, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if p, err = s.SeeOne(ctx, tx, me.ID, post); err != nil {
			return err
		}
		if p.Poll == nil {
			return fault.New(fault.NotFound, "fault.poll.unknown")
		}
		if err := poll.Vote(ctx, tx, p.Poll, me.ID, choices, s.now()); err != nil {
			return err
		}
		return s.Voted.Record(ctx, tx, Voted{p, me, p.Poll.Own})
	})
	return p, err
}

// TakeVote is one choice, by its name, of one who lives elsewhere and may see
// the post, which is of one who lives here. The faults are those of Vote.
func (s *Service) TakeVote(ctx context.Context, tx *db.Tx, by *account.Account, post id.ID, name string) error {
	p, err := s.SeeOne(ctx, tx, by.ID, post)
	if err != nil {
		return err
	}
	if p.Poll == nil || !p.Local {
		return fault.New(fault.NotFound, "fault.poll.unknown")
	}
	if err := poll.TakeVote(ctx, tx, p.Poll, by.ID, name, s.now()); err != nil {
		return err
	}
	return s.Voted.Record(ctx, tx, Voted{p, by, p.Poll.Own})
}

// ClosePoll ends a post's poll if its time has come. It returns how long that
// is still to wait otherwise, 0 where there is nothing to wait for.
func (s *Service) ClosePoll(ctx context.Context, post id.ID) (wait time.Duration, err error) {
	return wait, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.StoredID(ctx, tx, post)
		if fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil || p.Poll == nil || !p.Poll.ClosedAt.IsZero() || p.Poll.ClosesAt.IsZero() {
			return err
		}
		if now := s.now(); !p.Poll.Over(now) {
			wait = p.Poll.ClosesAt.Sub(now)
			return nil
		}
		return s.closePoll(ctx, tx, p)
	})
}

func (s *Service) closePoll(ctx context.Context, tx *db.Tx, p *Post) error {
	fresh, err := poll.Close(ctx, tx, p.Poll, s.now())
	if err != nil || !fresh {
		return err
	}
	return s.Closed.Record(ctx, tx, Closed{p})
}

// closeBatch is how many polls one sweep closes.
const closeBatch = 500

// ClosePolls ends the polls whose time has come and whose own job did not, as after the clock was set forward.
func (s *Service) ClosePolls(ctx context.Context) error {
	var due []id.ID
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		due, err = poll.Overdue(ctx, tx, s.now(), closeBatch)
		return err
	})
	for _, p := range due {
		_, one := s.ClosePoll(ctx, p)
		err = errors.Join(err, one)
	}
	return err
}
