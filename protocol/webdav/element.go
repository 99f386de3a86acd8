package webdav

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Caps of a body.
const (
	BodyMax    = 256 << 10 // bytes
	depthMax   = 32        // elements in each other
	elementMax = 5000
)

// ErrEmpty is that a body holds nothing, which some methods allow.
var ErrEmpty = errors.New("the body is empty")

// An Element is a part of a body.
type Element struct {
	Name
	Lang  string // xml:lang in scope (RFC 4918 §4.3), "" for none
	attrs []attribute
	nodes []node
}

type attribute struct {
	Name
	value string
}

// A node is an element, or text where that is nil.
type node struct {
	element *Element
	text    string
}

// Children are the elements within.
func (e *Element) Children() (all []*Element) {
	for _, n := range e.nodes {
		if n.element != nil {
			all = append(all, n.element)
		}
	}
	return all
}

// Child is the first element within of a name, nil for none.
func (e *Element) Child(n Name) *Element {
	if e == nil {
		return nil
	}
	for _, c := range e.nodes {
		if c.element != nil && c.element.Name == n {
			return c.element
		}
	}
	return nil
}

// Text is the characters directly within, without space around them.
func (e *Element) Text() string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	for _, n := range e.nodes {
		b.WriteString(n.text)
	}
	return strings.TrimSpace(b.String())
}

// parse reads a body. The error is ErrEmpty for one that holds nothing.
func parse(r io.Reader) (*Element, error) {
	limited := &io.LimitedReader{R: r, N: BodyMax + 1}
	root, err := (&reader{d: xml.NewDecoder(limited)}).read()
	if limited.N == 0 {
		return nil, fmt.Errorf("the body has more than %d bytes", BodyMax)
	}
	return root, err
}

// A reader resolves prefixes by itself: the library takes one that is not
// bound for a namespace, and one that is bound to nothing for good.
type reader struct {
	d     *xml.Decoder
	open  []*Element
	bound [][2]string // prefix, namespace; the innermost last
	marks []int       // of bound, for each open element
	count int
}

func (r *reader) read() (root *Element, err error) {
	for {
		token, err := r.d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if root != nil && len(r.open) == 0 {
				return nil, errors.New("the body has two roots")
			}
			e, err := r.begin(t)
			if err != nil {
				return nil, err
			}
			if root == nil {
				root = e
			}
		case xml.EndElement:
			if err := r.end(t); err != nil {
				return nil, err
			}
		case xml.CharData:
			if len(r.open) > 0 {
				e := r.open[len(r.open)-1]
				e.nodes = append(e.nodes, node{text: string(t)})
			} else if strings.TrimSpace(string(t)) != "" {
				return nil, errors.New("there is text outside the root")
			}
		case xml.Directive:
			return nil, errors.New("document types are not read")
		}
	}
	switch {
	case len(r.open) > 0:
		return nil, io.ErrUnexpectedEOF
	case root == nil:
		return nil, ErrEmpty
	}
	return root, nil
}

func (r *reader) begin(t xml.StartElement) (*Element, error) {
	if r.count++; r.count > elementMax || len(r.open) >= depthMax {
		return nil, errors.New("the body has too many elements")
	}
	r.marks = append(r.marks, len(r.bound))
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xmlns":
			if a.Value == "" || a.Name.Local == "xmlns" {
				return nil, fmt.Errorf("the prefix %.40q is bound to nothing", a.Name.Local)
			}
			r.bound = append(r.bound, [2]string{a.Name.Local, a.Value})
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			r.bound = append(r.bound, [2]string{"", a.Value})
		}
	}
	e := &Element{}
	if len(r.open) > 0 {
		e.Lang = r.open[len(r.open)-1].Lang
	}
	var err error
	if e.Name, err = r.resolve(t.Name, false); err != nil {
		return nil, err
	}
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns":
		case a.Name.Space == "xml" && a.Name.Local == "lang":
			e.Lang = a.Value
		default:
			n, err := r.resolve(a.Name, true)
			if err != nil {
				return nil, err
			}
			e.attrs = append(e.attrs, attribute{n, a.Value})
		}
	}
	if len(r.open) > 0 {
		up := r.open[len(r.open)-1]
		up.nodes = append(up.nodes, node{element: e})
	}
	r.open = append(r.open, e)
	return e, nil
}

func (r *reader) end(t xml.EndElement) error {
	if len(r.open) == 0 {
		return fmt.Errorf("%.40q is shut and was not open", t.Name.Local)
	}
	last := len(r.open) - 1
	n, err := r.resolve(t.Name, false)
	if err != nil || n != r.open[last].Name {
		return fmt.Errorf("%.40q is shut where %.40q is open", t.Name.Local, r.open[last].Local)
	}
	r.bound = r.bound[:r.marks[last]]
	r.marks, r.open = r.marks[:last], r.open[:last]
	return nil
}

// resolve finds the namespace of a prefix. An attribute without one is in none.
func (r *reader) resolve(n xml.Name, attr bool) (Name, error) {
	if !plainName(n.Local) {
		return Name{}, fmt.Errorf("%.40q is no name", n.Local)
	}
	if attr && n.Space == "" {
		return Name{Local: n.Local}, nil
	}
	if n.Space == "xml" {
		return Name{"http://www.w3.org/XML/1998/namespace", n.Local}, nil
	}
	for _, b := range slices.Backward(r.bound) {
		if b[0] == n.Space {
			return Name{b[1], n.Local}, nil
		}
	}
	if n.Space != "" {
		return Name{}, fmt.Errorf("the prefix %.40q is not bound", n.Space)
	}
	return Name{Local: n.Local}, nil
}

// plainName reports whether a local name can stand in a tag as it is.
func plainName(s string) bool {
	if s == "" || len(s) > 200 || !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsAny(s, " \t\r\n<>&\"'/:=")
}

// appendTo writes the element so that it reads the same wherever it stands.
func (e *Element) appendTo(b []byte, lang string) []byte {
	tag := TagOf(e.Name)
	b = append(b, tag.open[:len(tag.open)-1]...)
	if prefix, known := prefixes[e.Space]; known && prefix != "" {
		b = append(b, ` xmlns:`+prefix[:len(prefix)-1]+`="`+e.Space+`"`...)
	} else if known {
		b = append(b, ` xmlns=""`...)
	}
	if e.Lang != lang {
		b = appendText(append(b, ` xml:lang="`...), e.Lang)
		b = append(b, '"')
	}
	for i, a := range e.attrs {
		switch a.Space {
		case "":
			b = append(append(b, ' '), a.Local...)
		default:
			p := fmt.Sprintf("a%d", i)
			b = appendText(append(b, ` xmlns:`+p+`="`...), a.Space)
			b = append(append(b, `" `+p+`:`...), a.Local...)
		}
		b = appendText(append(b, `="`...), a.value)
		b = append(b, '"')
	}
	if len(e.nodes) == 0 {
		return append(b, "/>"...)
	}
	b = append(b, '>')
	for _, n := range e.nodes {
		if n.element != nil {
			b = n.element.appendTo(b, e.Lang)
		} else {
			b = appendText(b, n.text)
		}
	}
	return append(b, tag.shut...)
}

// XML is the element as a text that means the same wherever it stands.
func (e *Element) XML() string { return string(e.appendTo(nil, "")) }

// Inner is what the element holds, as XML.
func (e *Element) Inner() string {
	var b []byte
	for _, n := range e.nodes {
		if n.element != nil {
			b = n.element.appendTo(b, "")
		} else {
			b = appendText(b, n.text)
		}
	}
	return string(b)
}

// appendText writes characters so that they are no markup. What XML 1.0 cannot
// hold (§2.2) becomes U+FFFD.
func appendText(b []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '&' && c != '<' && c != '>' && c != '"' {
			i++
			continue
		}
		size, with := 1, ""
		switch {
		case c == '&':
			with = "&amp;"
		case c == '<':
			with = "&lt;"
		case c == '>':
			with = "&gt;"
		case c == '"':
			with = "&#34;"
		case c == '\t' || c == '\n':
			i++
			continue
		case c == '\r':
			with = "&#13;"
		case c < ' ':
			with = "\uFFFD"
		default:
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
				with = "\uFFFD"
			}
		}
		if with != "" {
			b = append(append(b, s[from:i]...), with...)
			from = i + size
		}
		i += size
	}
	return append(b, s[from:]...)
}
