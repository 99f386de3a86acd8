package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"allod/internal/fault"
)

// Limits of a password.
const (
	PasswordMin = 10   // characters
	PasswordMax = 1024 // bytes
)

const (
	saltSize = 16
	keySize  = 32

	// What a stored hash may ask for at most, should the row be damaged.
	memoryMax = 256 << 10 // KiB
	passesMax = 16
)

// cost is the work of one hash (RFC 9106 §3.1).
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// checkNewPassword tells what is wrong with a new password, if anything is.
func checkNewPassword(password, field string) error {
	switch {
	case len(password) > PasswordMax:
		return fault.New(fault.Invalid, "fault.password.long", "n", PasswordMax).In(field)
	case !utf8.ValidString(password):
		return fault.New(fault.Invalid, "fault.password.letters").In(field)
	case utf8.RuneCountInString(password) < PasswordMin:
		return fault.New(fault.Invalid, "fault.form.short_password", "n", PasswordMin).In(field)
	}
	return nil
}

// A hasher makes and checks argon2id hashes, as many at a time as there are
// processors, so that a crowd at the door takes turns and not memory.
type hasher struct {
	cost  cost
	turns chan struct{}
}

func newHasher(c cost) *hasher {
	return &hasher{cost: c, turns: make(chan struct{}, runtime.NumCPU())}
}

// derive waits for its turn, or gives up when ctx ends.
func (h *hasher) derive(ctx context.Context, password string, salt []byte, c cost) ([]byte, error) {
	select {
	case h.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.turns }()
	return argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, keySize), nil
}

// hash is the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	key, err := h.derive(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	return formatPHC(h.cost, salt, key), nil
}

// check compares a password with a PHC string. stale says that the string was
// made at another cost than is asked today.
func (h *hasher) check(ctx context.Context, password, phc string) (ok, stale bool, err error) {
	c, salt, key, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	got, err := h.derive(ctx, password, salt, c)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, key) == 1, c != h.cost, nil
}

// waste does the work of a check that has nothing to compare with.
func (h *hasher) waste(ctx context.Context, password string) error {
	_, err := h.derive(ctx, password, make([]byte, saltSize), h.cost)
	return err
}

// Seal is what is kept of a password that something other than an account is
// opened with, such as a link. It returns Invalid in the field "password".
func (s *Service) Seal(ctx context.Context, password string) (string, error) {
	if err := checkNewPassword(password, "password"); err != nil {
		return "", err
	}
	return s.hasher.hash(ctx, password)
}

// Fits reports whether a password is the one that was sealed.
func (s *Service) Fits(ctx context.Context, password, sealed string) (bool, error) {
	if len(password) > PasswordMax {
		return false, nil
	}
	ok, _, err := s.hasher.check(ctx, password, sealed)
	return ok, err
}

func formatPHC(c cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

var errPHC = errors.New("the password hash is damaged")

func parsePHC(phc string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil ||
		c.memory == 0 || c.memory > memoryMax || c.passes == 0 || c.passes > passesMax || c.threads == 0 {
		return c, nil, nil, errPHC
	}
	salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil || len(salt) == 0 {
		return c, nil, nil, errPHC
	}
	key, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(key) != keySize {
		return c, nil, nil, errPHC
	}
	return c, salt, key, nil
}
