package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"slices"
	"strings"
	"time"
)

// maxRSABits bounds the work of one verification.
const maxRSABits = 8192

// A Form is one of the two generations of HTTP signatures.
type Form uint8

// The forms.
const (
	// Cavage is draft-cavage-http-signatures-12.
	Cavage Form = iota + 1
	// RFC9421 is HTTP Message Signatures.
	RFC9421
)

// String is the name for logs.
func (f Form) String() string {
	switch f {
	case Cavage:
		return "cavage-12"
	case RFC9421:
		return "rfc9421"
	}
	return "none"
}

// A Signature is what a request claims of its sender, until Verify has proved
// it with the sender's key.
type Signature struct {
	// Form tells which generation the sender used.
	Form Form
	// KeyID names the key: a URL chosen by the sender.
	KeyID string
	// Algorithm is the name the sender gave, or empty.
	Algorithm string
	// Created is the signed time of making: the created parameter, or of
	// draft-cavage also the Date header. Zero if neither is covered.
	Created time.Time
	// Expires is the signed time of expiry, zero if there is none.
	Expires time.Time
	// Components are the covered components in order.
	Components []string

	message           Message
	scheme, authority string
	value             []byte // the signature proper
	params            string // RFC 9421: the value of "@signature-params"
	created, expires  string // draft-cavage: the parameters as sent
}

// Covers reports whether the signature covers a component.
func (s *Signature) Covers(component string) bool { return slices.Contains(s.Components, component) }

// parse reads the signature of a message without judging it.
func parse(m Message) (*Signature, error) {
	s := &Signature{message: m}
	var ok bool
	if s.scheme, s.authority, ok = splitOrigin(m.Origin); !ok {
		return nil, ErrMalformed.because("origin %q", m.Origin)
	}
	if !strings.HasPrefix(m.Target, "/") {
		return nil, ErrMalformed.because("request target is not in origin form")
	}
	if _, present := m.Header["Signature-Input"]; present {
		return s, s.parse9421()
	}
	if _, present := m.Header["Signature"]; present {
		return s, s.parseCavage()
	}
	return nil, ErrNoSignature
}

// setComponents takes the covered components after checking that each is
// known, given once and present in the message.
func (s *Signature) setComponents(names []string, derived func(string) bool) error {
	if len(names) > maxComponents {
		return ErrMalformed.because("too many components")
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return ErrMalformed.because("component %q given twice", name)
		}
		switch {
		case derived(name) || name == "host":
		case !isFieldName(name):
			return ErrUnknownComponent.because("%q", name)
		default:
			if _, ok := field(s.message.Header, name); !ok {
				return ErrMissingComponent.because("no header %q", name)
			}
		}
	}
	s.Components = names
	return nil
}

// Verify proves that the holder of key made the signature over the message.
// It takes *rsa.PublicKey and ed25519.PublicKey. The error is ErrSignature,
// or ErrAlgorithm when the key is not of the kind the signature names.
func (s *Signature) Verify(key crypto.PublicKey) error {
	checks, err := s.checks(key)
	if err != nil {
		return err
	}
	buf := make([]byte, 0, 1024)
	for _, target := range spellings(s.message.Target, s.Form == Cavage) {
		buf = s.appendBase(buf[:0], target)
		for _, check := range checks {
			if check(buf, s.value) {
				return nil
			}
		}
	}
	return ErrSignature
}

func (s *Signature) appendBase(dst []byte, target string) []byte {
	if s.Form == Cavage {
		return s.appendBaseCavage(dst, target)
	}
	return s.appendBase9421(dst, target)
}

// A check reports whether sig is a signature of base by the key it holds.
type check func(base, sig []byte) bool

// checks lists the algorithms to try with a key. There is one when the sender
// named it; an RSA key without a name may have been used in two ways.
func (s *Signature) checks(key crypto.PublicKey) ([]check, error) {
	switch key := key.(type) {
	case *rsa.PublicKey:
		if key == nil || key.N == nil || key.N.BitLen() > maxRSABits {
			return nil, ErrAlgorithm.because("RSA key of an unacceptable size")
		}
		switch s.Algorithm {
		case "rsa-sha256", "hs2019", "rsa-v1_5-sha256":
			return []check{pkcs1v15(key)}, nil
		case "rsa-pss-sha512":
			return []check{pss(key)}, nil
		case "":
			if s.Form == Cavage {
				return []check{pkcs1v15(key)}, nil
			}
			return []check{pkcs1v15(key), pss(key)}, nil
		}
	case ed25519.PublicKey:
		if len(key) != ed25519.PublicKeySize {
			return nil, ErrAlgorithm.because("Ed25519 key of a wrong size")
		}
		switch s.Algorithm {
		case "hs2019", "ed25519", "":
			return []check{func(base, sig []byte) bool { return ed25519.Verify(key, base, sig) }}, nil
		}
	}
	return nil, ErrAlgorithm.because("%q does not fit a key of type %T", s.Algorithm, key)
}

func pkcs1v15(key *rsa.PublicKey) check {
	return func(base, sig []byte) bool {
		sum := sha256.Sum256(base)
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) == nil
	}
}

// pss checks RSASSA-PSS with a salt of 64 bytes (RFC 9421 §3.3.1).
func pss(key *rsa.PublicKey) check {
	options := &rsa.PSSOptions{SaltLength: sha512.Size}
	return func(base, sig []byte) bool {
		sum := sha512.Sum512(base)
		return rsa.VerifyPSS(key, crypto.SHA512, sum[:], sig, options) == nil
	}
}
