package icalendar_test

import (
	"strings"
	"testing"
	"time"

	ical "github.com/emersion/go-ical"
)

// told are the zones of texts as read, by text.
var told = map[string][]onset{}

// An onset is when clocks are set to an offset.
type onset struct {
	at     time.Time
	offset int
}

// offsetAt is what the zone of a calendar says holds at a moment (RFC 5545 §3.6.5).
func offsetAt(t *testing.T, text string, at time.Time) int {
	t.Helper()
	if _, ok := told[text]; !ok {
		told[text] = onsets(t, text, at.Year()+120)
	}
	best := onset{}
	for _, o := range told[text] {
		if !o.at.After(at) && !o.at.Before(best.at) {
			best = o
		}
	}
	return best.offset
}

// onsets reads a zone by the rules of another program's library.
func onsets(t *testing.T, text string, until int) (all []onset) {
	t.Helper()
	c, err := ical.NewDecoder(strings.NewReader(text)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	for _, z := range c.Children {
		if z.Name != ical.CompTimezone {
			continue
		}
		for _, part := range z.Children {
			from, to := seconds(t, part.Props.Get("TZOFFSETFROM").Value), seconds(t, part.Props.Get("TZOFFSETTO").Value)
			local, err := part.Props.DateTime("DTSTART", time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			begins := []time.Time{local}
			if rule := part.Props.Get("RRULE"); rule != nil {
				if head, last, ok := strings.Cut(rule.Value, "UNTIL="); ok { // it is in UTC, the onsets are not
					end, err := time.Parse("20060102T150405Z", last)
					if err != nil {
						t.Fatal(err)
					}
					rule.Value = head + "UNTIL=" + end.Add(time.Duration(from)*time.Second).Format("20060102T150405Z")
				}
				set, err := part.RecurrenceSet(time.UTC)
				if err != nil {
					t.Fatal(err)
				}
				begins = set.Between(local, time.Date(until, 1, 1, 0, 0, 0, 0, time.UTC), true)
			}
			for _, b := range begins {
				all = append(all, onset{b.Add(-time.Duration(from) * time.Second), to})
			}
		}
	}
	return all
}

func seconds(t *testing.T, offset string) int {
	t.Helper()
	digits := offset[1:] + "00"
	at, err := time.Parse("150405", digits[:6])
	if err != nil {
		t.Fatal(err)
	}
	n := at.Hour()*3600 + at.Minute()*60 + at.Second()
	if offset[0] == '-' {
		return -n
	}
	return n
}
