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
)

// A Book is an address book or a calendar.
type Book struct {
	ID          id.ID
	OwnerID     id.ID
	Kind        Kind
	Slug        string // its part of the address
	Title       string
	Description string
	State       State
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

// A State tells one content from the next; devices compare it.
type State id.ID

// String is the state as an entity tag, without quotes.
func (s State) String() string { return strconv.FormatInt(int64(s), 36) }

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
