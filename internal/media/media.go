// Package media is pictures, sounds and videos: what they are, what they show, and where their bytes lie.
//
// The original is kept and never served; what leaves the house are variants
// made by package derive, without location or device data, each at an address
// nobody can guess. Such an address opens its bytes to whoever has it, as other servers fetch
// without saying who asks; it ends with the post that it belongs to.
package media

import (
	"strings"
	"time"

	"allod/internal/id"
)

// The kinds, as the client API names them.
const (
	Image   = "image"
	Video   = "video"
	Audio   = "audio"
	Unknown = "unknown"
)

// AltMax is the longest description, in characters.
const AltMax = 10_000

// How many media one post of ours may have, and how many a form brings along at once.
const (
	PerPost = 20
	AtOnce  = 4
)

// A Medium is a picture, sound or video, ours or a remote one we know of.
type Medium struct {
	ID             id.ID
	OwnerID        id.ID
	PostID         id.ID // 0 until it is attached
	Position       int
	Kind           string
	Mime           string
	Width, Height  int // pixels, upright; 0 unknown
	Alt            string
	Blurhash       string
	FocusX, FocusY float64 // -1 to 1, from the middle
	RemoteURL      string  // "" for ours
	Seconds        float64 // it plays; 0 unknown, and for a picture
	NodeID         id.ID   // of the file of its owner's that it is made of, 0 for none
	CreatedAt      time.Time
	Files          []File
}

// A File is a medium's bytes at one size.
type File struct {
	Key           string // of its address; 128 random bits
	MediaID       id.ID
	Variant       string
	Blob          string // content hash
	Mime          string
	Width, Height int
	Size          int64 // bytes
	UsedAt        time.Time

	sealed bool // it is for its owner alone
}

// The variants. The original is kept for its owner and never served at an
// address. Of a video or sound the large one is all of it in one piece, and the
// small one a picture of it.
const (
	Original = "original"
	Large    = "large"
	Small    = "small"
	Remote   = "remote" // a kept copy of another server's

	List  = "list"   // the playlist of a video's sizes (RFC 8216 §4.3.4)
	Piece = "piece-" // a part that a playlist names, with its name
	Words = "words-" // captions, with their language
)

// Variant is the medium's file of that size, or nil.
func (m *Medium) Variant(name string) *File {
	for i := range m.Files {
		if m.Files[i].Variant == name {
			return &m.Files[i]
		}
	}
	return nil
}

// Captions are the captions of a video of ours, by language.
func (m *Medium) Captions() map[string]*File {
	by := map[string]*File{}
	for i := range m.Files {
		if language, ok := strings.CutPrefix(m.Files[i].Variant, Words); ok {
			by[language] = &m.Files[i]
		}
	}
	return by
}

// Playable reports whether it is a video or a sound of ours.
func (m *Medium) Playable() bool { return m.Ours() && (m.Kind == Video || m.Kind == Audio) }

// Waiting reports whether what may be published of it is not made yet.
func (m *Medium) Waiting() bool { return m.Playable() && m.Variant(Large) == nil }

// Ours reports whether the bytes were given to us by somebody here.
func (m *Medium) Ours() bool { return m.RemoteURL == "" }
