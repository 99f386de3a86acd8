package page

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
)

// Limits of a calendar page, in characters where they measure words.
const (
	EventsMax     = 500
	PlaceMax      = 300
	EventTextMax  = 10_000
	skipsMax      = 200
	longestInDays = 366 // from an event's beginning to its end
)

// Repeat is how an event comes again.
type Repeat string

// The ways.
const (
	Once         Repeat = ""
	Weekly       Repeat = "week"
	Fortnightly  Repeat = "fortnight"
	Monthly      Repeat = "month"   // on the same day of the month; months without it are left out
	MonthlyByDay Repeat = "weekday" // on the same weekday of the month, such as the second Tuesday; a fifth one is the last
	Yearly       Repeat = "year"
)

// Repeats are all ways, in the order they are offered.
var Repeats = []Repeat{Once, Weekly, Fortnightly, Monthly, MonthlyByDay, Yearly}

// An Event is a date of a calendar page, which may come again.
type Event struct {
	ID        id.ID
	PageID    id.ID
	UID       string // by which other calendars know it for life
	Title     string
	Place     string
	Text      string // Markdown
	Begins    Wall
	Ends      Wall // none, or a wall like Begins; of whole days the last
	Zone      string
	Repeats   Repeat
	Until     Wall   // the last day it may begin on; none is for ever
	Skips     []Wall // days it does not take place on
	Cancelled bool
	Draft     bool // its owner alone sees it
	Sequence  int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Location is the zone of an event.
func (e *Event) Location() *time.Location {
	zone, err := ZoneOf(e.Zone)
	if err != nil { // it was known once
		return time.UTC
	}
	return zone
}

// check puts an event into the form it is kept in, or says what is wrong with it.
func (e *Event) check() error {
	e.Title, e.Place, e.Text = line(e.Title), line(e.Place), strings.TrimSpace(e.Text)
	invalid := func(field, key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In(field) }
	switch {
	case e.Title == "":
		return invalid("title", "fault.event.title")
	case utf8.RuneCountInString(e.Title) > TitleMax:
		return invalid("title", "fault.page.title_long", "max", TitleMax)
	case utf8.RuneCountInString(e.Place) > PlaceMax:
		return invalid("place", "fault.event.place_long", "max", PlaceMax)
	case utf8.RuneCountInString(e.Text) > EventTextMax || len(e.Text) > markup.MaxText:
		return invalid("text", "fault.event.text_long", "max", EventTextMax)
	case e.Begins.At.IsZero():
		return invalid("begins", "fault.event.begins")
	case !slices.Contains(Repeats, e.Repeats):
		return invalid("repeats", "fault.request.field", "field", "repeats")
	}
	zone, err := ZoneOf(e.Zone)
	if err != nil {
		return err
	}
	if _, shown := e.Begins.in(zone); !shown && !e.Begins.Day {
		return invalid("begins", "fault.event.skipped", "zone", e.Zone)
	}
	if err := e.checkEnd(zone); err != nil {
		return err
	}
	switch {
	case e.Repeats == Once:
		e.Until, e.Skips = Wall{}, nil
	case !e.Until.At.IsZero() && e.Until.At.Before(e.Begins.day().At):
		return invalid("until", "fault.event.until")
	case len(e.Skips) > skipsMax:
		return invalid("skips", "fault.event.skips_many", "max", skipsMax)
	}
	slices.SortFunc(e.Skips, func(a, b Wall) int { return a.At.Compare(b.At) })
	e.Skips = slices.Compact(e.Skips)
	return nil
}

func (e *Event) checkEnd(zone *time.Location) error {
	wrong := func(key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In("ends") }
	switch {
	case e.Ends.At.IsZero():
		return nil
	case e.Ends.Day != e.Begins.Day:
		return wrong("fault.event.ends_form")
	case e.Ends.At.Sub(e.Begins.At) > longestInDays*24*time.Hour:
		return wrong("fault.event.ends_far", "max", longestInDays)
	case e.Ends.Day && e.Ends.At.Before(e.Begins.At):
		return wrong("fault.event.ends")
	case e.Ends.Day:
		if e.Ends == e.Begins {
			e.Ends = Wall{}
		}
		return nil
	}
	ends, shown := e.Ends.in(zone)
	switch {
	case !shown:
		return wrong("fault.event.skipped", "zone", e.Zone)
	case !ends.After(e.Begins.In(zone)):
		return wrong("fault.event.ends")
	}
	return nil
}

// revised reports whether an event is another one for whoever wants to come.
func (e *Event) revised(was *Event) bool {
	return e.Begins != was.Begins || e.Ends != was.Ends || e.Zone != was.Zone || e.Repeats != was.Repeats || e.Until != was.Until ||
		!slices.Equal(e.Skips, was.Skips) || e.Place != was.Place || e.Cancelled != was.Cancelled
}

// writeDays and readDays keep days in a line of text.
func writeDays(days []Wall) string {
	words := make([]string, len(days))
	for i, d := range days {
		words[i] = d.String()
	}
	return strings.Join(words, " ")
}

func readDays(text string) (days []Wall) {
	for word := range strings.FieldsSeq(text) {
		if w, ok := ParseWall(word); ok && w.Day {
			days = append(days, w)
		}
	}
	return days
}
