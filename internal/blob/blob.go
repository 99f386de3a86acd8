// Package blob keeps bytes by their content hash.
//
// Equal content is stored once. A Store knows no owners, names, types or
// quotas: those belong to the rooms that refer to a hash.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"allod/internal/fault"
)

// A Ref names content: its SHA-256 in 64 lower-case hexadecimal digits, and
// its length in bytes.
type Ref struct {
	Hash string
	Size int64
}

// A Store keeps content. Its methods may be called at once from many
// goroutines. Package blobtest is the contract in executable form.
type Store interface {
	// Put stores what r yields, up to its end, and returns only when it would
	// survive a power cut. Content stored before is stored again under the
	// same name, which renews its age for Walk. On error nothing is kept.
	// How much to accept is the caller's decision, made by r.
	Put(ctx context.Context, r io.Reader) (Ref, error)
	// Open returns the content and its size in bytes. The fault is Invalid
	// for what is not a hash and NotFound for content that is not here.
	Open(ctx context.Context, hash string) (io.ReadSeekCloser, int64, error)
	// Delete forgets content; content that is not here is no error.
	Delete(ctx context.Context, hash string) error
	// Expire forgets content that was last put before a moment. What is put
	// meanwhile stays, so that nobody loses what they are about to refer to.
	Expire(ctx context.Context, hash string, before time.Time) error
	// Walk visits what is stored, in order of hash, with the time of the last
	// Put. What comes and goes meanwhile may be missed. An error from visit
	// ends the walk and is returned.
	Walk(ctx context.Context, visit func(ref Ref, modified time.Time) error) error
}

// ValidHash reports whether s is a hash as in Ref.
func ValidHash(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}

// Verify reads content to the end and compares it with its hash. The fault is
// Internal if they differ.
func Verify(ctx context.Context, s Store, hash string) error {
	r, size, err := s.Open(ctx, hash)
	if err != nil {
		return err
	}
	defer r.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, patient{ctx, r})
	if err != nil {
		return fmt.Errorf("verify blob %s: %w", hash, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != hash || n != size {
		return fault.New(fault.Internal, "").Because("blob %s is damaged: %d of %d bytes, hash %s", hash, n, size, got)
	}
	return nil
}

// patient reads until its context ends.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
