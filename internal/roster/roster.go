// Package roster is whom somebody followed elsewhere, as a file of theirs lists them, to be followed from here.
//
// One file a person is kept, until they forget it or bring another. Each line
// is looked for once; who was found is followed when its owner says so.
package roster

import (
	"context"
	"strings"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// LinesMax is how many lines of a file are taken.
const LinesMax = 1000

// Limits of a line, in characters and bytes.
const (
	nameMax    = 200
	addressMax = 2048
)

// A State is how far a line has come.
type State string

// The states of a line.
const (
	Waiting  State = "waiting"  // to be looked for
	Person   State = "person"   // somebody who can be followed
	Feed     State = "feed"     // nobody who can be followed from here
	Lost     State = "lost"     // whose server could not be reached
	Chosen   State = "chosen"   // to be followed
	Followed State = "followed" // or asked to be
)

// A Line is one whom somebody followed elsewhere.
type Line struct {
	ID        id.ID
	AccountID id.ID // who brought it
	Name      string
	Handle    string // name@host, "" where the file tells none
	Page      string // for people
	Feed      string
	State     State
	Found     id.ID // the account it led to; 0 for none
}

// Service keeps what people brought.
type Service struct {
	db  *db.DB
	ids *id.Source
}

// New returns the service.
func New(d *db.DB, ids *id.Source) *Service {
	return &Service{db: d, ids: ids}
}

// Bring keeps the lines of a file instead of those that were brought before,
// LinesMax at most, each once. It returns Invalid for a file without any.
func (s *Service) Bring(ctx context.Context, who id.ID, lines []Line, also func(ctx context.Context, tx *db.Tx) error) error {
	kept := tidy(lines)
	if len(kept) == 0 {
		return fault.New(fault.Invalid, "fault.roster.empty").In("file")
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := drop(ctx, tx, who); err != nil {
			return err
		}
		for _, l := range kept {
			l.ID, l.AccountID, l.State = s.ids.Next(), who, Waiting
			if err := insert(ctx, tx, l); err != nil {
				return err
			}
		}
		return also(ctx, tx)
	})
}

// tidy are the lines that can be kept, each once.
func tidy(lines []Line) (out []Line) {
	met := map[string]bool{}
	for _, l := range lines {
		l.Handle, l.Page, l.Feed = text(l.Handle, addressMax), text(l.Page, addressMax), text(l.Feed, addressMax)
		key := l.Handle + "\x00" + l.Page + "\x00" + l.Feed
		if len(out) == LinesMax || len(key) == 2 || met[key] {
			continue
		}
		met[key] = true
		if l.Name = text(l.Name, 4*nameMax); l.Name == "" {
			l.Name = strings.TrimPrefix(strings.TrimPrefix(l.Page+l.Feed, "https://"), "http://")
		}
		if utf8.RuneCountInString(l.Name) > nameMax {
			l.Name = string([]rune(l.Name)[:nameMax]) + "…"
		}
		out = append(out, l)
	}
	return out
}

// text is one line of valid text, "" for what is longer than most bytes.
func text(s string, most int) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")), " ")
	if len(s) > most {
		return ""
	}
	return s
}

// List is what somebody brought, in the order of the file.
func (s *Service) List(ctx context.Context, who id.ID) (all []Line, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = list(ctx, tx, who)
		return err
	})
	return all, err
}

// Next are lines of somebody's that something is to be done about, at most limit.
func (s *Service) Next(ctx context.Context, who id.ID, limit int) (all []Line, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = next(ctx, tx, who, limit)
		return err
	})
	return all, err
}

// Settle says how far a line has come, unless it has gone on since.
func (s *Service) Settle(ctx context.Context, l Line, to State, found id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return settle(ctx, tx, l, to, found) })
}

// Choose has somebody follow those of their lines that led to a person.
func (s *Service) Choose(ctx context.Context, who id.ID, lines []id.ID, also func(ctx context.Context, tx *db.Tx) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := choose(ctx, tx, who, lines); err != nil {
			return err
		}
		return also(ctx, tx)
	})
}

// Again has those looked for once more whose servers could not be reached.
func (s *Service) Again(ctx context.Context, who id.ID, also func(ctx context.Context, tx *db.Tx) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := again(ctx, tx, who); err != nil {
			return err
		}
		return also(ctx, tx)
	})
}

// Forget drops what somebody brought.
func (s *Service) Forget(ctx context.Context, who id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return drop(ctx, tx, who) })
}

// Drop is Forget inside a transaction.
func Drop(ctx context.Context, tx *db.Tx, who id.ID) error { return drop(ctx, tx, who) }
