package icalendar_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones are known also where the system has none
	"unicode/utf8"

	ical "github.com/emersion/go-ical"

	"allod/protocol/icalendar"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// write is a calendar of events as text, which a second program could read.
func write(t testing.TB, events ...icalendar.Event) string {
	t.Helper()
	b, err := icalendar.Calendar{Product: "-//x//EN", Name: "Choir", Zone: time.UTC, Refresh: 6 * time.Hour, Events: events}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(b), "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
			t.Errorf("line %q", line)
		}
	}
	if _, err := ical.NewDecoder(bytes.NewReader(b)).Decode(); err != nil {
		t.Errorf("%v in\n%s", err, b)
	}
	return string(b)
}

func event(begins time.Time) icalendar.Event {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	return icalendar.Event{UID: "u", Summary: "Choir", Begins: begins, Created: at, Modified: at}
}

func lacks(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, l := range lines {
		if !strings.Contains(text, "\r\n"+l+"\r\n") {
			t.Errorf("it lacks %q:\n%s", l, text)
		}
	}
}

func TestLongLinesAreFoldedBetweenCharacters(t *testing.T) {
	e := event(time.Date(2026, 11, 25, 19, 30, 0, 0, time.UTC))
	e.Summary, e.Description = strings.Repeat("хор ", 50), strings.Repeat("😀", 100)+"\nа; б, в \\ г\r\nд\x00\x07"
	text := write(t, e)
	c, err := ical.NewDecoder(strings.NewReader(text)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	props := c.Events()[0].Props
	summary, _ := props.Text("SUMMARY")
	words, _ := props.Text("DESCRIPTION")
	if summary != e.Summary || words != strings.Repeat("😀", 100)+"\nа; б, в \\ г\nд" {
		t.Errorf("it came back as %q, %q", summary, words)
	}
}

func TestNothingTypedBecomesALineOfItsOwn(t *testing.T) {
	e := event(time.Date(2026, 11, 25, 19, 30, 0, 0, time.UTC))
	for _, into := range []*string{&e.Summary, &e.Location, &e.Description, &e.UID} {
		*into = "x\r\nATTENDEE:mailto:all@x.example\nEND:VEVENT\rBEGIN:VALARM"
	}
	if text := write(t, e); strings.Contains(text, "\nATTENDEE") || strings.Count(text, "\nEND:VEVENT") != 1 || strings.Contains(text, "\nBEGIN:VALARM") {
		t.Errorf("words became a line:\n%s", text)
	}
}

func TestTimesAreToldInTheirZone(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	e := event(time.Date(2026, 11, 25, 19, 30, 0, 0, berlin))
	e.Ends, e.Cancelled, e.Sequence = e.Begins.Add(90*time.Minute), true, 3
	e.Repeats = &icalendar.Rule{Frequency: "WEEKLY", Interval: 2, Until: time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC)}
	e.Except = []time.Time{time.Date(2026, 12, 23, 19, 30, 0, 0, berlin)}
	lacks(t, write(t, e),
		"DTSTART;TZID=Europe/Berlin:20261125T193000", "DTEND;TZID=Europe/Berlin:20261125T210000", "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270630T215959Z",
		"EXDATE;TZID=Europe/Berlin:20261223T193000", "STATUS:CANCELLED", "SEQUENCE:3", "DTSTAMP:20261101T120000Z",
		"TZID:Europe/Berlin", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "TZNAME:CEST")
	days := event(time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC))
	days.Day, days.Ends = true, time.Date(2026, 12, 26, 0, 0, 0, 0, time.UTC)
	days.Repeats = &icalendar.Rule{Frequency: "YEARLY", Until: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	text := write(t, days)
	lacks(t, text, "DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227", "RRULE:FREQ=YEARLY;UNTIL=20300101")
	if strings.Contains(text, "VTIMEZONE") {
		t.Error("days need no zone")
	}
	universal := write(t, event(time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC)))
	lacks(t, universal, "DTSTART:20261224T180000Z")
}

func TestEndOfTheCalendarIsWritten(t *testing.T) {
	last := event(time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC))
	last.Day, last.Ends = true, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	lacks(t, write(t, last), "DTSTART;VALUE=DATE:99991230", "DURATION:P2D")
	late := event(time.Date(9999, 12, 31, 23, 30, 0, 0, zone(t, "America/New_York")))
	late.Repeats = &icalendar.Rule{Frequency: "WEEKLY", Until: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}
	lacks(t, write(t, late), "DTSTART;TZID=America/New_York:99991231T233000", "RRULE:FREQ=WEEKLY")
}

func TestCalendarWithoutDatesIsOne(t *testing.T) {
	b, err := icalendar.Calendar{Product: "-//x//EN", Name: "Choir", Zone: zone(t, "Asia/Tokyo")}.Bytes()
	if err != nil || !strings.Contains(string(b), "BEGIN:VTIMEZONE") {
		t.Errorf("%s %v", b, err)
	}
}

// TestZonesAreToldAsTheyAre works out from what is written what each zone's
// clocks show, and compares that with what they do.
func TestZonesAreToldAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		name string
		from int
		open bool
		to   int // years from the first that must be right
	}{
		{"Europe/Berlin", 1975, true, 80}, {"America/New_York", 1999, true, 60}, {"Africa/Casablanca", 2020, true, 9}, {"Asia/Jerusalem", 2005, true, 40},
		{"Asia/Kolkata", 1940, true, 100}, {"Australia/Lord_Howe", 2000, true, 40}, {"America/Sao_Paulo", 2010, true, 30}, {"Europe/Dublin", 2020, true, 30},
		{"Pacific/Apia", 2009, true, 30}, {"Asia/Tehran", 2015, false, 0}, {"America/Nuuk", 2020, true, 30}, {"Africa/Cairo", 2010, true, 30},
	} {
		z := zone(t, c.name)
		e := event(time.Date(c.from, 6, 15, 12, 0, 0, 0, z))
		if c.open {
			e.Repeats = &icalendar.Rule{Frequency: "WEEKLY"}
		}
		text := write(t, e)
		for day := range c.to*365 + 1 {
			at := e.Begins.AddDate(0, 0, day)
			_, want := at.Zone()
			if got := offsetAt(t, text, at); got != want {
				t.Errorf("%s at %s: %d, not %d", c.name, at, got, want)
				t.Log(text)
				break
			}
		}
	}
}
