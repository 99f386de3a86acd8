package page

import (
	"slices"
	"time"
)

// An Occurrence is one time that an event takes place.
type Occurrence struct {
	Event  *Event
	Begins time.Time // in the zone of the event
	Ends   time.Time // zero for none; of whole days the last
	On     Wall      // the day it begins
}

// over is when an occurrence is over: one without an end with its day.
func (o *Occurrence) over() time.Time {
	last := o.Begins
	if !o.Ends.IsZero() {
		if last = o.Ends; !o.Event.Begins.Day {
			return last
		}
	}
	y, m, d := last.Date()
	return Wall{At: time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC)}.In(last.Location())
}

// nth is when an event begins for the n-th time, from 0, as far as its way of
// coming again tells; ok is false for a time that the calendar does not have.
func (e *Event) nth(n int) (w Wall, ok bool) {
	at := e.Begins.At
	y, m, d := at.Date()
	switch e.Repeats {
	case Weekly:
		at = at.AddDate(0, 0, 7*n)
	case Fortnightly:
		at = at.AddDate(0, 0, 14*n)
	case Monthly:
		at = at.AddDate(0, n, 0)
	case Yearly:
		at = at.AddDate(n, 0, 0)
	case MonthlyByDay:
		day := nthWeekday(y, m+time.Month(n), at.Weekday(), (d-1)/7)
		return Wall{day.Add(at.Sub(e.Begins.day().At)), e.Begins.Day}, day.Year() <= yearMax
	default:
		return e.Begins, n == 0
	}
	same := at.Day() == d || e.Repeats == Weekly || e.Repeats == Fortnightly
	return Wall{at, e.Begins.Day}, same && at.Year() <= yearMax
}

// nthWeekday is the week-th weekday of a month, from 0; from 4 it is the last.
func nthWeekday(y int, m time.Month, weekday time.Weekday, week int) time.Time {
	if week >= 4 {
		last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()-weekday+7)%7)
	}
	first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, int(weekday-first.Weekday()+7)%7+7*week)
}

// about is a number not above that of the first time from a moment on.
func (e *Event) about(t time.Time) int {
	days := int((wallOf(t).Unix()-e.Begins.At.Unix())/(24*60*60)) - longestInDays - 2 // a Duration holds 292 years
	n := 0
	switch e.Repeats {
	case Weekly:
		n = days / 7
	case Fortnightly:
		n = days / 14
	case Monthly, MonthlyByDay:
		n = days/31 - 1
	case Yearly:
		n = days/366 - 1
	}
	return max(n, 0)
}

// ended reports whether an event comes no more at a wall.
func (e *Event) ended(w Wall) bool {
	return w.At.Year() > yearMax || !e.Until.At.IsZero() && w.day().At.After(e.Until.At)
}

// at is the time that an event takes place at a wall.
func (e *Event) at(w Wall, zone *time.Location) Occurrence {
	o := Occurrence{Event: e, Begins: w.In(zone), On: w.day()}
	switch {
	case e.Ends.At.IsZero():
	case e.Begins.Day:
		o.Ends = Wall{w.At.Add(e.Ends.At.Sub(e.Begins.At)), true}.In(zone)
	default: // as long each time (RFC 5545 §3.8.5.3)
		o.Ends = o.Begins.Add(e.Ends.In(zone).Sub(e.Begins.In(zone)))
	}
	return o
}

// gapMax is how many times in a row the calendar may lack: a 29 February from 1896 to 1904, or 31st days.
const gapMax = 16

// each tells of the times an event takes place from the n-th on, until f does
// not want more.
func (e *Event) each(n int, f func(Occurrence) bool) {
	zone := e.Location()
	for gap := 0; gap < gapMax; n++ {
		w, ok := e.nth(n)
		if !ok {
			gap++
			continue
		}
		gap = 0
		if e.ended(w) {
			return
		}
		if slices.Contains(e.Skips, w.day()) {
			continue
		}
		if !f(e.at(w, zone)) {
			return
		}
	}
}

// Horizon is how far ahead dates are told that come again.
const Horizon = 366 * 24 * time.Hour

// Coming are the next times that events take place, from those that are not
// over at a moment on, at most most of them; more reports whether there are
// others. What comes again is told for a year, but for its next time.
func Coming(events []*Event, from time.Time, most int) (out []Occurrence, more bool) {
	for _, e := range events {
		told := 0
		e.each(e.about(from.In(e.Location())), func(o Occurrence) bool {
			if !o.over().After(from) {
				return true
			}
			if told > 0 && o.Begins.Sub(from) > Horizon {
				return false
			}
			out = append(out, o)
			told++
			return told <= most
		})
	}
	slices.SortStableFunc(out, byTime)
	if len(out) > most {
		return out[:most], true
	}
	return out, false
}

// Past are the times that events took place and are over at a moment, the
// latest first, at most most of them; more reports whether there were others.
func Past(events []*Event, before time.Time, most int) (out []Occurrence, more bool) {
	for _, e := range events {
		var last []Occurrence
		at := e.about(before.In(e.Location())) - 4*most - gapMax // the calendar may lack three of four
		e.each(max(at, 0), func(o Occurrence) bool {
			if o.over().After(before) {
				return o.Begins.Before(before) // a shorter one may be over
			}
			last = append(last, o)
			return true
		})
		out = append(out, last[max(len(last)-most-1, 0):]...)
	}
	slices.SortStableFunc(out, func(a, b Occurrence) int { return byTime(b, a) })
	if len(out) > most {
		return out[:most], true
	}
	return out, false
}

func byTime(a, b Occurrence) int {
	if c := a.Begins.Compare(b.Begins); c != 0 {
		return c
	}
	return int(min(max(a.Event.ID-b.Event.ID, -1), 1))
}
