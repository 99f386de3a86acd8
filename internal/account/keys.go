package account

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/mr-tron/base58"

	"allod/internal/id"
)

// KeyKind is what a key is for.
type KeyKind string

// The kinds of key. RSA and Ed25519 sign requests and stand in the actor
// document; the publishing key is the identity in portable ids and signs
// proofs. Ed25519 alone may be of others as well as ours.
const (
	RSA        KeyKind = "rsa"
	Ed25519    KeyKind = "ed25519"
	Publishing KeyKind = "publishing"
)

// A Key is a public key that an account's document lists.
type Key struct {
	URI       string // key id as it appears in signatures
	AccountID id.ID
	Kind      KeyKind
	Public    crypto.PublicKey // *rsa.PublicKey or ed25519.PublicKey
	FetchedAt time.Time
}

// Keys are the private keys of one who lives here.
type Keys struct {
	RSA        *rsa.PrivateKey
	Ed25519    ed25519.PrivateKey
	Publishing ed25519.PrivateKey
}

// multicodecEd25519 begins an Ed25519 public key in a Multikey.
var multicodecEd25519 = [2]byte{0xed, 0x01}

// didKey is the did:key of a publishing key (did:key method, §3).
func didKey(public ed25519.PublicKey) string {
	return "did:key:z" + base58.Encode(append(multicodecEd25519[:], public...))
}

// newKeys makes the keys of a new account. It takes a good part of a second
// of CPU, so it is never called inside a transaction.
func newKeys() (*Keys, error) {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	_, request, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	_, publishing, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return &Keys{RSA: r, Ed25519: request, Publishing: publishing}, nil
}

// keyRow is a key as it is kept.
type keyRow struct {
	kind           KeyKind
	public, sealed []byte
}

func (k *Keys) sealedBy(v *Vault) ([]keyRow, error) {
	var rows []keyRow
	for _, one := range []struct {
		kind KeyKind
		key  crypto.Signer
	}{{RSA, k.RSA}, {Ed25519, k.Ed25519}, {Publishing, k.Publishing}} {
		public, err := x509.MarshalPKIXPublicKey(one.key.Public())
		if err != nil {
			return nil, err
		}
		private, err := x509.MarshalPKCS8PrivateKey(one.key)
		if err != nil {
			return nil, err
		}
		sealed, err := v.Seal(private)
		if err != nil {
			return nil, err
		}
		rows = append(rows, keyRow{one.kind, public, sealed})
	}
	return rows, nil
}

// put keeps an opened private key in its place.
func (k *Keys) put(kind KeyKind, private any) {
	ed, _ := private.(ed25519.PrivateKey)
	switch kind {
	case RSA:
		k.RSA, _ = private.(*rsa.PrivateKey)
	case Ed25519:
		k.Ed25519 = ed
	case Publishing:
		k.Publishing = ed
	}
}

func (k *Keys) complete() error {
	if k.RSA == nil || k.Ed25519 == nil || k.Publishing == nil {
		return errors.New("an account's keys are not complete")
	}
	return nil
}

// marshalPublic is a key in PKIX DER; only RSA of 1024 to 8192 bits and Ed25519 are kept.
func marshalPublic(key crypto.PublicKey) ([]byte, error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < 1024 || bits > 8192 {
			return nil, fmt.Errorf("an RSA key of %d bits is not taken", bits)
		}
	case ed25519.PublicKey:
	default:
		return nil, fmt.Errorf("a key of type %T is not taken", key)
	}
	return x509.MarshalPKIXPublicKey(key)
}
