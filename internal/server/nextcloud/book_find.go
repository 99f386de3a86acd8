package nextcloud

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"allod/internal/book"
	"allod/internal/fault"
	"allod/protocol/webdav"
)

// The namespaces of address books and calendars.
const (
	cardSpace  = "urn:ietf:params:xml:ns:carddav"
	calSpace   = "urn:ietf:params:xml:ns:caldav"
	tagSpace   = "http://calendarserver.org/ns/"
	appleSpace = "http://apple.com/ns/ical/"
)

// davBooks are the parts of WebDAV that books have (RFC 6352 §6.1, RFC 4791 §5.1).
const davBooks = "1, 3, extended-mkcol, access-control, addressbook, calendar-access"

// A volume is what a property is told of: an entry of a book, the book, or
// where all of a kind stand.
type volume struct {
	*shelf
	book  *book.Book // nil for where they stand
	entry *book.Mark // nil for the book itself
}

// A bookProperty writes what a volume says, or returns false where it says nothing.
type bookProperty func(m *webdav.Multistatus, t webdav.Tag, v volume) bool

// ofBook makes a property that only books have.
func ofBook(tell func(m *webdav.Multistatus, t webdav.Tag, v volume)) bookProperty {
	return func(m *webdav.Multistatus, t webdav.Tag, v volume) bool {
		if v.book == nil || v.entry != nil {
			return false
		}
		tell(m, t, v)
		return true
	}
}

// ofKind is ofBook, for those of a kind.
func ofKind(kind book.Kind, xml string) bookProperty {
	return func(m *webdav.Multistatus, t webdav.Tag, v volume) bool {
		if v.kind != kind || v.book == nil || v.entry != nil {
			return false
		}
		m.Raw(t, xml)
		return true
	}
}

// href makes a property that is an address.
func href(of func(v volume) string) bookProperty {
	return func(m *webdav.Multistatus, t webdav.Tag, v volume) bool {
		m.Append(t, func(b []byte) []byte {
			return append(webdav.AppendEscaped(append(b, "<d:href>"...), of(v)), "</d:href>"...)
		})
		return true
	}
}

// reports are what may be asked of a book by REPORT.
var reports = map[book.Kind]string{
	book.Contacts: reportXML("sync-collection", "") + reportXML("addressbook-query", cardSpace) + reportXML("addressbook-multiget", cardSpace),
	book.Dates:    reportXML("sync-collection", "") + reportXML("calendar-query", calSpace) + reportXML("calendar-multiget", calSpace),
}

func reportXML(name, space string) string {
	if space == "" {
		return "<d:supported-report><d:report><d:" + name + "/></d:report></d:supported-report>"
	}
	return `<d:supported-report><d:report><y:` + name + ` xmlns:y="` + space + `"/></d:report></d:supported-report>`
}

// bookProperties are what books and their entries say of themselves.
var bookProperties = map[webdav.Name]bookProperty{
	webdav.D("resourcetype"): func(m *webdav.Multistatus, t webdav.Tag, v volume) bool {
		switch {
		case v.entry != nil:
			m.Raw(t, "")
		case v.book == nil:
			m.Raw(t, "<d:collection/>")
		case v.kind == book.Contacts:
			m.Raw(t, `<d:collection/><y:addressbook xmlns:y="`+cardSpace+`"/>`)
		default:
			m.Raw(t, `<d:collection/><y:calendar xmlns:y="`+calSpace+`"/>`)
		}
		return true
	},
	webdav.D("getetag"): func(m *webdav.Multistatus, t webdav.Tag, v volume) bool {
		if v.entry == nil {
			return false
		}
		m.Text(t, strconv.Quote(v.entry.State.String()))
		return true
	},
	webdav.D("getcontenttype"): func(m *webdav.Multistatus, t webdav.Tag, v volume) bool {
		if v.entry == nil {
			return false
		}
		m.Raw(t, bookType[v.kind])
		return true
	},
	webdav.D("getlastmodified"): func(m *webdav.Multistatus, t webdav.Tag, v volume) bool {
		if v.entry == nil {
			return false
		}
		m.Raw(t, v.entry.ModifiedAt.UTC().Format(http.TimeFormat))
		return true
	},
	webdav.D("displayname"):                           ofBook(func(m *webdav.Multistatus, t webdav.Tag, v volume) { m.Text(t, v.called(v.book)) }),
	{Space: tagSpace, Local: "getctag"}:               ofBook(func(m *webdav.Multistatus, t webdav.Tag, v volume) { m.Raw(t, v.book.State.String()) }),
	webdav.D("sync-token"):                            ofBook(func(m *webdav.Multistatus, t webdav.Tag, v volume) { m.Raw(t, tokenPrefix+v.book.State.String()) }),
	webdav.D("supported-report-set"):                  ofBook(func(m *webdav.Multistatus, t webdav.Tag, v volume) { m.Raw(t, reports[v.kind]) }),
	webdav.D("owner"):                                 href(func(v volume) string { return principalOf(me(v.r).who.Name) }),
	webdav.D("current-user-principal"):                href(func(v volume) string { return principalOf(me(v.r).who.Name) }),
	{Space: cardSpace, Local: "addressbook-home-set"}: href(func(v volume) string { return homeOf(book.Contacts, me(v.r).who.Name) }),
	{Space: calSpace, Local: "calendar-home-set"}:     href(func(v volume) string { return homeOf(book.Dates, me(v.r).who.Name) }),
	webdav.D("current-user-privilege-set"): func(m *webdav.Multistatus, t webdav.Tag, _ volume) bool {
		m.Raw(t, "<d:privilege><d:all/></d:privilege><d:privilege><d:read/></d:privilege><d:privilege><d:write/></d:privilege>")
		return true
	},
	{Space: cardSpace, Local: "addressbook-description"}: bookWords(book.Contacts),
	{Space: calSpace, Local: "calendar-description"}:     bookWords(book.Dates),
	{Space: cardSpace, Local: "max-resource-size"}:       ofKind(book.Contacts, strconv.Itoa(book.BodyMax)),
	{Space: calSpace, Local: "max-resource-size"}:        ofKind(book.Dates, strconv.Itoa(book.BodyMax)),
	{Space: cardSpace, Local: "supported-address-data"}: ofKind(book.Contacts,
		`<x:address-data-type content-type="text/vcard" version="3.0"/><x:address-data-type content-type="text/vcard" version="4.0"/>`),
	{Space: calSpace, Local: "supported-calendar-component-set"}: ofKind(book.Dates, `<x:comp name="VEVENT"/><x:comp name="VTODO"/><x:comp name="VJOURNAL"/>`),
	{Space: calSpace, Local: "supported-calendar-data"}:          ofKind(book.Dates, `<x:calendar-data content-type="text/calendar" version="2.0"/>`),
	{Space: appleSpace, Local: "calendar-color"}: func(m *webdav.Multistatus, t webdav.Tag, v volume) bool {
		if v.book == nil || v.entry != nil || v.book.Color == "" {
			return false
		}
		m.Text(t, v.book.Color)
		return true
	},
	{Space: appleSpace, Local: "calendar-order"}: ofBook(func(m *webdav.Multistatus, t webdav.Tag, v volume) { m.Int(t, v.book.Position) }),
}

func bookWords(kind book.Kind) bookProperty {
	return func(m *webdav.Multistatus, t webdav.Tag, v volume) bool {
		if v.kind != kind || v.book == nil || v.entry != nil || v.book.Description == "" {
			return false
		}
		m.Text(t, v.book.Description)
		return true
	}
}

// usualOfBooks are told to who asks for no property by name.
var usualOfBooks = []webdav.Name{
	webdav.D("resourcetype"), webdav.D("displayname"), webdav.D("getetag"), webdav.D("getcontenttype"), webdav.D("getlastmodified"),
}

// A bookAnswer tells of volumes what was asked.
type bookAnswer struct {
	*webdav.Multistatus
	asked []webdav.Name
	tags  []webdav.Tag
	ask   webdav.Find
}

// answer begins the answer to what was asked of books.
func (s *shelf) answer(w http.ResponseWriter, ask webdav.Find) *bookAnswer {
	w.Header().Set("Content-Type", webdav.Type)
	w.Header().Set("DAV", davBooks)
	w.WriteHeader(http.StatusMultiStatus)
	a := &bookAnswer{Multistatus: webdav.NewMultistatus(w), ask: ask, asked: ask.Props}
	if ask.All || ask.Names {
		a.asked = append(append([]webdav.Name{}, usualOfBooks...), ask.Props...)
	}
	for _, n := range a.asked {
		a.tags = append(a.tags, webdav.TagOf(n))
	}
	return a
}

// tell writes a volume.
func (a *bookAnswer) tell(path string, v volume) {
	a.Begin(webdav.Escape(path))
	for i, n := range a.asked {
		tell := bookProperties[n]
		switch {
		case a.ask.Names:
			a.Raw(a.tags[i], "")
		case tell != nil && tell(a.Multistatus, a.tags[i], v):
		case !a.ask.All:
			a.Missing(a.tags[i])
		}
	}
	a.End()
}

// find answers PROPFIND about an entry, a book, or where all of a kind stand.
func (s *shelf) find(w http.ResponseWriter, r *http.Request, slug, name string) error {
	ask, depth, err := s.finding(r)
	if err != nil {
		return err
	}
	if slug == "" {
		return s.findAll(w, r, ask, depth)
	}
	b, err := s.book(r.Context(), slug)
	if err != nil {
		return err
	}
	if name != "" {
		e, err := s.Books.Entry(r.Context(), b, name)
		if err != nil {
			return err
		}
		a := s.answer(w, ask)
		a.tell(s.at(slug, name), volume{s, b, &book.Mark{Name: name, State: e.State, ModifiedAt: e.ModifiedAt}})
		return a.Close()
	}
	var held []book.Mark
	if depth == webdav.One {
		if held, err = s.Books.Marks(r.Context(), b); err != nil {
			return err
		}
	}
	a := s.answer(w, ask)
	a.tell(s.at(slug, ""), volume{s, b, nil})
	for i := range held {
		a.tell(s.at(slug, held[i].Name), volume{s, b, &held[i]})
	}
	return a.Close()
}

func (s *shelf) findAll(w http.ResponseWriter, r *http.Request, ask webdav.Find, depth webdav.Depth) error {
	all, err := s.Books.List(r.Context(), me(r).who.ID, s.kind)
	if err != nil {
		return err
	}
	a := s.answer(w, ask)
	a.tell(s.home, volume{s, nil, nil})
	if depth == webdav.One {
		for _, b := range all {
			a.tell(s.at(b.Slug, ""), volume{s, b, nil})
		}
	}
	return a.Close()
}

// changes answers what changed in a book since a token (RFC 6578 §3.2). To who
// has none everything is new.
func (s *shelf) changes(w http.ResponseWriter, r *http.Request, slug string) error {
	ask, err := webdav.ParseReport(bytes.NewReader(s.raw))
	if err != nil {
		return unreadable(err)
	}
	b, err := s.book(r.Context(), slug)
	if err != nil {
		return err
	}
	since := book.State(0)
	if ask.Token != "" {
		var ok bool
		if since, ok = book.ParseState(strings.TrimPrefix(ask.Token, tokenPrefix)); !ok {
			return &refusal{http.StatusForbidden, "valid-sync-token", fault.New(fault.Denied, "fault.dav.changed")}
		}
	}
	changed, gone, now, err := s.Books.Changed(r.Context(), b, since)
	if fault.Is(err, fault.Conflict) {
		return &refusal{http.StatusForbidden, "valid-sync-token", err}
	}
	if err != nil {
		return err
	}
	a := s.answer(w, ask.Find)
	for i := range changed {
		a.tell(s.at(slug, changed[i].Name), volume{s, b, &changed[i]})
	}
	for _, name := range gone {
		a.Status(webdav.Escape(s.at(slug, name)), "404 Not Found")
	}
	a.SyncToken(tokenPrefix + now.String())
	return a.Close()
}

// bookLook are the properties of a book that devices set. A value that is taken away is "".
var bookLook = map[webdav.Name]func(b *book.Book, said string){
	webdav.D("displayname"):                              func(b *book.Book, said string) { b.Title = said },
	{Space: cardSpace, Local: "addressbook-description"}: func(b *book.Book, said string) { b.Description = said },
	{Space: calSpace, Local: "calendar-description"}:     func(b *book.Book, said string) { b.Description = said },
	{Space: appleSpace, Local: "calendar-color"}:         func(b *book.Book, said string) { b.Color = said },
	{Space: appleSpace, Local: "calendar-order"}: func(b *book.Book, said string) {
		b.Position, _ = strconv.ParseInt(said, 10, 64) // what is no number is the first place
	},
}

// patch answers PROPPATCH about a book: all of it, or nothing (RFC 4918 §9.2).
func (s *shelf) patch(w http.ResponseWriter, r *http.Request, slug string) error {
	all, err := webdav.ParsePatch(bytes.NewReader(s.raw))
	if err != nil {
		return unreadable(err)
	}
	var known, unknown []webdav.Name
	for _, one := range all {
		if bookLook[one.Name] == nil {
			unknown = append(unknown, one.Name)
		} else {
			known = append(known, one.Name)
		}
	}
	_, err = s.Books.Change(r.Context(), me(r).who.ID, s.kind, slug, func(b *book.Book) error {
		for _, one := range all {
			if set := bookLook[one.Name]; set != nil && len(unknown) == 0 {
				set(b, one.Value.Text())
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var outcomes []webdav.Outcome
	if len(unknown) > 0 {
		outcomes = append(outcomes, webdav.Outcome{Names: unknown, Status: "403 Forbidden", Reason: "cannot-modify-protected-property"})
	}
	if len(known) > 0 {
		o := webdav.Outcome{Names: known, Status: "200 OK"}
		if len(unknown) > 0 {
			o.Status = "424 Failed Dependency"
		}
		outcomes = append(outcomes, o)
	}
	a := s.answer(w, webdav.Find{})
	a.Outcomes(webdav.Escape(s.at(slug, "")), outcomes)
	return a.Close()
}
