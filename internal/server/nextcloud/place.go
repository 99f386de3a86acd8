package nextcloud

import (
	"net/http"
	"net/url"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// A place is what an address of the door leads to.
type place struct {
	area  string   // "files", "uploads", …; "" for what stands above them
	names []string // below a person's own, as they are called
	base  string   // what hrefs begin with, percent-encoded, up to the names
}

// path is that of the names, as package file takes it.
func (p place) path() string { return strings.Join(p.names, "/") }

// href is the address of a node with a path, as it stands in an answer.
func (p place) href(path string, folder bool) string {
	b := webdav.AppendEscaped([]byte(p.base+"/"), path)
	if folder && b[len(b)-1] != '/' {
		b = append(b, '/')
	}
	return string(b)
}

// place reads an address. NotFound for the files of somebody else, so that
// nothing is told of who lives here.
func (d *door) place(r *http.Request, escaped string) (place, error) {
	parts, err := webdav.Clean(escaped)
	if err != nil {
		return place{}, server.Malformed("the address: %w", err)
	}
	unknown := fault.New(fault.NotFound, "fault.file.unknown")
	if me(r).who.ID < 0 {
		return d.publicPlace(r, parts)
	}
	if len(parts) < 2 || parts[0] != "remote.php" {
		return place{}, unknown
	}
	switch parts[1] {
	case "webdav":
		return place{area: "files", names: parts[2:], base: "/remote.php/webdav"}, nil
	case "dav":
	default:
		return place{}, unknown
	}
	if len(parts) < 4 {
		return place{names: parts[2:], base: "/remote.php/dav"}, nil
	}
	if account.Fold(parts[3]) != account.Fold(me(r).who.Name) {
		return place{}, unknown
	}
	return place{area: parts[2], names: parts[4:], base: "/remote.php/dav/" + url.PathEscape(parts[2]) + "/" + url.PathEscape(parts[3])}, nil
}

// dav answers every method below /remote.php.
func (d *door) dav(w http.ResponseWriter, r *http.Request) error {
	p, err := d.place(r, r.URL.EscapedPath())
	if err != nil {
		return err
	}
	if r.Method == http.MethodOptions {
		return d.options(w)
	}
	if r.Method == "SEARCH" {
		return d.search(w, r)
	}
	switch p.area {
	case "":
		return d.above(w, r, p)
	case "files":
		return d.files(w, r, p)
	case "uploads":
		return d.uploads(w, r, p)
	case "trashbin":
		return d.trash(w, r, p)
	case "versions":
		return d.versions(w, r, p)
	case "photos":
		return d.photos(w, r, p)
	}
	return fault.New(fault.NotFound, "fault.file.unknown")
}

// davClasses are the parts of WebDAV that hold (RFC 4918 §18, RFC 5689 §4).
const davClasses = "1, 2, 3, extended-mkcol"

// allowed are the methods of files and folders.
const allowed = "OPTIONS, GET, HEAD, PUT, DELETE, MKCOL, COPY, MOVE, PROPFIND, PROPPATCH, LOCK, UNLOCK, SEARCH, REPORT"

// options says what the door can do (RFC 4918 §10.1).
func (d *door) options(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("DAV", davClasses)
	h.Set("Allow", allowed)
	h.Set("DASL", "<DAV:basicsearch>")
	h.Set("MS-Author-Via", "DAV")
	h.Set("Accept-Ranges", "bytes")
	h.Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
	return nil
}

// files answers a method about a person's files.
func (d *door) files(w http.ResponseWriter, r *http.Request, p place) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return d.get(w, r, p)
	case http.MethodPut:
		return d.put(w, r, p)
	case http.MethodDelete:
		return d.remove(w, r, p)
	case "PROPFIND":
		return d.find(w, r, p)
	case "PROPPATCH":
		return d.patch(w, r, p)
	case "REPORT":
		return d.report(w, r, p)
	case "MKCOL":
		return d.makeFolder(w, r, p)
	case "LOCK":
		return d.lock(w, r, p)
	case "UNLOCK":
		return d.unlock(w, r, p)
	case "MOVE", "COPY":
		return d.carry(w, r, p)
	}
	return forbids("fault.dav.method")
}
