package integrity

import "fmt"

// A Reason says why a document, key or identifier was refused. Every error of
// this package wraps exactly one, except those of a resolve function.
type Reason uint8

// The reasons.
const (
	// ErrMalformed: the document is not JSON of the kind that can be proved:
	// not an object, without context, too large, too deep, with a key given
	// twice, a number canonical JSON cannot keep, or a keyword that regroups
	// its content.
	ErrMalformed Reason = iota + 1
	// ErrNoProof: the document carries no proof.
	ErrNoProof
	// ErrUnsupported: the proof is incomplete or of another kind.
	ErrUnsupported
	// ErrExpired: the proof says that it is no longer valid.
	ErrExpired
	// ErrFuture: the proof claims to have been made in the future.
	ErrFuture
	// ErrSignature: the proof was not made by this key over this document.
	ErrSignature
	// ErrKey: the text is not an Ed25519 Multikey or did:key.
	ErrKey
	// ErrNotPortable: the text is an id, but not of the portable kind.
	ErrNotPortable
	// ErrPortable: the text looks like a portable id and is not a valid one.
	ErrPortable
)

var sentences = [...]string{
	ErrMalformed:   "the document cannot be proved",
	ErrNoProof:     "the document carries no proof",
	ErrUnsupported: "the proof is not of a supported kind",
	ErrExpired:     "the proof has expired",
	ErrFuture:      "the proof is dated in the future",
	ErrSignature:   "the proof is wrong",
	ErrKey:         "not an Ed25519 key",
	ErrNotPortable: "not a portable id",
	ErrPortable:    "not a valid portable id",
}

// Error is a sentence that may be shown to whoever sent the document.
func (r Reason) Error() string {
	if r == 0 || int(r) >= len(sentences) {
		return "integrity: refused"
	}
	return "integrity: " + sentences[r]
}

// because wraps the reason with a detail.
func (r Reason) because(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{r}, args...)...)
}
