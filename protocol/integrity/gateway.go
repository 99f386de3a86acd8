package integrity

import (
	"strings"
)

const gatewayPath = "/.well-known/apgateway/"

// maxID bounds the length of an identifier.
const maxID = 2048

// A Portable is an identifier that belongs to a DID and not to a server
// (FEP-ef61). Two of them name the same thing if their Canonical forms are
// equal, whatever gateway they came through.
type Portable struct {
	// DID is the owner, a valid Ed25519 did:key. It is case-sensitive.
	DID string
	// Path begins with a slash. Escapes of characters that need none are resolved.
	Path string
	// Fragment is without its number sign, empty if there is none.
	Fragment string
	// Host is the gateway's host and port in lower case, empty for the ap: forms.
	Host string
}

// ParsePortable reads the forms in use:
//
//	https://host/.well-known/apgateway/did:key:z…/path
//	ap://did:key:z…/path
//	ap+ef61://did:key:z…/path
//
// The DID may be percent-encoded, a query is dropped, a fragment is kept. An
// id of any other kind is ErrNotPortable; one of these kinds without a valid
// did:key or path is ErrPortable and must not be treated as a plain URL.
func ParsePortable(raw string) (Portable, error) {
	var p Portable
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return p, ErrNotPortable
	}
	switch strings.ToLower(scheme) {
	case "ap", "ap+ef61":
	case "https", "http":
		end := strings.IndexAny(rest, "/?#")
		if end < 0 || !strings.HasPrefix(rest[end:], gatewayPath) {
			return p, ErrNotPortable
		}
		if p.Host = strings.ToLower(rest[:end]); !isAuthority(p.Host) {
			return Portable{}, ErrPortable.because("gateway host")
		}
		rest = rest[end+len(gatewayPath):]
		if !isDID(rest) {
			return Portable{}, ErrNotPortable // media by hash
		}
	default:
		return p, ErrNotPortable
	}
	if len(raw) > maxID {
		return Portable{}, ErrPortable.because("too long")
	}
	rest, p.Fragment, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	did, path, _ := strings.Cut(rest, "/")
	if p.DID, ok = unescape(did, ":"); !ok {
		return Portable{}, ErrPortable.because("DID")
	}
	if _, err := ParseDIDKey(p.DID); err != nil {
		return Portable{}, ErrPortable.because("DID")
	}
	if p.Path, ok = cleanPath("/" + path); !ok {
		return Portable{}, ErrPortable.because("path")
	}
	if p.Fragment, ok = unescape(p.Fragment, ":"); !ok {
		return Portable{}, ErrPortable.because("fragment")
	}
	return p, nil
}

// Canonical is the form to store and compare: "ap://did:key:z…/path".
func (p Portable) Canonical() string { return p.join("ap://") }

// At is the compatible form at a gateway, whose origin is given as
// "https://host".
func (p Portable) At(origin string) string {
	return p.join(strings.TrimSuffix(origin, "/") + gatewayPath)
}

func (p Portable) join(prefix string) string {
	s := prefix + p.DID + p.Path
	if p.Fragment != "" {
		s += "#" + p.Fragment
	}
	return s
}

// isDID reports whether s begins like a DID, escaped or not.
func isDID(s string) bool {
	if len(s) < 4 || !strings.EqualFold(s[:3], "did") {
		return false
	}
	return s[3] == ':' || len(s) >= 6 && strings.EqualFold(s[3:6], "%3a")
}

// isAuthority reports whether s can be a host with an optional port: no user
// name, no escapes.
func isAuthority(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isAlphanumeric(c) && strings.IndexByte("-._:[]", c) < 0 {
			return false
		}
	}
	return s != ""
}

// cleanPath brings a path to one spelling and refuses what servers disagree
// about: empty and dot segments.
func cleanPath(path string) (string, bool) {
	path, ok := unescape(path, ":@")
	if !ok || path == "/" {
		return "", false
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		if segment == "" || segment == "." || segment == ".." {
			return "", false
		}
	}
	return path, true
}

// unescape resolves percent escapes of unreserved characters (RFC 3986 §2.3)
// and of those in also, writes other escapes in upper case, and refuses bad
// escapes and characters that have no place in a URL.
func unescape(s, also string) (string, bool) {
	var b []byte // nil until the result differs from s
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= 0x20 || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			return "", false
		}
		if c != '%' {
			if b != nil {
				b = append(b, c)
			}
			continue
		}
		if i+2 >= len(s) {
			return "", false
		}
		high, low := unhex(s[i+1]), unhex(s[i+2])
		if high > 15 || low > 15 {
			return "", false
		}
		if b == nil {
			b = append(make([]byte, 0, len(s)), s[:i]...)
		}
		plain := high<<4 | low
		if isAlphanumeric(plain) || strings.IndexByte("-._~", plain) >= 0 || strings.IndexByte(also, plain) >= 0 {
			b = append(b, plain)
		} else {
			b = append(b, '%', upperHex[high], upperHex[low])
		}
		i += 2
	}
	if b == nil {
		return s, true
	}
	return string(b), true
}

const upperHex = "0123456789ABCDEF"

func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
