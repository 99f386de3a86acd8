package icalendar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	ical "github.com/emersion/go-ical"
)

// A zone is told as far as dates need it (RFC 5545 §3.6.5).
type zone struct {
	location *time.Location
	from, to time.Time
	open     bool // a date comes again for ever
}

// take widens a zone to hold a date.
func (z *zone) take(e *Event) {
	if e.Begins.Before(z.from) {
		z.from = e.Begins
	}
	last := e.Begins
	if e.Ends.After(last) {
		last = e.Ends
	}
	if r := e.Repeats; r != nil {
		z.open = z.open || r.Until.IsZero()
		if r.Until.After(last) {
			last = r.Until.AddDate(0, 0, 2)
		}
	}
	if last.After(z.to) {
		z.to = last
	}
}

const (
	surely  = 30   // years in a row that a rule must hold to be told as one for ever
	longest = 100  // years that single changes are told of
	settled = 2037 // until then tables of zones tell changes singly; later ones mostly follow rules
)

// component is the zone: what held at first, then each rule by which clocks are changed.
func (z *zone) component() *ical.Component {
	c := ical.NewComponent(ical.CompTimezone)
	text(c.Props, ical.PropTimezoneID, z.location.String())
	first := z.from.AddDate(0, 0, -2).In(z.location)
	c.Children = append(c.Children, beginning(first))
	last := min(z.to.Year(), z.from.Year()+longest)
	if z.open {
		last = max(last, settled)
	}
	end := max(last, settled) + surely
	for _, s := range series(first, end) {
		s.forever = s.all[len(s.all)-1].at.Year() == end && len(s.all) >= surely
		if s.forever || s.all[0].at.Year() <= last {
			c.Children = append(c.Children, s.component())
		}
	}
	return c
}

// beginning is what holds at the first moment.
func beginning(first time.Time) *ical.Component {
	began, _ := first.ZoneBounds()
	from := first
	if began.IsZero() || began.Year() < 1900 {
		began = time.Date(1900, time.January, 1, 0, 0, 0, 0, first.Location())
	} else {
		from = began.Add(-time.Second)
	}
	_, before := from.Zone()
	return observance(change{at: began, from: before, to: first})
}

// A change is that clocks are changed.
type change struct {
	at   time.Time // the moment
	from int       // seconds from UTC before
	to   time.Time // a time after it
}

// local is the moment as clocks showed it that were not changed yet.
func (c change) local() time.Time { return c.at.UTC().Add(time.Duration(c.from) * time.Second) }

// A run is changes of the same kind in years that follow each other.
type run struct {
	all     []change
	forever bool
}

// series are the changes after a moment up to a year, by runs, in the order they begin.
func series(first time.Time, end int) (runs []*run) {
	for next := following(first); !next.IsZero() && next.UTC().Year() <= end; next = following(next) {
		_, before := next.Add(-time.Second).Zone()
		c := change{at: next.UTC(), from: before, to: next}
		if _, after := next.Zone(); after != before {
			at := slices.IndexFunc(runs, func(r *run) bool { return r.fits(c) })
			if at < 0 {
				at = len(runs)
				runs = append(runs, &run{})
			}
			runs[at].all = append(runs[at].all, c)
		}
	}
	return runs
}

// following is when something may change next after a moment; zero for never.
func following(t time.Time) time.Time {
	for at := t; ; at = at.Add(time.Hour) {
		if _, next := at.ZoneBounds(); next.IsZero() || next.After(t) { // at the end of a leap year it may be t itself
			return next
		}
	}
}

// fits reports whether a change continues a run.
func (r *run) fits(c change) bool {
	last := r.all[len(r.all)-1]
	a, b := last.local(), c.local()
	if b.Year() != a.Year()+1 || a.Month() != b.Month() || a.Weekday() != b.Weekday() || a.Sub(dayOf(a)) != b.Sub(dayOf(b)) {
		return false
	}
	_, was := last.to.Zone()
	if _, is := c.to.Zone(); is != was || c.from != last.from || last.to.IsDST() != c.to.IsDST() {
		return false
	}
	return byDay(append(r.all[:len(r.all):len(r.all)], c)) != ""
}

func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// byDay is the day of the month that changes fall on as a rule, "" for none.
func byDay(all []change) string {
	least, most, fromEnd := 31, 1, 0
	for _, c := range all {
		at := c.local()
		least, most = min(least, at.Day()), max(most, at.Day())
		fromEnd = max(fromEnd, time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()-at.Day())
	}
	weekday := strings.ToUpper(all[0].local().Weekday().String()[:2])
	switch week := (least - 1) / 7; {
	case fromEnd <= 6:
		return "BYDAY=-1" + weekday
	case week == (most-1)/7:
		return "BYDAY=" + strconv.Itoa(week+1) + weekday
	case most-least <= 6:
		days := make([]string, 7)
		for i := range days {
			days[i] = strconv.Itoa(max(1, most-6) + i)
		}
		return "BYMONTHDAY=" + strings.Join(days, ",") + ";BYDAY=" + weekday
	}
	return ""
}

func (r *run) component() *ical.Component {
	c := observance(r.all[0])
	if len(r.all) > 1 {
		rule := fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;%s", r.all[0].local().Month(), byDay(r.all))
		if !r.forever {
			rule += ";UNTIL=" + r.all[len(r.all)-1].at.Format(utcForm)
		}
		raw(c.Props, ical.PropRecurrenceRule, rule, "")
	}
	return c
}

// observance is what holds from a change on.
func observance(c change) *ical.Component {
	name := ical.CompTimezoneStandard
	if c.to.IsDST() {
		name = ical.CompTimezoneDaylight
	}
	out := ical.NewComponent(name)
	called, offset := c.to.Zone()
	raw(out.Props, ical.PropDateTimeStart, c.local().Format(localForm), "")
	raw(out.Props, ical.PropTimezoneOffsetFrom, utcOffset(c.from), "")
	raw(out.Props, ical.PropTimezoneOffsetTo, utcOffset(offset), "")
	if !strings.ContainsAny(called, "+-") { // a number is no name
		text(out.Props, ical.PropTimezoneName, called)
	}
	return out
}

// utcOffset is seconds from UTC as the format has it (RFC 5545 §3.3.14).
func utcOffset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	out := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		out += fmt.Sprintf("%02d", seconds%60)
	}
	return out
}
