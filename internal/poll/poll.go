// Package poll is a question with options: who may choose how many, until when, and how many chose what.
//
// A poll belongs to a post and has its id; whoever may see the post may vote.
// Nobody is counted twice: there is one row for each who voted, and one for
// each option chosen. A poll that was closed stays closed.
package poll

import (
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of a poll of ours.
const (
	OptionsMin = 2
	OptionsMax = 12
	OptionMax  = 200 // characters
	ShortestOf = 5 * time.Minute
	LongestOf  = 366 * 24 * time.Hour
)

// RemoteOptionsMax is how many options of another server's poll are kept.
const RemoteOptionsMax = 50

// An Ask is a poll before it is one.
type Ask struct {
	Options  []string      `json:"options"`
	Multiple bool          `json:"multiple,omitempty"`
	Hidden   bool          `json:"hidden,omitempty"` // totals are told after closing only
	For      time.Duration `json:"for,omitempty"`    // how long it is open once posted; 0 is for ever
}

// A Poll is a question with what was answered.
type Poll struct {
	PostID    id.ID
	AuthorID  id.ID
	Local     bool
	Multiple  bool
	Hidden    bool
	Options   []Option
	Voters    int64     // -1 where another server does not tell
	ClosesAt  time.Time // zero: never
	ClosedAt  time.Time // zero: not yet
	CountedAt time.Time // when the counts changed, or were asked of another server
	Own       []int     // what the one who asks chose, in order
}

// An Option is one answer there is to choose.
type Option struct {
	Name  string
	Votes int64
}

// Over reports whether voting has ended.
func (p *Poll) Over(now time.Time) bool {
	return !p.ClosedAt.IsZero() || !p.ClosesAt.IsZero() && !now.Before(p.ClosesAt)
}

// Tells reports whether it may be told how many chose what.
func (p *Poll) Tells(now time.Time) bool { return !p.Hidden || p.Over(now) }

// Votes is how many votes there are in all.
func (p *Poll) Votes() (n int64) {
	for _, o := range p.Options {
		n += o.Votes
	}
	return n
}

// People is how many voted: as told, or else as many as the votes there are.
func (p *Poll) People() int64 {
	if p.Voters < 0 {
		return p.Votes()
	}
	return p.Voters
}

// Find is the place of the option with a name, -1 for none.
func (p *Poll) Find(name string) int {
	for i, o := range p.Options {
		if o.Name == name {
			return i
		}
	}
	return -1
}

// Stale is how old the counts of another server's poll are when it is worth asking for them.
const Stale = 5 * time.Minute

// Aged reports whether the counts of another server's poll should be asked for.
func (p *Poll) Aged(now time.Time) bool {
	return !p.Local && p.ClosedAt.IsZero() && now.Sub(p.CountedAt) >= Stale
}

// Check tidies an ask. Invalid, in the field "poll", for one that cannot be posted.
func (a *Ask) Check() error {
	invalid := func(key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In("poll") }
	met := map[string]bool{}
	var options []string
	for _, o := range a.Options {
		if o = strings.Join(strings.Fields(o), " "); o == "" {
			continue
		}
		switch {
		case !utf8.ValidString(o):
			return invalid("fault.post.not_text")
		case utf8.RuneCountInString(o) > OptionMax:
			return invalid("fault.poll.option_long", "n", OptionMax)
		case met[strings.ToLower(o)]:
			return invalid("fault.poll.option_twice", "option", o)
		}
		met[strings.ToLower(o)] = true
		options = append(options, o)
	}
	switch a.Options = options; {
	case len(options) < OptionsMin:
		return invalid("fault.poll.options_few")
	case len(options) > OptionsMax:
		return invalid("fault.poll.options_many", "n", OptionsMax)
	case a.For != 0 && a.For < ShortestOf:
		return invalid("fault.poll.short")
	case a.For > LongestOf:
		return invalid("fault.poll.long")
	case a.Hidden && a.For == 0:
		return invalid("fault.poll.hidden_open")
	}
	return nil
}

// From is the poll of an ask that author posts now.
func From(a Ask, author id.ID, now time.Time) *Poll {
	p := &Poll{AuthorID: author, Local: true, Multiple: a.Multiple, Hidden: a.Hidden, CountedAt: now}
	for _, o := range a.Options {
		p.Options = append(p.Options, Option{Name: o})
	}
	if a.For > 0 {
		p.ClosesAt = now.Add(a.For)
	}
	return p
}
