package activitystreams

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// A node is one JSON value of a document: its bytes, and its children if it
// has any. The zero node stands for an absent value.
type node struct {
	raw     json.RawMessage
	members []member
	items   []node
}

// A member is one key of an object with its value.
type member struct {
	key   string
	value node
}

// parse reads one JSON value into a tree. The tree shares memory with data.
func parse(data []byte) (node, error) {
	if !utf8.Valid(data) || !json.Valid(data) {
		return node{}, ErrSyntax
	}
	p := parser{data: data}
	return p.value(0)
}

// A parser walks JSON that is known to be valid, so it need not look for
// errors of syntax.
type parser struct {
	data   []byte
	pos    int
	values int
}

// value reads the next value, nested depth levels deep.
func (p *parser) value(depth int) (node, error) {
	if p.values++; p.values > MaxValues {
		return node{}, ErrTooMany
	}
	p.space()
	start := p.pos
	var n node
	var err error
	switch p.data[p.pos] {
	case '{':
		n.members, err = p.object(depth + 1)
	case '[':
		n.items, err = p.array(depth + 1)
	case '"':
		p.string()
	default:
		p.literal()
	}
	n.raw = p.data[start:p.pos:p.pos]
	return n, err
}

func (p *parser) object(depth int) ([]member, error) {
	if depth > MaxDepth {
		return nil, ErrTooDeep
	}
	var members []member
	var seen map[string]bool
	for p.pos++; p.next() != '}'; {
		key := unquote(p.string())
		if isForbidden(key) {
			return nil, fmt.Errorf("%w: %s", ErrKeyword, key)
		}
		if seen = note(seen, members); has(seen, members, key) {
			return nil, fmt.Errorf("%w: %.64q", ErrDuplicateKey, key)
		}
		p.space()
		p.pos++ // the colon
		value, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		members = append(members, member{key, value})
		if seen != nil {
			seen[key] = true
		}
	}
	p.pos++
	return members, nil
}

// fewMembers is how many keys are compared one by one before a map is made.
const fewMembers = 32

// note makes the set of keys once there are many, else leaves it as it is.
func note(seen map[string]bool, members []member) map[string]bool {
	if seen != nil || len(members) < fewMembers {
		return seen
	}
	seen = make(map[string]bool, 2*fewMembers)
	for _, m := range members {
		seen[m.key] = true
	}
	return seen
}

func has(seen map[string]bool, members []member, key string) bool {
	if seen != nil {
		return seen[key]
	}
	for i := range members {
		if members[i].key == key {
			return true
		}
	}
	return false
}

// isForbidden reports whether key is a JSON-LD keyword through which a
// document could say one thing to a JSON-LD reader and another to us.
func isForbidden(key string) bool {
	return key == "@graph" || key == "@included" || key == "@reverse"
}

func (p *parser) array(depth int) ([]node, error) {
	if depth > MaxDepth {
		return nil, ErrTooDeep
	}
	var items []node
	for p.pos++; p.next() != ']'; {
		item, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	p.pos++
	return items, nil
}

// next skips space and at most one comma, and gives the byte that follows.
func (p *parser) next() byte {
	p.space()
	if p.data[p.pos] == ',' {
		p.pos++
		p.space()
	}
	return p.data[p.pos]
}

func (p *parser) space() {
	for p.pos < len(p.data) {
		switch p.data[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// string skips a string and gives it with its quotes.
func (p *parser) string() []byte {
	start := p.pos
	for p.pos++; p.data[p.pos] != '"'; p.pos++ {
		if p.data[p.pos] == '\\' {
			p.pos++
		}
	}
	p.pos++
	return p.data[start:p.pos]
}

// literal skips a number, true, false or null.
func (p *parser) literal() {
	for p.pos < len(p.data) {
		switch p.data[p.pos] {
		case ',', ']', '}', ' ', '\t', '\n', '\r':
			return
		}
		p.pos++
	}
}

// unquote is the text of a valid JSON string given with its quotes.
func unquote(raw []byte) string {
	for _, c := range raw {
		if c == '\\' {
			var s string
			if json.Unmarshal(raw, &s) != nil {
				return ""
			}
			return s
		}
	}
	return string(raw[1 : len(raw)-1])
}
