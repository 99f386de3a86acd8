package auth

import (
	"strings"

	"allod/internal/address"
	"allod/internal/fault"
)

const (
	emailMax = 254 // RFC 5321 §4.5.3.1.3, without the brackets
	localMax = 64  // RFC 5321 §4.5.3.1.1
)

// ParseEmail reads exactly one address: a dot-atom of ASCII (RFC 5322 §3.2.3),
// one @, and a host name. Comments, quoted names, display names, lists, IP
// addresses and ports are refused, so that no other parser can read another
// address in it. The result is as written, with its host in normal form; folded is the
// form in which addresses are compared.
func ParseEmail(raw string) (email, folded string, err error) {
	wrong := fault.New(fault.Invalid, "fault.email.form").In("email")
	local, host, ok := strings.Cut(strings.TrimSpace(raw), "@")
	if !ok || len(raw) > emailMax || !dotAtom(local) {
		return "", "", wrong
	}
	name, err := address.Host(host)
	if err != nil || strings.ContainsAny(host, ":[]") || name[len(name)-1] >= '0' && name[len(name)-1] <= '9' {
		return "", "", wrong
	}
	email = local + "@" + name
	return email, strings.ToLower(email), nil
}

func dotAtom(s string) bool {
	if s == "" || len(s) > localMax || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte(".!#$%&'*+-/=?^_`{|}~", c) >= 0:
		default:
			return false
		}
	}
	return true
}
