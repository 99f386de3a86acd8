// Package mail sends letters by SMTP: what visitors must confirm, what guests
// and subscribers asked to be told.
//
// A letter is put down in the transaction of what it follows from, once for
// all who are sent it, with a mail for each address. Mails are tried
// patiently, each under one Message-ID. What a visitor typed never stands in
// a letter that somebody is asked to confirm by.
package mail

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/locale"
	"allod/internal/markup"
)

// Config is what the bridge stands on.
type Config struct {
	DB     *db.DB
	Jobs   *job.Queue
	Bundle *locale.Bundle
	Names  account.Names
	Text   *markup.Engine

	IDs *id.Source
	Now func() time.Time
	Log *slog.Logger

	// Passes make the links that letters hold.
	Passes auth.Passes
	// Relay is the server that sends mail on.
	Relay Relay
}

// Service puts letters down and sends them.
type Service struct {
	Config
	mu     sync.Mutex
	closed time.Time // the relay did not answer: it is left alone until then
}

// New returns the service and has the queue send what is put down.
func New(c Config) *Service {
	s := &Service{Config: c}
	job.Handle(c.Jobs, s.drain)
	return s
}

// Ready reports whether this home can send mail at all.
func (s *Service) Ready() bool { return s.Relay.Server != "" }

// From is the address that mail comes from, "" where none is sent.
func (s *Service) From() string { return s.Relay.From }

// A Recipient is an address and the page that ends letters of this kind to it.
type Recipient struct {
	Address string // as auth.ParseEmail gives it
	Folded  string
	Way     string // "" for a letter that was asked for once
}

// dayMax is how many mails an address is sent in a day at most.
const dayMax = 30

// Put puts a letter down for recipients, in the transaction of what it
// follows from. Addresses that are blocked, or were sent enough today, are
// left out.
func (s *Service) Put(ctx context.Context, tx *db.Tx, l *Letter, to []Recipient) error {
	if len(to) == 0 || !s.Ready() {
		return nil
	}
	to, err := s.welcome(ctx, tx, to)
	if err != nil || len(to) == 0 {
		return err
	}
	now := s.Now()
	l.id = s.IDs.Next()
	text, html := l.render(s.Bundle.Match("", l.Language))
	if err := insertLetter(ctx, tx, l, text, html, now); err != nil {
		return err
	}
	for _, r := range to {
		if err := insert(ctx, tx, &mail{id: s.IDs.Next(), letter: l.id, to: r, created: now}); err != nil {
			return err
		}
	}
	return s.Jobs.Add(ctx, tx, drain{}, once)
}

// welcome are those of to who may be sent something now.
func (s *Service) welcome(ctx context.Context, tx *db.Tx, to []Recipient) ([]Recipient, error) {
	folded := make([]string, len(to))
	for i, r := range to {
		folded[i] = r.Folded
	}
	out, err := blocked(ctx, tx, folded)
	if err != nil {
		return nil, err
	}
	full, err := sentOften(ctx, tx, folded, s.Now().Add(-24*time.Hour), dayMax)
	if err != nil {
		return nil, err
	}
	var welcome []Recipient
	for _, r := range to {
		if _, no := out[r.Folded]; !no && !full[r.Folded] {
			welcome = append(welcome, r)
		}
	}
	return welcome, nil
}

// hourMax is how many confirming mails all visitors together may cause in an hour.
const hourMax = 600

// confirm puts down a letter that asks an address to confirm something, unless
// it was sent one for this purpose today.
func (s *Service) confirm(ctx context.Context, tx *db.Tx, purpose string, l *Letter, to Recipient) error {
	now := s.Now()
	many, err := lettersSince(ctx, tx, now.Add(-time.Hour), hourMax)
	if err != nil || many {
		return err
	}
	fresh, err := rememberOnce(ctx, tx, to.Folded, purpose, now.Unix()/86400)
	if err != nil || !fresh {
		return err
	}
	return s.Put(ctx, tx, l, []Recipient{to})
}

// A Trouble is why an address is sent nothing any more.
type Trouble struct {
	Asked  bool   // its owner wants no mail of this home
	Reason string // as the other mail server said it
	Since  time.Time
}

// Troubles are the addresses among folded that are sent nothing any more.
func (s *Service) Troubles(ctx context.Context, folded []string) (out map[string]Trouble, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = blocked(ctx, tx, folded)
		return err
	})
	return out, err
}

// A State is how mail is doing, for its keeper.
type State struct {
	Ready        bool
	Server, From string
	Waiting      int
	Sent         time.Time // the newest that the relay took

	Error           string
	Blocked         int
	Refused, Closed int // of the last week
}

// State is how mail is doing.
func (s *Service) State(ctx context.Context) (st State, err error) {
	st = State{Ready: s.Ready(), Server: s.Relay.Server, From: s.Relay.From}
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		return state(ctx, tx, &st, s.Now().Add(-7*24*time.Hour))
	})
	return st, err
}

// keptFor is how long mails that were sent are remembered.
const keptFor = 30 * 24 * time.Hour

// Sweep forgets what was sent long ago.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return forget(ctx, tx, s.Now().Add(-keptFor))
	})
}
