// Package icalendar writes calendars that other programs subscribe to and take dates from (RFC 5545, RFC 7986).
package icalendar

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	ical "github.com/emersion/go-ical"
)

// Type is the media type of a calendar.
const Type = "text/calendar; charset=utf-8"

// A Calendar is dates that belong together.
type Calendar struct {
	Product string         // who wrote it, such as "-//marrow.example//Allod//EN"
	Name    string         // "" for dates that are taken away singly
	Address string         // of the page for people
	Source  string         // where it is fetched anew
	Zone    *time.Location // of its owner
	Refresh time.Duration  // how often to look for news; 0 does not say
	Events  []Event
}

// An Event is a date. Its times are in the zone they are told in.
type Event struct {
	UID         string
	Summary     string
	Description string
	Location    string
	Language    string
	URL         string
	Day         bool // whole days
	Begins      time.Time
	Ends        time.Time // zero for none; of whole days the last
	Repeats     *Rule
	Except      []time.Time // beginnings that do not take place
	Cancelled   bool
	Sequence    int64
	Created     time.Time
	Modified    time.Time
}

// A Rule is how a date comes again.
type Rule struct {
	Frequency string    // WEEKLY, MONTHLY, YEARLY
	Interval  int       // 0 is 1
	ByDay     string    // such as 2TU; "" for none
	Until     time.Time // the last day it may begin on; zero for ever
}

const (
	dateForm  = "20060102"
	localForm = "20060102T150405"
	utcForm   = "20060102T150405Z"
	lastYear  = 9999 // that the format can write
)

// Bytes is a calendar as it is sent. One without dates has its zone, as the
// format asks for something.
func (c Calendar) Bytes() ([]byte, error) {
	out := ical.NewCalendar()
	text(out.Props, ical.PropVersion, "2.0")
	text(out.Props, ical.PropProductID, c.Product)
	raw(out.Props, "CALSCALE", "GREGORIAN", "")
	if c.Name != "" {
		text(out.Props, "NAME", c.Name)
		text(out.Props, "X-WR-CALNAME", c.Name)
		text(out.Props, "X-WR-TIMEZONE", c.Zone.String())
	}
	if c.Address != "" {
		raw(out.Props, "URL", c.Address, "")
	}
	if c.Source != "" {
		raw(out.Props, "SOURCE", c.Source, "URI")
	}
	if c.Refresh > 0 {
		hours := "PT" + strconv.Itoa(int(c.Refresh.Hours())) + "H"
		raw(out.Props, "REFRESH-INTERVAL", hours, "DURATION")
		raw(out.Props, "X-PUBLISHED-TTL", hours, "")
	}
	for _, zone := range c.zones() {
		out.Children = append(out.Children, zone.component())
	}
	for i := range c.Events {
		out.Children = append(out.Children, c.Events[i].component())
	}
	var b bytes.Buffer
	err := ical.NewEncoder(&folded{&b}).Encode(out)
	return b.Bytes(), err
}

// zones are the zones that the dates are told in.
func (c Calendar) zones() []*zone {
	var all []*zone
	for i := range c.Events {
		e := &c.Events[i]
		if e.Day || e.Begins.Location() == time.UTC {
			continue
		}
		at := slices.IndexFunc(all, func(z *zone) bool { return z.location.String() == e.Begins.Location().String() })
		if at < 0 {
			at = len(all)
			all = append(all, &zone{location: e.Begins.Location(), from: e.Begins, to: e.Begins})
		}
		all[at].take(e)
	}
	slices.SortFunc(all, func(a, b *zone) int { return cmp.Compare(a.location.String(), b.location.String()) })
	if len(c.Events) == 0 && c.Zone != nil {
		all = append(all, &zone{location: c.Zone, from: quiet, to: quiet})
	}
	return all
}

// quiet is a moment that a calendar without dates tells its zone for.
var quiet = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)

func (e *Event) component() *ical.Component {
	c := ical.NewComponent(ical.CompEvent)
	text(c.Props, ical.PropUID, e.UID)
	raw(c.Props, ical.PropDateTimeStamp, e.Modified.UTC().Format(utcForm), "")
	raw(c.Props, ical.PropLastModified, e.Modified.UTC().Format(utcForm), "")
	raw(c.Props, ical.PropCreated, e.Created.UTC().Format(utcForm), "")
	raw(c.Props, ical.PropSequence, strconv.FormatInt(e.Sequence, 10), "")
	c.Props.Set(e.when(ical.PropDateTimeStart, e.Begins))
	e.end(c.Props)
	if e.Repeats != nil {
		raw(c.Props, ical.PropRecurrenceRule, e.rule(), "")
		for _, t := range e.Except {
			c.Props.Add(e.when(ical.PropExceptionDates, t))
		}
	}
	for name, words := range map[string]string{ical.PropSummary: e.Summary, ical.PropDescription: e.Description, ical.PropLocation: e.Location} {
		if words != "" {
			text(c.Props, name, words)
			if e.Language != "" {
				c.Props.Get(name).Params.Set(ical.ParamLanguage, e.Language)
			}
		}
	}
	if e.URL != "" {
		raw(c.Props, ical.PropURL, e.URL, "")
	}
	status := "CONFIRMED"
	if e.Cancelled {
		status = "CANCELLED"
	}
	raw(c.Props, ical.PropStatus, status, "")
	if e.Day {
		raw(c.Props, ical.PropTransparency, "TRANSPARENT", "") // a day is not taken up by it
	}
	return c
}

// when is a time of an event as it is told: a day, UTC, or a clock in a zone.
func (e *Event) when(name string, t time.Time) *ical.Prop {
	p := ical.NewProp(name)
	switch {
	case e.Day:
		p.Value = t.Format(dateForm)
		p.Params.Set(ical.ParamValue, "DATE")
	case t.Location() == time.UTC:
		p.Value = t.Format(utcForm)
	default:
		p.Value = t.Format(localForm)
		p.Params.Set(ical.ParamTimezoneID, t.Location().String())
	}
	return p
}

// end tells when an event ends: for the format, whole days end where the next day begins.
func (e *Event) end(props ical.Props) {
	switch {
	case e.Ends.IsZero():
	case !e.Day:
		props.Set(e.when(ical.PropDateTimeEnd, e.Ends))
	case e.Ends.AddDate(0, 0, 1).Year() > lastYear:
		days := int(e.Ends.Sub(e.Begins).Hours()/24+.5) + 1
		raw(props, ical.PropDuration, "P"+strconv.Itoa(days)+"D", "")
	default:
		props.Set(e.when(ical.PropDateTimeEnd, e.Ends.AddDate(0, 0, 1)))
	}
}

// rule is how an event comes again (RFC 5545 §3.3.10). The end of a rule is told like its
// beginning: a day, or in UTC.
func (e *Event) rule() string {
	parts := []string{"FREQ=" + e.Repeats.Frequency}
	if e.Repeats.Interval > 1 {
		parts = append(parts, "INTERVAL="+strconv.Itoa(e.Repeats.Interval))
	}
	if e.Repeats.ByDay != "" {
		parts = append(parts, "BYDAY="+e.Repeats.ByDay)
	}
	if u := e.Repeats.Until; !u.IsZero() {
		until := u.Format(dateForm)
		if y, m, d := u.Date(); !e.Day {
			end := time.Date(y, m, d, 23, 59, 59, 0, e.Begins.Location()).UTC()
			until = end.Format(utcForm)
			if end.Year() > lastYear {
				until = ""
			}
		}
		if until != "" {
			parts = append(parts, "UNTIL="+until)
		}
	}
	return strings.Join(parts, ";")
}

// text sets a property of words, which are escaped (RFC 5545 §3.3.11).
func text(props ical.Props, name, words string) {
	p := ical.NewProp(name)
	p.SetText(strings.Map(plain, words))
	delete(p.Params, ical.ParamValue) // it is what these are by themselves
	props.Set(p)
}

// plain leaves out what no text may hold.
func plain(r rune) rune {
	if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
		return -1
	}
	return r
}

// raw sets a property as it stands; kind is that of its value where it is not the usual one.
func raw(props ical.Props, name, value, kind string) {
	p := ical.NewProp(name)
	p.Value = value
	if kind != "" {
		p.Params.Set(ical.ParamValue, kind)
	}
	props.Set(p)
}
