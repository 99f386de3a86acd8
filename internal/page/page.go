// Package page is the person's site: its pages and their menu, its front, how it looks, and where moved things are found.
//
// A page has one address, below its owner's site, and keeps it: an address
// it had before leads on to it, and that of a page that is gone says so.
// A draft is seen by its owner alone.
package page

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
)

// Kind is what a page is for.
type Kind string

// The kinds. Each begins with its owner's words.
const (
	Text    Kind = "text"
	Contact Kind = "contact" // and the ways to reach its owner

	Calendar  Kind = "calendar"  // and dates
	Portfolio Kind = "portfolio" // and pictures, each with a page
)

// Kinds are all kinds, in the order they are offered.
var Kinds = [...]Kind{Text, Contact, Calendar, Portfolio}

// ParseKind reads a kind; ok is false for what is none.
func ParseKind(s string) (k Kind, ok bool) {
	for _, k := range Kinds {
		if string(k) == s {
			return k, true
		}
	}
	return "", false
}

// Limits of a site, in characters where they measure words.
const (
	TitleMax    = 200
	LabelMax    = 40
	TextMax     = 60_000
	PagesMax    = 100
	PicturesMax = 20 // in the words of one page

	PortfolioMax = 200 // pictures
)

// What stands for the cover of a page besides a picture.
const (
	CoverFirst id.ID = 0
	CoverNone  id.ID = -1
)

// A Page is one page of a person's site.
type Page struct {
	ID        id.ID
	AccountID id.ID
	Kind      Kind
	Slug      string
	Title     string
	Label     string // in the menu; "" is the title
	Text      string // Markdown
	Language  string
	Position  int64
	Listed    bool  // stands in the menu
	Draft     bool  // its owner alone sees it
	Cover     id.ID // the picture that links to it show
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Called is what the menu calls a page.
func (p *Page) Called() string {
	if p.Label != "" {
		return p.Label
	}
	return p.Title
}

// CanSee reports whether viewer, 0 for a stranger, may see a page.
func (p *Page) CanSee(viewer id.ID) bool { return !p.Draft || viewer == p.AccountID }

// HasParts reports whether there is something below the address of a page.
func (p *Page) HasParts() bool { return p.Kind == Calendar || p.Kind == Portfolio }

// check puts the words of a page into the form they are kept in, or says what is wrong with them.
func (p *Page) check() error {
	p.Title, p.Label = line(p.Title), line(p.Label)
	if p.Slug == "" {
		p.Slug = p.Title
		if slug, _ := slugOf(p.Title); keeps(slug) {
			p.Slug = slug + "-page"
		}
	}
	switch {
	case p.Title == "":
		return fault.New(fault.Invalid, "fault.page.title").In("title")
	case utf8.RuneCountInString(p.Title) > TitleMax:
		return fault.New(fault.Invalid, "fault.page.title_long", "max", TitleMax).In("title")
	case utf8.RuneCountInString(p.Label) > LabelMax:
		return fault.New(fault.Invalid, "fault.page.label_long", "max", LabelMax).In("label")
	case utf8.RuneCountInString(p.Text) > TextMax || len(p.Text) > markup.MaxText:
		return fault.New(fault.Invalid, "fault.page.text_long", "max", TextMax).In("text")
	}
	if p.Language != "" {
		tag, err := language.Parse(p.Language)
		if err != nil {
			return fault.New(fault.Invalid, "fault.post.language").In("language")
		}
		p.Language = tag.String()
	}
	var err error
	p.Slug, err = CheckSlug(p.Slug)
	return err
}

// line is words on one line: composed, without control characters and marks
// that turn the direction of what follows, and "" if nothing of it can be seen.
func line(s string) string {
	seen := false
	s = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsControl(c) || turns(c):
			return -1
		case !unseen(c) && c != '\u2800': // a blank of Braille
			seen = true
		}
		return c
	}, norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD")))
	if !seen {
		return ""
	}
	return strings.Join(strings.Fields(s), " ")
}

// turns reports whether a character turns or holds the direction of what follows (UAX #9 §2).
func turns(c rune) bool {
	return c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069' || c == '\u200e' || c == '\u200f' || c == '\u061c'
}
