package nextcloud

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/photo"
	"allod/internal/server"
)

// Photos are smaller pictures of what is among somebody's files, and what is known of it.
type Photos interface {
	Preview(ctx context.Context, owner id.ID, number int64, x, y int, cover bool) (*photo.Preview, io.ReadSeekCloser, error)
	Known(ctx context.Context, nodes []id.ID) (map[id.ID]*photo.Known, error)
}

// previewMost is the largest side that an app may ask for; there are none so large.
const previewMost = 8192

// previews puts the addresses of previews into mux, as apps know them.
func (d *door) previews(mux *http.ServeMux) {
	plain := server.Door{Log: d.Log, Face: server.JSONFace(d.Languages), Timeout: time.Minute}
	byQuery := plain.Handler(d.admit(d.preview))
	mux.Handle("GET /index.php/core/preview", byQuery)
	mux.Handle("GET /index.php/core/preview.png", byQuery)
	mux.Handle("GET /index.php/apps/files/api/v1/thumbnail/{x}/{y}/{path...}", plain.Handler(d.admit(d.thumbnail)))
}

// preview answers with a picture of the file that fileId or file names, at
// most x by y pixels large, or with mode=cover at least that.
func (d *door) preview(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	side := func(name string) (int, error) {
		if q.Get(name) == "" {
			return 32, nil
		}
		n, err := strconv.Atoi(q.Get(name))
		if err != nil || n <= 0 {
			return 0, server.Malformed("%s of a preview: %.20q", name, q.Get(name))
		}
		return min(n, previewMost), nil
	}
	x, err := side("x")
	if err != nil {
		return err
	}
	y, err := side("y")
	if err != nil {
		return err
	}
	var number int64
	if q.Has("fileId") {
		if number, err = strconv.ParseInt(q.Get("fileId"), 10, 64); err != nil {
			return server.Malformed("fileId: %w", err)
		}
	} else {
		n, err := d.Files.At(r.Context(), me(r).who.ID, q.Get("file"))
		if err != nil {
			return err
		}
		number = n.Number
	}
	return d.picture(w, r, number, x, y, q.Get("mode") == "cover")
}

// thumbnail is preview as Android asks for it.
func (d *door) thumbnail(w http.ResponseWriter, r *http.Request) error {
	x, notX := strconv.Atoi(r.PathValue("x"))
	y, notY := strconv.Atoi(r.PathValue("y"))
	if notX != nil || notY != nil || x <= 0 || y <= 0 {
		return server.Malformed("sides of a preview")
	}
	n, err := d.Files.At(r.Context(), me(r).who.ID, r.PathValue("path"))
	if err != nil {
		return err
	}
	return d.picture(w, r, n.Number, min(x, previewMost), min(y, previewMost), true)
}

func (d *door) picture(w http.ResponseWriter, r *http.Request, number int64, x, y int, cover bool) error {
	n, _, err := d.Files.ByNumber(r.Context(), me(r).who.ID, number)
	if err != nil {
		return err
	}
	p, body, err := d.Photos.Preview(r.Context(), n.OwnerID, number, x, y, cover)
	if fault.Is(err, fault.Unsupported, fault.Invalid) {
		err = fault.Wrap(err, fault.NotFound, "fault.photo.no_preview")
	}
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	guard(h, "preview", p.Mime)
	h.Set("Content-Disposition", "inline")
	h.Set("Cache-Control", "private, max-age=86400")
	h.Set("ETag", `"`+p.Etag()+`"`)
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}
