package activitystreams

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The readers in this file take a property of any shape. What does not fit is
// as good as absent.

func (n node) isObject() bool { return len(n.raw) > 0 && n.raw[0] == '{' }
func (n node) isArray() bool  { return len(n.raw) > 0 && n.raw[0] == '[' }
func (n node) isString() bool { return len(n.raw) > 0 && n.raw[0] == '"' }
func (n node) isNull() bool   { return len(n.raw) == 0 || n.raw[0] == 'n' }

// get is the value of key, or the zero node if it is absent or null.
func (n node) get(key string) node {
	for i := range n.members {
		if n.members[i].key == key {
			if n.members[i].value.isNull() {
				return node{}
			}
			return n.members[i].value
		}
	}
	return node{}
}

// list is the values of key: those of an array, or the one value itself.
func (n node) list(key string, limit int) []node {
	v := n.get(key)
	if !v.isArray() {
		if v.isNull() {
			return nil
		}
		return []node{v}
	}
	return v.items[:min(len(v.items), limit)]
}

// first is the value of key, or the first one if it is an array.
func (n node) first(key string) node {
	if l := n.list(key, 1); len(l) > 0 && !l[0].isNull() {
		return l[0]
	}
	return node{}
}

// str is the string that n is, or "".
func (n node) str() string {
	if !n.isString() {
		return ""
	}
	return unquote(n.raw)
}

// text is the string at key without control characters, cut to limit bytes.
func (n node) text(key string, limit int) string {
	return clean(n.first(key).str(), limit)
}

// clean drops control characters other than tab and line breaks, which no
// text needs and some databases refuse, and cuts s to limit bytes at a
// character.
func clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// uri is the identifier at key: a string, or the id or href of an object.
func (n node) uri(key string) string {
	return n.first(key).asURI()
}

// asURI is the identifier that n is or has, or "".
func (n node) asURI() string {
	for n.isArray() && len(n.items) > 0 {
		n = n.items[0]
	}
	s := n.str()
	if n.isObject() {
		if s = n.get("id").str(); s == "" {
			s = n.get("href").str()
		}
	}
	if !fitURI(s) {
		return ""
	}
	return s
}

// fitURI reports whether s can be an identifier: neither empty nor too long,
// without spaces and control characters. Its scheme is not looked at.
func fitURI(s string) bool {
	if s == "" || len(s) > MaxURI {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r == 0x7f {
			return false
		}
	}
	return true
}

// uris is the identifiers at key.
func (n node) uris(key string, limit int) []string {
	var out []string
	for _, v := range n.list(key, limit) {
		if s := v.asURI(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// texts is the strings at key.
func (n node) texts(key string, limit, length int) []string {
	var out []string
	for _, v := range n.list(key, limit) {
		if s := clean(v.str(), length); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// boolean is true only for the value true or the string "true".
func (n node) boolean(key string) bool {
	v := n.first(key)
	return string(v.raw) == "true" || v.str() == "true"
}

// number is the finite number that n is, also if written as a string.
func (n node) number() (float64, bool) {
	s := string(n.raw)
	if n.isString() {
		s = n.str()
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, false
	}
	return f, true
}

// count is the whole number from 0 to 2^53 at key.
func (n node) count(key string) (int64, bool) {
	f, ok := n.first(key).number()
	if !ok || f < 0 || f > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// size is a count that is small enough for pixels; else 0.
func (n node) size(key string) int {
	c, ok := n.count(key)
	if !ok || c > math.MaxInt32 {
		return 0
	}
	return int(c)
}

// when is the time at key, or the zero time.
func (n node) when(key string) time.Time {
	return parseTime(n.first(key).str())
}

// identity is the id and types of an object. Both may be absent, but what is
// there must be sound.
func (n node) identity() (id string, types []string, err error) {
	if !n.isObject() {
		return "", nil, ErrNotObject
	}
	if v := n.get("id"); !v.isNull() {
		if id = v.str(); !fitURI(id) {
			return "", nil, ErrID
		}
	}
	for _, v := range n.list("type", MaxTypes) {
		kind := v.str()
		if kind == "" || len(kind) > MaxToken {
			return "", nil, ErrType
		}
		types = append(types, shortType(clean(kind, MaxToken)))
	}
	return id, types, nil
}

// mainType is the first of types that the vocabulary knows, else the first.
func mainType(types []string) string {
	for _, t := range types {
		if knownType(t) {
			return t
		}
	}
	if len(types) == 0 {
		return ""
	}
	return types[0]
}

// kind is the main type of an embedded object, or "".
func (n node) kind() string {
	_, types, err := n.identity()
	if err != nil {
		return ""
	}
	return mainType(types)
}
