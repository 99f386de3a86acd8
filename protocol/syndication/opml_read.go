package syndication

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Why a list of feeds cannot be read.
var (
	ErrNotOPML  = errors.New("syndication: no OPML")
	ErrEntities = errors.New("syndication: a document type with definitions of its own")
	ErrDeep     = errors.New("syndication: too deep")
	ErrEncoding = errors.New("syndication: an encoding that is not known")
)

// depthMax is how deep folders of a list may lie in each other.
const depthMax = 64

// ReadOPML reads the sources of a list of feeds (OPML 1.0 and 2.0), those in
// folders too, at most most of them. What is in the text is not resolved:
// definitions of entities are refused. raw may be in any encoding that
// browsers know and that it declares.
func ReadOPML(raw []byte, most int) ([]Source, error) {
	d := xml.NewDecoder(inUTF8(raw))
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		out, err := charset.NewReaderLabel(label, in)
		if err != nil {
			return nil, ErrEncoding
		}
		return out, nil
	}
	var out []Source
	for depth, rooted := 0, false; ; {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && rooted:
			return out, nil
		case errors.Is(err, ErrEncoding):
			return nil, ErrEncoding
		case err != nil:
			return nil, fmt.Errorf("%w: %w", ErrNotOPML, err)
		}
		switch t := t.(type) {
		case xml.Directive:
			if bytes.ContainsAny(t, "[") {
				return nil, ErrEntities
			}
		case xml.StartElement:
			if depth++; depth > depthMax {
				return nil, ErrDeep
			}
			if !rooted && !strings.EqualFold(t.Name.Local, "opml") {
				return nil, ErrNotOPML
			}
			rooted = true
			if s, ok := sourceOf(t); ok && len(out) < most {
				out = append(out, s)
			}
		case xml.EndElement:
			depth--
		}
	}
}

// inUTF8 is raw as it is, or decoded where a byte order mark says that it is
// UTF-16: the declaration of the encoding cannot be read before.
func inUTF8(raw []byte) io.Reader {
	if bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) || bytes.HasPrefix(raw, []byte{0xFE, 0xFF}) {
		text, _, err := transform.Bytes(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), raw)
		if err == nil {
			return bytes.NewReader(withoutDeclaration(text))
		}
	}
	return bytes.NewReader(bytes.TrimPrefix(raw, []byte("\uFEFF")))
}

// withoutDeclaration takes the XML declaration away, whose encoding is not that of text any more.
func withoutDeclaration(text []byte) []byte {
	if i := bytes.Index(text, []byte("?>")); i >= 0 && bytes.HasPrefix(text, []byte("<?xml")) {
		return text[i+2:]
	}
	return text
}

// sourceOf reads an outline that is a source and no folder.
func sourceOf(e xml.StartElement) (Source, bool) {
	if !strings.EqualFold(e.Name.Local, "outline") {
		return Source{}, false
	}
	var s Source
	var title, description string
	for _, a := range e.Attr {
		switch strings.ToLower(a.Name.Local) {
		case "text":
			s.Name = a.Value
		case "title":
			title = a.Value
		case "xmlurl":
			s.Feed = a.Value
		case "htmlurl":
			s.Page = a.Value
		case "url":
			if s.Page == "" {
				s.Page = a.Value
			}
		case "description":
			description = a.Value
		}
	}
	if s.Name == "" {
		s.Name = title
	}
	// A list of ours says in the description how somebody is called.
	if name, host, ok := strings.Cut(strings.TrimPrefix(description, "@"), "@"); ok && !strings.ContainsAny(name+host, " \t\r\n@/") && strings.Contains(host, ".") {
		s.Handle = name + "@" + host
	}
	return s, s.Feed != "" || s.Page != ""
}
