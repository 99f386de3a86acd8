package web

import (
	"time"
	"unicode"
	"unicode/utf8"

	"allod/internal/locale"
)

// A Frame is what every component may ask of the request it is drawn for.
type Frame struct {
	*locale.Locale // the reader's language
	Assets         *Assets
	Places         *Places
	Brand          string    // the product's name, a setting
	Host           string    // the name of this home, as in ida@marrow.example
	Me             *Person   // who is signed in, nil for a visitor
	Now            time.Time // in the reader's zone
}

// Places are the addresses of the house, for the rail and the links between pages.
type Places struct {
	Home, News, People, Settings, Write, SignIn, Search string
	Drafts                                              string
	Kept                                                string
	Files, Photos                                       string
	About                                               string
}

// A Place is a room of the house that the rail can mark as the current one.
type Place string

// The rooms. Nowhere is the place of a page the rail does not list.
const (
	Nowhere       Place = ""
	PlaceHome     Place = "home"
	PlaceNews     Place = "news"
	PlaceWrite    Place = "write"
	PlacePeople   Place = "people"
	PlaceKept     Place = "kept"
	PlaceSite     Place = "site"
	PlaceFiles    Place = "files"
	PlacePhotos   Place = "photos"
	PlaceSettings Place = "settings"
)

// A Page is one answer to one reader: the frame and what stands around the content.
type Page struct {
	Frame
	Place  Place
	Fresh  bool    // something new waits in the news
	Hue    int     // whose land this is, 0 to 11
	Look   Look    // how it is set there
	Meta   Meta    // what the page tells machines
	Notice *Notice // what the last action did
	Ways   []Tab   // between the pages about one's home
}

// An at says how a page stands to a room of the rail: whether it is that room,
// and whether something new waits there.
type at struct{ here, fresh bool }

func (p *Page) at(room Place) at {
	return at{p.Place == room, room == PlaceNews && p.Fresh && p.Place != room}
}

// behind reports whether the page is in one of the rooms that a narrow page
// has no place for at its foot.
func (p *Page) behind() bool {
	switch p.Place {
	case PlaceFiles, PlacePeople, PlaceKept, PlaceSite, PlaceSettings:
		return true
	}
	return false
}

// Meta is what a page tells machines about itself. A page says "noindex"
// unless Index is set.
type Meta struct {
	Index       bool
	Canonical   string // absolute
	Description string // plain text, a sentence or two
	Type        string // Open Graph type, such as "profile"
	Image       string // absolute
	ImageAlt    string
	ImageType   string // media type
	ImageWidth  int    // 0 unknown
	ImageHeight int
	Activity    string  // the same thing as ActivityStreams
	Rights      *Rights // what others may do with all that is said here, nil where that is not told
	License     string  // the document of a licence, "" where there is none
	Mention     string  // where other sites tell that they link here
	Feeds       []Feed
}

// A Feed is one way to subscribe to a page.
type Feed struct {
	Title string
	Named string // what it is of, where that is not all of the page's owner
	URL   string
	Type  string // media type, such as "application/atom+xml"
}

// A Notice says what the last action did.
type Notice struct {
	Bad    bool // it failed
	Title  string
	Detail string // what was kept, what to do
}

// An Option is one of a list to select from.
type Option struct {
	Value string
	Label string
}

// A Field is what a form was sent with, and what is wrong with it.
type Field struct {
	Value string
	Error string // a ready sentence, "" if nothing is wrong
}

// sameDay reports whether two times fall on one day, each in its own zone.
func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}

// day is a day as a heading: with a capital, and with its year unless it is
// this year's.
func (f Frame) day(t time.Time) string {
	if t.Year() == f.Now.Year() {
		return capital(f.Day(t))
	}
	return capital(f.LongDay(t))
}

// capital is words with a capital at their beginning.
func capital(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToTitle(first)) + words[size:]
}

// nearby is "Today" or "Yesterday", or "" for any other day.
func (f Frame) nearby(t time.Time) string {
	switch {
	case sameDay(t, f.Now):
		return f.Today()
	case sameDay(t, f.Now.AddDate(0, 0, -1)):
		return f.Yesterday()
	}
	return ""
}

// stamp is a time as machines read it (RFC 3339).
func stamp(t time.Time) string { return t.Format(time.RFC3339) }
