package auth

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of those who ask to live here.
const (
	ReasonMax     = 1000 // characters
	ApplicantsMax = 200  // waiting at once

	answerFor = 30 * 24 * time.Hour // how long one who was refused or removed is told why
)

// The states of one before the door.
const (
	asked     = "asked"
	refused   = "refused"
	removedBy = "removed"
)

// An Applicant is somebody who asks to live here.
type Applicant struct {
	ID          id.ID // that of the account they will have
	Name        string
	DisplayName string
	Email       string
	Reason      string
	CreatedAt   time.Time
}

// applicant is a row: an Applicant with what their account will be made of, or what they are told.
type applicant struct {
	Applicant
	state                string
	folded               string // e-mail address
	password             string // PHC
	hue                  int
	visibility, language string
	answer               string
	answeredAt           time.Time
}

// Apply asks for a place here. It returns Denied where one cannot ask, and
// what Register returns, with "reason" besides.
func (s *Service) Apply(ctx context.Context, n Registration, reason string) (*Applicant, error) {
	return s.apply(ctx, n, reason, nil)
}

// apply is Apply; also, if not nil, runs in its transaction.
func (s *Service) apply(ctx context.Context, n Registration, reason string, also func(context.Context, *db.Tx, *Applicant) error) (*Applicant, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return nil, fault.New(fault.Invalid, "fault.join.reason").In("reason")
	case utf8.RuneCountInString(reason) > ReasonMax || !storable(reason):
		return nil, fault.New(fault.Invalid, "fault.join.reason_long", "max", ReasonMax).In("reason")
	}
	m, err := s.accounts.Manners(ctx)
	if err != nil {
		return nil, err
	}
	if m.Joining != account.Asked {
		return nil, fault.New(fault.Denied, "fault.join.closed")
	}
	c, folded, err := s.prepare(ctx, n)
	if err != nil {
		return nil, err
	}
	now := s.now()
	a := &applicant{
		Applicant: Applicant{ID: s.ids.Next(), Name: n.Name, DisplayName: strings.TrimSpace(n.DisplayName), Email: c.Email, Reason: reason, CreatedAt: now},
		state:     asked, folded: folded, password: c.password, hue: n.Hue, visibility: n.Preference.Visibility, language: n.Preference.Language,
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if waiting, err := countApplicants(ctx, tx, asked); err != nil {
			return err
		} else if waiting >= ApplicantsMax {
			return fault.New(fault.TooMany, "fault.join.full")
		}
		if err := s.free(ctx, tx, n.Name, folded); err != nil {
			return err
		}
		if err := dropAnswered(ctx, tx, account.Fold(n.Name), folded); err != nil {
			return err
		}
		if err := insertApplicant(ctx, tx, a); err != nil {
			return applicantTaken(err)
		}
		if also != nil {
			if err := also(ctx, tx, &a.Applicant); err != nil {
				return err
			}
		}
		keepers, err := listKeepers(ctx, tx)
		if err != nil {
			return err
		}
		return s.Applied.Record(ctx, tx, Applied{&a.Applicant, keepers})
	})
	if err != nil {
		return nil, err
	}
	return &a.Applicant, nil
}

// free checks that nobody here has a name or an e-mail address.
func (s *Service) free(ctx context.Context, tx *db.Tx, name, email string) error {
	if taken, err := account.NameTaken(ctx, tx, name); err != nil {
		return err
	} else if taken {
		return fault.New(fault.Conflict, "fault.name.taken").In("name")
	}
	if email == "" {
		return nil
	}
	_, err := credentialByEmail(ctx, tx, email)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "fault.email.taken").In("email")
}

func applicantTaken(err error) error {
	if db.IsUnique(err) {
		return fault.New(fault.Conflict, "fault.join.asked_before").In("name").Because("%w", err)
	}
	return err
}

// Applicants are those who wait for an answer, the longest waiting first.
func (s *Service) Applicants(ctx context.Context) (all []*Applicant, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := listApplicants(ctx, tx, asked, ApplicantsMax)
		for _, a := range rows {
			all = append(all, &a.Applicant)
		}
		return err
	})
	return all, err
}

// Waiting counts those who wait for an answer.
func (s *Service) Waiting(ctx context.Context) (n int, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err = countApplicants(ctx, tx, asked)
		return err
	})
	return n, err
}

// Admit lets one who asked move in, with the name, color and password they
// chose. It returns NotFound for who does not wait any more, and Conflict for a name that was taken since.
func (s *Service) Admit(ctx context.Context, which id.ID) (a *account.Account, err error) {
	var row *applicant
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err = s.waiting(ctx, tx, which)
		return err
	})
	if err != nil {
		return nil, err
	}
	newcomer, err := s.accounts.Prepare(row.Name, row.DisplayName, row.hue, account.Preference{Visibility: row.visibility, Language: row.language})
	if err != nil {
		return nil, err
	}
	newcomer.As(row.ID)
	c := credential{Credential: Credential{AccountID: row.ID, Email: row.Email}, password: row.password}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := s.waiting(ctx, tx, which); err != nil {
			return err
		}
		if err := dropApplicant(ctx, tx, which); err != nil {
			return err
		}
		if a, err = s.accounts.Settle(ctx, tx, newcomer); err != nil {
			return nameTaken(err)
		}
		return emailTaken(insertCredential(ctx, tx, &c, row.folded, a.CreatedAt))
	})
	return a, err
}

func (s *Service) waiting(ctx context.Context, tx *db.Tx, which id.ID) (*applicant, error) {
	row, err := applicantByID(ctx, tx, which)
	if errors.Is(err, db.ErrNoRows) || err == nil && row.state != asked {
		return nil, fault.New(fault.NotFound, "fault.join.unknown")
	}
	return row, err
}

// Refuse turns one who asked away. They are told why when they try to come in.
func (s *Service) Refuse(ctx context.Context, which id.ID, why string) error {
	why, err := checkWhy(why)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := s.waiting(ctx, tx, which); err != nil {
			return err
		}
		return answerApplicant(ctx, tx, which, refused, why, s.now())
	})
}

// checkWhy is a reason that somebody is told: it cannot be left out.
func checkWhy(why string) (string, error) {
	why = strings.TrimSpace(why)
	switch {
	case why == "":
		return "", fault.New(fault.Invalid, "fault.house.why").In("why")
	case utf8.RuneCountInString(why) > ReasonMax || !storable(why):
		return "", fault.New(fault.Invalid, "fault.house.long", "max", ReasonMax).In("why")
	}
	return why, nil
}

// atTheDoor is what one before the door is told, if the password is theirs:
// a Denied fault with its sentence, or wrong.
func (s *Service) atTheDoor(ctx context.Context, login, password string, wrong error) error {
	row, err := &applicant{}, db.ErrNoRows
	if login = strings.TrimPrefix(login, "@"); login != "" && len(login) <= emailMax && storable(login) {
		err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			row, err = applicantByLogin(ctx, tx, account.Fold(login))
			return err
		})
	}
	if errors.Is(err, db.ErrNoRows) {
		if err := s.hasher.waste(ctx, password); err != nil {
			return err
		}
		return wrong
	} else if err != nil {
		return err
	}
	ok, _, err := s.hasher.check(ctx, password, row.password)
	switch {
	case err != nil:
		return err
	case !ok:
		return wrong
	}
	return row.told()
}
