package httpsig

import (
	"strconv"
	"strings"
)

// Limits on what a stranger may make us parse.
const (
	maxHeader     = 16 << 10
	maxMembers    = 8
	maxComponents = 32
	maxParams     = 16
)

// A byteMember is a dictionary member whose value is a byte sequence.
type byteMember struct {
	name  string
	value []byte
}

// A listMember is a dictionary member whose value is an inner list of strings
// with parameters: one signature of a Signature-Input header.
type listMember struct {
	name       string
	components []string
	params     []param
	// text is the list in its canonical form (RFC 9651 §4.1.1.1), the value
	// of "@signature-params".
	text string
	// odd says which component has parameters of its own, which are valid
	// but not understood here.
	odd string
}

// A param is a parameter of an inner list. Of a string, value is the content;
// of an integer, number is set too.
type param struct {
	name   string
	value  string
	number int64
	kind   byte // 's' string, 'i' integer, 't' token, 'b' bytes, '?' boolean
}

// A scanner reads Structured Field Values (RFC 9651 §4.2), the part of them
// that signature and digest headers use. Decimals, dates and display strings
// are refused, and so is any name given twice.
type scanner struct {
	s string
	i int
}

func (sc *scanner) done() bool { return sc.i >= len(sc.s) }

func (sc *scanner) peek() byte {
	if sc.done() {
		return 0
	}
	return sc.s[sc.i]
}

func (sc *scanner) take(c byte) bool {
	if sc.peek() != c || sc.done() {
		return false
	}
	sc.i++
	return true
}

func (sc *scanner) skip(set string) {
	for !sc.done() && strings.IndexByte(set, sc.s[sc.i]) >= 0 {
		sc.i++
	}
}

func (sc *scanner) fail(what string) error {
	return ErrMalformed.because("%s at offset %d", what, sc.i)
}

// dictionary reads "name=value" members separated by commas.
func (sc *scanner) dictionary(member func(name string) error) error {
	sc.skip(" ")
	for n := 0; ; n++ {
		if n == maxMembers {
			return sc.fail("too many members")
		}
		name, err := sc.key()
		if err != nil {
			return err
		}
		if !sc.take('=') {
			return sc.fail("member without a value")
		}
		if err := member(name); err != nil {
			return err
		}
		sc.skip(" \t")
		if sc.done() {
			return nil
		}
		if !sc.take(',') {
			return sc.fail("expected a comma")
		}
		sc.skip(" \t")
	}
}

// key reads a key (RFC 9651 §4.2.3.3).
func (sc *scanner) key() (string, error) {
	start := sc.i
	if c := sc.peek(); (c < 'a' || c > 'z') && c != '*' {
		return "", sc.fail("expected a key")
	}
	for !sc.done() {
		c := sc.s[sc.i]
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("_-.*", c) >= 0 {
			sc.i++
			continue
		}
		break
	}
	return sc.s[start:sc.i], nil
}

// quoted reads a string and gives its content and its text with quotes.
func (sc *scanner) quoted() (value, text string, err error) {
	start := sc.i
	if !sc.take('"') {
		return "", "", sc.fail("expected a string")
	}
	escaped := false
	for !sc.done() {
		c := sc.s[sc.i]
		sc.i++
		switch {
		case c == '"':
			text = sc.s[start:sc.i]
			value = text[1 : len(text)-1]
			if escaped {
				value = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(value)
			}
			return value, text, nil
		case c == '\\':
			if next := sc.peek(); next != '"' && next != '\\' {
				return "", "", sc.fail("bad escape")
			}
			escaped = true
			sc.i++
		case c < 0x20 || c > 0x7e:
			return "", "", sc.fail("bad character in a string")
		}
	}
	return "", "", sc.fail("unfinished string")
}

// bytes reads a byte sequence between colons.
func (sc *scanner) bytes() ([]byte, error) {
	if !sc.take(':') {
		return nil, sc.fail("expected a byte sequence")
	}
	end := strings.IndexByte(sc.s[sc.i:], ':')
	if end < 0 {
		return nil, sc.fail("unfinished byte sequence")
	}
	b, ok := decodeBase64(sc.s[sc.i : sc.i+end])
	if !ok {
		return nil, sc.fail("bad base64")
	}
	sc.i += end + 1
	return b, nil
}

// integer reads an integer of at most 15 digits.
func (sc *scanner) integer() (int64, error) {
	start := sc.i
	sc.take('-')
	digits := sc.i
	for c := sc.peek(); c >= '0' && c <= '9'; c = sc.peek() {
		sc.i++
	}
	if n := sc.i - digits; n == 0 || n > 15 {
		return 0, sc.fail("bad integer")
	}
	if sc.peek() == '.' {
		return 0, sc.fail("decimal where an integer is due")
	}
	n, err := strconv.ParseInt(sc.s[start:sc.i], 10, 64)
	if err != nil {
		return 0, sc.fail("bad integer")
	}
	return n, nil
}

// token reads a token (RFC 9651 §4.2.6).
func (sc *scanner) token() (string, error) {
	start := sc.i
	for !sc.done() {
		c := sc.s[sc.i]
		if c > 0x20 && c < 0x7f && strings.IndexByte(`"(),;<=>?@[\]{}`, c) < 0 {
			sc.i++
			continue
		}
		break
	}
	if sc.i == start {
		return "", sc.fail("expected a value")
	}
	return sc.s[start:sc.i], nil
}

// params reads the parameters of an inner list and appends their canonical
// text (RFC 9651 §4.1.1.2).
func (sc *scanner) params(text []byte) ([]param, []byte, error) {
	var list []param
	for sc.take(';') {
		sc.skip(" ")
		name, err := sc.key()
		if err != nil {
			return nil, nil, err
		}
		for _, p := range list {
			if p.name == name {
				return nil, nil, sc.fail("parameter given twice")
			}
		}
		if len(list) == maxParams {
			return nil, nil, sc.fail("too many parameters")
		}
		p := param{name: name, kind: '?'}
		text = append(append(text, ';'), name...)
		if sc.take('=') {
			if text, err = sc.bareItem(&p, text); err != nil {
				return nil, nil, err
			}
		}
		list = append(list, p)
	}
	return list, text, nil
}

// bareItem reads the value of a parameter and appends "=" and its canonical
// text, or nothing for true.
func (sc *scanner) bareItem(p *param, text []byte) ([]byte, error) {
	start := sc.i
	var err error
	switch c := sc.peek(); {
	case c == '"':
		p.kind = 's'
		p.value, _, err = sc.quoted()
	case c == ':':
		p.kind = 'b'
		_, err = sc.bytes()
	case c == '-' || c >= '0' && c <= '9':
		p.kind = 'i'
		if p.number, err = sc.integer(); err == nil {
			return strconv.AppendInt(append(text, '='), p.number, 10), nil
		}
	case c == '?':
		sc.i++
		if sc.take('1') {
			return text, nil
		}
		if !sc.take('0') {
			err = sc.fail("bad boolean")
		}
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '*':
		p.kind = 't'
		p.value, err = sc.token()
	default:
		err = sc.fail("expected a value")
	}
	return append(append(text, '='), sc.s[start:sc.i]...), err
}

// innerList reads a list of component identifiers with its parameters.
func (sc *scanner) innerList(m *listMember) error {
	if !sc.take('(') {
		return sc.fail("expected a list")
	}
	text := append(make([]byte, 0, 256), '(')
	for {
		sc.skip(" ")
		if sc.take(')') {
			break
		}
		if len(m.components) == maxComponents {
			return sc.fail("too many components")
		}
		value, quoted, err := sc.quoted()
		if err != nil {
			return err
		}
		if len(m.components) > 0 {
			text = append(text, ' ')
		}
		text = append(text, quoted...)
		own, longer, err := sc.params(text)
		if err != nil {
			return err
		}
		if text = longer; len(own) > 0 && m.odd == "" {
			m.odd = value
		}
		m.components = append(m.components, value)
		if c := sc.peek(); c != ' ' && c != ')' {
			return sc.fail("expected a space")
		}
	}
	var err error
	if m.params, text, err = sc.params(append(text, ')')); err != nil {
		return err
	}
	m.text = string(text)
	return nil
}

// parseByteSequences reads a dictionary of byte sequences: a Signature or a
// Content-Digest header.
func parseByteSequences(s string) ([]byteMember, error) {
	sc := &scanner{s: s}
	var list []byteMember
	err := sc.dictionary(func(name string) error {
		for _, m := range list {
			if m.name == name {
				return sc.fail("member given twice")
			}
		}
		value, err := sc.bytes()
		if err != nil {
			return err
		}
		if _, _, err = sc.params(nil); err != nil {
			return err
		}
		list = append(list, byteMember{name, value})
		return nil
	})
	return list, err
}

// parseInnerLists reads a dictionary of inner lists: a Signature-Input header.
func parseInnerLists(s string) ([]listMember, error) {
	sc := &scanner{s: s}
	var list []listMember
	err := sc.dictionary(func(name string) error {
		for i := range list {
			if list[i].name == name {
				return sc.fail("member given twice")
			}
		}
		m := listMember{name: name}
		if err := sc.innerList(&m); err != nil {
			return err
		}
		list = append(list, m)
		return nil
	})
	return list, err
}
