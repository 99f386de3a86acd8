package moderation

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Kind is what is held back.
type Kind string

// The kinds. Posting holds until it is ended; the others happened.
const (
	Posting Kind = "posting" // the keeper has them not post
	Rate    Kind = "rate"    // they, or an app of theirs, asked too often
	SignIn  Kind = "sign_in" // too many tries at their password
	Picture Kind = "picture" // a file was not taken
)

// A Restriction is something held back from one who lives here.
type Restriction struct {
	ID      id.ID
	Account id.ID
	Kind    Kind
	Reason  string // in the words of who placed it, "" for the program's own
	Subject string // what it is about
	By      id.ID  // 0: the program itself
	Times   int
	Since   time.Time
	Last    time.Time
	Ended   time.Time // zero: it holds
}

// Holds reports whether a restriction still holds.
func (r *Restriction) Holds() bool { return r.Ended.IsZero() }

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

// SuspendPosting has one who lives here not post until it is ended. It has a
// reason, which they read. Invalid for oneself and for who does not live here.
func (s *Service) SuspendPosting(ctx context.Context, by, who id.ID, why string) error {
	why, err := reason(why)
	if err != nil {
		return err
	}
	if by == who {
		return fault.New(fault.Invalid, "fault.limit.self")
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := account.Get(ctx, tx, who)
		if err != nil {
			return err
		}
		if !a.Local || a.Gone() {
			return fault.New(fault.Invalid, "fault.limit.elsewhere")
		}
		if err := endPosting(ctx, tx, who, s.now()); err != nil {
			return err
		}
		now := s.now()
		return putRestriction(ctx, tx, &Restriction{
			ID: s.ids.Next(), Account: who, Kind: Posting, Reason: why, By: by, Times: 1, Since: now, Last: now,
		})
	})
}

// ResumePosting ends it. Nothing to end is no error.
func (s *Service) ResumePosting(ctx context.Context, who id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return endPosting(ctx, tx, who, s.now()) })
}

// MayPost is Denied, with the reason, for one who may not post for now.
func MayPost(ctx context.Context, tx *db.Tx, who id.ID) error {
	why, err := postingReason(ctx, tx, who)
	if err != nil || why == "" {
		return err
	}
	return fault.New(fault.Denied, "fault.limit.posting", "reason", why)
}

// Note keeps that something was held back from one who lives here: within a
// day, the same counts as one. It is not kept for others.
func (s *Service) Note(ctx context.Context, who id.ID, k Kind, subject string) error {
	if who == 0 {
		return nil
	}
	now := s.now()
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		again, err := noteAgain(ctx, tx, who, k, subject, now, now.Add(-24*time.Hour))
		if err != nil || again {
			return err
		}
		return putRestriction(ctx, tx, &Restriction{
			ID: s.ids.Next(), Account: who, Kind: k, Subject: subject, Times: 1, Since: now, Last: now, Ended: now,
		})
	})
}

// Restrictions are what is or was held back from a person, what holds first, then the newest.
func (s *Service) Restrictions(ctx context.Context, who id.ID) (out []*Restriction, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = restrictionsOf(ctx, tx, who, restrictionsMax)
		return err
	})
	return out, err
}

const restrictionsMax = 100

// Suspended are those who may not post for now, with why.
func (s *Service) Suspended(ctx context.Context) (out []*Restriction, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = suspended(ctx, tx, restrictionsMax)
		return err
	})
	return out, err
}
