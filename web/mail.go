package web

import "time"

// A MailView is how mail is doing, for its keeper.
type MailView struct {
	Ready        bool
	Server, From string
	Waiting      int
	Bounced      int
	Refused      int
	Sent         time.Time // zero: never
	Error        string
	Test         string // the form that sends a test letter
	Address      string // where it goes, "" for nowhere
}
