package account

import (
	"context"
	"strings"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Joining is how one comes to live in a home.
type Joining string

// The ways. A home nobody has opened is Closed.
const (
	Closed  Joining = "closed"  // the keeper lets in, beside the home
	Invited Joining = "invited" // by a link
	Asked   Joining = "asked"   // by a link, or by asking the keeper
)

// Limits of what a home says of itself, in characters.
const (
	AboutMax = 5000
	RulesMax = 5000
)

// Manners are what a home's keeper has decided for it.
type Manners struct {
	Joining   Joining
	AllInvite bool   // everybody here may invite, not the keeper alone
	Inward    bool   // nothing goes to other servers or comes from them
	About     string // plain text
	Rules     string // plain text, one a line
}

// RuleList are the rules one by one.
func (m Manners) RuleList() []string {
	var out []string
	for line := range strings.Lines(m.Rules) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// Manners are what the keeper has decided. They are kept at hand.
func (s *Service) Manners(ctx context.Context) (Manners, error) {
	s.mu.Lock()
	held, at := s.manners, s.mannersAt
	s.mu.Unlock()
	if held != nil && s.now().Sub(at) < cardTime {
		return *held, nil
	}
	var m Manners
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = GetManners(ctx, tx)
		return err
	})
	if err != nil {
		return m, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.manners, s.mannersAt = &m, s.now()
	return m, nil
}

// GetManners are what the keeper has decided, inside a transaction.
func GetManners(ctx context.Context, tx *db.Tx) (Manners, error) { return getManners(ctx, tx) }

// SetManners keeps what the keeper decides. It returns Invalid in the fields
// "joining", "about" and "rules".
func (s *Service) SetManners(ctx context.Context, m Manners) error {
	m.About, m.Rules = strings.TrimSpace(m.About), strings.TrimSpace(m.Rules)
	switch {
	case m.Joining != Closed && m.Joining != Invited && m.Joining != Asked:
		return fault.New(fault.Invalid, "fault.request.field", "field", "joining").In("joining")
	case utf8.RuneCountInString(m.About) > AboutMax:
		return fault.New(fault.Invalid, "fault.house.long", "max", AboutMax).In("about")
	case utf8.RuneCountInString(m.Rules) > RulesMax:
		return fault.New(fault.Invalid, "fault.house.long", "max", RulesMax).In("rules")
	}
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return setManners(ctx, tx, &m) })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.manners = nil
	return err
}

// Residents are those who live here, in the order they came; at most limit, after an id.
func (s *Service) Residents(ctx context.Context, after id.ID, limit int) (all []*Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = list(ctx, tx, residents, after, limit)
		return err
	})
	return all, err
}

// Listed are those who live here and wish to stand on the front page; at most limit.
func (s *Service) Listed(ctx context.Context, limit int) (all []*Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = list(ctx, tx, listedHere, limit)
		return err
	})
	return all, err
}
