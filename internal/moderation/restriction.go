package moderation

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Kind is what is held back.
type Kind string

// The kinds.
const (
	Paused  Kind = "posting" // the keeper had them only read; while that holds it stands in package auth alone
	Rate    Kind = "rate"    // they, or an app of theirs, asked too often
	SignIn  Kind = "sign_in" // too many tries at their password
	Picture Kind = "picture" // a file was not taken
)

// A Restriction is something that was held back from one who lives here.
type Restriction struct {
	ID      id.ID
	Account id.ID
	Kind    Kind
	Reason  string // in the words of who placed it, "" for the program's own
	Subject string // what is wrong, as a Sentence in JSON; "" where the kind says all
	By      id.ID  // 0: the program itself
	Times   int
	Since   time.Time
	Last    time.Time
	Until   time.Time // when it ends by itself; zero for what only happened
	Ended   time.Time // when it was ended
}

// A Sentence is one of the catalogues.
type Sentence struct {
	Key  string `json:"key"`
	Args []any  `json:"args,omitempty"`
}

// Holds reports whether a restriction still holds.
func (r *Restriction) Holds(now time.Time) bool { return now.Before(r.Until) }

// ReasonMax is the longest reason, in characters.
const ReasonMax = 500

func reason(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "" || !utf8.ValidString(text):
		return "", fault.New(fault.Invalid, "fault.limit.reason").In("reason")
	case utf8.RuneCountInString(text) > ReasonMax:
		return "", fault.New(fault.Invalid, "fault.group.long", "max", ReasonMax).In("reason")
	}
	return text, nil
}

// Stood keeps, once it is over, that the keeper had somebody paused, so that they can read it later.
func (s *Service) Stood(ctx context.Context, tx *db.Tx, f auth.Stood) error {
	if f.Before.PausedAt.IsZero() {
		return nil
	}
	return putRestriction(ctx, tx, &Restriction{
		ID: s.ids.Next(), Account: f.Who, Kind: Paused, Reason: f.Before.Why, By: f.Before.By, Times: 1,
		Since: f.Before.PausedAt, Last: f.Before.PausedAt, Ended: s.now(),
	})
}

// A happening is what is noted of one person: the same within an hour counts as one.
type happening struct {
	who     id.ID
	kind    Kind
	subject string
}

// notes are what happened since it was last written down. What happens again
// and again is written once in a while, so that it costs nothing to hold back.
type notes struct {
	mu      sync.Mutex
	written map[happening]time.Time
	since   map[happening]int
}

// Bounds of notes.
const (
	noteEvery = time.Minute
	noteFor   = time.Hour
	notesMax  = 10_000
)

// take counts a happening, and returns how many are to be written down now.
func (n *notes) take(h happening, now time.Time) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.written == nil || len(n.written) >= notesMax {
		n.written, n.since = map[happening]time.Time{}, map[happening]int{}
	}
	n.since[h]++
	if last, ok := n.written[h]; ok && now.Sub(last) < noteEvery {
		return 0
	}
	times := n.since[h]
	n.written[h] = now
	delete(n.since, h)
	return times
}

// Note keeps that something was held back from one who lives here, until a
// moment, zero for what only happened. Of the same, each hour has one note,
// written at most once a minute. It is not kept for others.
func (s *Service) Note(ctx context.Context, who id.ID, k Kind, subject string, until time.Time) error {
	if who == 0 {
		return nil
	}
	now := s.now()
	times := s.notes.take(happening{who, k, subject}, now)
	if times == 0 {
		return nil
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		r := &Restriction{Account: who, Kind: k, Subject: subject, Times: times, Since: now, Last: now, Until: until, Ended: now}
		again, err := noteAgain(ctx, tx, r, now.Add(-noteFor))
		if err != nil || again {
			return err
		}
		r.ID = s.ids.Next()
		return putRestriction(ctx, tx, r)
	})
}

// Restrictions are what was held back from a person, the newest first.
func (s *Service) Restrictions(ctx context.Context, who id.ID) (out []*Restriction, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = restrictionsOf(ctx, tx, who, restrictionsMax)
		return err
	})
	return out, err
}

const restrictionsMax = 100
