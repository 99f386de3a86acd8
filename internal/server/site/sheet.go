package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"allod/internal/id"
)

const htmlType = "text/html; charset=utf-8"

// draw answers a reader with a page or a part of one, which nobody keeps.
func (s *Site) draw(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	b := s.buffer()
	defer s.done(b)
	if err := c.Render(r.Context(), b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", htmlType)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("Vary", "Cookie, Accept-Language, X-Fragment")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}

// bufferMax is the largest buffer that is kept for the next page, in bytes.
const bufferMax = 1 << 20

func (s *Site) buffer() *bytes.Buffer {
	if b, ok := s.buffers.Get().(*bytes.Buffer); ok {
		return b
	}
	return new(bytes.Buffer)
}

func (s *Site) done(b *bytes.Buffer) {
	if b.Cap() <= bufferMax {
		b.Reset()
		s.buffers.Put(b)
	}
}

// A sheet is a public thing at its address: a page, a feed, or the way to
// where it really is.
type sheet struct {
	page  templ.Component // or
	feed  []byte          // of the type kind, or
	to    string          // where it is
	kind  string
	about []id.ID // whose things it shows
	// changed is when what it shows last changed, zero where that is not said.
	changed time.Time
	links   []string // values of Link (RFC 8288)
	self    string   // its own address
}

// publish answers with the sheet that write makes. What a visitor sees at an
// address without a query is kept for a moment and written once for all.
func (s *Site) publish(w http.ResponseWriter, r *http.Request, v *reader, write func() (*sheet, error)) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nothingHere()
	}
	visitor := v.me == nil && r.URL.RawQuery == ""
	name := ""
	if visitor {
		name = v.words.Tag() + " " + v.host() + r.URL.Path
		if l := s.pages.get(name); l != nil {
			return l.answer(w, r)
		}
	}
	since := s.pages.since()
	sh, err := write()
	if err != nil {
		return err
	}
	if sh.to != "" {
		w.Header().Set("Vary", "Cookie, Accept, Accept-Language")
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Location", sh.to)
		w.WriteHeader(http.StatusFound)
		return nil
	}
	if v.me != nil && sh.page != nil {
		return s.draw(w, r, http.StatusOK, sh.page)
	}
	l, err := s.leaf(r.Context(), sh)
	if err != nil {
		return err
	}
	if visitor {
		s.pages.put(name, l, since)
	}
	return l.answer(w, r)
}

// leaf is a sheet as bytes.
func (s *Site) leaf(ctx context.Context, sh *sheet) (*leaf, error) {
	l := &leaf{body: sh.feed, kind: sh.kind, about: sh.about, links: sh.links}
	if !sh.changed.IsZero() {
		l.changed = sh.changed.UTC().Format(http.TimeFormat)
	}
	if sh.page != nil {
		b := s.buffer()
		defer s.done(b)
		if err := sh.page.Render(ctx, b); err != nil {
			return nil, err
		}
		l.body, l.kind = bytes.Clone(b.Bytes()), htmlType
	}
	sum := sha256.Sum256(l.body)
	l.etag, l.length = `"`+hex.EncodeToString(sum[:12])+`"`, strconv.Itoa(len(l.body))
	return l, nil
}

// answer sends a leaf, or that it has not changed (RFC 9110 §13.1). A date is
// believed only where it is ours to the second: what was deleted makes a leaf older.
func (l *leaf) answer(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("ETag", l.etag)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Cookie, Accept, Accept-Language")
	if len(l.links) > 0 {
		h["Link"] = l.links
	}
	if l.changed != "" {
		h.Set("Last-Modified", l.changed)
	}
	tags := r.Header.Get("If-None-Match")
	if matches(tags, l.etag) || tags == "" && l.changed != "" && r.Header.Get("If-Modified-Since") == l.changed {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", l.kind)
	h.Set("Content-Length", l.length)
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	_, err := w.Write(l.body)
	return err
}

// matches reports whether If-None-Match names a tag, by weak comparison.
func matches(header, etag string) bool {
	for header != "" {
		var one string
		one, header, _ = strings.Cut(header, ",")
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == etag || one == "*" {
			return true
		}
	}
	return false
}
