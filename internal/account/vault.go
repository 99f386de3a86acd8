package account

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/crypto/curve25519"
	"golang.org/x/crypto/nacl/box"
)

// A Vault seals private keys at rest for the home key. Its public half lies
// in the database, so that an account can be added from beside a running
// home; the private half lies in a file next to it.
type Vault struct {
	public  *[32]byte
	private *[32]byte // nil: can seal, not open
}

// ErrSealed is returned when a key must be opened without the home key.
var ErrSealed = errors.New("the home key is not here")

// OpenVault reads the home key from file, making both if make is true and there is none.
func OpenVault(file string, create bool) (*Vault, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && create {
		_, private, err := box.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		text = []byte(base64.StdEncoding.EncodeToString(private[:]) + "\n")
		if err := writeOnce(file, text); err != nil {
			return nil, fmt.Errorf("home key: %w", err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("home key: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != 32 {
		return nil, fmt.Errorf("home key: %s does not hold a key", file)
	}
	public, err := curve25519.X25519(raw, curve25519.Basepoint)
	if err != nil {
		return nil, fmt.Errorf("home key: %w", err)
	}
	return &Vault{public: (*[32]byte)(public), private: (*[32]byte)(raw)}, nil
}

// SealOnly is a vault that seals for the public half and opens nothing.
func SealOnly(public []byte) (*Vault, error) {
	if len(public) != 32 {
		return nil, errors.New("the home's sealing key is damaged")
	}
	return &Vault{public: (*[32]byte)(public)}, nil
}

// writeOnce writes a new file that survives a power cut, and never over another.
func writeOnce(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		f.Close()
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Public is the half that seals, 32 bytes of X25519.
func (v *Vault) Public() []byte { return v.public[:] }

// Seal encrypts plain for the home key (an anonymous box: X25519, XSalsa20, Poly1305).
func (v *Vault) Seal(plain []byte) ([]byte, error) {
	return box.SealAnonymous(nil, plain, v.public, rand.Reader)
}

// Open decrypts what Seal made. It returns ErrSealed without the private half.
func (v *Vault) Open(sealed []byte) ([]byte, error) {
	if v.private == nil {
		return nil, ErrSealed
	}
	plain, ok := box.OpenAnonymous(nil, sealed, v.public, v.private)
	if !ok {
		return nil, errors.New("a sealed key does not open with this home key")
	}
	return plain, nil
}

// Derive is a 32-byte secret of the home for one purpose (HKDF, RFC 5869). It
// returns ErrSealed without the private half.
func (v *Vault) Derive(purpose string) ([]byte, error) {
	if v.private == nil {
		return nil, ErrSealed
	}
	return hkdf.Key(sha256.New, v.private[:], nil, purpose, 32)
}
