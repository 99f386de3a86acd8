package site

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/page"
	"allod/protocol/icalendar"
	"allod/web"
)

// The steps below the page of a calendar.
const (
	calendarFile = "calendar.ics"
	pastStep     = "past"
	fileSuffix   = ".ics"
)

const (
	datesMax   = 100           // on one page
	nextMax    = 6             // times on the page of a date that comes again
	refreshFor = 6 * time.Hour // how often programs are asked to look for news
)

// calendarPart is what lies below the page of a calendar: what was, the file
// of all dates, and the page and file of each.
func (s *Site) calendarPart(w http.ResponseWriter, r *http.Request, v *reader, a *account.Account, p *page.Page, part string) error {
	if part == pastStep {
		return s.publish(w, r, v, func() (*sheet, error) { return s.pageSheet(r, v, a, p, pastStep) })
	}
	if part == calendarFile {
		return s.publish(w, r, v, func() (*sheet, error) {
			all, err := s.Pages.Events(r.Context(), v.id(), p)
			if err != nil {
				return nil, err
			}
			return s.calendarSheet(r.Context(), a, p, all, true)
		})
	}
	number, file := strings.CutSuffix(part, fileSuffix)
	which, err := id.Parse(number)
	if err != nil {
		return nothingHere()
	}
	return s.publish(w, r, v, func() (*sheet, error) {
		e, err := s.Pages.Event(r.Context(), v.id(), p, which)
		switch {
		case err != nil:
			return nil, err
		case file:
			return s.calendarSheet(r.Context(), a, p, []*page.Event{e}, false)
		}
		return s.eventSheet(r, v, a, p, e)
	})
}

// calendarView is the dates of a page as a reader sees them: those that come
// from now on, or that were; or from the day on, or before it, that the address says.
func (s *Site) calendarView(r *http.Request, v *reader, a *account.Account, p *page.Page, past bool) (*web.CalendarView, error) {
	all, err := s.Pages.Events(r.Context(), v.id(), p)
	if err != nil {
		return nil, err
	}
	zone, err := s.zoneOf(r.Context(), a)
	if err != nil {
		return nil, err
	}
	at := s.stepURL(v, a, escaped(p.Slug))
	from := s.Now().In(zone)
	view := &web.CalendarView{Past: past, Zone: zoneOption(zone.String()).Label, File: s.pageAddress(a, p) + "/" + calendarFile}
	view.Subscribe = "webcal" + strings.TrimPrefix(strings.TrimPrefix(view.File, "https"), "http")
	if asked, ok := page.ParseWall(r.URL.Query().Get("from")); ok && asked.Day {
		from = asked.In(zone)
	}
	show := page.Coming
	if view.Other = at + "/" + pastStep; past {
		show, view.Other = page.Past, at
	}
	dates, more := show(all, from, datesMax)
	for i := range dates {
		d := s.dateView(v, a, p, &dates[i], zone)
		if month := len(view.Months) - 1; month < 0 || !sameMonth(view.Months[month].Month, d.Begins) {
			view.Months = append(view.Months, web.CalendarMonth{Month: d.Begins})
		}
		month := &view.Months[len(view.Months)-1]
		month.Dates = append(month.Dates, d)
	}
	if more {
		last := dates[len(dates)-1].Begins.In(zone)
		if past {
			last = last.AddDate(0, 0, 1)
			at += "/" + pastStep
		}
		if day := last.Format(time.DateOnly); day != r.URL.Query().Get("from") {
			view.More = at + "?from=" + day
		}
	}
	if v.id() == a.ID {
		view.Change = datesPath(p.ID)
		view.Add = view.Change + "/new"
	}
	return view, nil
}

func sameMonth(a, b time.Time) bool { return a.Year() == b.Year() && a.Month() == b.Month() }

// zoneOf is the zone that somebody who lives here has chosen, or that of the home.
func (s *Site) zoneOf(ctx context.Context, a *account.Account) (*time.Location, error) {
	c, err := s.choices.of(ctx, s.Accounts, a.ID)
	return c.zone, err
}

// dateView is a time of an event as a reader sees it.
func (s *Site) dateView(v *reader, a *account.Account, p *page.Page, o *page.Occurrence, zone *time.Location) web.DateView {
	e := o.Event
	d := web.DateView{
		Title: e.Title, Place: e.Place, Language: p.Language, Day: e.Begins.Day, Begins: o.Begins, Ends: o.Ends, Cancelled: e.Cancelled, Draft: e.Draft,
		URL: s.stepURL(v, a, escaped(p.Slug)+"/"+e.ID.String()), Address: s.eventAddress(a, p, e), Repeats: repeatView(e),
	}
	if !e.Draft {
		d.File = d.URL + fileSuffix
	}
	if !d.Day && e.Zone != zone.String() {
		d.Zone = zoneOption(e.Zone).Label
	}
	if v.id() == a.ID {
		d.Edit = datePath(e)
	}
	return d
}

func repeatView(e *page.Event) *web.RepeatView {
	if e.Repeats == page.Once {
		return nil
	}
	return &web.RepeatView{Way: string(e.Repeats), Begin: e.Begins.At, Until: e.Until.At}
}

// eventAddress is the absolute address of the page of a date.
func (s *Site) eventAddress(a *account.Account, p *page.Page, e *page.Event) string {
	return s.pageAddress(a, p) + "/" + e.ID.String()
}

// eventSheet is the page of a date.
func (s *Site) eventSheet(r *http.Request, v *reader, a *account.Account, p *page.Page, e *page.Event) (*sheet, error) {
	at, err := s.siteView(r.Context(), v, a, p.Slug)
	if err != nil {
		return nil, err
	}
	zone, err := s.zoneOf(r.Context(), a)
	if err != nil {
		return nil, err
	}
	all := []*page.Event{e}
	next, _ := page.Coming(all, s.Now(), nextMax)
	view := web.EventView{Site: at, Calendar: p.Title, All: s.stepURL(v, a, escaped(p.Slug))}
	for i := range next {
		view.Next = append(view.Next, s.dateView(v, a, p, &next[i], zone))
	}
	if len(next) == 0 {
		next, _ = page.Past(all, s.Now(), 1)
	}
	if len(next) == 0 { // every time is left out
		next = []page.Occurrence{{Event: e, Begins: e.Begins.In(e.Location())}}
	}
	view.Date = s.dateView(v, a, p, &next[0], zone)
	view.Date.HTML = s.pageHTML(e.Text)
	frame, err := s.sitePageAround(r, v, a)
	if err != nil {
		return nil, err
	}
	if !p.Draft && !e.Draft {
		frame.Meta = web.Meta{
			Index: a.Indexable, Canonical: view.Date.Address, Type: "article", Feeds: s.feeds(v, strand{owner: a}),
			Description: clip(strings.TrimSpace(v.words.Date(view.Date.Begins)+" "+e.Place+" "+s.Text.Plain(view.Date.HTML)), descriptionMax),
		}
	}
	return &sheet{page: web.Event(frame, view), about: []id.ID{a.ID}}, nil
}

// calendarSheet is the file of dates: of a whole page, to subscribe to, or of one.
func (s *Site) calendarSheet(ctx context.Context, a *account.Account, p *page.Page, events []*page.Event, whole bool) (*sheet, error) {
	zone, err := s.zoneOf(ctx, a)
	if err != nil {
		return nil, err
	}
	c := icalendar.Calendar{Product: "-//" + s.Names.Host + "//" + s.Product + "//EN", Zone: zone}
	if whole {
		c.Name, c.Address, c.Refresh = p.Title, s.pageAddress(a, p), refreshFor
		c.Source = c.Address + "/" + calendarFile
	}
	for _, e := range events {
		if !e.Draft {
			c.Events = append(c.Events, s.calendarEvent(a, p, e))
		}
	}
	if !whole && len(c.Events) == 0 {
		return nil, nothingHere()
	}
	body, err := c.Bytes()
	return &sheet{feed: body, kind: icalendar.Type, about: []id.ID{a.ID}, changed: p.UpdatedAt.Truncate(time.Second)}, err
}

// calendarEvent is a date as other calendars take it.
func (s *Site) calendarEvent(a *account.Account, p *page.Page, e *page.Event) icalendar.Event {
	zone := e.Location()
	out := icalendar.Event{
		UID: e.UID, Summary: e.Title, Location: e.Place, Description: s.Text.Plain(s.pageHTML(e.Text)), Language: p.Language, URL: s.eventAddress(a, p, e),
		Day: e.Begins.Day, Begins: e.Begins.In(zone), Repeats: calendarRule(e), Cancelled: e.Cancelled, Sequence: e.Sequence, Created: e.CreatedAt, Modified: e.UpdatedAt,
	}
	if !e.Ends.At.IsZero() {
		out.Ends = e.Ends.In(zone)
	}
	if out.Day { // of no zone
		out.Begins, out.Ends = e.Begins.At, e.Ends.At
	}
	clock := e.Begins.At.Sub(e.Begins.At.Truncate(24 * time.Hour))
	for _, day := range e.Skips {
		skipped := page.Wall{At: day.At.Add(clock), Day: out.Day}
		if out.Day {
			out.Except = append(out.Except, day.At)
		} else {
			out.Except = append(out.Except, skipped.In(zone))
		}
	}
	return out
}

// calendarRule is how a date comes again as RFC 5545 has it.
func calendarRule(e *page.Event) *icalendar.Rule {
	rule := &icalendar.Rule{Until: e.Until.At}
	switch e.Repeats {
	case page.Weekly:
		rule.Frequency = "WEEKLY"
	case page.Fortnightly:
		rule.Frequency, rule.Interval = "WEEKLY", 2
	case page.Monthly:
		rule.Frequency = "MONTHLY"
	case page.MonthlyByDay:
		week := strconv.Itoa((e.Begins.At.Day()-1)/7 + 1)
		if week == "5" {
			week = "-1"
		}
		rule.Frequency, rule.ByDay = "MONTHLY", week+strings.ToUpper(e.Begins.At.Weekday().String()[:2])
	case page.Yearly:
		rule.Frequency = "YEARLY"
	default:
		return nil
	}
	return rule
}
