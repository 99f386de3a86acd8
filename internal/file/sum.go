package file

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"hash"
	"hash/adler32"
	"io"
	"strings"

	"allod/internal/fault"
)

// A Sum is a checksum that a client gave with content, in the manner of
// ownCloud's OC-Checksum header: "SHA1:…". The zero Sum is none.
type Sum struct {
	Kind string // SHA1, MD5, SHA256 or ADLER32
	Hex  string // lower case
}

var hashes = map[string]func() hash.Hash{
	"SHA1": sha1.New, "MD5": md5.New, "SHA256": sha256.New, "ADLER32": func() hash.Hash { return adler32.New() },
}

// ParseSum reads the first of the checksums in a header that is of a kind we
// know; a header of other kinds, or none, is the zero Sum. Invalid for one that cannot be.
func ParseSum(header string) (Sum, error) {
	for _, field := range strings.Fields(header) {
		kind, value, ok := strings.Cut(field, ":")
		make := hashes[strings.ToUpper(kind)]
		if !ok || make == nil {
			continue
		}
		s := Sum{strings.ToUpper(kind), strings.ToLower(value)}
		if b, err := hex.DecodeString(s.Hex); err != nil || len(b) != make().Size() {
			return Sum{}, fault.New(fault.Invalid, "fault.file.sum").Because("%w: %.80q is none", ErrSum, field)
		}
		return s, nil
	}
	return Sum{}, nil
}

// sums reads content and hashes it on the way: by SHA-1, which clients compare, and by what one asks for.
type sums struct {
	r     io.Reader
	sha1  hash.Hash
	asked hash.Hash // nil where SHA-1 is, or nothing
}

func newSums(r io.Reader, asked Sum) *sums {
	s := &sums{r: r, sha1: sha1.New()}
	if asked.Kind != "" && asked.Kind != "SHA1" {
		s.asked = hashes[asked.Kind]()
	}
	return s
}

// resumedSums go on from a state.
func resumedSums(r io.Reader, state []byte) (*sums, error) {
	s := newSums(r, Sum{})
	if len(state) == 0 {
		return s, nil
	}
	return s, s.sha1.(encoding.BinaryUnmarshaler).UnmarshalBinary(state)
}

// state is that of the SHA-1.
func (s *sums) state() ([]byte, error) { return s.sha1.(encoding.BinaryMarshaler).MarshalBinary() }

// Read reads on.
func (s *sums) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.sha1.Write(p[:n])
	if s.asked != nil {
		s.asked.Write(p[:n])
	}
	return n, err
}

// text is what a file keeps of them.
func (s *sums) text() string { return "SHA1:" + hex.EncodeToString(s.sha1.Sum(nil)) }

// check compares content that was read with a checksum.
func (s *sums) check(want Sum) error {
	if want.Kind == "" {
		return nil
	}
	h := s.sha1
	if s.asked != nil {
		h = s.asked
	}
	return want.compare(hex.EncodeToString(h.Sum(nil)))
}

// compare refuses what has another checksum of its kind.
func (want Sum) compare(got string) error {
	if got != want.Hex {
		return fault.New(fault.Invalid, "fault.file.sum").Because("%w: %s:%s, not %s", ErrSum, want.Kind, got, want.Hex)
	}
	return nil
}
