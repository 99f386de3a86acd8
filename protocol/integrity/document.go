package integrity

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
)

// Limits on a document that is proved or checked.
const (
	// MaxSize is the largest document in bytes.
	MaxSize = 1 << 20
	// MaxDepth is the deepest nesting of arrays and objects.
	MaxDepth = 64
	// tooLarge is 2^53, from which on doubles cannot tell all integers apart (RFC 7493 §2.2).
	tooLarge = 1 << 53
)

// A member is one member of an object, its raw text cut out of the document.
type member struct {
	name  string
	value []byte
	text  []byte // name, colon and value
}

// readObject checks a whole document and gives the members of its outermost
// object in order.
func readObject(raw []byte) ([]member, error) {
	if len(raw) > MaxSize {
		return nil, ErrMalformed.because("larger than %d bytes", MaxSize)
	}
	if !json.Valid(raw) || !utf8.Valid(raw) {
		return nil, ErrMalformed.because("not JSON")
	}
	w := walker{raw: raw}
	w.space()
	if raw[w.i] != '{' {
		return nil, ErrMalformed.because("not an object")
	}
	var top []member
	if err := w.object(&top); err != nil {
		return nil, err
	}
	return top, nil
}

// A walker goes through JSON that is known to be valid and refuses what two
// readers could understand differently.
type walker struct {
	raw   []byte
	i     int
	depth int
}

func (w *walker) space() {
	for w.i < len(w.raw) {
		switch w.raw[w.i] {
		case ' ', '\t', '\r', '\n':
			w.i++
		default:
			return
		}
	}
}

func (w *walker) value() error {
	switch w.raw[w.i] {
	case '{':
		return w.object(nil)
	case '[':
		return w.array()
	case '"':
		w.text()
		return nil
	case 't', 'n':
		w.i += len("true")
		return nil
	case 'f':
		w.i += len("false")
		return nil
	}
	return w.number()
}

func (w *walker) enter() error {
	w.i++
	if w.depth++; w.depth > MaxDepth {
		return ErrMalformed.because("deeper than %d", MaxDepth)
	}
	w.space()
	return nil
}

// object walks an object and, if asked, collects its members.
func (w *walker) object(members *[]member) error {
	if err := w.enter(); err != nil {
		return err
	}
	var names nameSet
	for w.raw[w.i] != '}' {
		start := w.i
		name, err := w.name()
		if err != nil {
			return err
		}
		if !names.add(name) {
			return ErrMalformed.because("key %q given twice", name)
		}
		w.space()
		w.i++ // colon
		w.space()
		valueStart := w.i
		if err := w.value(); err != nil {
			return err
		}
		if members != nil {
			*members = append(*members, member{name, w.raw[valueStart:w.i], w.raw[start:w.i]})
		}
		w.comma()
	}
	w.i++
	w.depth--
	return nil
}

func (w *walker) array() error {
	if err := w.enter(); err != nil {
		return err
	}
	for w.raw[w.i] != ']' {
		if err := w.value(); err != nil {
			return err
		}
		w.comma()
	}
	w.i++
	w.depth--
	return nil
}

// comma steps over white space and a comma, if there is one.
func (w *walker) comma() {
	w.space()
	if w.raw[w.i] == ',' {
		w.i++
		w.space()
	}
}

// text steps over a string and gives it with its quotes.
func (w *walker) text() (quoted []byte, escaped bool) {
	start := w.i
	for w.i++; w.raw[w.i] != '"'; w.i++ {
		if w.raw[w.i] == '\\' {
			escaped = true
			w.i++
		}
	}
	w.i++
	return w.raw[start:w.i], escaped
}

// name reads a key and refuses JSON-LD keywords that regroup a document: what
// was signed would not be what is read.
func (w *walker) name() (string, error) {
	quoted, escaped := w.text()
	name := string(quoted[1 : len(quoted)-1])
	if escaped {
		if err := json.Unmarshal(quoted, &name); err != nil {
			return "", ErrMalformed.because("key")
		}
	}
	switch name {
	case "@graph", "@included", "@reverse":
		return "", ErrMalformed.because("%s", name)
	}
	return name, nil
}

// number refuses numbers that a double cannot keep.
func (w *walker) number() error {
	start, zero := w.i, true
	exponent := false
	for ; w.i < len(w.raw); w.i++ {
		c := w.raw[w.i]
		if c >= '1' && c <= '9' && !exponent {
			zero = false
		}
		if c == 'e' || c == 'E' {
			exponent = true
		}
		if (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
			break
		}
	}
	f, err := strconv.ParseFloat(string(w.raw[start:w.i]), 64)
	if err != nil || math.Abs(f) >= tooLarge || f == 0 && !zero {
		return ErrMalformed.because("a number that canonical JSON cannot keep")
	}
	return nil
}

// A nameSet holds the keys of one object: a list while they are few.
type nameSet struct {
	few  []string
	many map[string]struct{}
}

func (s *nameSet) add(name string) bool {
	const few = 16
	if s.many != nil {
		_, seen := s.many[name]
		s.many[name] = struct{}{}
		return !seen
	}
	for _, other := range s.few {
		if other == name {
			return false
		}
	}
	if s.few = append(s.few, name); len(s.few) > few {
		s.many = make(map[string]struct{}, 2*few)
		for _, name := range s.few {
			s.many[name] = struct{}{}
		}
	}
	return true
}

// find gives the raw value of a member, or nil.
func find(members []member, name string) []byte {
	for i := range members {
		if members[i].name == name {
			return members[i].value
		}
	}
	return nil
}

// canonical is the canonical form (RFC 8785) of the object without the member
// of the given name, if it has one.
func canonical(members []member, without string, size int) ([]byte, error) {
	b := append(make([]byte, 0, size), '{')
	for i := range members {
		if members[i].name == without {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, members[i].text...)
	}
	out, err := jcs.Transform(append(b, '}'))
	if err != nil {
		return nil, ErrMalformed.because("%v", err)
	}
	return out, nil
}
