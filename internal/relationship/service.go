package relationship

import (
	"context"
	"errors"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/id"
)

// Service changes and tells who is what to whom.
type Service struct {
	db  *db.DB
	ids *id.Source
	now func() time.Time

	Asked     fact.Fact[Asked]
	Began     fact.Fact[Began]
	Refused   fact.Fact[Refused]
	Ended     fact.Fact[Ended]
	Blocked   fact.Fact[Blocked]
	Unblocked fact.Fact[Unblocked]
	Regarded  fact.Fact[Regarded]
}

// New returns the service.
func New(d *db.DB, ids *id.Source, now func() time.Time) *Service {
	return &Service{db: d, ids: ids, now: now}
}

// Wishes are what a follower asks beyond following.
type Wishes struct{ Boosts, Notify bool }

// Follow has me follow them, or ask to: those who approve by hand, or live
// elsewhere, answer later. Following again changes the wishes. It returns
// Invalid for oneself, Denied where one has blocked the other, Gone for an account that has ended.
func (s *Service) Follow(ctx context.Context, me, them id.ID, w Wishes) (*Follow, error) {
	var f *Follow
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, b, err := ends(ctx, tx, me, them)
		if err != nil {
			return err
		}
		if f, err = getFollow(ctx, tx, me, them); err == nil {
			f.Boosts, f.Notify = w.Boosts, w.Notify
			if err := putFollow(ctx, tx, f); err != nil {
				return err
			}
			return s.Regarded.Record(ctx, tx, Regarded{me})
		} else if !errors.Is(err, db.ErrNoRows) {
			return err
		}
		f = &Follow{ID: s.ids.Next(), Follower: me, Followed: them, Boosts: w.Boosts, Notify: w.Notify, CreatedAt: s.now()}
		f.URI = a.Under("follow", f.ID)
		return s.begin(ctx, tx, Tie{*f, a, b}, f)
	})
	return f, err
}

// TakeFollow is a Follow of one who lives here that came from elsewhere. Asked
// again, it is answered again.
func (s *Service) TakeFollow(ctx context.Context, tx *db.Tx, from, to id.ID, uri string) error {
	a, b, err := ends(ctx, tx, from, to)
	if err != nil {
		return err
	}
	f, err := getFollow(ctx, tx, from, to)
	if err == nil {
		f.URI = uri
		if err := putFollow(ctx, tx, f); err != nil || !f.Accepted {
			return err
		}
		return s.Began.Record(ctx, tx, Began{Tie{*f, a, b}})
	}
	if !errors.Is(err, db.ErrNoRows) {
		return err
	}
	f = &Follow{ID: s.ids.Next(), Follower: from, Followed: to, Boosts: true, URI: uri, CreatedAt: s.now()}
	return s.begin(ctx, tx, Tie{*f, a, b}, f)
}

// ends checks that from may ask to follow to, and returns both.
func ends(ctx context.Context, tx *db.Tx, from, to id.ID) (a, b *account.Account, err error) {
	if from == to {
		return nil, nil, fault.New(fault.Invalid, "fault.follow.self")
	}
	if a, err = account.Get(ctx, tx, from); err != nil {
		return nil, nil, err
	}
	if b, err = account.Get(ctx, tx, to); err != nil {
		return nil, nil, err
	}
	if b.Gone() {
		return nil, nil, fault.New(fault.Gone, "fault.account.gone")
	}
	no, err := blocked(ctx, tx, from, to)
	if err == nil && !no && b.Local && !a.Local {
		var hosts []string
		hosts, err = hostBlocksAmong(ctx, tx, to, Above(a.Host))
		no = len(hosts) > 0
	}
	if err == nil && no {
		err = fault.New(fault.Denied, "fault.follow.blocked")
	}
	return a, b, err
}

// begin keeps a new follow: granted at once where the followed lives here and lets everyone in.
func (s *Service) begin(ctx context.Context, tx *db.Tx, t Tie, f *Follow) error {
	f.Accepted = t.Followed.Local && !t.Followed.Locked
	t.Follow = *f
	if err := putFollow(ctx, tx, f); err != nil {
		return err
	}
	if f.Accepted {
		return s.began(ctx, tx, t)
	}
	return s.Asked.Record(ctx, tx, Asked{t})
}

func (s *Service) began(ctx context.Context, tx *db.Tx, t Tie) error {
	if err := count(ctx, tx, t.Follow, 1); err != nil {
		return err
	}
	return s.Began.Record(ctx, tx, Began{t})
}

func count(ctx context.Context, tx *db.Tx, f Follow, delta int64) error {
	if err := account.CountFollows(ctx, tx, f.Followed, delta, 0); err != nil {
		return err
	}
	return account.CountFollows(ctx, tx, f.Follower, 0, delta)
}

// Accept has me grant what from asked.
func (s *Service) Accept(ctx context.Context, me, from id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.TakeAccept(ctx, tx, from, me) })
}

// TakeAccept grants a follow: the followed said yes. NotFound where nobody asked.
func (s *Service) TakeAccept(ctx context.Context, tx *db.Tx, from, to id.ID) error {
	t, err := tie(ctx, tx, from, to)
	if err != nil {
		return err
	}
	if t.Follow.Accepted {
		return nil
	}
	t.Follow.Accepted = true
	if err := putFollow(ctx, tx, &t.Follow); err != nil {
		return err
	}
	return s.began(ctx, tx, *t)
}

func tie(ctx context.Context, tx *db.Tx, from, to id.ID) (*Tie, error) {
	f, err := getFollow(ctx, tx, from, to)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.Wrap(err, fault.NotFound, "fault.follow.none")
	} else if err != nil {
		return nil, err
	}
	t := &Tie{Follow: *f}
	if t.Follower, err = account.Get(ctx, tx, from); err != nil {
		return nil, err
	}
	t.Followed, err = account.Get(ctx, tx, to)
	return t, err
}

// Refuse has me say no to from, or end a follow that was granted.
func (s *Service) Refuse(ctx context.Context, me, from id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.TakeReject(ctx, tx, from, me) })
}

// TakeReject ends a follow from the followed's side.
func (s *Service) TakeReject(ctx context.Context, tx *db.Tx, from, to id.ID) error {
	t, err := s.end(ctx, tx, from, to)
	if err != nil {
		return err
	}
	return s.Refused.Record(ctx, tx, Refused{*t})
}

// Unfollow has me stop following them, or asking to. Nothing to stop is no error.
func (s *Service) Unfollow(ctx context.Context, me, them id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.TakeUndo(ctx, tx, me, them) })
}

// TakeUndo ends a follow from the follower's side. Nothing to end is no error.
func (s *Service) TakeUndo(ctx context.Context, tx *db.Tx, from, to id.ID) error {
	t, err := s.end(ctx, tx, from, to)
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	return s.Ended.Record(ctx, tx, Ended{*t})
}

func (s *Service) end(ctx context.Context, tx *db.Tx, from, to id.ID) (*Tie, error) {
	t, err := tie(ctx, tx, from, to)
	if err != nil {
		return nil, err
	}
	if err := deleteFollow(ctx, tx, &t.Follow); err != nil {
		return nil, err
	}
	if t.Follow.Accepted {
		return t, count(ctx, tx, t.Follow, -1)
	}
	return t, nil
}
