// Package book is the address books and calendars that people's devices sync here.
//
// What an entry says is kept in the words of the device that wrote it (vCard,
// iCalendar); this package knows its name, its UID and its state, not what it means.
package book

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/fault"
	"allod/internal/id"
)

// Kind is what a book holds.
type Kind string

// The kinds.
const (
	Contacts Kind = "contacts"
	Dates    Kind = "dates" // and tasks
)

// Limits of books.
const (
	BooksMax   = 50      // of a kind, for each person
	EntriesMax = 20_000  // in a book
	BodyMax    = 1 << 20 // bytes of an entry
	NameMax    = 255     // bytes of a name, a slug, or a title
	goneMax    = 20_000  // deleted entries that are remembered in a book
	colorMax   = 64
)

// A Book is an address book or a calendar.
type Book struct {
	ID          id.ID
	OwnerID     id.ID
	Kind        Kind
	Slug        string // its part of the address
	Title       string
	Description string
	Color       string // as devices write it, such as #rrggbbaa; "" for none
	Position    int64  // among those of its kind, as devices count
	State       State
	KnownSince  State // what was deleted before is not known any more
	CreatedAt   time.Time
}

// An Entry is a person or a date in a book.
type Entry struct {
	BookID     id.ID
	Name       string // its part of the address
	UID        string // by which devices know it again
	State      State
	Body       string // vCard or iCalendar
	ModifiedAt time.Time
}

// A Mark tells which state an entry is in, without what it says.
type Mark struct {
	Name       string
	State      State
	ModifiedAt time.Time
}

// A State tells one content from the next; devices compare it. In one book each
// is larger than those before.
type State id.ID

// String is the state as an entity tag, without quotes.
func (s State) String() string { return strconv.FormatInt(int64(s), 36) }

// ParseState reads what String writes; ok is false for anything else.
func ParseState(s string) (state State, ok bool) {
	n, err := strconv.ParseInt(s, 36, 64)
	return State(n), err == nil && n > 0 && State(n).String() == s
}

// usual is the first book of each kind.
var usual = map[Kind]string{Contacts: "contacts", Dates: "personal"}

// checkName tells why nothing can be called so in an address: Invalid in a field.
func checkName(name, field string) error {
	switch {
	case name == "" || name == "." || name == ".." || len(name) > NameMax || !utf8.ValidString(name) || strings.ContainsAny(name, "/\x00"):
		return fault.New(fault.Invalid, "fault.book.name").In(field)
	}
	return nil
}

func (b *Book) check() error {
	if err := checkName(b.Slug, "slug"); err != nil {
		return err
	}
	for _, said := range []string{b.Title, b.Description, b.Color} {
		if len(said) > 4*NameMax || !utf8.ValidString(said) || strings.Contains(said, "\x00") {
			return fault.New(fault.Invalid, "fault.book.name").In("title")
		}
	}
	if len(b.Title) > NameMax || len(b.Color) > colorMax {
		return fault.New(fault.Invalid, "fault.book.name").In("title")
	}
	return nil
}

func (e *Entry) check() error {
	if err := checkName(e.Name, "name"); err != nil {
		return err
	}
	if len(e.Body) > BodyMax {
		return fault.New(fault.TooLarge, "fault.book.large", "n", BodyMax>>10)
	}
	if e.UID == "" || len(e.UID) > NameMax || !utf8.ValidString(e.UID) || !utf8.ValidString(e.Body) || strings.Contains(e.Body+e.UID, "\x00") {
		return fault.New(fault.Invalid, "fault.book.entry")
	}
	return nil
}
