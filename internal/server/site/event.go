package site

import (
	"net/http"
	"slices"
	"time"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/page"
	"allod/internal/server"
	"allod/web"
)

// datesPath is where the owner of a calendar page keeps its dates.
func datesPath(which id.ID) string { return keptPath(which) + "/events" }

// datePath is where the owner of a date changes it.
func datePath(e *page.Event) string { return datesPath(e.PageID) + "/" + e.ID.String() }

// dated is the form of a date, as web.EventForm tells it.
type dated struct {
	Title      string `form:"title"`
	Place      string `form:"place"`
	Text       string `form:"text"`
	Begins     string `form:"begins"`
	BeginsTime string `form:"begins_time"`
	Ends       string `form:"ends"`
	EndsTime   string `form:"ends_time"`
	Zone       string `form:"zone"`
	Repeats    string `form:"repeats"`
	Until      string `form:"until"`
	Do         string `form:"do"`
}

// onto puts what was written onto a date. What an end leaves out is read as
// people mean it: the same day, or the next where it would be before the beginning.
func (in *dated) onto(e *page.Event) error {
	wrong := func(field, key string) error { return fault.New(fault.Invalid, key).In(field) }
	e.Title, e.Place, e.Text, e.Zone, e.Repeats = in.Title, in.Place, in.Text, in.Zone, page.Repeat(in.Repeats)
	var ok bool
	if e.Begins, ok = wall(in.Begins, in.BeginsTime); !ok {
		return wrong("begins", "fault.event.day")
	}
	if e.Until, ok = page.ParseWall(in.Until); !ok || !in.untilDay(e) {
		return wrong("until", "fault.event.day")
	}
	day := in.Ends
	switch {
	case in.EndsTime != "" && in.BeginsTime == "":
		return wrong("begins", "fault.event.begins_time")
	case day != "" && in.BeginsTime != "" && in.EndsTime == "":
		return wrong("ends", "fault.event.ends_time")
	case day == "" && in.EndsTime != "":
		day = in.Begins
	}
	if e.Ends, ok = wall(day, in.EndsTime); !ok {
		return wrong("ends", "fault.event.day")
	}
	if in.Ends == "" && !e.Ends.At.IsZero() && !e.Ends.At.After(e.Begins.At) {
		e.Ends.At = e.Ends.At.AddDate(0, 0, 1)
	}
	return nil
}

func (in *dated) untilDay(e *page.Event) bool { return in.Until == "" || e.Until.Day }

// wall is a day and time as browsers send them; no time is the whole day.
func wall(day, clock string) (page.Wall, bool) {
	if clock == "" {
		w, ok := page.ParseWall(day)
		return w, ok && (day == "" || w.Day)
	}
	if len(clock) > len("15:04") {
		clock = clock[:len("15:04")] // with seconds
	}
	return page.ParseWall(day + "T" + clock)
}

// myDates are the dates of a calendar page of the reader's.
func (s *Site) myDates(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.myCalendar(r, v)
	if err != nil {
		return err
	}
	all, err := s.Pages.Events(r.Context(), v.me.ID, p)
	if err != nil {
		return err
	}
	view := web.EventsView{Title: p.Title, Page: personPath(v.me) + escaped(p.Slug), Edit: keptPath(p.ID), Add: datesPath(p.ID) + "/new"}
	for _, e := range slices.Backward(all) {
		o := page.Occurrence{Event: e, Begins: e.Begins.In(e.Location())}
		if !e.Ends.At.IsZero() {
			o.Ends = e.Ends.In(e.Location())
		}
		view.Dates = append(view.Dates, s.dateView(v, v.me, p, &o, v.zone))
	}
	frame, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Events(frame, view))
}

// myCalendar is the calendar page of the reader's that an address names.
func (s *Site) myCalendar(r *http.Request, v *reader) (*page.Page, error) {
	p, err := s.myPage(r, v)
	if err == nil && p.Kind != page.Calendar {
		err = nothingHere()
	}
	return p, err
}

// myEvent is the date that an address names, with its page.
func (s *Site) myEvent(r *http.Request, v *reader) (*page.Page, *page.Event, error) {
	p, err := s.myCalendar(r, v)
	if err != nil {
		return nil, nil, err
	}
	which, err := server.PathID(r, "event")
	if err != nil {
		return p, nil, err
	}
	e, err := s.Pages.Event(r.Context(), v.me.ID, p, which)
	return p, e, err
}

// askNewEvent is the page that a date is begun on.
func (s *Site) askNewEvent(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.myCalendar(r, v)
	if err != nil {
		return err
	}
	return s.eventPage(w, r, v, http.StatusOK, s.eventForm(v, &page.Event{PageID: p.ID}, dated{Zone: zoneName(v.zone)}))
}

// newEvent keeps a new date.
func (s *Site) newEvent(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.myCalendar(r, v)
	if err != nil {
		return err
	}
	return s.saveEvent(w, r, v, p, &page.Event{PageID: p.ID})
}

// askEvent is a date with all that may be changed.
func (s *Site) askEvent(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, e, err := s.myEvent(r, v)
	if err != nil {
		return err
	}
	return s.eventPage(w, r, v, http.StatusOK, s.eventForm(v, e, typed(e)))
}

// changeEvent keeps a date as it was written.
func (s *Site) changeEvent(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, e, err := s.myEvent(r, v)
	if p != nil && fault.Is(err, fault.NotFound) { // it went meanwhile: no word of it is lost
		in, err := server.Decode[dated](r)
		if err != nil {
			return err
		}
		form := s.eventForm(v, &page.Event{PageID: p.ID}, in)
		form.Failed = v.words.T("event.went")
		return s.eventPage(w, r, v, http.StatusNotFound, form)
	} else if err != nil {
		return err
	}
	return s.saveEvent(w, r, v, p, e)
}

// saveEvent keeps a date, or shows how it would look. If it cannot be kept,
// the form comes back with everything that was typed.
func (s *Site) saveEvent(w http.ResponseWriter, r *http.Request, v *reader, p *page.Page, was *page.Event) error {
	in, err := server.Decode[dated](r)
	if err != nil {
		return err
	}
	e := *was
	switch in.Do {
	case "draft":
		e.Draft = true
	case "cancel":
		e.Cancelled = true
	case "restore":
		e.Cancelled = false
	case "publish":
		e.Draft = false
	}
	form := s.eventForm(v, was, in)
	err = in.onto(&e)
	if err == nil && in.Do == "preview" {
		var shown *page.Event
		if shown, err = page.CheckEvent(e); err == nil {
			o := page.Occurrence{Event: shown, Begins: shown.Begins.In(shown.Location())}
			if !shown.Ends.At.IsZero() {
				o.Ends = shown.Ends.In(shown.Location())
			}
			d := s.dateView(v, v.me, p, &o, v.zone)
			d.HTML, d.Draft = s.pageHTML(shown.Text), false
			form.Preview = &d
			return s.eventPage(w, r, v, http.StatusOK, form)
		}
	}
	if err == nil {
		_, err = s.Pages.SaveEvent(r.Context(), v.me.ID, e)
	}
	if err == nil {
		return seeOther(w, with(datesPath(p.ID), "saved"))
	}
	if !fault.Is(err, fault.Invalid, fault.NotFound) {
		return err
	}
	s.blameEvent(v, &form, err)
	return s.eventPage(w, r, v, http.StatusUnprocessableEntity, form)
}

// blameEvent puts what is wrong beside its field.
func (s *Site) blameEvent(v *reader, form *web.EventForm, err error) {
	sentence := server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "title":
		form.Title.Error = sentence
	case "place":
		form.Place.Error = sentence
	case "text":
		form.Text.Error = sentence
	case "begins":
		form.Begins.Error = sentence
	case "ends":
		form.Ends.Error = sentence
	case "zone":
		form.Zone.Error = sentence
	case "repeats":
		form.Repeats.Error = sentence
	case "until":
		form.Until.Error = sentence
	default:
		form.Failed = sentence
	}
}

// typed is a date as its form would have been filled in.
func typed(e *page.Event) dated {
	in := dated{
		Title: e.Title, Place: e.Place, Text: e.Text, Zone: e.Zone, Repeats: string(e.Repeats), Until: e.Until.String(),
		Begins: e.Begins.At.Format(time.DateOnly),
	}
	if !e.Begins.Day {
		in.BeginsTime = e.Begins.At.Format("15:04")
	}
	if !e.Ends.At.IsZero() {
		if in.Ends = e.Ends.At.Format(time.DateOnly); !e.Ends.Day {
			in.EndsTime = e.Ends.At.Format("15:04")
		}
	}
	return in
}

// repeatWords are what the ways are called in which a date comes again.
var repeatWords = map[page.Repeat]string{
	page.Once: "event.once", page.Weekly: "event.weekly", page.Fortnightly: "event.fortnightly", page.Monthly: "event.monthly",
	page.MonthlyByDay: "event.monthly_by_day", page.Yearly: "event.yearly",
}

// timesMax is how many times of a date its owner may leave out at once.
const timesMax = 12

// eventForm is a date as its owner may change it, with what was typed.
func (s *Site) eventForm(v *reader, e *page.Event, in dated) web.EventForm {
	f := web.EventForm{
		Action: datesPath(e.PageID) + "/new", New: e.ID == 0, Draft: e.Draft, Cancelled: e.Cancelled, Title: web.Field{Value: in.Title},
		Place: web.Field{Value: in.Place}, Text: web.Field{Value: in.Text}, Begins: web.Field{Value: in.Begins}, BeginsTime: web.Field{Value: in.BeginsTime},
		Ends: web.Field{Value: in.Ends}, EndsTime: web.Field{Value: in.EndsTime}, Zone: web.Field{Value: in.Zone}, Repeats: web.Field{Value: in.Repeats},
		Until: web.Field{Value: in.Until}, Back: datesPath(e.PageID),
	}
	names := zoneNames()
	if in.Zone != "" && !slices.Contains(names, in.Zone) && isZone(in.Zone) {
		f.Zones = append(f.Zones, zoneOption(in.Zone))
	}
	for _, name := range names {
		f.Zones = append(f.Zones, zoneOption(name))
	}
	for _, way := range page.Repeats {
		f.Ways = append(f.Ways, web.Option{Value: string(way), Label: v.words.T(repeatWords[way])})
	}
	if e.ID == 0 {
		return f
	}
	f.Action, f.Delete, f.Skip = datePath(e), datePath(e)+"/delete", datePath(e)+"/skip"
	if e.Repeats != page.Once && !e.Cancelled {
		f.Times = s.times(e)
	}
	return f
}

// times are the next times of a date that comes again, with those that are left out.
func (s *Site) times(e *page.Event) (rows []web.SkipRow) {
	all := *e
	all.Skips = nil
	next, _ := page.Coming([]*page.Event{&all}, s.Now(), timesMax)
	for _, o := range next {
		rows = append(rows, web.SkipRow{Date: o.On.At, Value: o.On.String(), Skipped: slices.Contains(e.Skips, o.On)})
	}
	return rows
}

func (s *Site) eventPage(w http.ResponseWriter, r *http.Request, v *reader, status int, form web.EventForm) error {
	p, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.EditEvent(p, form))
}

// skipEvent leaves one time of a date out, or takes it in again.
func (s *Site) skipEvent(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, e, err := s.myEvent(r, v)
	if err != nil {
		return err
	}
	in, err := server.Decode[struct {
		Day string `form:"day"`
	}](r)
	if err != nil {
		return err
	}
	day, ok := page.ParseWall(in.Day)
	if !ok || !day.Day {
		return fault.New(fault.Invalid, "fault.event.day")
	}
	if at := slices.Index(e.Skips, day); at >= 0 {
		e.Skips = slices.Delete(e.Skips, at, at+1)
	} else {
		e.Skips = append(e.Skips, day)
	}
	if _, err := s.Pages.SaveEvent(r.Context(), v.me.ID, *e); err != nil {
		return err
	}
	return seeOther(w, with(datePath(e), "saved"))
}

// askEventDelete asks before a date is taken away.
func (s *Site) askEventDelete(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, e, err := s.myEvent(r, v)
	if err != nil {
		return err
	}
	frame, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Ask(frame, web.AskView{
		Title: v.words.T("mysite.delete_title", "title", e.Title), Text: v.words.T("event.delete_text"),
		Action: datePath(e) + "/delete", Do: v.words.T("event.do_delete"), Back: datePath(e),
	}))
}

// deleteEvent takes a date away.
func (s *Site) deleteEvent(w http.ResponseWriter, r *http.Request, v *reader) error {
	page, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "event")
	if err != nil {
		return err
	}
	if err := s.Pages.DeleteEvent(r.Context(), v.me.ID, page, which); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return seeOther(w, with(datesPath(page), "event_deleted"))
}
