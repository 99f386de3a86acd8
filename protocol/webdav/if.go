package webdav

import (
	"errors"
	"strings"
)

// An If is the header of the same name (RFC 4918 §10.4): it holds if one of its lists does.
type If []List

// A List holds if all its conditions do. Resource is the path it is about, percent-encoded; "" is that of the request.
type List struct {
	Resource   string
	Conditions []Condition
}

// A Condition is about a lock or a state of a resource.
type Condition struct {
	Not   bool
	Token string // of a lock, or
	Etag  string // without quotes
}

// conditionMax bounds a header.
const conditionMax = 1000

var errIf = errors.New("the If header cannot be read")

// ParseIf reads the header, nil for none. The host tells which addresses are of this server;
// lists about others never hold (a proxy may have changed them, so they are no error).
func ParseIf(header, host string) (If, error) {
	s := strings.TrimSpace(header)
	if s == "" {
		return nil, nil
	}
	var all If
	resource, tagged, count := "", s[0] == '<', 0
	for s != "" {
		switch {
		case s[0] == '<' && tagged:
			address, rest, ok := strings.Cut(s[1:], ">")
			if !ok {
				return nil, errIf
			}
			p, err := localPath(address, host)
			if err != nil {
				p = address
			}
			resource, s = p, strings.TrimSpace(rest)
			if s == "" || s[0] != '(' {
				return nil, errIf
			}
		case s[0] == '(':
			l := List{Resource: resource}
			var err error
			if l.Conditions, s, err = conditions(s[1:]); err != nil {
				return nil, err
			}
			if count += len(l.Conditions); count > conditionMax {
				return nil, errIf
			}
			all = append(all, l)
		default:
			return nil, errIf
		}
	}
	return all, nil
}

// conditions reads a list up to its end, and returns what follows.
func conditions(s string) (all []Condition, rest string, err error) {
	var c Condition
	for {
		s = strings.TrimSpace(s)
		switch {
		case s == "":
			return nil, "", errIf
		case s[0] == ')':
			if len(all) == 0 || c.Not {
				return nil, "", errIf
			}
			return all, strings.TrimSpace(s[1:]), nil
		case len(s) > 3 && strings.EqualFold(s[:3], "not") && !c.Not:
			c.Not, s = true, s[3:]
			continue
		case s[0] == '<':
			token, after, ok := strings.Cut(s[1:], ">")
			if !ok || token == "" {
				return nil, "", errIf
			}
			c.Token, s = token, after
		case s[0] == '[':
			tag, after, ok := strings.Cut(s[1:], "]")
			if !ok || tag == "" {
				return nil, "", errIf
			}
			c.Etag, s = Quoted(tag), after
		default:
			return nil, "", errIf
		}
		all = append(all, c)
		c = Condition{}
	}
}

// Holds reports whether one of the lists holds. has tells whether a resource has a
// state, or has a lock with a token on it; it is asked with the resource as List has it.
func (f If) Holds(has func(resource string, c Condition) bool) bool {
	if len(f) == 0 {
		return true
	}
	for _, l := range f {
		holds := true
		for _, c := range l.Conditions {
			if has(l.Resource, c) == c.Not {
				holds = false
				break
			}
		}
		if holds {
			return true
		}
	}
	return false
}

// Tokens are all that are said, each of a lock that the client knows of.
func (f If) Tokens() (tokens []string) {
	for _, l := range f {
		for _, c := range l.Conditions {
			if c.Token != "" {
				tokens = append(tokens, c.Token)
			}
		}
	}
	return tokens
}
