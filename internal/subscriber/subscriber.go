// Package subscriber is people who follow somebody by mail, without an account.
//
// Nobody is sent anything before the address was confirmed, and everybody can
// end it by one press. A digest holds what was said to everyone since the last
// one; that it was put down, and up to where, is one transaction, so each is
// put down once for its period whatever happens to the program.
package subscriber

import (
	"time"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/post"
)

// Frequency is how often somebody wants to hear.
type Frequency string

// The frequencies.
const (
	Each   Frequency = "each" // every post by itself
	Daily  Frequency = "daily"
	Weekly Frequency = "weekly"
)

// ParseFrequency reads a frequency; ok is false for what is none.
func ParseFrequency(s string) (f Frequency, ok bool) {
	switch f = Frequency(s); f {
	case Each, Daily, Weekly:
		return f, true
	}
	return "", false
}

// A Subscriber is one address that follows one person.
type Subscriber struct {
	ID              id.ID
	AccountID       id.ID
	Address, Folded string
	Language        string
	Frequency       Frequency
	ConfirmedAt     time.Time // zero: not yet
	CreatedAt       time.Time

	last id.ID // the post up to which they were told
}

// The facts about subscribers.
type (
	// Asked is that somebody wants to follow, and must confirm the address.
	Asked struct {
		Subscriber *Subscriber
		Owner      *account.Account
	}
	// Due is that a digest is due to subscribers of one language who have
	// heard up to the same post.
	Due struct {
		Owner     *account.Account
		Frequency Frequency
		Language  string
		Posts     []*post.Post // oldest first
		More      bool         // and there were older ones than these
		To        []*Subscriber
	}
)

// hour is when digests go out, in the home's zone.
const hour = 7

// next is when a digest is due after a moment: tomorrow morning, or on Monday.
func (f Frequency) next(after time.Time, zone *time.Location) time.Time {
	if f == Each {
		return time.Time{}
	}
	t := after.In(zone)
	at := time.Date(t.Year(), t.Month(), t.Day(), hour, 0, 0, 0, zone)
	for !at.After(t) || f == Weekly && at.Weekday() != time.Monday {
		at = time.Date(at.Year(), at.Month(), at.Day()+1, hour, 0, 0, 0, zone)
	}
	return at
}
