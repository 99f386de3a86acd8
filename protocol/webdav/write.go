package webdav

import (
	"encoding/hex"
	"io"
	"strconv"
)

// Type is the media type of every answer in XML. Clients compare it by its letters.
const Type = "application/xml; charset=utf-8"

const prolog = `<?xml version="1.0" encoding="utf-8"?>` + "\n"

// flushAt is how many bytes are gathered before they are sent.
const flushAt = 32 << 10

// A Multistatus writes the answer of the same name (RFC 4918 §13) as it is made. For each
// resource: Begin, its properties, End. Close ends it.
type Multistatus struct {
	w       io.Writer
	b       []byte
	err     error
	found   bool // properties with status 200 are being written
	missing []Tag
}

// NewMultistatus begins an answer.
func NewMultistatus(w io.Writer) *Multistatus {
	m := &Multistatus{w: w, b: make([]byte, 0, flushAt+4<<10)}
	m.b = append(m.b, prolog+`<d:multistatus xmlns:d="DAV:" xmlns:s="`+sabre+`" xmlns:oc="`+ownCloud+`" xmlns:nc="`+nextcloud+`">`...)
	return m
}

// Begin begins a resource. The href is percent-encoded already.
func (m *Multistatus) Begin(href string) {
	m.b = append(append(append(m.b, "<d:response><d:href>"...), href...), "</d:href>"...)
}

func (m *Multistatus) prop() {
	if !m.found {
		m.found = true
		m.b = append(m.b, "<d:propstat><d:prop>"...)
	}
}

// Text writes a property of characters.
func (m *Multistatus) Text(t Tag, s string) {
	m.prop()
	m.b = append(appendText(append(m.b, t.open...), s), t.shut...)
}

// Raw writes a property whose value is XML, or plain characters that need no care.
func (m *Multistatus) Raw(t Tag, s string) {
	m.prop()
	if s == "" {
		m.b = append(m.b, t.empty...)
		return
	}
	m.b = append(append(append(m.b, t.open...), s...), t.shut...)
}

// Int writes a property that is a number.
func (m *Multistatus) Int(t Tag, n int64) {
	m.prop()
	m.b = append(strconv.AppendInt(append(m.b, t.open...), n, 10), t.shut...)
}

// Append writes a property whose value f appends, in characters that need no care.
func (m *Multistatus) Append(t Tag, f func(b []byte) []byte) {
	m.prop()
	m.b = append(f(append(m.b, t.open...)), t.shut...)
}

// Whole writes a property that is kept with its tags.
func (m *Multistatus) Whole(xml string) {
	m.prop()
	m.b = append(m.b, xml...)
}

// Missing says that the resource has no such property.
func (m *Multistatus) Missing(t Tag) { m.missing = append(m.missing, t) }

// End ends a resource: what was found first, then what was missing.
func (m *Multistatus) End() {
	if m.found || len(m.missing) == 0 {
		m.prop()
		m.b = append(m.b, "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"...)
	}
	if len(m.missing) > 0 {
		m.propstat(m.missing, "404 Not Found", "")
	}
	m.found, m.missing = false, m.missing[:0]
	m.end()
}

// propstat writes names with a status of their own.
func (m *Multistatus) propstat(names []Tag, status, reason string) {
	m.b = append(m.b, "<d:propstat><d:prop>"...)
	for _, t := range names {
		m.b = append(m.b, t.empty...)
	}
	m.b = append(m.b, "</d:prop><d:status>HTTP/1.1 "+status+"</d:status>"+reason+"</d:propstat>"...)
}

func (m *Multistatus) end() {
	m.b = append(m.b, "</d:response>"...)
	if len(m.b) >= flushAt {
		m.flush()
	}
}

// An Outcome is what became of properties.
type Outcome struct {
	Names  []Name
	Status string // such as "200 OK"
	Reason string // the name of an element of DAV: that says why (RFC 4918 §16), or ""
}

// Outcomes writes a resource with what became of properties.
func (m *Multistatus) Outcomes(href string, all []Outcome) {
	m.Begin(href)
	for _, o := range all {
		tags := make([]Tag, len(o.Names))
		for i, n := range o.Names {
			tags[i] = TagOf(n)
		}
		reason := ""
		if o.Reason != "" {
			reason = "<d:error><d:" + o.Reason + "/></d:error>"
		}
		m.propstat(tags, o.Status, reason)
	}
	m.end()
}

// Status writes a resource with a status as a whole.
func (m *Multistatus) Status(href, status string) {
	m.Begin(href)
	m.b = append(m.b, "<d:status>HTTP/1.1 "+status+"</d:status>"...)
	m.end()
}

// SyncToken says what a client asks by the next time (RFC 6578 §6.2).
func (m *Multistatus) SyncToken(token string) {
	m.b = append(appendText(append(m.b, "<d:sync-token>"...), token), "</d:sync-token>"...)
}

func (m *Multistatus) flush() {
	if m.err == nil {
		_, m.err = m.w.Write(m.b)
	}
	m.b = m.b[:0]
}

// Close ends the answer, and tells whether all of it was taken.
func (m *Multistatus) Close() error {
	m.b = append(m.b, "</d:multistatus>"...)
	m.flush()
	return m.err
}

// Error is the body of an answer that refuses, as Sabre writes it: clients show
// the message, and look for some of the names of exceptions. A condition is the
// name of an element of DAV: (RFC 4918 §16), or "".
func Error(exception, message, condition string) []byte {
	b := append([]byte(prolog), `<d:error xmlns:d="DAV:" xmlns:s="`+sabre+`">`...)
	if condition != "" {
		b = append(b, "<d:"+condition+"/>"...)
	}
	b = append(appendText(append(b, "<s:exception>"...), exception), "</s:exception>"...)
	b = append(appendText(append(b, "<s:message>"...), message), "</s:message></d:error>"...)
	return b
}

// PropBody is the body of an answer that is properties and no multistatus, as
// that of LOCK: a prop with XML in it.
func PropBody(xml string) []byte {
	return []byte(prolog + `<d:prop xmlns:d="DAV:">` + xml + `</d:prop>`)
}

// Escape is a path, or a name, as it stands in an href.
func Escape(path string) string { return string(AppendEscaped(nil, path)) }

// AppendEscaped appends a path as it stands in an href (RFC 3986 §2.3).
func AppendEscaped(b []byte, path string) []byte {
	from := 0
	for i := range len(path) {
		c := path[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '/' || c == '-' || c == '.' || c == '_' || c == '~' || c == '(' || c == ')' {
			continue
		}
		b = append(append(b, path[from:i]...), '%')
		b = append(b, upper[c>>4], upper[c&15])
		from = i + 1
	}
	return append(b, path[from:]...)
}

const upper = "0123456789ABCDEF"

// Token makes a lock token of 16 random bytes (RFC 4918 §6.5, RFC 9562 §5.4).
func Token(random [16]byte) string {
	random[6] = random[6]&0x0f | 0x40
	random[8] = random[8]&0x3f | 0x80
	h := hex.EncodeToString(random[:])
	return "urn:uuid:" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
