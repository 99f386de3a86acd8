package album

import (
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/photo"
)

// Limits of albums.
const (
	PerPerson = 1000
	Most      = 2000 // photos of one
	TitleMax  = 120  // characters
	WordsMax  = 2000
	PlaceMax  = 200
	AltMax    = 1500
)

// An Album is photos that belong together.
type Album struct {
	ID        id.ID
	OwnerID   id.ID
	Title     string
	Words     string
	Place     string // where it was, as a phone says it; its owner's alone
	Cover     id.ID  // the photo that stands for it, by its file; 0 for the first
	ByDate    bool   // the earliest first, or in the order that was chosen
	FolderID  id.ID  // the folder that it follows, 0 for none
	Tells     bool   // its pictures say when and where they were taken, to whom it is shown
	Shown     bool   // to anybody beside its owner
	PostID    id.ID  // the post that shows it, below which others comment; 0 for none
	MadeAt    time.Time
	ChangedAt time.Time
}

// Follows reports whether a folder says what it shows.
func (a *Album) Follows() bool { return a.FolderID != 0 }

// Chosen reports whether its photos stand in an order of their own.
func (a *Album) Chosen() bool { return !a.ByDate && !a.Follows() }

// A Piece is a photo of an album.
type Piece struct {
	*photo.Photo
	ByID id.ID  // who chose it
	Alt  string // what it shows, for who does not see it
}

// A Summary is an album among others.
type Summary struct {
	*Album
	Count    int
	From, To time.Time // when its photos were taken; zero for none
	Front    *Piece    // that stands for it, nil for none
	Last     int64     // number of the file of the photo that was chosen last, 0 for none
}

// check brings what is said of an album into the form in which it is kept, or says what is wrong with it.
func (a *Album) check() error {
	a.Title = strings.Join(strings.Fields(a.Title), " ")
	a.Words = strings.TrimSpace(strings.ReplaceAll(a.Words, "\r\n", "\n"))
	a.Place = strings.Join(strings.Fields(a.Place), " ")
	wrong := func(field, key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In(field) }
	switch {
	case a.Title == "":
		return wrong("title", "fault.album.untitled")
	case !utf8.ValidString(a.Title) || strings.ContainsFunc(a.Title, func(c rune) bool { return c < ' ' || c == '/' || c == '\\' }) || a.Title == "." || a.Title == "..":
		return wrong("title", "fault.album.title")
	case utf8.RuneCountInString(a.Title) > TitleMax:
		return wrong("title", "fault.album.title_long", "max", TitleMax)
	case !utf8.ValidString(a.Words) || utf8.RuneCountInString(a.Words) > WordsMax:
		return wrong("words", "fault.album.words_long", "max", WordsMax)
	case !utf8.ValidString(a.Place) || utf8.RuneCountInString(a.Place) > PlaceMax:
		return wrong("place", "fault.album.words_long", "max", PlaceMax)
	}
	return nil
}

// folded is the form by which titles of one person clash.
func (a *Album) folded() string { return file.Fold(a.Title) }

// checkAlt is a description in the form in which it is kept.
func checkAlt(alt string) (string, error) {
	alt = strings.TrimSpace(strings.ReplaceAll(alt, "\r\n", "\n"))
	if !utf8.ValidString(alt) || utf8.RuneCountInString(alt) > AltMax {
		return "", fault.New(fault.Invalid, "fault.media.alt_long", "max", AltMax).In("alt")
	}
	return alt, nil
}
