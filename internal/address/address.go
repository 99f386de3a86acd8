// Package address is the one normal form of hosts and handles.
//
// Every comparison of hosts in the program, from signatures to blocked
// domains, is between two results of this package; a second normalizer is how
// one server comes to speak for another.
package address

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"allod/internal/fault"
)

// Caps on length, in bytes, of what is looked at and of what is returned.
const (
	// MaxHost is the longest host name without its port (RFC 1035 §2.3.4).
	MaxHost = 253
	// MaxURL is the longest URL.
	MaxURL = 2048
	// MaxName is the longest name in a handle.
	MaxName = 128

	maxRawHost = 4 * MaxHost // a name in Unicode may be longer than its ASCII form
)

// names maps host names as UTS #46 says, without transitional mappings.
// Underscores are let through here because live servers use them.
var names = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.BidiRule(),
	idna.CheckHyphens(false),
	idna.StrictDomainName(false),
	idna.VerifyDNSLength(true),
)

// Host is the normal form of "host" or "host:port": lower case, IDNA to ASCII
// (RFC 5891, UTS #46), no trailing dot, no port 80 or 443, IP addresses in
// canonical text with IPv6 in brackets. Names that some resolvers read as
// numbers ("127.1", "0x7f000001") are refused.
func Host(raw string) (string, error) {
	name, port, ok := split(raw)
	if !ok {
		return "", badHost(raw)
	}
	var host string
	if strings.HasPrefix(name, "[") {
		host, ok = literal6(name)
	} else {
		host, ok = domain(name)
	}
	if !ok {
		return "", badHost(raw)
	}
	return host + port, nil
}

// HostOf is the normal form of the host of an http or https URL. URLs with
// user information are refused, and so are those with the default port of the
// other scheme, whose normal form would be ambiguous.
func HostOf(rawURL string) (string, error) {
	u, err := Parse(rawURL)
	if err != nil {
		return "", err
	}
	return u.Host, nil
}

// Parse reads an absolute http or https URL and puts its host in normal form.
// Beyond what [HostOf] refuses, nothing of the URL is judged or changed, so
// comparing two URLs stays the caller's business. Errors never quote the URL.
func Parse(rawURL string) (*url.URL, error) {
	if len(rawURL) > MaxURL {
		return nil, badURL("longer than %d bytes", MaxURL)
	}
	u, err := url.Parse(rawURL)
	switch {
	case err != nil:
		return nil, badURL("malformed") // the cause would quote the URL, secrets and all
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, badURL("scheme %.16q", u.Scheme)
	case u.User != nil:
		return nil, badURL("user information")
	case u.Opaque != "" || u.Host == "":
		return nil, badURL("no host")
	case u.Scheme == "https" && u.Port() == "80", u.Scheme == "http" && u.Port() == "443":
		return nil, badURL("port %s with %s", u.Port(), u.Scheme)
	}
	if u.Host, err = Host(u.Host); err != nil {
		return nil, err
	}
	return u, nil
}

// split takes a port off. The returned port starts with its colon, or is
// empty for the default ports.
func split(raw string) (name, port string, ok bool) {
	if raw == "" || len(raw) > maxRawHost {
		return "", "", false
	}
	name = raw
	if i := strings.LastIndexByte(raw, ':'); i >= 0 && i > strings.LastIndexByte(raw, ']') {
		name = raw[:i]
		if strings.Trim(raw[i+1:], "0123456789") != "" {
			return "", "", false
		}
		n, err := strconv.ParseUint(raw[i+1:], 10, 16)
		if err != nil || n == 0 {
			return "", "", false
		}
		if n != 80 && n != 443 {
			port = ":" + strconv.FormatUint(n, 10)
		}
	}
	return name, port, name != ""
}

// literal6 reads "[address]" without a zone (RFC 3986 §3.2.2).
func literal6(name string) (string, bool) {
	inner, ok := strings.CutSuffix(name[1:], "]")
	if !ok {
		return "", false
	}
	ip, err := netip.ParseAddr(inner)
	if err != nil || !ip.Is6() || ip.Zone() != "" {
		return "", false
	}
	return "[" + ip.String() + "]", true
}

// domain reads a host name or an IPv4 address.
func domain(name string) (string, bool) {
	name = strings.TrimSuffix(name, ".")
	ascii, err := names.ToASCII(name)
	if err != nil || ascii == "" || len(ascii) > MaxHost || strings.HasSuffix(ascii, ".") {
		return "", false
	}
	if again, err := names.ToASCII(ascii); err != nil || again != ascii {
		return "", false // broken UTF-8 and the like survive one pass, not two
	}
	for _, c := range []byte(ascii) {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_') {
			return "", false
		}
	}
	if numeric(ascii[strings.LastIndexByte(ascii, '.')+1:]) {
		ip, err := netip.ParseAddr(ascii)
		return ascii, err == nil && ip.Is4()
	}
	return ascii, true
}

// numeric reports whether a name with this last label would be read as an IPv4
// address by a lenient resolver (WHATWG URL §3.5, "ends in a number").
func numeric(label string) bool {
	if strings.Trim(label, "0123456789") == "" {
		return true
	}
	hex, ok := strings.CutPrefix(label, "0x")
	return ok && strings.Trim(hex, "0123456789abcdef") == ""
}

func badHost(raw string) error {
	return fault.New(fault.Invalid, "fault.address.host").Because("%.64q is not a host", raw)
}

func badURL(format string, args ...any) error {
	return fault.New(fault.Invalid, "fault.address.url").Because("not a usable URL: "+format, args...)
}
