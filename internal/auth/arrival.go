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

// ArriveFor is how long a device waits at the door.
const ArriveFor = 20 * time.Minute

// arrivalsMax is how many wait at once; the one that has waited longest makes room.
const arrivalsMax = 2000

// An Arrival is a device that asks to be let in. It holds two words: one leads
// its person to the question, with the other it asks for the answer.
type Arrival struct {
	ID        id.ID
	Agent     string // as the device calls itself, which a stranger may have made up
	Address   string // where it asks from
	ExpiresAt time.Time

	accountID, sessionID id.ID
	name                 string
}

// Arrive has a device wait for an answer. Neither word is kept.
func (s *Service) Arrive(ctx context.Context, from Caller) (ask, poll string, err error) {
	ask, poll = newSecret(), newSecret()
	a := &Arrival{
		ID: s.ids.Next(), Agent: clip(from.Agent, agentMax), Address: clip(from.Address, addressMax), ExpiresAt: s.now().Add(ArriveFor),
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertArrival(ctx, tx, a, hashOf(ask), hashOf(poll)); err != nil {
			return err
		}
		return dropOldArrivals(ctx, tx, arrivalsMax)
	})
	return ask, poll, err
}

// Arrival is the device that the word of a question is about, Gone once it was answered or has run out.
func (s *Service) Arrival(ctx context.Context, ask string) (a *Arrival, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err = arrivalByAsk(ctx, tx, hashOf(ask))
		if errors.Is(err, db.ErrNoRows) || err == nil && !s.waits(a) {
			return left()
		}
		return err
	})
	return a, err
}

// waits reports whether nobody has answered a device that waits.
func (s *Service) waits(a *Arrival) bool { return a.accountID == 0 && s.now().Before(a.ExpiresAt) }

func left() error { return fault.New(fault.Gone, "fault.device.over") }

// LetIn answers a device that waits: it may come in for who, by what they said
// in a session. It returns Invalid in the field "name", and Gone as Arrival does.
func (s *Service) LetIn(ctx context.Context, ask string, who, session id.ID, name string) error {
	name, err := deviceName(name)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if ok, err := answerArrival(ctx, tx, hashOf(ask), who, session, name, s.now()); err != nil {
			return err
		} else if !ok {
			return left()
		}
		return nil
	})
}

// TurnAway ends the wait of a device. One that is not there has gone.
func (s *Service) TurnAway(ctx context.Context, ask string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return dropArrivalByAsk(ctx, tx, hashOf(ask)) })
}

// Collect gives a device that was let in its app password, once, and the
// account it opens. It returns NotFound while nobody has answered, and after
// that for ever: also where the session in which somebody did has ended.
func (s *Service) Collect(ctx context.Context, poll string, from Caller) (secret string, who *account.Account, err error) {
	key := hashOf(poll)
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := arrivalByPoll(ctx, tx, key)
		if errors.Is(err, db.ErrNoRows) || err == nil && (a.accountID == 0 || !s.now().Before(a.ExpiresAt)) {
			return fault.New(fault.NotFound, "fault.device.waits")
		} else if err != nil {
			return err
		}
		if ok, err := takeArrival(ctx, tx, a.ID); err != nil {
			return err
		} else if !ok {
			return fault.New(fault.NotFound, "fault.device.waits")
		}
		if who, err = account.Get(ctx, tx, a.accountID); err != nil {
			return err
		}
		secret, _, err = s.newAppPassword(ctx, tx, NewAppPassword{AccountID: a.accountID, Name: a.name, SessionID: a.sessionID, From: from})
		return err
	})
	if err != nil {
		return "", nil, err
	}
	return secret, who, nil
}
