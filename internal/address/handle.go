package address

import (
	"strings"

	"allod/internal/fault"
)

// A Handle names an account at a host: name@host. Name is spelled as its
// owner spells it; Host is in normal form. An empty Host means this home.
type Handle struct{ Name, Host string }

// ParseHandle reads "@name@host", "name@host" or "acct:name@host" (RFC 7565).
func ParseHandle(s string) (Handle, error) {
	rest, acct := cutPrefixFold(s, "acct:")
	if !acct {
		rest = strings.TrimPrefix(rest, "@")
	}
	name, rawHost, ok := strings.Cut(rest, "@")
	if !ok || !ValidName(name) {
		return Handle{}, badHandle(s)
	}
	host, err := Host(rawHost)
	if err != nil {
		return Handle{}, badHandle(s)
	}
	return Handle{Name: name, Host: host}, nil
}

// String is "name@host", or "name" on this home.
func (h Handle) String() string {
	if h.Host == "" {
		return h.Name
	}
	return h.Name + "@" + h.Host
}

// URI is the acct URI of a handle with a host (RFC 7565 §3).
func (h Handle) URI() string { return "acct:" + h.String() }

// Fold is the form for comparing: names that differ only in case are one.
func (h Handle) Fold() Handle {
	return Handle{Name: strings.ToLower(h.Name), Host: h.Host}
}

// ValidName reports whether name can stand in a handle: ASCII letters, digits
// and underscores, with dots and hyphens inside, at most MaxName bytes.
func ValidName(name string) bool {
	if name == "" || len(name) > MaxName {
		return false
	}
	for i := range len(name) {
		inner := i > 0 && i < len(name)-1
		if !isWord(name[i]) && !(inner && (name[i] == '.' || name[i] == '-')) {
			return false
		}
	}
	return true
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

func badHandle(s string) error {
	return fault.New(fault.Invalid, "fault.address.handle").Because("%.64q is not a handle", s)
}
