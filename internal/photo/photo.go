package photo

import (
	"path"
	"regexp"
	"strings"
	"time"

	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/media/derive"
)

// The kinds.
const (
	Image = "image"
	Video = "video"
)

// A Photo is a picture or video among somebody's files.
type Photo struct {
	NodeID  id.ID
	Number  int64
	OwnerID id.ID
	Name    string
	Kind    string
	TakenAt time.Time // by the clock of the place, in UTC
	Dated   Dated
	PartOf  id.ID // the photo that stands for it, or 0
	Part    Part
	Look
	content string
	picture string // of a video, the blob of one
}

// Content names what a photo shows, among those who keep photos.
func (p *Photo) Content() string { return p.content }

// Mark changes with what a photo shows, so that what is kept under it need not be asked for again.
func (p *Photo) Mark() string { return mark(p.NodeID, p.content) }

// Dated says by what it is known when a photo was taken.
type Dated string

// Its values.
const (
	ByCamera Dated = "camera"
	ByName   Dated = "name"
	ByFile   Dated = "file"
)

// Part is what a photo is to the one that stands for it.
type Part string

// The parts.
const (
	Copy   Part = "copy"
	Motion Part = "motion"
	Burst  Part = "burst"
)

// A Look is what was found when content was looked at.
type Look struct {
	State         State
	Why           string // key of a sentence
	Width, Height int    // 0 unknown
	Seconds       float64
	Format        string
	Blurhash      string
	derive.Facts
}

// State is how far the look at content is.
type State string

// The states.
const (
	Due   State = "due"   // to be looked at
	Ready State = "ready" // there are previews
	None  State = "none"  // there are none
)

// kindOf is the kind of photo that a file is, "" for none.
func kindOf(n *file.Node) string {
	major, minor, _ := strings.Cut(n.Mime, "/")
	switch {
	case n.Folder || n.Size == 0, strings.HasPrefix(minor, "svg"):
		return ""
	case major == Image, major == Video:
		return major
	}
	return ""
}

// MayBe reports whether a file is a picture or a video, as its name says.
func MayBe(n *file.Node) bool { return kindOf(n) != "" }

// MayShow reports whether there may be previews of a file: it looks like a picture.
func MayShow(n *file.Node) bool { return kindOf(n) == Image }

// stem is a name without its ending, in the form by which names clash.
func stem(name string) string { return file.Fold(strings.TrimSuffix(name, path.Ext(name))) }

// named finds a date in the names that phones, messengers and screens give.
var named = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?:[-_. T]{1,3}(?:at )?(?:([01]\d|2[0-3])[-_.:h]?([0-5]\d)[-_.:m]?([0-5]\d))?|\D|$)`)

// dateIn is the date in a name, by the clock of the place; ok is false where there is none.
func dateIn(name string) (t time.Time, ok bool) {
	m := named.FindStringSubmatch(strings.TrimSuffix(name, path.Ext(name)))
	if m == nil {
		return t, false
	}
	clock := "00:00:00"
	if m[5] != "" {
		clock = m[5] + ":" + m[6] + ":" + m[7]
	}
	t, err := time.Parse("2006-01-02 15:04:05", m[1]+"-"+m[3]+"-"+m[4]+" "+clock)
	return t, err == nil
}

// takenLayout is how Facts write a date.
const takenLayout = "2006-01-02T15:04:05"

// date is when a photo was taken, and by what that is known.
func date(taken, name string, modified time.Time, zone *time.Location) (time.Time, Dated) {
	if t, err := time.Parse(takenLayout, taken); err == nil {
		return t, ByCamera
	}
	if t, ok := dateIn(name); ok {
		return t, ByName
	}
	_, offset := modified.In(zone).Zone()
	return modified.UTC().Add(time.Duration(offset) * time.Second).Truncate(time.Second), ByFile
}

// day is a date as a number: 20261231.
func day(t time.Time) int { return t.Year()*10_000 + int(t.Month())*100 + t.Day() }
