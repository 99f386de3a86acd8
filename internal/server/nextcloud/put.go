package nextcloud

import (
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
)

// put writes a file: 201 for a new one, 204 for one that was replaced (RFC 4918 §9.7).
func (d *door) put(w http.ResponseWriter, r *http.Request, p place) (err error) {
	if r.Header.Get("Content-Range") != "" || r.Header.Get("OC-Chunked") != "" { // RFC 9110 §14.5; the second is of ownCloud before uploads had a place of their own
		return server.BadRequest(fault.New(fault.Invalid, "fault.dav.part"))
	}
	server.Stream(r)
	defer func() {
		if err != nil {
			server.Drain(r)
		}
	}()
	in, err := d.writing(r)
	if err != nil {
		return err
	}
	in.Parents = parents(r)
	list, check, err := d.conditions(r, p)
	if err != nil {
		return err
	}
	in.Check, in.Tokens = check, tokens(list)
	body := &body{r: r.Body}
	n, fresh, err := d.Files.Put(r.Context(), me(r).who.ID, p.path(), body, in)
	if err != nil {
		return body.fault(err)
	}
	d.written(w, r, n, fresh)
	return nil
}

// parents reports whether folders that are missing are to be made, which apps ask in two spellings.
func parents(r *http.Request) bool {
	return asked(r, "X-NC-WebDAV-Auto-Mkcol") || asked(r, "X-NC-WebDAV-AutoMkcol")
}

// writing reads what the headers say of content on its way in.
func (d *door) writing(r *http.Request) (in file.Write, err error) {
	in.Size = r.ContentLength
	for _, name := range []string{"OC-Total-Length", "X-Expected-Entity-Length"} { // the second is Finder's, which sends no length
		if n, err := strconv.ParseInt(r.Header.Get(name), 10, 64); err == nil && n >= 0 && in.Size < 0 {
			in.Size = n
		}
	}
	if in.Sum, err = file.ParseSum(r.Header.Get("OC-Checksum")); err != nil {
		return in, err
	}
	if in.ModifiedAt, err = when(r, "X-OC-MTime"); err != nil {
		return in, err
	}
	in.MadeAt, err = when(r, "X-OC-CTime")
	return in, err
}

// written says what became of a file.
func (d *door) written(w http.ResponseWriter, r *http.Request, n *file.Node, fresh bool) {
	h := w.Header()
	d.describe(h, n)
	if r.Header.Get("X-OC-MTime") != "" {
		h.Set("X-OC-MTime", "accepted")
	}
	if r.Header.Get("X-OC-CTime") != "" {
		h.Set("X-OC-CTime", "accepted")
	}
	if sums := strings.Fields(n.Checksums); len(sums) > 0 {
		h.Set("OC-Checksum", sums[0])
	}
	h.Set("Content-Length", "0")
	if fresh {
		w.WriteHeader(http.StatusCreated)
		return
	}
	h.Del("Content-Length")
	w.WriteHeader(http.StatusNoContent)
}

// The earliest and latest moments that a file can say it is of: apps take 0 for none.
const (
	secondMin = 1
	secondMax = 253_402_300_799 // 9999-12-31T23:59:59Z
)

// when reads a moment in seconds, also with a fraction, as iOS sends them. One
// that cannot be is the nearest that can; the zero time is for none.
func when(r *http.Request, header string) (time.Time, error) {
	v := strings.TrimSpace(r.Header.Get(header))
	if v == "" {
		return time.Time{}, nil
	}
	s, err := strconv.ParseFloat(v, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || math.IsNaN(s) {
		return time.Time{}, server.BadRequest(fault.New(fault.Invalid, "fault.dav.time"))
	}
	return moment(s), nil
}

func moment(seconds float64) time.Time {
	seconds = min(max(seconds, secondMin), secondMax)
	whole := math.Floor(seconds)
	return time.Unix(int64(whole), int64((seconds-whole)*1e6)*1000).UTC()
}

// asked reports whether a header says yes.
func asked(r *http.Request, header string) bool {
	v := strings.ToLower(r.Header.Get(header))
	return v == "1" || v == "true"
}

// A body tells what went wrong on the wire from what went wrong here.
type body struct {
	r   io.Reader
	err error
}

// Read reads on.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// fault is what to say of an error that came up while the body was read.
func (b *body) fault(err error) error {
	if b.err != nil {
		return server.BodyError(b.err)
	}
	return err
}
