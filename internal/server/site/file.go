package site

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/server"
	"allod/web"
)

// filePolicy keeps what people uploaded from running on our origin.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

// framedPolicy is that of a document which the page of its file shows in a frame.
const framedPolicy = "sandbox; default-src 'none'; frame-ancestors 'self'"

// pdf is the type of documents that browsers show by themselves, apart from pages.
const pdf = "application/pdf"

// rasters are the pictures that browsers may show in place.
var rasters = []string{"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"}

// shown reports whether a browser may show what people uploaded in place:
// pictures of pixels, sounds and films. Everything else is saved to disk.
func shown(mime string) bool {
	return slices.Contains(rasters, mime) || strings.HasPrefix(mime, "audio/") || strings.HasPrefix(mime, "video/")
}

// file hands out a media file to whoever has its address. The address says
// nothing and ends with the post, which browsers learn within a day.
func (s *Site) file(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("key")
	f, body, err := s.Media.Open(r.Context(), key)
	if fault.Is(err, fault.NotFound) && r.Header.Get("Cookie") != "" {
		return s.Sessions.Handler(s.sealedFile)(w, r)
	}
	if err != nil {
		return err
	}
	defer body.Close()
	return serve(w, r, f.Mime, `"`+key+`"`, body)
}

// sealedFile hands out a file of a draft to its owner.
func (s *Site) sealedFile(w http.ResponseWriter, r *http.Request) error {
	me := server.Me(r)
	if me == nil {
		return nothingHere()
	}
	f, body, err := s.Media.OpenSealed(r.Context(), me.ID, r.PathValue("key"))
	if err != nil {
		return err
	}
	defer body.Close()
	w.Header().Set("Cache-Control", "private, no-store")
	return serve(w, r, f.Mime, `"`+f.Key+`"`, body)
}

// serve sends bytes that people uploaded, or a part of them (RFC 9110 §14).
func serve(w http.ResponseWriter, r *http.Request, mime, etag string, body io.ReadSeeker) error {
	h := w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "public, max-age=86400, immutable")
	}
	if mime == "" || strings.Contains(mime, "json") {
		mime = "application/octet-stream"
	}
	h.Set("Content-Type", mime)
	h.Set("Content-Disposition", "inline")
	if !shown(mime) {
		h.Set("Content-Disposition", "attachment")
	}
	h.Set("ETag", etag)
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}

// asset hands out a style sheet, script or drawing. Its address names its
// content, so it is kept forever (RFC 8246).
func (s *Site) asset(w http.ResponseWriter, r *http.Request) error {
	a, ok := s.assets.Get(r.URL.Path)
	if !ok {
		return nothingHere()
	}
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	if len(a.Gzip) < len(a.Body) && acceptsGzip(r) && r.Header.Get("Range") == "" {
		h.Set("Content-Encoding", "gzip")
		_, err := w.Write(a.Gzip)
		return err
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.Body))
	return nil
}

// acceptsGzip reports whether a client takes gzip (RFC 9110 §12.5.3).
func acceptsGzip(r *http.Request) bool {
	for one := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && weight != "q=0.0" && weight != "q=0.00" && weight != "q=0.000"
		}
	}
	return false
}

// favicon leads those who do not read the page to the sign of the house.
func (s *Site) favicon(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=86400")
	w.Header().Set("Location", s.assets.Path("logo.svg"))
	w.WriteHeader(http.StatusFound)
	return nil
}

// robots asks machines to stay with what is public.
func (s *Site) robots(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, err := io.WriteString(w, "User-agent: *\nDisallow: "+loginPath+"\nDisallow: "+proxyPath+"\nAllow: "+web.AssetPrefix+
		"\n\nSitemap: "+s.mapOrigin(&reader{domain: server.Domain(r)})+sitemapPath+"\n")
	return err
}

// isPicture looks at bytes again before they leave: a picture of pixels,
// whatever it is called.
func isPicture(mime string, body io.ReadSeeker) error {
	head := make([]byte, 512)
	n, err := io.ReadFull(body, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return err
	}
	found := http.DetectContentType(head[:n])
	if mime == "image/avif" && n > 12 && string(head[4:8]) == "ftyp" {
		found = mime // not among those that DetectContentType knows
	}
	if found != mime || !slices.Contains(rasters, mime) {
		return fault.New(fault.Unsupported, "fault.media.kind").Because("a picture of another server is %q and says it is %.40q", found, mime)
	}
	return nil
}
