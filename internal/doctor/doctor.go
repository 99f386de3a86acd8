// Package doctor looks whether others can find, follow and reach a home, and names the first step that fails.
package doctor

import (
	"context"
	"crypto/x509"
	"time"

	"allod/internal/fault"
	"allod/internal/fetch"
)

// A Group is a question that several checks answer.
type Group string

// The groups, in their order.
const (
	Find   Group = "find"   // can others find you
	Follow Group = "follow" // can they follow you
	Reach  Group = "reach"  // can they reach you, and you them
	House  Group = "house"  // is the house itself sound
)

// A Finding is what one check found.
type Finding struct {
	Group Group
	Check string // "name", "door", "certificate"…: the key of what it says when all is well
	// Fault is what is wrong and what to do. Warning says that the home works all the same.
	Fault   error
	Warning bool
	// Skipped says that a check before it failed, or that there is nothing to look at.
	Skipped bool
	// Alone says that there is nobody yet to compare with.
	Alone bool
	Args  []any // of what is said when all is well
}

// Bad reports whether something must be done.
func (f Finding) Bad() bool { return f.Fault != nil && !f.Warning }

// Mail is the server that sends this home's mail on.
type Mail struct{ Server, TLS, User, Password, From string }

// Config is a home, as its doctor sees it.
type Config struct {
	Origin, Host string
	// Public is false for a home that other servers are told nothing of.
	Public bool
	// Mark is what the home says of itself at /healthz.
	Mark string
	// Handle and Actor are somebody who lives here, "" for nobody, and Page is their page.
	Handle, Actor, Page string
	Fetch               *fetch.Client
	Roots               *x509.CertPool
	// Trouble is why no certificate was given when one was asked for last.
	Trouble error
	Mail    Mail
	// Peers are addresses of servers whose clocks are compared with this one.
	Peers []string
	// Outside is a home that looks at this one from elsewhere, or any address
	// that does, where {address} stands for what is looked at. "" for none.
	Outside string
	// Data is the data folder, Database looks for damage, and Opened is why it could not be opened.
	Data     string
	Database func(ctx context.Context) error
	Opened   error
	// Backup is when the last standing backup was made, and why a newer one was not.
	BackupAt    time.Time
	BackupFault error
	Backups     bool // one is chosen
	Now         func() time.Time
}

// Examine looks at everything, in order. It takes at most about a minute.
func Examine(ctx context.Context, c Config) []Finding {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	e := &examination{Config: c}
	e.house(ctx)
	if c.Opened == nil {
		e.outside(ctx)
		e.mail(ctx)
		e.clock(ctx)
	}
	var sorted []Finding
	for _, g := range []Group{Find, Follow, Reach, House} {
		for _, f := range e.found {
			if f.Group == g {
				sorted = append(sorted, f)
			}
		}
	}
	return sorted
}

// Well reports whether nothing must be done.
func Well(all []Finding) bool {
	for _, f := range all {
		if f.Bad() {
			return false
		}
	}
	return true
}

// An examination is one in progress.
type examination struct {
	Config
	found []Finding
}

func (e *examination) good(g Group, check string, args ...any) {
	e.found = append(e.found, Finding{Group: g, Check: check, Args: args})
}

func (e *examination) skip(g Group, check string) {
	e.found = append(e.found, Finding{Group: g, Check: check, Skipped: true})
}

func (e *examination) bad(g Group, check string, err error) {
	e.found = append(e.found, Finding{Group: g, Check: check, Fault: err})
}

func (e *examination) warn(g Group, check string, err error) {
	e.found = append(e.found, Finding{Group: g, Check: check, Fault: err, Warning: true})
}

// Key is the key of what a finding says that has no fault.
func (f Finding) Key() string {
	switch {
	case f.Alone:
		return "doctor.clock_alone"
	case f.Skipped:
		return "doctor.skipped"
	}
	return "doctor.good." + f.Check
}

// Brief leaves out what would be said twice in a row: of steps that wait for one before them, one is named.
func Brief(all []Finding) []Finding {
	var out []Finding
	for i, f := range all {
		if f.Skipped && !f.Alone && i > 0 && all[i-1].Skipped && !all[i-1].Alone && all[i-1].Group == f.Group {
			continue
		}
		out = append(out, f)
	}
	return out
}

// says is a fault of this package with its sentence.
func says(key string, args ...any) *fault.Error {
	return fault.New(fault.Unavailable, "fault.doctor."+key, args...)
}
