package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Registration is a person who moves in.
type Registration struct {
	Name, DisplayName string
	Email             string // may be ""
	Password          string
	Hue               int
	Preference        account.Preference
	SetupToken        string // of the first page; "" where the home's keeper adds an account
	Invitation        string // the code of one, or ""
	Owner             bool   // keeps the home; who comes first does anyway
}

// A Credential is how a person enters, without the secret.
type Credential struct {
	AccountID    id.ID
	Email        string
	Owner        bool
	InvitationID id.ID // by which they came, or 0
	Standing
	CreatedAt time.Time
}

// credential is a Credential with its hash.
type credential struct {
	Credential
	password string // PHC
}

// Register makes an account with its password. It returns Invalid in the
// fields "name", "display_name", "email" and "password", Conflict for a name
// or e-mail address that is taken, and what account.UseSetupToken and Invitation say.
func (s *Service) Register(ctx context.Context, n Registration) (*account.Account, error) {
	if n.SetupToken != "" { // before the work below, which a stranger could start
		if err := s.accounts.CheckSetupToken(ctx, n.SetupToken); err != nil {
			return nil, err
		}
	}
	if n.Invitation != "" {
		if _, err := s.Invitation(ctx, n.Invitation); err != nil {
			return nil, err
		}
	}
	c, folded, err := s.prepare(ctx, n)
	if err != nil {
		return nil, err
	}
	newcomer, err := s.accounts.Prepare(n.Name, n.DisplayName, n.Hue, n.Preference)
	if err != nil {
		return nil, err
	}
	var a *account.Account
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if n.SetupToken != "" {
			if err := s.accounts.UseSetupToken(ctx, tx, n.SetupToken); err != nil {
				return err
			}
		}
		if n.Invitation != "" {
			if c.InvitationID, err = s.use(ctx, tx, n.Invitation, folded); err != nil {
				return err
			}
		}
		if !c.Owner {
			kept, err := hasKeeper(ctx, tx)
			if err != nil {
				return err
			}
			c.Owner = !kept && n.Invitation == ""
		}
		if a, err = s.accounts.Settle(ctx, tx, newcomer); err != nil {
			return nameTaken(err)
		}
		c.AccountID = a.ID
		return emailTaken(insertCredential(ctx, tx, c, folded, a.CreatedAt))
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// prepare checks how somebody will enter, and hashes the password, which takes a while.
func (s *Service) prepare(ctx context.Context, n Registration) (c *credential, folded string, err error) {
	if err := checkNewPassword(n.Password, "password"); err != nil {
		return nil, "", err
	}
	if err := account.CheckNewcomer(n.Name, n.DisplayName); err != nil {
		return nil, "", err
	}
	c = &credential{Credential: Credential{Owner: n.Owner}}
	if n.Email != "" {
		if c.Email, folded, err = ParseEmail(n.Email); err != nil {
			return nil, "", err
		}
	}
	c.password, err = s.hasher.hash(ctx, n.Password)
	return c, folded, err
}

// nameTaken is the Conflict of two who asked for one name at the same moment.
func nameTaken(err error) error {
	if db.IsUnique(err) {
		return fault.New(fault.Conflict, "fault.name.taken").In("name").Because("%w", err)
	}
	return err
}

func emailTaken(err error) error {
	if db.IsUnique(err) {
		return fault.New(fault.Conflict, "fault.email.taken").In("email").Because("%w", err)
	}
	return err
}

// CheckPassword is the account that a name or e-mail address and a password
// open. Every failure is the same Unauthenticated and costs the same work,
// whether the person is known or not; only one before the door who says the
// password they chose gets Denied with what became of them.
func (s *Service) CheckPassword(ctx context.Context, login, password string) (*account.Account, error) {
	wrong := fault.New(fault.Unauthenticated, "fault.signin.wrong")
	if len(password) > PasswordMax {
		return nil, wrong
	}
	a, c, err := s.find(ctx, login)
	if fault.Is(err, fault.NotFound) {
		return nil, s.atTheDoor(ctx, strings.TrimSpace(login), password, wrong)
	}
	if err != nil {
		return nil, err
	}
	if err := s.verify(ctx, c, password); err != nil {
		return nil, err
	}
	return a, nil
}

// Whose is the account that a login names, 0 for none.
func (s *Service) Whose(ctx context.Context, login string) (id.ID, error) {
	a, _, err := s.find(ctx, login)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	return a.ID, nil
}

// find is who a login names: NotFound for nobody who could sign in here.
func (s *Service) find(ctx context.Context, login string) (*account.Account, *credential, error) {
	nobody := fault.New(fault.NotFound, "")
	login = strings.TrimPrefix(strings.TrimSpace(login), "@")
	if login == "" || len(login) > emailMax || !storable(login) {
		return nil, nil, nobody
	}
	folded := ""
	if strings.Contains(login, "@") {
		var err error
		if _, folded, err = ParseEmail(login); err != nil {
			return nil, nil, nobody
		}
	}
	var a *account.Account
	var c *credential
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if folded != "" {
			c, err = credentialByEmail(ctx, tx, folded)
		} else {
			c, err = credentialByName(ctx, tx, account.Fold(login))
		}
		if errors.Is(err, db.ErrNoRows) {
			return nobody
		} else if err != nil {
			return err
		}
		a, err = account.Get(ctx, tx, c.AccountID)
		return err
	})
	if err == nil && a.Gone() {
		err = nobody
	}
	return a, c, err
}

// verify checks a password and renews a hash of another cost.
func (s *Service) verify(ctx context.Context, c *credential, password string) error {
	ok, stale, err := s.hasher.check(ctx, password, c.password)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Unauthenticated, "fault.signin.wrong")
	}
	if !stale {
		return nil
	}
	fresh, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := setPassword(ctx, tx, c.AccountID, c.password, fresh, s.now())
		return err
	})
}

// ChangePassword gives an account a new password and signs out everything
// but the session keep: other sessions, and apps and devices let in from them. It returns
// Denied in the field "old" for a wrong old password, and Invalid in "new".
func (s *Service) ChangePassword(ctx context.Context, who, keep id.ID, old, fresh string) error {
	if err := checkNewPassword(fresh, "new"); err != nil {
		return err
	}
	c, err := s.credential(ctx, who)
	if err != nil {
		return err
	}
	ok := false
	if len(old) <= PasswordMax {
		if ok, _, err = s.hasher.check(ctx, old, c.password); err != nil {
			return err
		}
	}
	wrong := fault.New(fault.Denied, "fault.form.wrong_password").In("old")
	if !ok {
		return wrong
	}
	phc, err := s.hasher.hash(ctx, fresh)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if ok, err := setPassword(ctx, tx, who, c.password, phc, s.now()); err != nil {
			return err
		} else if !ok { // it was changed in the meantime
			return wrong
		}
		return s.dropOthers(ctx, tx, who, keep)
	})
}

func (s *Service) credential(ctx context.Context, who id.ID) (c *credential, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err = credentialByID(ctx, tx, who)
		if errors.Is(err, db.ErrNoRows) {
			return fault.Wrap(err, fault.NotFound, "fault.account.unknown")
		}
		return err
	})
	return c, err
}

// Credential is how an account enters. NotFound for one that cannot.
func (s *Service) Credential(ctx context.Context, who id.ID) (*Credential, error) {
	c, err := s.credential(ctx, who)
	if err != nil {
		return nil, err
	}
	return &c.Credential, nil
}
