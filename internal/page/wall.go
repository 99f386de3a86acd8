package page

import (
	"time"

	"allod/internal/fault"
)

// A Wall is a day, or a moment of it, as the clocks of some zone show it.
type Wall struct {
	At  time.Time // its numbers, as if they were of UTC; zero is none
	Day bool      // the day alone
}

const (
	dayForm    = "2006-01-02"
	momentForm = "2006-01-02T15:04"
)

// The years that a date may be of.
const (
	yearMin = 1900
	yearMax = 9999
)

// ParseWall reads a wall as String writes it.
func ParseWall(s string) (w Wall, ok bool) {
	if s == "" {
		return Wall{}, true
	}
	form := momentForm
	if len(s) == len(dayForm) {
		form, w.Day = dayForm, true
	}
	at, err := time.Parse(form, s)
	w.At = at
	return w, err == nil && at.Year() >= yearMin && at.Year() <= yearMax
}

// String is a wall as it is kept, "" for none.
func (w Wall) String() string {
	switch {
	case w.At.IsZero():
		return ""
	case w.Day:
		return w.At.Format(dayForm)
	}
	return w.At.Format(momentForm)
}

// day is the day of a wall.
func (w Wall) day() Wall {
	y, m, d := w.At.Date()
	return Wall{time.Date(y, m, d, 0, 0, 0, 0, time.UTC), true}
}

// In is the moment that a wall is in a zone. Where clocks are put back it is
// the first of two; where they are put on and never show it, it is what it
// would have been (RFC 5545 §3.3.5).
func (w Wall) In(zone *time.Location) time.Time {
	t, _ := w.in(zone)
	return t
}

// in is In, and reports whether clocks show that time.
func (w Wall) in(zone *time.Location) (t time.Time, shown bool) {
	before := offset(w.At.Add(-26*time.Hour), zone)
	for _, by := range []int{before, offset(w.At.Add(26*time.Hour), zone)} {
		t := w.At.Add(-time.Duration(by) * time.Second).In(zone)
		if offset(t, zone) == by {
			return t, true
		}
	}
	return w.At.Add(-time.Duration(before) * time.Second).In(zone), false
}

func offset(t time.Time, zone *time.Location) int {
	_, seconds := t.In(zone).Zone()
	return seconds
}

// wallOf is what a clock shows at a moment.
func wallOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// ZoneOf is a time zone by its name; Invalid for one that nobody knows.
func ZoneOf(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fault.New(fault.Invalid, "fault.event.zone").In("zone")
	}
	return zone, nil
}
