package nextcloud

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/media"
	"allod/internal/server"
)

// Portraits are the pictures of people, by what their accounts call them.
type Portraits interface {
	Open(ctx context.Context, key string) (*media.File, io.ReadSeekCloser, error)
}

// avatars puts the addresses of people's pictures into mux, as apps know them.
func (d *door) avatars(mux *http.ServeMux) {
	plain := server.Door{Log: d.Log, Face: server.JSONFace(d.Languages), Timeout: time.Minute}
	h := plain.Handler(d.admit(d.avatar))
	mux.Handle("GET "+remotePath+"dav/avatars/{name}/{size}", h)
	mux.Handle("GET /index.php/avatar/{name}/{size}", h)
	mux.Handle("GET /index.php/avatar/{name}/{size}/dark", h)
}

// avatar answers with the picture of somebody who lives here, in the one size
// there is. NotFound for who has none: apps draw letters then.
func (d *door) avatar(w http.ResponseWriter, r *http.Request) error {
	none := fault.New(fault.NotFound, "fault.media.unknown")
	who, err := d.People.ByName(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	if !who.Local || who.Gone() || who.Avatar == "" || strings.Contains(who.Avatar, "/") { // an address of elsewhere
		return none
	}
	f, body, err := d.Portraits.Open(r.Context(), who.Avatar)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	guard(h, "avatar", f.Mime)
	h.Set("Content-Disposition", "inline")
	h.Set("Cache-Control", "private, max-age=86400")
	h.Set("ETag", `"`+f.Key+`"`)
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}
