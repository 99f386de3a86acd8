package httpsig

import "fmt"

// A Reason says why a request could not be signed or believed. Every error of
// this package wraps exactly one, so errors.Is and errors.As both work.
type Reason uint8

// The reasons.
const (
	// ErrNoSignature: the request carries no signature at all.
	ErrNoSignature Reason = iota + 1
	// ErrMalformed: a header or argument is not in the form its standard demands, or too large.
	ErrMalformed
	// ErrUnknownComponent: the signature covers something this package cannot compute.
	ErrUnknownComponent
	// ErrMissingComponent: something that must be covered is not, or a covered header is absent.
	ErrMissingComponent
	// ErrAlgorithm: the algorithm is not accepted, or does not fit the key.
	ErrAlgorithm
	// ErrDigest: the digest header does not describe the body.
	ErrDigest
	// ErrExpired: the signature is too old.
	ErrExpired
	// ErrFuture: the signature claims to have been made in the future.
	ErrFuture
	// ErrSignature: the signature was not made by this key over this request.
	ErrSignature
)

var sentences = [...]string{
	ErrNoSignature:      "the request is not signed",
	ErrMalformed:        "the signature headers are malformed",
	ErrUnknownComponent: "the signature covers an unknown component",
	ErrMissingComponent: "the signature does not cover what it must",
	ErrAlgorithm:        "the signature algorithm is not accepted",
	ErrDigest:           "the digest does not match the body",
	ErrExpired:          "the signature is too old",
	ErrFuture:           "the signature is dated in the future",
	ErrSignature:        "the signature is wrong",
}

// Error is a sentence that may be shown to the sender of the request.
func (r Reason) Error() string {
	if r == 0 || int(r) >= len(sentences) {
		return "httpsig: the signature is not accepted"
	}
	return "httpsig: " + sentences[r]
}

// because wraps the reason with a detail.
func (r Reason) because(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{r}, args...)...)
}
