package integrity

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"github.com/mr-tron/base58"
)

// The key pair of VC-DI-EDDSA appendix B, which FEP-8b32 uses too.
const (
	vectorSecret = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
	vectorPublic = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
)

// vectorKey decodes the secret key, whose multicodec is 0x1300.
func vectorKey(tb testing.TB) ed25519.PrivateKey {
	tb.Helper()
	b, err := base58.Decode(vectorSecret[1:])
	if err != nil || len(b) != 34 || b[0] != 0x80 || b[1] != 0x26 {
		tb.Fatalf("secret key of the vector: %x, %v", b, err)
	}
	return ed25519.NewKeyFromSeed(b[2:])
}

func TestMultikeyOfTheVector(t *testing.T) {
	pub := vectorKey(t).Public().(ed25519.PublicKey)
	if got := EncodeMultikey(pub); got != vectorPublic {
		t.Errorf("EncodeMultikey = %s", got)
	}
	got, err := ParseMultikey(vectorPublic)
	if err != nil || !bytes.Equal(got, pub) {
		t.Errorf("ParseMultikey = %x, %v", got, err)
	}
	if got := DIDKey(pub); got != "did:key:"+vectorPublic {
		t.Errorf("DIDKey = %s", got)
	}
	did, key, err := ParseVerificationMethod(VerificationMethod(pub))
	if err != nil || did != DIDKey(pub) || !bytes.Equal(key, pub) {
		t.Errorf("ParseVerificationMethod = %s, %x, %v", did, key, err)
	}
}

func TestMultikeyRefusesEverythingElse(t *testing.T) {
	pub := vectorKey(t).Public().(ed25519.PublicKey)
	for name, s := range map[string]string{
		"empty":                "",
		"no multibase prefix":  vectorPublic[1:],
		"another multibase":    "u" + vectorPublic[1:],
		"lower case":           strings.ToLower(vectorPublic),
		"leading zero byte":    "z1" + vectorPublic[1:],
		"shorter":              vectorPublic[:47],
		"longer":               vectorPublic + "2",
		"a letter not in use":  vectorPublic[:20] + "0" + vectorPublic[21:],
		"white space":          " " + vectorPublic[1:],
		"the secret key":       vectorSecret,
		"an X25519 key":        "z" + base58.Encode(append([]byte{0xec, 0x01}, pub...)),
		"a codec not a varint": "z" + base58.Encode(append([]byte{0xed, 0x00}, pub...)),
		"33 bytes":             "z" + base58.Encode(append([]byte{0xed, 0x01, 0}, pub...)),
		"very long":            "z" + strings.Repeat("6", 1<<20),
	} {
		if _, err := ParseMultikey(s); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := ParseDIDKey("did:key:" + s); !errors.Is(err, ErrKey) {
			t.Errorf("did:key, %s: %v", name, err)
		}
	}
}

func TestVerificationMethodMustNameItsOwnKey(t *testing.T) {
	other := EncodeMultikey(ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey))
	for _, s := range []string{
		"did:key:" + vectorPublic,
		"did:key:" + vectorPublic + "#",
		"did:key:" + vectorPublic + "#" + other,
		"did:web:" + vectorPublic + "#" + vectorPublic,
		"did:key:zz#zz",
		"https://example.com/actor#main-key",
	} {
		if _, _, err := ParseVerificationMethod(s); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", s, err)
		}
	}
}
