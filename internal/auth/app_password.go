package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Limits of app passwords.
const (
	AppPasswordsMax  = 100 // of one person
	DeviceNameMax    = 100 // characters
	appPasswordTouch = time.Hour

	secretMax = 200 // bytes of a secret that could be one
	onceFor   = 10 * time.Minute
)

// An AppPassword is what a device that keeps files, contacts or calendars
// comes in with. It opens those and nothing else: no door but the one for
// such devices knows it. A value that was returned must not be changed.
type AppPassword struct {
	ID        id.ID
	AccountID id.ID
	Name      string // of the device
	SessionID id.ID  // in which it was made; 0 for none
	Once      bool   // opens nothing but the way to a lasting one
	CreatedAt time.Time
	ExpiresAt time.Time // zero for never
	UsedAt    time.Time // to the hour; zero for never
	Agent     string    // as the device called itself then
	Address   string    // where it was then
	LostAt    time.Time // since when the device is to delete its copies; zero for not
	WipedAt   time.Time // when it said that it had
	Standing            // of the person

	name, email string // folded: what its person may call themselves
}

// A NewAppPassword is a device that is let in.
type NewAppPassword struct {
	AccountID id.ID
	Name      string // of the device, such as "Nextcloud, Android"
	SessionID id.ID  // in which its person said yes; 0 for none
	// Typed makes a secret that a person can copy by hand.
	Typed bool
	// Once makes one that opens nothing but the way to a lasting one, and that for ten minutes.
	Once bool
	From Caller
}

// NewAppPassword lets a device in and returns its secret, which is kept
// nowhere. It returns Invalid in the field "name", TooMany for a person with
// AppPasswordsMax, and NotFound for who does not live here.
func (s *Service) NewAppPassword(ctx context.Context, n NewAppPassword) (secret string, p *AppPassword, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		secret, p, err = s.newAppPassword(ctx, tx, n)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	return secret, p, nil
}

func (s *Service) newAppPassword(ctx context.Context, tx *db.Tx, n NewAppPassword) (secret string, p *AppPassword, err error) {
	name, err := deviceName(n.Name)
	if err != nil {
		return "", nil, err
	}
	now := s.now()
	if _, err := credentialByID(ctx, tx, n.AccountID); errors.Is(err, db.ErrNoRows) {
		return "", nil, fault.Wrap(err, fault.NotFound, "fault.account.unknown")
	} else if err != nil {
		return "", nil, err
	}
	if have, err := countAppPasswords(ctx, tx, n.AccountID); err != nil {
		return "", nil, err
	} else if have >= AppPasswordsMax {
		return "", nil, fault.New(fault.TooMany, "fault.device.many", "max", AppPasswordsMax)
	}
	p = &AppPassword{
		ID: s.ids.Next(), AccountID: n.AccountID, Name: name, SessionID: n.SessionID, Once: n.Once, CreatedAt: now,
		Agent: clip(n.From.Agent, agentMax), Address: clip(n.From.Address, addressMax),
	}
	if n.Once {
		p.ExpiresAt = now.Add(onceFor)
	}
	if secret = longSecret(); n.Typed {
		secret = typedSecret()
	}
	return secret, p, insertAppPassword(ctx, tx, p, s.appKey(secret))
}

// deviceName is what somebody calls a device, or Invalid in the field "name".
func deviceName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", fault.New(fault.Invalid, "fault.device.name").In("name")
	case utf8.RuneCountInString(name) > DeviceNameMax || !printable(name):
		return "", fault.New(fault.Invalid, "fault.device.name_long", "max", DeviceNameMax).In("name")
	}
	return name, nil
}

const (
	longLetters  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	typedLetters = "abcdefghjkmnpqrstuvwxyz23456789" // none that looks like another
	typedMax     = 40
)

// longSecret is 72 letters and digits, 428 bits: what Nextcloud's devices expect.
func longSecret() string { return draw(longLetters, 72) }

// typedSecret is 25 letters and digits in five groups, 123 bits.
func typedSecret() string {
	all := draw(typedLetters, 25)
	return strings.Join([]string{all[:5], all[5:10], all[10:15], all[15:20], all[20:]}, "-")
}

// draw is n letters of an alphabet, each as likely as another.
func draw(alphabet string, n int) string {
	out, b := make([]byte, 0, n), make([]byte, 1)
	fair := 256 - 256%len(alphabet)
	for len(out) < n {
		if rand.Read(b); int(b[0]) < fair {
			out = append(out, alphabet[int(b[0])%len(alphabet)])
		}
	}
	return string(out)
}

// appKey is how a secret is kept and looked for: under a key of the home, so
// that a row is made by nobody who has the database alone. Short ones are
// read as a person types them.
func (s *Service) appKey(secret string) (key hash) {
	secret = strings.TrimSpace(secret)
	if len(secret) <= typedMax {
		secret = strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(secret))
	}
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte("app password\x00" + secret))
	return hash(m.Sum(nil))
}

// CheckAppPassword is the account that a device's name or e-mail address and
// its app password open, and that app password. Whatever does not is the same
// Unauthenticated. It costs microseconds, so that every request can bring one.
// Who is paused may read: whoever changes something asks MayAct.
func (s *Service) CheckAppPassword(ctx context.Context, login, secret string, from Caller) (*account.Account, *AppPassword, error) {
	p, err := s.appPassword(ctx, secret, from)
	if err == nil && (p.Once || !p.named(login)) {
		err = noDevice()
	}
	if err != nil {
		return nil, nil, err
	}
	a, err := s.accounts.Card(ctx, p.AccountID)
	if err == nil && a.Gone() || fault.Is(err, fault.NotFound) {
		err = noDevice()
	}
	if err != nil {
		return nil, nil, err
	}
	return a, p, nil
}

func noDevice() error { return fault.New(fault.Unauthenticated, "fault.device.wrong") }

// appPassword is what a secret opens, remembered for a while.
func (s *Service) appPassword(ctx context.Context, secret string, from Caller) (*AppPassword, error) {
	if secret == "" || len(secret) > secretMax {
		return nil, noDevice()
	}
	key := s.appKey(secret)
	p, ok, since := s.devices.get(key)
	if !ok {
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			p, err = appPasswordByHash(ctx, tx, key)
			return err
		})
		if errors.Is(err, db.ErrNoRows) {
			return nil, noDevice()
		} else if err != nil {
			return nil, err
		}
	}
	now := s.now()
	if !p.LostAt.IsZero() || !p.ExpiresAt.IsZero() && !now.Before(p.ExpiresAt) {
		return nil, noDevice()
	}
	if now.Sub(p.UsedAt) >= appPasswordTouch {
		used := *p
		used.UsedAt, used.Agent, used.Address = now, clip(from.Agent, agentMax), clip(from.Address, addressMax)
		p, ok = &used, false
		if err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return touchAppPassword(ctx, tx, p) }); err != nil {
			return nil, err
		}
	}
	if !ok {
		s.devices.put(key, p, since)
	}
	return p, nil
}

// named reports whether login is the person's name or e-mail address.
func (p *AppPassword) named(login string) bool {
	login = strings.TrimPrefix(strings.TrimSpace(login), "@")
	if account.Fold(login) == p.name {
		return true
	}
	if p.email == "" || !strings.Contains(login, "@") {
		return false
	}
	_, folded, err := ParseEmail(login)
	return err == nil && folded == p.email
}

// AppPasswords are those of an account, the newest first, also of devices
// that are to delete their copies.
func (s *Service) AppPasswords(ctx context.Context, who id.ID) (all []*AppPassword, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = listAppPasswords(ctx, tx, who, s.now())
		return err
	})
	return all, err
}

// RevokeAppPassword shuts a device out. One that is not there is out already.
func (s *Service) RevokeAppPassword(ctx context.Context, who, which id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.After(func() { s.forget(who) })
		return dropAppPassword(ctx, tx, who, which)
	})
}

// LoseAppPassword shuts a device out that is lost. When it asks why, it is
// told to delete its copies.
func (s *Service) LoseAppPassword(ctx context.Context, who, which id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		tx.After(func() { s.forget(who) })
		return loseAppPassword(ctx, tx, who, which, s.now())
	})
}

// Lost reports whether the device with a secret is to delete its copies.
func (s *Service) Lost(ctx context.Context, secret string) (lost bool, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := appPasswordByHash(ctx, tx, s.appKey(secret))
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		lost = err == nil && !p.LostAt.IsZero() && p.WipedAt.IsZero()
		return err
	})
	return lost, err
}

// Wiped notes that the device with a secret says it has deleted its copies.
// It returns NotFound for one that was not asked to.
func (s *Service) Wiped(ctx context.Context, secret string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if ok, err := wipeAppPassword(ctx, tx, s.appKey(secret), s.now()); err != nil {
			return err
		} else if !ok {
			return fault.New(fault.NotFound, "fault.device.not_lost")
		}
		return nil
	})
}

// Renew gives a device a lasting app password for one that opens once. It
// returns Unauthenticated for any other.
func (s *Service) Renew(ctx context.Context, login, secret string, from Caller) (fresh string, p *AppPassword, err error) {
	key := s.appKey(secret)
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		old, err := appPasswordByHash(ctx, tx, key)
		if errors.Is(err, db.ErrNoRows) || err == nil && (!old.Once || !old.named(login) || !s.now().Before(old.ExpiresAt)) {
			return noDevice()
		} else if err != nil {
			return err
		}
		if err := dropAppPassword(ctx, tx, old.AccountID, old.ID); err != nil {
			return err
		}
		fresh, p, err = s.newAppPassword(ctx, tx, NewAppPassword{AccountID: old.AccountID, Name: old.Name, SessionID: old.SessionID, From: from})
		return err
	})
	if err != nil {
		return "", nil, err
	}
	return fresh, p, nil
}
