package nextcloud

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/emersion/go-ical"
	"github.com/emersion/go-webdav/caldav"

	"allod/internal/book"
	"allod/internal/fault"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// dates are somebody's calendars, as the library asks for them (CalDAV, RFC 4791 §4).
type dates struct{ *shelf }

// CalendarHomeSetPath is where they stand.
func (d dates) CalendarHomeSetPath(context.Context) (string, error) { return d.home, nil }

func (d dates) shown(b *book.Book) caldav.Calendar {
	return caldav.Calendar{
		Path: d.at(b.Slug, ""), Name: d.called(b), Description: b.Description, MaxResourceSize: book.BodyMax,
		SupportedComponentSet: []string{ical.CompEvent, ical.CompToDo, ical.CompJournal},
	}
}

// ListCalendars are all of them.
func (d dates) ListCalendars(ctx context.Context) ([]caldav.Calendar, error) {
	all, err := d.Books.List(ctx, me(d.r).who.ID, d.kind)
	out := make([]caldav.Calendar, len(all))
	for i, b := range all {
		out[i] = d.shown(b)
	}
	return out, d.because(err)
}

// GetCalendar is the one at a path.
func (d dates) GetCalendar(ctx context.Context, path string) (*caldav.Calendar, error) {
	b, _, err := d.entry(ctx, path)
	if err != nil {
		return nil, d.because(err)
	}
	shown := d.shown(b)
	return &shown, nil
}

// CreateCalendar makes one.
func (d dates) CreateCalendar(ctx context.Context, c *caldav.Calendar) error {
	return d.because(d.make(ctx, c.Path, book.Book{Title: c.Name, Description: c.Description}))
}

func (d dates) object(b *book.Book, e *book.Entry) (*caldav.CalendarObject, error) {
	data, err := ical.NewDecoder(strings.NewReader(e.Body)).Decode()
	if err != nil {
		return nil, err
	}
	return &caldav.CalendarObject{Path: d.at(b.Slug, e.Name), ModTime: e.ModifiedAt, ContentLength: int64(len(e.Body)), ETag: e.State.String(), Data: data}, nil
}

// GetCalendarObject is the date at a path.
func (d dates) GetCalendarObject(ctx context.Context, path string, _ *caldav.CalendarCompRequest) (*caldav.CalendarObject, error) {
	b, e, err := d.entry(ctx, path)
	if err == nil && e == nil {
		err = fault.New(fault.NotFound, "fault.book.unknown")
	}
	if err != nil {
		return nil, d.because(err)
	}
	o, err := d.object(b, e)
	return o, d.because(err)
}

// ListCalendarObjects are all of a calendar.
func (d dates) ListCalendarObjects(ctx context.Context, path string, _ *caldav.CalendarCompRequest) ([]caldav.CalendarObject, error) {
	b, _, err := d.entry(ctx, path)
	if err != nil {
		return nil, d.because(err)
	}
	all, err := d.Books.Entries(ctx, b)
	out := make([]caldav.CalendarObject, 0, len(all))
	for _, e := range all {
		o, err := d.object(b, e)
		if err != nil {
			return nil, d.because(err)
		}
		out = append(out, *o)
	}
	return out, d.because(err)
}

// QueryCalendarObjects are those of a calendar that a query finds.
func (d dates) QueryCalendarObjects(ctx context.Context, path string, query *caldav.CalendarQuery) ([]caldav.CalendarObject, error) {
	all, err := d.ListCalendarObjects(ctx, path, &query.CompRequest)
	if err != nil {
		return nil, err
	}
	return caldav.Filter(query, all)
}

// PutCalendarObject writes a date.
func (d dates) PutCalendarObject(ctx context.Context, path string, calendar *ical.Calendar, opts *caldav.PutCalendarObjectOptions) (*caldav.CalendarObject, error) {
	_, uid, err := caldav.ValidateCalendarObject(calendar)
	if err == nil {
		err = bounded(calendar)
	}
	if err != nil {
		return nil, d.because(fault.Wrap(err, fault.Invalid, "fault.book.entry"))
	}
	e, err := d.write(ctx, path, uid, matches(opts.IfMatch, opts.IfNoneMatch))
	if err != nil {
		return nil, d.because(err)
	}
	return &caldav.CalendarObject{Path: path, ModTime: e.ModifiedAt, ETag: e.State.String()}, nil
}

// bounded refuses a date that comes back every minute or second: looking for
// the times of one within some years would take as long as counting them.
func bounded(c *ical.Calendar) error {
	for _, child := range c.Children {
		for _, rule := range child.Props.Values(ical.PropRecurrenceRule) {
			text := strings.ToUpper(rule.Value)
			if strings.Contains(text, "FREQ=SECONDLY") || strings.Contains(text, "FREQ=MINUTELY") {
				return fault.New(fault.Invalid, "fault.book.often")
			}
		}
	}
	return nil
}

// DeleteCalendarObject takes a date out.
func (d dates) DeleteCalendarObject(ctx context.Context, path string) error {
	return d.because(d.drop(ctx, path))
}

// makeCalendar answers MKCALENDAR (RFC 4791 §5.3.1). What it would say and is not kept here is passed over.
func (s *shelf) makeCalendar(w http.ResponseWriter, r *http.Request, slug string) error {
	said, err := webdav.ParseMake(bytes.NewReader(s.raw))
	if err != nil {
		return server.Malformed("make a calendar: %w", err)
	}
	var b book.Book
	for _, one := range said {
		if set := bookLook[one.Name]; set != nil && one.Value != nil {
			set(&b, one.Value.Text())
		}
	}
	if err := s.make(r.Context(), s.at(slug, ""), b); err != nil {
		if fault.Is(err, fault.Conflict) {
			return &refusal{http.StatusMethodNotAllowed, "resource-must-be-null", err}
		}
		return err
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}
