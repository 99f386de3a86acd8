package httpsig

import (
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
)

const maxDigestHeader = 4 << 10

// Digest is the value of the Digest header (RFC 3230) for a body, by SHA-256.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// ContentDigest is the value of the Content-Digest header (RFC 9530 §2) for a
// body, by SHA-256.
func ContentDigest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// CheckDigest compares every digest header that is present, Digest and
// Content-Digest, with the raw body. Each of them must hold at least one
// digest that is understood, and all that are understood must match. The
// error is ErrDigest or ErrMalformed; a request without a digest header is
// ErrMissingComponent.
func CheckDigest(h http.Header, body []byte) error {
	old, hasOld := h["Digest"]
	_, hasNew := h["Content-Digest"]
	if !hasOld && !hasNew {
		return ErrMissingComponent.because("no digest header")
	}
	if hasOld {
		if err := checkDigest(old, body); err != nil {
			return err
		}
	}
	if hasNew {
		return checkContentDigest(h, body)
	}
	return nil
}

// checkDigest reads the header of RFC 3230, of which only SHA-256 counts.
func checkDigest(lines []string, body []byte) error {
	var want []byte
	for _, line := range lines {
		if len(line) > maxDigestHeader {
			return ErrMalformed.because("oversized Digest")
		}
		for item := range strings.SplitSeq(line, ",") {
			name, value, ok := strings.Cut(trim(item), "=")
			if !ok {
				return ErrMalformed.because("Digest without a value")
			}
			if !strings.EqualFold(name, "sha-256") {
				continue
			}
			if want != nil {
				return ErrMalformed.because("SHA-256 twice in Digest")
			}
			if want, ok = decodeBase64(value); !ok || len(want) != sha256.Size {
				return ErrMalformed.because("SHA-256 in Digest is not a digest")
			}
		}
	}
	if want == nil {
		return ErrDigest.because("no SHA-256 in Digest")
	}
	sum := sha256.Sum256(body)
	return sameDigest(sum[:], want)
}

// checkContentDigest reads the dictionary of RFC 9530 §2 with its two active
// algorithms.
func checkContentDigest(h http.Header, body []byte) error {
	value, ok := field(h, "content-digest")
	if !ok || len(value) > maxDigestHeader {
		return ErrMalformed.because("Content-Digest")
	}
	members, err := parseByteSequences(value)
	if err != nil {
		return err
	}
	understood := false
	for _, m := range members {
		switch m.name {
		case "sha-256":
			sum := sha256.Sum256(body)
			err = sameDigest(sum[:], m.value)
		case "sha-512":
			sum := sha512.Sum512(body)
			err = sameDigest(sum[:], m.value)
		default:
			continue
		}
		if err != nil {
			return err
		}
		understood = true
	}
	if !understood {
		return ErrDigest.because("neither sha-256 nor sha-512 in Content-Digest")
	}
	return nil
}

func sameDigest(got, want []byte) error {
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return ErrDigest
	}
	return nil
}

// decodeBase64 reads padded standard base64 of exactly one spelling.
func decodeBase64(s string) ([]byte, bool) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, false
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	return b, err == nil
}
