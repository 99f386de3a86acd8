package site_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"allod/internal/db/dbtest"
)

// day is a day so many days from now, as a form has it.
func day(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }

// calendarOf has somebody make a calendar page, and returns where it and its dates are kept.
func (b *browser) calendarOf(title string) (at, dates string) {
	b.h.t.Helper()
	at = b.writePage("calendar", url.Values{"title": {title}, "text": {"All *welcome*."}, "listed": {"true"}})
	return at, regexpFind(b.h.t, b.get(at).want(http.StatusOK).text(), `href="(/site/pages/\d+/events)/new"`)
}

// dated adds a date.
func (b *browser) dated(dates string, form url.Values) {
	b.h.t.Helper()
	for name, value := range map[string]string{"zone": "Europe/Berlin", "do": "publish"} {
		if !form.Has(name) {
			form.Set(name, value)
		}
	}
	b.post(dates+"/new", form).leads(dates + "?notice=saved")
}

func TestCalendarTellsItsDatesToPeopleAndPrograms(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	v := h.visitor()
	at, dates := b.calendarOf("Choir")
	v.get(at).want(http.StatusOK, "Nothing is planned")
	if file := v.get(at + "/calendar.ics").want(http.StatusOK); !strings.Contains(file.text(), "BEGIN:VTIMEZONE") {
		t.Errorf("an empty calendar is %s", file.text())
	}
	b.dated(dates, url.Values{"title": {"Rehearsal <b>"}, "place": {"The; hall"}, "text": {"Bring **water**"}, "begins": {day(3)}, "begins_time": {"22:30"}, "ends_time": {"00:30"}, "repeats": {"week"}})
	b.dated(dates, url.Values{"title": {"Camp"}, "begins": {day(-9)}, "ends": {day(-7)}})
	b.dated(dates, url.Values{"title": {"zqdraft"}, "begins": {day(4)}, "do": {"draft"}})
	page := v.get(at).want(http.StatusOK, "Rehearsal &lt;b&gt;", "The; hall", "22:30", "Times are those of")
	if strings.Contains(page.text(), "zqdraft") || strings.Contains(page.text(), "Camp") || strings.Contains(page.text(), "<script") {
		t.Error("it shows a draft, what is over, or sends a script")
	}
	events := of(page.microformats(h.url+at).Items, "h-entry")[0].Children
	first := of(events, "h-event")[0]
	where := said(first, "url")[0]
	if got := said(first, "name"); !slices.Equal(got, []string{"Rehearsal <b>"}) || !slices.Equal(said(first, "location"), []string{"The; hall"}) ||
		!strings.HasPrefix(said(first, "start")[0], day(3)+"T22:30:00+0") || !strings.HasPrefix(said(first, "end")[0], day(4)+"T00:30:00+0") {
		t.Errorf("the first date is %+v", first.Properties)
	}
	path := strings.TrimPrefix(where, h.url)
	one := v.get(path).want(http.StatusOK, "<strong>water</strong>", "Every week", `rel="canonical" href="`+h.url+path)
	if e := of(one.microformats(where).Items, "h-event"); len(e) != 1 || !slices.Contains(said(e[0], "uid"), where) {
		t.Errorf("the page of a date says %+v", e)
	}
	file := v.get(at + "/calendar.ics").want(http.StatusOK)
	if got := file.header.Get("Content-Type"); got != "text/calendar; charset=utf-8" {
		t.Errorf("the file is %q", got)
	}
	for _, want := range []string{"SUMMARY;LANGUAGE=en:Rehearsal <b>", `LOCATION;LANGUAGE=en:The\; hall`, "DESCRIPTION;LANGUAGE=en:Bring water", "RRULE:FREQ=WEEKLY", "SUMMARY;LANGUAGE=en:Camp", "DTSTART;TZID=Europe/Berlin:", "X-WR-CALNAME:Choir", "SOURCE;VALUE=URI:" + h.url + at + "/calendar.ics"} {
		if !strings.Contains(strings.ReplaceAll(file.text(), "\r\n ", ""), want) {
			t.Errorf("the file lacks %q:\n%s", want, file.text())
		}
	}
	if strings.Contains(file.text(), "zqdraft") {
		t.Error("the file tells of a draft")
	}
	single := v.get(path + ".ics").want(http.StatusOK).text()
	if strings.Count(single, "BEGIN:VEVENT") != 1 || regexpFind(t, single, `UID:(\S+)`) != regexpFind(t, file.text()[strings.Index(file.text(), "Rehearsal"):], `UID:(\S+)`) {
		t.Errorf("the file of one date is\n%s", single)
	}
	v.get(at+"/past").want(http.StatusOK, "Camp")
	v.get(at + "/past?from=nonsense").want(http.StatusOK)
	v.get(at + "?from=9999-12-31").want(http.StatusOK)
	for _, none := range []string{"/1", "/x", "/1.ics", "/past/x", "/calendar.ics/x"} {
		v.get(at + none).want(http.StatusNotFound)
	}
	if sitemap := v.get("/sitemaps/ida/pages.xml").text(); !strings.Contains(sitemap, h.url+at) {
		t.Error("the map lacks the calendar")
	}
}

func TestDateIsCancelledLeftOutMovedAndTakenAway(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	_, other := h.resident("ben")
	v := h.visitor()
	at, dates := b.calendarOf("Choir")
	b.dated(dates, url.Values{"title": {"Rehearsal"}, "begins": {day(2)}, "begins_time": {"19:30"}, "repeats": {"week"}})
	edit := regexpFind(t, b.get(dates).text(), `href="(`+dates+`/\d+)"`)
	form := url.Values{"title": {"Rehearsal"}, "begins": {day(2)}, "begins_time": {"19:30"}, "repeats": {"week"}, "zone": {"Europe/Berlin"}}
	b.post(edit+"/skip", url.Values{"day": {day(9)}}).want(http.StatusSeeOther)
	if file := v.get(at + "/calendar.ics").text(); !strings.Contains(file, "EXDATE;TZID=Europe/Berlin:"+strings.ReplaceAll(day(9), "-", "")+"T193000") || !strings.Contains(file, "SEQUENCE:1") {
		t.Errorf("a time is not left out:\n%s", file)
	}
	if page := v.get(at).text(); strings.Contains(page, `datetime="`+day(9)) || !strings.Contains(page, `datetime="`+day(16)) {
		t.Error("the page does not leave it out")
	}
	form.Set("do", "cancel")
	b.post(edit, form).want(http.StatusSeeOther)
	v.get(at).want(http.StatusOK, "Cancelled")
	if file := v.get(at + "/calendar.ics").text(); !strings.Contains(file, "STATUS:CANCELLED") {
		t.Errorf("it is not cancelled:\n%s", file)
	}
	for _, who := range []*browser{other, v} {
		for _, path := range []string{dates, edit, edit + "/delete"} {
			if got := who.get(path); got.status == http.StatusOK {
				t.Errorf("%s is open to others", path)
			}
		}
		if got := who.post(edit, form); got.status == http.StatusOK || strings.HasPrefix(got.header.Get("Location"), dates) {
			t.Error("others change it")
		}
	}
	page, _, _ := strings.Cut(dates, "/events")
	b.post(page, url.Values{"title": {"Choir"}, "slug": {"songs"}, "listed": {"true"}, "do": {"publish"}, "language": {"en"}}).want(http.StatusSeeOther)
	if got := v.get(at + "/calendar.ics").want(http.StatusMovedPermanently).header.Get("Location"); got != "/@ida/songs/calendar.ics" {
		t.Errorf("subscribers are led to %q", got)
	}
	b.post(page, url.Values{"title": {"Choir"}, "slug": {"songs"}, "do": {"draft"}}).want(http.StatusSeeOther)
	for _, path := range []string{"", "/calendar.ics", "/past"} {
		v.get("/@ida/songs" + path).want(http.StatusNotFound)
		b.get("/@ida/songs" + path).want(http.StatusOK)
	}
	b.post(edit+"/delete", nil).leads(dates + "?notice=event_deleted")
	b.get(edit).want(http.StatusNotFound)
	form.Set("text", "zqkept")
	b.post(edit, form).want(http.StatusNotFound, "zqkept", `action="`+dates+`/new"`)
	b.post(page+"/delete", nil).want(http.StatusSeeOther)
	b.post(page, url.Values{"title": {"Choir"}, "text": {"zqkept"}, "do": {"publish"}}).want(http.StatusNotFound, "zqkept", `action="/site/new?kind=text"`)
}

func TestWrongDateComesBackAsItWasTyped(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	_, dates := b.calendarOf("Choir")
	for name, form := range map[string]url.Values{
		"cannot end before":  {"begins": {"2026-11-25"}, "ends": {"2026-11-24"}},
		"at what time it be": {"begins": {"2026-11-25"}, "ends_time": {"20:00"}},
		"what time it ends":  {"begins": {"2026-11-25"}, "begins_time": {"20:00"}, "ends": {"2026-11-26"}},
		"Say on which day":   {},
		"a day such as":      {"begins": {"25 November"}},
		"put forward":        {"begins": {"2026-03-29"}, "begins_time": {"02:30"}},
		"whose clocks":       {"begins": {"2026-11-25"}, "zone": {"Mars/Olympus"}},
		"stop coming before": {"begins": {"2026-11-25"}, "repeats": {"week"}, "until": {"2020-01-01"}},
	} {
		for key, value := range map[string]string{"title": "Zq & co", "text": "kept words", "zone": "Europe/Berlin", "do": "publish"} {
			if !form.Has(key) {
				form.Set(key, value)
			}
		}
		b.post(dates+"/new", form).want(http.StatusUnprocessableEntity, name, `value="Zq &amp; co"`, "kept words", form.Get("begins"), form.Get("ends_time"))
	}
	shown := b.post(dates+"/new", url.Values{"title": {"Fair"}, "text": {"*soon*"}, "begins": {"2026-12-24"}, "zone": {"Europe/Berlin"}, "do": {"preview"}}).want(http.StatusOK, "<em>soon</em>", "24 December 2026")
	if strings.Contains(b.get(dates).text(), "Fair") || !strings.Contains(shown.text(), `value="Fair"`) {
		t.Error("a preview is kept")
	}
}
