package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/webauthn"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/id"
)

// Options change what New does by itself.
type Options struct {
	// Memory, in KiB, and Passes are the cost of a password hash: 19 MiB and
	// 2 where they are 0. Older hashes are renewed at the next sign-in.
	Memory, Passes uint32
	// Key makes the links of invitations, and app passwords are kept under it. Without one, nobody can invite.
	Key []byte
	// Origin is what passkeys are for, such as https://marrow.example. Without
	// one, or where it is an address of a machine, there are none.
	Origin string
}

// Service lets people and their apps in.
type Service struct {
	db       *db.DB
	accounts *account.Service
	ids      *id.Source
	now      func() time.Time
	hasher   *hasher
	sessions *cache[*Session]
	tokens   *cache[*Token]
	devices  *cache[*AppPassword]
	key      []byte
	ceremony *webauthn.WebAuthn // nil where passkeys cannot be had

	// Applied is recorded when somebody asks to live here, Opened when a browser was let in.
	Applied fact.Fact[Applied]
	Stood   fact.Fact[Stood]
	Opened  fact.Fact[Opened]
}

// New returns the service.
func New(d *db.DB, accounts *account.Service, ids *id.Source, now func() time.Time, o Options) *Service {
	c := cost{memory: 19 << 10, passes: 2, threads: 1}
	if o.Memory > 0 {
		c.memory = o.Memory
	}
	if o.Passes > 0 {
		c.passes = o.Passes
	}
	return &Service{
		db: d, accounts: accounts, ids: ids, now: now, hasher: newHasher(c),
		sessions: newCache[*Session](now), tokens: newCache[*Token](now), devices: newCache[*AppPassword](now), key: o.Key, ceremony: newCeremony(o.Origin),
	}
}

// Leave ends all access of an account that is gone: a reaction to account.Ended.
func (s *Service) Leave(ctx context.Context, tx *db.Tx, gone account.Ended) error {
	who := gone.Account.ID
	if err := dropAccess(ctx, tx, who); err != nil {
		return err
	}
	tx.After(func() { s.forget(who) })
	return nil
}

// forget drops an account's sessions, tokens and app passwords from memory.
func (s *Service) forget(who id.ID) {
	s.sessions.forget(func(v *Session) bool { return v.AccountID == who })
	s.tokens.forget(func(v *Token) bool { return v.AccountID == who })
	s.devices.forget(func(v *AppPassword) bool { return v.AccountID == who })
}

// Sweep removes what has run out: sessions, codes whose token is gone, apps
// a week old that nobody let in, links, challenges, and answers to those
// before the door, and app passwords. Accounts whose last day has come end.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := sweepDoorway(ctx, tx, now, now.Add(-answerFor)); err != nil {
			return err
		}
		if err := sweepDevices(ctx, tx, now, now.Add(-answerFor)); err != nil {
			return err
		}
		return sweep(ctx, tx, now, now.Add(-appUnusedFor))
	})
	if err != nil {
		return err
	}
	return s.seeOut(ctx)
}

// newSecret is 256 random bits as text that fits a URL, a cookie and a header.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// clip is at most n bytes of s, whole characters of valid text without NUL, which PostgreSQL does not store.
func clip(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// storable reports whether both engines can hold and look for s.
func storable(s string) bool {
	return utf8.ValidString(s) && !strings.Contains(s, "\x00")
}
