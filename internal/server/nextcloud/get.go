package nextcloud

import (
	"mime"
	"net/http"
	"strings"

	"allod/internal/file"
)

// get answers with what a file holds, or a part of it.
func (d *door) get(w http.ResponseWriter, r *http.Request, p place) error {
	n, err := d.Files.At(r.Context(), me(r).who.ID, p.path())
	if err != nil {
		return err
	}
	if n.Folder {
		if r.Method != http.MethodHead {
			return forbids("fault.file.folder")
		}
		d.describe(w.Header(), n)
		w.WriteHeader(http.StatusOK)
		return nil
	}
	if err := bare(me(r).link, n); err != nil {
		return err
	}
	return d.serve(w, r, n)
}

// serve answers with a file (RFC 9110 §14, which http.ServeContent knows).
func (d *door) serve(w http.ResponseWriter, r *http.Request, n *file.Node) error {
	content, err := d.Files.Open(r.Context(), n)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	d.describe(h, n)
	if n.Checksums != "" {
		h.Set("OC-Checksum", strings.Fields(n.Checksums)[0])
	}
	guard(h, n.Name, n.Mime)
	http.ServeContent(w, r, "", n.ModifiedAt, content)
	return nil
}

// describe tells of a node in headers.
func (d *door) describe(h http.Header, n *file.Node) {
	tag := `"` + n.Etag.String() + `"`
	h.Set("ETag", tag)
	h.Set("OC-ETag", tag)
	h.Set("OC-FileId", d.id(n))
}

// guard has a browser keep what a person's file holds, and never show or run it.
func guard(h http.Header, name, kind string) {
	if strings.HasSuffix(kind, "+json") { // what another server would take for a document of this home
		kind = "application/octet-stream"
	}
	if strings.HasPrefix(kind, "text/") {
		kind += "; charset=utf-8"
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}
