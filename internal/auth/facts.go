package auth

import (
	"allod/internal/account"
	"allod/internal/id"
)

// Applied is the fact that somebody asks to live here.
type Applied struct {
	Applicant *Applicant
	Keepers   []id.ID
}

// Opened is the fact that a browser was let in.
type Opened struct {
	Account *account.Account
	Session *Session
	// Strange says that no browser of theirs came from this network or was of this kind before, though others were here.
	Strange bool
}
