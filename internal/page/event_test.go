package page_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones are known also where the system has none

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/page"
)

// date is an event of what its form says: "2026-11-25", or with "T19:30".
func date(t testing.TB, begins, ends, zone string, repeats page.Repeat, until string) page.Event {
	t.Helper()
	e := page.Event{Title: "Choir", Zone: zone, Repeats: repeats}
	for _, w := range []struct {
		into *page.Wall
		text string
	}{{&e.Begins, begins}, {&e.Ends, ends}, {&e.Until, until}} {
		var ok bool
		if *w.into, ok = page.ParseWall(w.text); !ok {
			t.Fatalf("%q is no day", w.text)
		}
	}
	return e
}

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func begins(all []page.Occurrence) string {
	var out []string
	for _, o := range all {
		form := "2006-01-02T15:04-07:00"
		if o.Event.Begins.Day {
			form = "2006-01-02"
		}
		out = append(out, o.Begins.Format(form))
	}
	return strings.Join(out, " ")
}

func TestClocksOfAZoneTellWhen(t *testing.T) {
	for _, c := range []struct{ wall, zone, want string }{
		{"2026-07-01T12:00", "Europe/Berlin", "2026-07-01T12:00:00+02:00"},
		{"2026-10-25T02:30", "Europe/Berlin", "2026-10-25T02:30:00+02:00"}, // shown twice: the first
		{"2026-03-29T02:30", "Europe/Berlin", "2026-03-29T03:30:00+02:00"}, // never shown
		{"2026-11-01T01:30", "America/New_York", "2026-11-01T01:30:00-04:00"},
		{"2011-12-30T10:00", "Pacific/Apia", "2011-12-31T10:00:00+14:00"}, // a day that was left out
		{"2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-05T01:45:00+11:00"},
		{"9999-12-31T23:30", "America/New_York", "9999-12-31T23:30:00-05:00"},
		{"1900-01-01T00:00", "Asia/Kolkata", "1900-01-01T00:00:00+05:21"},
	} {
		zone, err := page.ZoneOf(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		w, ok := page.ParseWall(c.wall)
		if got := w.In(zone).Format(time.RFC3339); !ok || got != c.want {
			t.Errorf("%s in %s is %s, not %s", c.wall, c.zone, got, c.want)
		}
	}
}

func TestDateComesAgainAsItsOwnerSaid(t *testing.T) {
	for _, c := range []struct {
		name, begins, ends, zone string
		repeats                  page.Repeat
		until, from, want        string
		most                     int
	}{
		{"weekly over the change of clocks", "2026-10-18T19:30", "", "Europe/Berlin", page.Weekly, "", "2026-10-18T00:00:00Z",
			"2026-10-18T19:30+02:00 2026-10-25T19:30+01:00 2026-11-01T19:30+01:00", 3},
		{"weekly into the hour that is left out", "2026-03-22T02:30", "", "Europe/Berlin", page.Weekly, "2026-04-05", "2026-03-01T00:00:00Z",
			"2026-03-22T02:30+01:00 2026-03-29T03:30+02:00 2026-04-05T02:30+02:00", 9},
		{"from long ago", "1999-01-01T10:00", "", "UTC", page.Fortnightly, "", "2026-11-25T00:00:00Z", "2026-11-27T10:00+00:00 2026-12-11T10:00+00:00", 2},
		{"the 31st", "2026-01-31", "", "UTC", page.Monthly, "2026-08-30", "2026-02-01T00:00:00Z", "2026-03-31 2026-05-31 2026-07-31", 9},
		{"the second Tuesday", "2026-11-10T20:00", "", "UTC", page.MonthlyByDay, "", "2026-11-11T00:00:00Z", "2026-12-08T20:00+00:00 2027-01-12T20:00+00:00", 2},
		{"the fifth is the last", "2026-10-30", "", "UTC", page.MonthlyByDay, "", "2026-11-01T00:00:00Z", "2026-11-27 2026-12-25 2027-01-29", 3},
		{"29 February over 2100", "2096-02-29", "", "UTC", page.Yearly, "", "2096-03-01T00:00:00Z", "2104-02-29", 1},
		{"the end of the calendar", "9999-12-20", "", "UTC", page.Weekly, "", "9999-12-01T00:00:00Z", "9999-12-20 9999-12-27", 9},
		{"what goes on", "2026-11-20", "2026-11-30", "UTC", page.Once, "", "2026-11-29T10:00:00Z", "2026-11-20", 9},
		{"without an end it stays for its day", "2026-11-25T19:30", "", "Europe/Berlin", page.Once, "", "2026-11-25T22:59:00Z", "2026-11-25T19:30+01:00", 9},
		{"and no longer", "2026-11-25T19:30", "", "Europe/Berlin", page.Once, "", "2026-11-25T23:00:00Z", "", 9},
		{"next year's only time", "2020-12-24", "", "UTC", page.Yearly, "", "2026-12-25T00:00:00Z", "2027-12-24", 9},
	} {
		e := date(t, c.begins, c.ends, c.zone, c.repeats, c.until)
		got, _ := page.Coming([]*page.Event{&e}, moment(t, c.from), c.most)
		if begins(got) != c.want {
			t.Errorf("%s:\n%s\nnot\n%s", c.name, begins(got), c.want)
		}
	}
}

func TestPastIsToldFromTheLatest(t *testing.T) {
	weekly := date(t, "2020-01-01T19:00", "2020-01-01T21:00", "UTC", page.Weekly, "")
	skipped, _ := page.ParseWall("2026-11-18")
	weekly.ID, weekly.Skips = 1, []page.Wall{skipped}
	once := date(t, "2026-11-20", "", "UTC", page.Once, "")
	once.ID = 2
	all := []*page.Event{&weekly, &once}
	now := moment(t, "2026-11-25T20:00:00Z") // the choir sings
	got, more := page.Past(all, now, 3)
	if begins(got) != "2026-11-20 2026-11-11T19:00+00:00 2026-11-04T19:00+00:00" || !more {
		t.Errorf("%s, more: %v", begins(got), more)
	}
	coming, _ := page.Coming(all, now, 2)
	if begins(coming) != "2026-11-25T19:00+00:00 2026-12-02T19:00+00:00" {
		t.Errorf("%s comes", begins(coming))
	}
	first, more := page.Past(all, moment(t, "2020-01-09T00:00:00Z"), 9)
	if begins(first) != "2020-01-08T19:00+00:00 2020-01-01T19:00+00:00" || more {
		t.Errorf("%s, more: %v", begins(first), more)
	}
}

// Every way of coming again is walked over centuries; nothing may hang or come twice.
func TestNoDateComesTwice(t *testing.T) {
	for _, way := range page.Repeats {
		for _, begin := range []string{"1900-01-31T23:59", "1996-02-29T00:00", "2026-03-29T01:59"} {
			e := date(t, begin, "", "Europe/London", way, "")
			for year := 1899; year < 10_010; year += 97 {
				got, _ := page.Coming([]*page.Event{&e}, time.Date(year, 2, 3, 4, 5, 6, 7, time.UTC), 40)
				for i := 1; i < len(got); i++ {
					if !got[i].Begins.After(got[i-1].Begins) {
						t.Fatalf("%s of %s: %s", way, begin, begins(got[i-1:i+1]))
					}
				}
			}
		}
	}
}

func TestWrongDateIsRefusedBesideItsField(t *testing.T) {
	ok := date(t, "2026-11-25T19:30", "2026-11-25T21:00", "Europe/Berlin", page.Weekly, "")
	if _, err := page.CheckEvent(ok); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(e *page.Event)
		field  string
	}{
		"no title":            {func(e *page.Event) { e.Title = " \u200b" }, "title"},
		"no day":              {func(e *page.Event) { e.Begins = page.Wall{} }, "begins"},
		"a zone of nowhere":   {func(e *page.Event) { e.Zone = "Europe/Nowhere" }, "zone"},
		"no zone":             {func(e *page.Event) { e.Zone = "" }, "zone"},
		"this machine's zone": {func(e *page.Event) { e.Zone = "Local" }, "zone"},
		"a path for a zone":   {func(e *page.Event) { e.Zone = "../../etc/passwd" }, "zone"},
		"ends before":         {func(e *page.Event) { e.Ends.At = e.Begins.At.Add(-time.Hour) }, "ends"},
		"ends at once":        {func(e *page.Event) { e.Ends = e.Begins }, "ends"},
		"ends next century":   {func(e *page.Event) { e.Ends.At = e.Begins.At.AddDate(100, 0, 0) }, "ends"},
		"a day and an hour":   {func(e *page.Event) { e.Ends.Day = true }, "ends"},
		"an hour not shown":   {func(e *page.Event) { *e = date(t, "2026-03-29T02:30", "", "Europe/Berlin", "", "") }, "begins"},
		"an end not shown":    {func(e *page.Event) { *e = date(t, "2026-03-29T01:30", "2026-03-29T02:30", "Europe/Berlin", "", "") }, "ends"},
		"over before":         {func(e *page.Event) { e.Until, _ = page.ParseWall("2026-11-24") }, "until"},
		"a way unknown":       {func(e *page.Event) { e.Repeats = "century" }, "repeats"},
		"too many words":      {func(e *page.Event) { e.Text = strings.Repeat("x", page.EventTextMax+1) }, "text"},
		"too long a place":    {func(e *page.Event) { e.Place = strings.Repeat("x", page.PlaceMax+1) }, "place"},
	} {
		e := ok
		c.change(&e)
		_, err := page.CheckEvent(e)
		if !fault.Is(err, fault.Invalid) || fault.Field(err) != c.field && c.field != "repeats" {
			t.Errorf("%s: %v in %q", name, err, fault.Field(err))
		}
	}
	for _, text := range []string{"2026-02-30", "10000-01-01", "1899-12-31", "2026-11-25T24:00", "25.11.2026", "2026-11-25 19:30", "x"} {
		if _, ok := page.ParseWall(text); ok {
			t.Errorf("%q is taken for a day", text)
		}
	}
}

func TestDatesAreKeptAndShownToWhomTheyAreFor(t *testing.T) {
	each(t, func(t *testing.T, s *page.Service) {
		ctx := t.Context()
		p := save(t, s, page.Page{Kind: page.Calendar, Title: "Choir"})
		e := date(t, "2026-11-25T19:30", "2026-11-25T21:00", "Europe/Berlin", page.Weekly, "2027-06-30")
		e.PageID, e.Place, e.Text = p.ID, "Hall", "Bring *water*"
		kept, err := s.SaveEvent(ctx, ida, e)
		if err != nil || len(kept.UID) != 36 || kept.Sequence != 0 {
			t.Fatalf("%+v %v", kept, err)
		}
		again, err := s.Event(ctx, 0, p, kept.ID)
		if err != nil || again.Begins != e.Begins || again.Ends != e.Ends || again.Until != e.Until || again.Place != "Hall" || again.Text != e.Text || again.UID != kept.UID {
			t.Fatalf("%+v %v", again, err)
		}
		again.Title = "The choir"
		if now, err := s.SaveEvent(ctx, ida, *again); err != nil || now.Sequence != 0 || now.UID != kept.UID {
			t.Errorf("a new title makes it revision %d: %v", now.Sequence, err)
		}
		again.Cancelled = true
		if now, err := s.SaveEvent(ctx, ida, *again); err != nil || now.Sequence != 1 {
			t.Errorf("cancelled it is revision %d: %v", now.Sequence, err)
		}
		hidden := e
		hidden.Draft = true
		draft, err := s.SaveEvent(ctx, ida, hidden)
		if err != nil {
			t.Fatal(err)
		}
		for viewer, want := range map[id.ID]int{0: 1, ben: 1, ida: 2} {
			if all, err := s.Events(ctx, viewer, p); err != nil || len(all) != want {
				t.Errorf("%d sees %d dates: %v", viewer, len(all), err)
			}
		}
		if _, err := s.Event(ctx, ben, p, draft.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("ben sees a draft: %v", err)
		}
		his := e
		if _, err := s.SaveEvent(ctx, ben, his); !fault.Is(err, fault.NotFound) {
			t.Errorf("ben writes into ida's calendar: %v", err)
		}
		if err := s.DeleteEvent(ctx, ben, p.ID, kept.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("ben deletes ida's date: %v", err)
		}
		words := save(t, s, page.Page{Title: "Words"})
		his.PageID = words.ID
		if _, err := s.SaveEvent(ctx, ida, his); !fault.Is(err, fault.NotFound) {
			t.Errorf("a page of words takes dates: %v", err)
		}
		if err := s.Delete(ctx, ida, p.ID); err != nil {
			t.Fatal(err)
		}
		if all, err := s.Events(ctx, ida, p); err != nil || len(all) != 0 {
			t.Errorf("%d dates stay: %v", len(all), err)
		}
	})
}

func BenchmarkComing(b *testing.B) {
	var all []*page.Event
	for i := range page.EventsMax {
		e := date(b, "2001-01-02T19:30", "2001-01-02T21:00", "Europe/Berlin", page.Repeats[1+i%5], "")
		e.Title = fmt.Sprint(i)
		all = append(all, &e)
	}
	for b.Loop() {
		page.Coming(all, time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), 100)
	}
}
