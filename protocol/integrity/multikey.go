package integrity

import (
	"crypto/ed25519"
	"strings"

	"github.com/mr-tron/base58"
)

const (
	// The multicodec of an Ed25519 public key, 0xed as a varint.
	codec0, codec1 = 0xed, 0x01
	// multikeyLen is the length of every Ed25519 Multikey in base58btc.
	multikeyLen = 48
	didPrefix   = "did:key:"
)

// EncodeMultikey writes a public key as the publicKeyMultibase of a Multikey
// (FEP-521a): "z6Mk…".
func EncodeMultikey(pub ed25519.PublicKey) string {
	b := make([]byte, 0, 2+ed25519.PublicKeySize)
	return "z" + base58.Encode(append(append(b, codec0, codec1), pub...))
}

// ParseMultikey reads the publicKeyMultibase of an Ed25519 Multikey. Any other
// key type, encoding or spelling is ErrKey.
func ParseMultikey(s string) (ed25519.PublicKey, error) {
	if len(s) != multikeyLen || s[0] != 'z' {
		return nil, ErrKey
	}
	b, err := base58.Decode(s[1:])
	if err != nil || len(b) != 2+ed25519.PublicKeySize || b[0] != codec0 || b[1] != codec1 {
		return nil, ErrKey
	}
	pub := ed25519.PublicKey(b[2:])
	if EncodeMultikey(pub) != s {
		return nil, ErrKey
	}
	return pub, nil
}

// DIDKey is the did:key of a public key.
func DIDKey(pub ed25519.PublicKey) string { return didPrefix + EncodeMultikey(pub) }

// ParseDIDKey reads a did:key of an Ed25519 key, without a fragment.
func ParseDIDKey(did string) (ed25519.PublicKey, error) {
	key, ok := strings.CutPrefix(did, didPrefix)
	if !ok {
		return nil, ErrKey
	}
	return ParseMultikey(key)
}

// VerificationMethod is the name of the only key of a did:key, the form
// "did:key:z…#z…" that proofs name.
func VerificationMethod(pub ed25519.PublicKey) string {
	key := EncodeMultikey(pub)
	return didPrefix + key + "#" + key
}

// ParseVerificationMethod reads "did:key:z…#z…" and gives the DID and its key.
func ParseVerificationMethod(s string) (did string, pub ed25519.PublicKey, err error) {
	did, fragment, ok := strings.Cut(s, "#")
	if !ok || did != didPrefix+fragment {
		return "", nil, ErrKey
	}
	if pub, err = ParseDIDKey(did); err != nil {
		return "", nil, err
	}
	return did, pub, nil
}
