package site

import (
	"io"
	"mime"
	"net/http"
	"strings"

	"allod/internal/file"
	"allod/internal/server"
)

// raw sends what a file of the reader's holds, or a part of it (RFC 9110 §14).
func (s *Site) raw(w http.ResponseWriter, r *http.Request) error { return s.sendFile(w, r, false) }

// fetchFile is raw, to be saved under the file's name.
func (s *Site) fetchFile(w http.ResponseWriter, r *http.Request) error {
	return s.sendFile(w, r, true)
}

func (s *Site) sendFile(w http.ResponseWriter, r *http.Request, save bool) error {
	me := server.Me(r)
	if me == nil {
		return nothingHere()
	}
	n, _, err := s.nodeOf(r, &reader{me: me})
	if err != nil {
		return err
	}
	body, err := s.Files.Open(r.Context(), n)
	if err != nil {
		return err
	}
	defer body.Close()
	return sendBytes(w, r, n, `"`+n.Etag.String()+`"`, body, save)
}

// sendBytes sends what a file held, to its owner alone. Nothing of it runs on
// our origin: what browsers do not show by themselves is saved (RFC 6266).
func sendBytes(w http.ResponseWriter, r *http.Request, n *file.Node, etag string, body io.ReadSeeker, save bool) error {
	h := w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Cookie")
	kind := n.Mime
	if kind == "" || strings.Contains(kind, "json") {
		kind = "application/octet-stream"
	}
	h.Set("Content-Type", kind)
	disposition := "inline"
	if save || !shown(kind) && kind != pdf {
		disposition = "attachment"
	} else if kind == pdf {
		h.Set("Content-Security-Policy", framedPolicy)
		h.Set("X-Frame-Options", "SAMEORIGIN")
	}
	if named := mime.FormatMediaType(disposition, map[string]string{"filename": n.Name}); named != "" {
		disposition = named
	}
	h.Set("Content-Disposition", disposition)
	h.Set("ETag", etag)
	http.ServeContent(w, r, "", n.ModifiedAt, body)
	return nil
}
