package mail

import (
	"context"
	"errors"
	"time"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/job"
)

// drain is the job that hands due mails over, oldest first. Retry keeps those
// apart that are put down for a later moment.
type drain struct {
	Retry int64 `json:"retry,omitempty"`
}

// Kind names the job.
func (drain) Kind() string { return "mail.drain" }

var once = job.Options{Unique: true}

const (
	drainTake = 50               // mails taken at a time
	drainTime = 40 * time.Second // then the job makes room for others and comes back
	// relayPause is how long a relay that does not answer is left alone.
	relayPause = 30 * time.Second
	// giveUp is how long a mail is tried.
	giveUp = 5 * 24 * time.Hour
)

// A mail is a letter on its way to one address.
type mail struct {
	id, letter id.ID
	to         Recipient
	attempts   int
	created    time.Time
}

// errLeft undoes a completion: something came in the meantime.
var errLeft = errors.New("mails are left")

// drain hands over what is due until nothing is, the relay does not answer,
// or its time is up.
func (s *Service) drain(ctx context.Context, _ drain) error {
	if pause := s.pause(); pause > 0 {
		return job.Later(pause)
	}
	began := s.Now()
	var open *line
	defer func() {
		if open != nil {
			open.close()
		}
	}()
	for {
		all, letters, err := s.take(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			err := s.DB.Update(ctx, s.complete)
			if errors.Is(err, errLeft) {
				continue
			}
			return err
		}
		for _, m := range all {
			if open == nil {
				if open, err = s.Relay.open(ctx, s.Names.Host); err != nil {
					return s.unreachable(ctx, all, err)
				}
			}
			outcome := s.hand(ctx, open, m, letters[m.letter])
			if err := s.settle(ctx, m, outcome); err != nil {
				return err
			}
			if outcome != nil && outcome.broken {
				open.close()
				open = nil
			}
			if s.Now().Sub(began) > drainTime {
				return job.Later(0)
			}
		}
	}
}

// complete ends the job, then looks: in the other order a mail that came in between would be stranded.
func (s *Service) complete(ctx context.Context, tx *db.Tx) error {
	if err := job.Complete(ctx, tx); err != nil {
		return err
	}
	left, err := dueLeft(ctx, tx, s.Now())
	if err == nil && left {
		err = errLeft
	}
	return err
}

func (s *Service) take(ctx context.Context) (all []*mail, letters map[id.ID]*kept, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if all, err = due(ctx, tx, s.Now(), drainTake); err != nil || len(all) == 0 {
			return err
		}
		var ids []id.ID
		for _, m := range all {
			ids = append(ids, m.letter)
		}
		letters, err = lettersOf(ctx, tx, ids)
		return err
	})
	return all, letters, err
}

// hand hands one mail over; nil is that the relay took it.
func (s *Service) hand(ctx context.Context, open *line, m *mail, l *kept) *refusal {
	if l == nil {
		return &refusal{err: errors.New("the letter is gone"), lasting: true}
	}
	var stopped bool
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err := blocked(ctx, tx, []string{m.to.Folded})
		stopped = len(out) > 0
		return err
	})
	if err != nil {
		return &refusal{err: err, broken: true}
	}
	if stopped {
		return &refusal{err: errors.New("this address is sent nothing any more"), lasting: true}
	}
	text, page := withFoot(l.text, l.html, s.Bundle.Match("", l.language), m.to.Way)
	err = open.send(message{
		id: m.id.String() + "@" + s.Names.Host, to: m.to.Address, sender: l.sender, subject: l.subject, text: text, page: page,
		way: m.to.Way, bulk: l.kind == Digest, at: m.created,
	})
	var r *refusal
	if errors.As(err, &r) {
		return r
	}
	return nil
}

// settle keeps what came of a mail.
func (s *Service) settle(ctx context.Context, m *mail, r *refusal) error {
	now := s.Now()
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		switch {
		case r == nil:
			return settled(ctx, tx, m.id, done, "", now)
		case r.lasting:
			if r.address {
				if err := block(ctx, tx, m.to.Folded, bounced, r.reason, now); err != nil {
					return err
				}
			}
			return settled(ctx, tx, m.id, refused, r.reason, now)
		case now.Sub(m.created) > giveUp:
			return settled(ctx, tx, m.id, abandoned, r.reason, now)
		}
		return s.again(ctx, tx, m, r.reason)
	})
}

// again puts a mail off.
func (s *Service) again(ctx context.Context, tx *db.Tx, m *mail, why string) error {
	at := s.Now().Add(min(time.Minute<<min(m.attempts, 8), 4*time.Hour))
	if err := postpone(ctx, tx, m.id, at, why); err != nil {
		return err
	}
	at = at.Truncate(time.Minute).Add(time.Minute) // one job for all of that minute
	return s.Jobs.Add(ctx, tx, drain{Retry: at.Unix()}, job.Options{Unique: true, After: at})
}

// unreachable puts off what was taken: the relay does not answer, or does not let us in.
func (s *Service) unreachable(ctx context.Context, all []*mail, cause error) error {
	s.mu.Lock()
	s.closed = s.Now().Add(relayPause)
	s.mu.Unlock()
	s.Log.WarnContext(ctx, "mail is not sent", "server", s.Relay.Server, "error", reason(cause))
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, m := range all {
			if s.Now().Sub(m.created) > giveUp {
				if err := settled(ctx, tx, m.id, abandoned, reason(cause), s.Now()); err != nil {
					return err
				}
				continue
			}
			if err := s.again(ctx, tx, m, reason(cause)); err != nil {
				return err
			}
		}
		return s.Jobs.Add(ctx, tx, drain{Retry: s.closed.Unix()}, job.Options{Unique: true, After: s.closed})
	})
}

// pause is how long the relay is left alone still.
func (s *Service) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed.Sub(s.Now())
}
