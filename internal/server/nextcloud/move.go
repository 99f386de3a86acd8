package nextcloud

import (
	"errors"
	"mime"
	"net/http"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/protocol/webdav"
)

// remove throws a file or folder away, or deletes it for good where the device asks that.
func (d *door) remove(w http.ResponseWriter, r *http.Request, p place) error {
	list, check, err := d.conditions(r, p)
	if err != nil {
		return err
	}
	if err := d.Files.Delete(r.Context(), me(r).who.ID, p.path(), asked(r, "X-NC-Skip-Trashbin"), check, tokens(list)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// makeFolder answers MKCOL (RFC 4918 §9.3), also the extended one (RFC 5689).
func (d *door) makeFolder(w http.ResponseWriter, r *http.Request, p place) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.ContentLength != 0 && kind != "" && kind != "application/xml" && kind != "text/xml" {
		return fault.New(fault.Unsupported, "")
	}
	if _, err := webdav.ParseMake(r.Body); err != nil {
		return unreadable(err)
	}
	list, _, err := d.conditions(r, p)
	if err != nil {
		return err
	}
	n, err := d.Files.MakeFolder(r.Context(), me(r).who.ID, p.path(), tokens(list))
	if errors.Is(err, file.ErrExists) {
		return &refusal{http.StatusMethodNotAllowed, "", err}
	}
	if err != nil {
		return err
	}
	d.describe(w.Header(), n)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusCreated)
	return nil
}

// carry answers MOVE and COPY (RFC 4918 §9.8, §9.9).
func (d *door) carry(w http.ResponseWriter, r *http.Request, p place) error {
	to, err := d.destination(r)
	if err != nil {
		return err
	}
	if to.area == "photos" && r.Method == "COPY" {
		n, err := d.Files.At(r.Context(), me(r).who.ID, p.path())
		if err != nil {
			return err
		}
		return d.intoAlbum(w, r, n.Number, to)
	}
	if to.area != "files" {
		return fault.New(fault.Denied, "fault.dav.there")
	}
	over, err := webdav.Overwrite(r.Header)
	if err != nil {
		return server.Malformed("%w", err)
	}
	list, check, err := d.conditions(r, p)
	if err != nil {
		return err
	}
	depth, err := webdav.ParseDepth(r.Header, webdav.Infinity)
	if err != nil || depth == webdav.One {
		return server.Malformed("this depth: %w", err)
	}
	target := file.Place{Path: to.path(), Overwrite: over, Shallow: depth == webdav.Zero, Tokens: tokens(list), Check: func(n, _ *file.Node) error { return check(n) }}
	act := d.Files.Move
	if r.Method == "COPY" {
		act = d.Files.Copy
	}
	n, fresh, err := act(r.Context(), me(r).who.ID, p.path(), target)
	if errors.Is(err, file.ErrExists) {
		return &refusal{http.StatusPreconditionFailed, "", err}
	}
	if err != nil {
		return err
	}
	d.written(w, r, n, fresh)
	return nil
}

// destination is the place that a header of that name leads to.
func (d *door) destination(r *http.Request) (place, error) {
	escaped, err := webdav.Destination(r.Header, r.Host)
	if errors.Is(err, webdav.ErrElsewhere) {
		return place{}, &refusal{http.StatusBadGateway, "", fault.Wrap(err, fault.Invalid, "fault.dav.elsewhere")}
	}
	if err != nil {
		return place{}, server.Malformed("%w", err)
	}
	return d.place(r, escaped)
}
