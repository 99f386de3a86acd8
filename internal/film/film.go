package film

import (
	"fmt"
	"strings"
)

// State says how far the work on a video is.
type State string

// The states.
const (
	Due   State = "due"
	Ready State = "ready"
	None  State = "none" // nothing can be made of it
)

// A Film is what is made of a video.
type Film struct {
	Content       string // hash of the video
	State         State
	Why           string // key of the sentence that says why there is nothing
	Percent       int    // how much of the work is done
	Seconds       float64
	Width, Height int          // pixels, as it is shown
	Renditions    []*Rendition // the largest first; of a sound, others of it

	kind   string // media.Video or media.Audio
	poster string
	wanted bool // in one piece
	whole  whole
}

// A whole is a video or sound in one piece.
type whole struct {
	blob          string
	size          int64
	width, height int
}

// Poster reports whether there is a picture of it.
func (f *Film) Poster() bool { return f.poster != "" }

// A Rendition is a video in one size.
type Rendition struct {
	Name          string // as in "720"
	Width, Height int
	Bandwidth     int64  // bits a second, of its most demanding piece
	Codecs        string // RFC 6381
	Playlist      string // of its pieces (RFC 8216 §4.3.3)
	Size          int64  // bytes of all of them
	Rate          int    // pictures a second, 0 unknown
	blob          string
}

// Master is the playlist that names the renditions there are (RFC 8216 §4.3.4).
func (f *Film) Master() string {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	for _, r := range f.Renditions {
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,RESOLUTION=%dx%d,CODECS=%q\n%s.m3u8\n", r.Bandwidth, r.Width, r.Height, r.Codecs, r.Name)
	}
	return b.String()
}

// heights are those of renditions, in pixels of the shorter side.
var heights = [...]int{1080, 720, 360}

// A size is that of a rendition to be made.
type size struct{ name, width, height int }

// sizes are those in which a video of so many pixels is made, the largest
// first: its own, if that is not too large, and smaller ones that are worth it.
func sizes(width, height int) (all []size) {
	short := min(width, height)
	if short < heights[0] {
		all = append(all, sized(width, height, even(short)))
	}
	for _, h := range heights {
		if h <= short && (len(all) == 0 || 5*h <= 4*all[len(all)-1].name) {
			all = append(all, sized(width, height, h))
		}
	}
	return all
}

// sized is a video scaled to a shorter side.
func sized(width, height, side int) size {
	if width > height {
		return size{side, even(width * side / height), side}
	}
	return size{side, side, even(height * side / width)}
}

// even is n or the number below, as H.264 wants of its sides.
func even(n int) int { return max(n&^1, 2) }
