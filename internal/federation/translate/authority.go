package translate

import (
	"crypto/ed25519"
	"errors"
	"strings"
	"time"

	"allod/internal/address"
	"allod/internal/fault"
	"allod/protocol/integrity"
)

// Canonical is the form in which the id of an actor, object or activity is
// kept and compared: "ap://did:key:…/path" for portable ids, whatever gateway
// they came through (FEP-ef61), and the http or https address as it is for
// any other. It returns Invalid for what is neither.
func Canonical(id string) (string, error) {
	p, err := integrity.ParsePortable(id)
	switch {
	case err == nil:
		return p.Canonical(), nil
	case !errors.Is(err, integrity.ErrNotPortable):
		return "", badID(err)
	}
	if _, err := address.Parse(id); err != nil {
		return "", badID(err)
	}
	return id, nil
}

// Authority is who decides about an id: the DID of a portable one, whatever
// its host, or else the host in normal form. It returns Invalid for what is
// no id.
func Authority(id string) (string, error) {
	p, err := integrity.ParsePortable(id)
	switch {
	case err == nil:
		return p.DID, nil
	case !errors.Is(err, integrity.ErrNotPortable):
		return "", badID(err)
	}
	host, err := address.HostOf(id)
	if err != nil {
		return "", badID(err)
	}
	return host, nil
}

// SameAuthority reports whether one authority decides about both ids. What is
// no id has none.
func SameAuthority(a, b string) bool {
	x, err := Authority(a)
	if err != nil {
		return false
	}
	y, err := Authority(b)
	return err == nil && x == y
}

// Same reports whether two ids name the same thing.
func Same(a, b string) bool {
	x, err := Canonical(a)
	if err != nil {
		return false
	}
	y, err := Canonical(b)
	return err == nil && x == y
}

// Portable reports whether an id belongs to a DID and not to a server.
func Portable(id string) bool {
	_, err := integrity.ParsePortable(id)
	return err == nil
}

// CheckProof checks that a document, as it was received, is proved by the
// DID of a portable id (FEP-ef61, FEP-8b32), and tells when the proof was
// made. It returns Denied for one that is not, and for an id that is not portable.
func CheckProof(raw []byte, id string, now time.Time) (time.Time, error) {
	p, err := integrity.ParsePortable(id)
	if err != nil {
		return time.Time{}, fault.New(fault.Denied, "").Because("%.200q needs no proof and can have none: %w", id, err)
	}
	proof, err := integrity.Verify(raw, now, func(method string) (ed25519.PublicKey, error) {
		did, key, err := integrity.ParseVerificationMethod(method)
		if err == nil && did != p.DID {
			err = errors.New("the proof is by another than the owner of the id")
		}
		return key, err
	})
	if err != nil {
		return time.Time{}, fault.New(fault.Denied, "").Because("proof of %.200q: %w", id, err)
	}
	return proof.Created, nil
}

// WithoutFragment is an id up to its number sign.
func WithoutFragment(id string) string {
	id, _, _ = strings.Cut(id, "#")
	return id
}

func badID(err error) error {
	return fault.New(fault.Invalid, "").Because("not an id: %w", err)
}
