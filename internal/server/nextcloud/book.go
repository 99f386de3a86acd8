package nextcloud

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/emersion/go-webdav"
	"github.com/emersion/go-webdav/caldav"
	"github.com/emersion/go-webdav/carddav"

	"allod/internal/account"
	"allod/internal/book"
	"allod/internal/fault"
	"allod/internal/server"
)

// The addresses of contacts and calendars.
const (
	principalsPath = "/remote.php/dav/principals/"
	contactsPath   = "/remote.php/dav/addressbooks/"
	datesPath      = "/remote.php/dav/calendars/"
)

// bookRequestMax bounds a request about entries, which may name many of them, in bytes.
const bookRequestMax = 2 << 20

// books puts into mux what phones sync contacts and calendars by (CardDAV, RFC
// 6352; CalDAV, RFC 4791), and the ways by which they find it (RFC 6764 §5).
func (d *door) books(mux *http.ServeMux, dav server.Door) {
	mux.Handle(principalsPath, dav.Handler(d.admit(d.principal)))
	mux.Handle(contactsPath+"users/{who}/", dav.Handler(d.admit(d.shelf(book.Contacts))))
	mux.Handle(datesPath+"{who}/", dav.Handler(d.admit(d.shelf(book.Dates))))
	for _, name := range []string{"carddav", "caldav"} {
		mux.Handle("/.well-known/"+name, http.RedirectHandler(d.Origin+"/remote.php/dav/", http.StatusPermanentRedirect))
	}
}

// A shelf is somebody's books of a kind, in a request.
type shelf struct {
	*door
	r    *http.Request
	kind book.Kind
	home string // its address, not escaped
	raw  []byte // the body of a PUT, as it came
	// why is the error behind what the library was told, which the door shows.
	why error
}

// principalOf is the address that stands for somebody.
func principalOf(name string) string { return principalsPath + "users/" + name + "/" }

func homeOf(kind book.Kind, name string) string {
	if kind == book.Contacts {
		return contactsPath + "users/" + name + "/"
	}
	return datesPath + name + "/"
}

// principal tells where somebody's books are.
func (d *door) principal(w http.ResponseWriter, r *http.Request) error {
	who := me(r).who.Name
	r.Body = http.MaxBytesReader(w, r.Body, bookRequestMax)
	webdav.ServePrincipal(w, r, &webdav.ServePrincipalOptions{
		CurrentUserPrincipalPath: principalOf(who),
		HomeSets: []webdav.BackendSuppliedHomeSet{
			carddav.NewAddressBookHomeSet(homeOf(book.Contacts, who)), caldav.NewCalendarHomeSet(homeOf(book.Dates, who)),
		},
		Capabilities: []webdav.Capability{carddav.CapabilityAddressBook, caldav.CapabilityCalendar},
	})
	return nil
}

// shelf answers every method about books of a kind. What the library refuses
// with an error of ours is shown by the door, in its words.
func (d *door) shelf(kind book.Kind) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who := me(r).who.Name
		if account.Fold(r.PathValue("who")) != account.Fold(who) {
			return fault.New(fault.NotFound, "fault.book.unknown")
		}
		s := &shelf{door: d, r: r, kind: kind, home: homeOf(kind, who)}
		r = named(r, s.home)
		if err := s.take(w, r); err != nil {
			return err
		}
		slug, name, err := s.place(r.URL.Path)
		if err != nil {
			return err
		}
		switch {
		case r.Method == "PROPFIND":
			return s.find(w, r, slug, name)
		case r.Method == "PROPPATCH" && slug != "" && name == "":
			return s.patch(w, r, slug)
		case r.Method == "REPORT" && slug != "" && name == "" && bytes.Contains(s.raw[:min(len(s.raw), 512)], []byte("sync-collection")):
			return s.changes(w, r, slug)
		case name != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
			return s.show(w, r, slug, name)
		case name == "" && slug != "" && r.Method == http.MethodDelete:
			if err := d.Books.Remove(r.Context(), me(r).who.ID, kind, slug); err != nil {
				return err
			}
			w.WriteHeader(http.StatusNoContent)
			return nil
		case r.Method == "MKCALENDAR" && kind == book.Dates:
			return s.makeCalendar(w, r, slug)
		}
		return s.hand(w, r)
	}
}

// named has a request be about the home as it is spelled here.
func named(r *http.Request, home string) *http.Request {
	u := *r.URL
	if len(u.Path) >= len(home) {
		u.Path, u.RawPath = home+u.Path[len(home):], ""
	}
	r = r.Clone(r.Context())
	r.URL = &u
	return r
}

// take reads the body, which may be no longer than an entry or a list of them.
func (s *shelf) take(w http.ResponseWriter, r *http.Request) error {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bookRequestMax))
	if err != nil {
		return server.BodyError(err)
	}
	s.raw = b
	r.Body = io.NopCloser(bytes.NewReader(b))
	r.ContentLength = int64(len(b))
	return nil
}

// hand leaves a request to the library, and shows the error behind its refusal.
func (s *shelf) hand(w http.ResponseWriter, r *http.Request) error {
	held := &holding{header: http.Header{}}
	if s.kind == book.Contacts {
		(&carddav.Handler{Backend: contacts{s}, Prefix: strings.TrimSuffix(contactsPath, "/")}).ServeHTTP(held, r)
	} else {
		(&caldav.Handler{Backend: dates{s}, Prefix: "/remote.php/dav"}).ServeHTTP(held, r)
	}
	if s.why != nil && held.status >= http.StatusBadRequest {
		return s.why
	}
	for name, values := range held.header {
		w.Header()[name] = values
	}
	if held.status >= http.StatusBadRequest && held.header.Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	}
	w.WriteHeader(max(held.status, http.StatusOK))
	_, err := w.Write(held.body.Bytes())
	return err
}

// A holding keeps an answer until it is known whether it goes out.
type holding struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is that of the answer.
func (h *holding) Header() http.Header { return h.header }

// WriteHeader keeps the first status.
func (h *holding) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Write keeps what is written.
func (h *holding) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(b)
}

// because remembers the error behind a refusal of the library.
func (s *shelf) because(err error) error {
	if err == nil {
		return nil
	}
	s.why = err
	return webdav.NewHTTPError(server.Status(err), errors.New("refused"))
}

// place takes a path apart: the book, and the entry in it, each "" where the path ends before.
func (s *shelf) place(path string) (slug, name string, err error) {
	rest, ok := strings.CutPrefix(path, s.home)
	if !ok {
		return "", "", fault.New(fault.NotFound, "fault.book.unknown")
	}
	slug, name, _ = strings.Cut(rest, "/")
	if strings.Contains(name, "/") {
		return "", "", fault.New(fault.NotFound, "fault.book.unknown")
	}
	return slug, name, nil
}

// entry finds a book and the entry of it that a path leads to, nil for the book itself.
func (s *shelf) entry(ctx context.Context, path string) (b *book.Book, e *book.Entry, err error) {
	slug, name, err := s.place(path)
	if err != nil {
		return nil, nil, err
	}
	if b, err = s.book(ctx, slug); err != nil || name == "" {
		return b, nil, err
	}
	e, err = s.Books.Entry(ctx, b, name)
	return b, e, err
}

func (s *shelf) book(ctx context.Context, slug string) (*book.Book, error) {
	return s.Books.Get(ctx, me(s.r).who.ID, s.kind, slug)
}

// called is what a book without a title is called.
func (s *shelf) called(b *book.Book) string {
	if b.Title != "" {
		return b.Title
	}
	return s.Languages.Match(s.r.Header.Get("Accept-Language"), "").T("book." + string(s.kind))
}

// bookType is the media type of what books of a kind hold.
var bookType = map[book.Kind]string{book.Contacts: "text/vcard; charset=utf-8", book.Dates: "text/calendar; charset=utf-8"}

// show hands out an entry as it was written.
func (s *shelf) show(w http.ResponseWriter, r *http.Request, slug, name string) error {
	b, err := s.book(r.Context(), slug)
	if err != nil {
		return err
	}
	e, err := s.Books.Entry(r.Context(), b, name)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", bookType[s.kind])
	h.Set("ETag", strconv.Quote(e.State.String()))
	h.Set("Content-Disposition", "attachment")
	http.ServeContent(w, r, "", e.ModifiedAt, strings.NewReader(e.Body))
	return nil
}

// matches is the condition on which an entry is written or deleted (RFC 9110 §13.1).
func matches(ifMatch, ifNoneMatch webdav.ConditionalMatch) func(now *book.Entry) error {
	return func(now *book.Entry) error {
		state := ""
		if now != nil {
			state = now.State.String()
		}
		if ifNoneMatch.IsSet() {
			if same, err := ifNoneMatch.MatchETag(state); err != nil || same {
				return changed()
			}
		}
		if ifMatch.IsSet() {
			if same, err := ifMatch.MatchETag(state); err != nil || !same {
				return changed()
			}
		}
		return nil
	}
}

// conditions are those of a request, for what the library does not hand over.
func (s *shelf) conditions() func(now *book.Entry) error {
	h := s.r.Header
	return matches(webdav.ConditionalMatch(h.Get("If-Match")), webdav.ConditionalMatch(h.Get("If-None-Match")))
}

// write keeps the body of a PUT as an entry.
func (s *shelf) write(ctx context.Context, path, uid string, check func(*book.Entry) error) (*book.Entry, error) {
	slug, name, err := s.place(path)
	if err != nil {
		return nil, err
	}
	b, err := s.book(ctx, slug)
	if err != nil {
		return nil, err
	}
	e, _, err := s.Books.Put(ctx, b, book.Entry{Name: name, UID: uid, Body: string(s.raw)}, check)
	return e, err
}

// drop deletes an entry.
func (s *shelf) drop(ctx context.Context, path string) error {
	b, e, err := s.entry(ctx, path)
	if err != nil {
		return err
	}
	if e == nil {
		return fault.New(fault.NotFound, "fault.book.unknown")
	}
	return s.Books.Delete(ctx, b, e.Name, s.conditions())
}

// make makes a book at a path.
func (s *shelf) make(ctx context.Context, path string, b book.Book) error {
	slug, name, err := s.place(path)
	if err == nil && name != "" {
		err = fault.New(fault.Invalid, "fault.book.name")
	}
	if err != nil {
		return err
	}
	b.OwnerID, b.Kind, b.Slug = me(s.r).who.ID, s.kind, slug
	_, err = s.Books.Make(ctx, b)
	return err
}

// at is the address of an entry of a book, or the book itself, not escaped.
func (s *shelf) at(slug, name string) string { return s.home + slug + "/" + name }

// CurrentUserPrincipal is the address of who asks.
func (s *shelf) CurrentUserPrincipal(context.Context) (string, error) {
	return (&url.URL{Path: principalOf(me(s.r).who.Name)}).Path, nil
}
