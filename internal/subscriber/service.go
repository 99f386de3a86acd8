package subscriber

import (
	"context"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/post"
)

// Service knows who follows by mail and says when a digest is due.
type Service struct {
	db    *db.DB
	jobs  *job.Queue
	posts *post.Service
	ids   *id.Source
	now   func() time.Time
	zone  *time.Location

	Asked fact.Fact[Asked]
	Due   fact.Fact[Due]
}

// New returns the service and has the queue look for what is due. Mornings are those of zone.
func New(d *db.DB, jobs *job.Queue, posts *post.Service, ids *id.Source, now func() time.Time, zone *time.Location) *Service {
	s := &Service{db: d, jobs: jobs, posts: posts, ids: ids, now: now, zone: zone}
	job.Handle(jobs, s.look)
	job.Handle(jobs, s.run)
	jobs.Every(time.Minute, look{})
	return s
}

// Max is how many may follow one person by mail.
const Max = 50_000

// askedMax is how many addresses may wait to be confirmed for one person.
const askedMax = 500

// Ask has an address follow a person once it is confirmed. Asking again sends
// the letter again, at most once a day, and keeps what was chosen before.
func (s *Service) Ask(ctx context.Context, owner id.ID, address, frequency, language string) error {
	address, folded, err := auth.ParseEmail(address)
	if err != nil {
		return err
	}
	f, ok := ParseFrequency(frequency)
	if !ok {
		return fault.New(fault.Invalid, "fault.invalid").In("frequency")
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := account.Get(ctx, tx, owner)
		if err != nil {
			return err
		}
		if !a.Local || a.Gone() {
			return fault.New(fault.NotFound, "fault.account.unknown")
		}
		n, err := count(ctx, tx, owner)
		if err != nil {
			return err
		}
		sub := &Subscriber{ID: s.ids.Next(), AccountID: owner, Address: address, Folded: folded, Language: language, Frequency: f, CreatedAt: s.now()}
		known, err := byPair(ctx, tx, owner, folded)
		switch {
		case err != nil:
			return err
		case known != nil:
			sub = known
		case n.asked >= askedMax || n.confirmed >= Max:
			return fault.New(fault.TooMany, "fault.subscriber.full")
		default:
			if err := insert(ctx, tx, sub); err != nil {
				return err
			}
		}
		if !sub.ConfirmedAt.IsZero() { // nothing to confirm, and a stranger is not told so
			return nil
		}
		return s.Asked.Record(ctx, tx, Asked{sub, a})
	})
}

// Get is a subscriber by the id in their letters; NotFound for one who ended it.
func (s *Service) Get(ctx context.Context, who id.ID) (sub *Subscriber, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		sub, err = get(ctx, tx, who)
		return err
	})
	return sub, err
}

// Confirm begins, or changes how often letters come.
func (s *Service) Confirm(ctx context.Context, who id.ID, frequency string) error {
	f, ok := ParseFrequency(frequency)
	if !ok {
		return fault.New(fault.Invalid, "fault.invalid").In("frequency")
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		sub, err := get(ctx, tx, who)
		if err != nil {
			return err
		}
		now := s.now()
		if sub.ConfirmedAt.IsZero() { // what was said before is on the page
			sub.ConfirmedAt = now
			if sub.last, err = post.NewestTold(ctx, tx, sub.AccountID); err != nil {
				return err
			}
		}
		sub.Frequency = f
		return confirm(ctx, tx, sub, f.next(now, s.zone))
	})
}

// End takes a subscriber off. One who is gone already is no error: mail
// programs press the button more than once.
func (s *Service) End(ctx context.Context, who id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return remove(ctx, tx, who) })
}

// Remove takes a subscriber of owner's off.
func (s *Service) Remove(ctx context.Context, owner, who id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		sub, err := get(ctx, tx, who)
		if err != nil {
			return err
		}
		if sub.AccountID != owner {
			return fault.New(fault.NotFound, "fault.subscriber.unknown")
		}
		return remove(ctx, tx, who)
	})
}

// Of are those who follow a person by mail, newest first, and how many there are.
func (s *Service) Of(ctx context.Context, owner id.ID, p id.Page) (all []*Subscriber, total int, err error) {
	p = p.Bounded(40, 100)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := count(ctx, tx, owner)
		if err != nil {
			return err
		}
		total = n.confirmed
		all, err = list(ctx, tx, owner, p)
		return err
	})
	return all, total, err
}

// Ended takes off those who follow an account that is gone.
func (s *Service) Ended(ctx context.Context, tx *db.Tx, f account.Ended) error {
	return removeOf(ctx, tx, f.Account.ID)
}

// askedFor is how long an address that nobody confirmed is kept.
const askedFor = 7 * 24 * time.Hour

// Sweep forgets addresses that nobody confirmed.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return forgetAsked(ctx, tx, s.now().Add(-askedFor)) })
}
