package httpsig

import (
	"net/http"
	"net/textproto"
	"strings"
)

// A Message is the part of a request that signatures speak about.
type Message struct {
	// Method is the request method in upper case.
	Method string
	// Target is the raw request target in origin form, such as "/inbox?a=b".
	Target string
	// Origin is the configured origin the request was sent to, such as
	// "https://example.com". It is never derived from the request's headers.
	Origin string
	// Header holds the header fields under their canonical names.
	Header http.Header
	// Body is the raw body as received.
	Body []byte
}

// NewMessage is the view of a request received by an HTTP server for one of
// its own origins, with the body the caller has read.
func NewMessage(r *http.Request, origin string, body []byte) Message {
	target := r.RequestURI
	if !strings.HasPrefix(target, "/") {
		target = r.URL.RequestURI()
	}
	return Message{Method: r.Method, Target: target, Origin: origin, Header: r.Header, Body: body}
}

// hasBody reports whether a digest is due: the request has a body, or a
// method that is expected to carry one.
func hasBody(method string, body []byte) bool {
	return len(body) > 0 || method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// splitOrigin separates an origin into scheme and authority, in the normal
// form of RFC 9421 §2.2.3: lower case, without the scheme's default port.
func splitOrigin(origin string) (scheme, authority string, ok bool) {
	scheme, authority, ok = strings.Cut(strings.ToLower(origin), "://")
	if !ok || authority == "" || strings.ContainsAny(authority, "/?#@ ") {
		return "", "", false
	}
	switch scheme {
	case "https":
		authority = strings.TrimSuffix(authority, ":443")
	case "http":
		authority = strings.TrimSuffix(authority, ":80")
	default:
		return "", "", false
	}
	return scheme, authority, authority != ""
}

// field is the combined value of a header field (RFC 9421 §2.1): every line
// without surrounding white space, joined by a comma and a space. It is not
// ok when the field is absent or holds a line break.
func field(h http.Header, name string) (value string, ok bool) {
	lines := h[textproto.CanonicalMIMEHeaderKey(name)]
	switch len(lines) {
	case 0:
		return "", false
	case 1:
		value = trim(lines[0])
	default:
		var b strings.Builder
		for i, line := range lines {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(trim(line))
		}
		value = b.String()
	}
	return value, !strings.ContainsAny(value, "\r\n")
}

// trim removes optional white space (RFC 9110 §5.6.3) at both ends.
func trim(s string) string { return strings.Trim(s, " \t") }

// isFieldName reports whether name is a header field name in lower case.
func isFieldName(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0 {
			continue
		}
		return false
	}
	return name != ""
}

// spellings lists the request targets a sender may have signed when target
// was received. Reverse proxies turn "%3A" in the path into ":", so both
// spellings of the path are tried; and some senders of draft-cavage leave the
// query out, so with dropQuery each is also tried without.
func spellings(target string, dropQuery bool) []string {
	path, query, hasQuery := strings.Cut(target, "?")
	paths := [2]string{path}
	n := 1
	if plain := unescapeColons(path); plain != path {
		paths[1], n = plain, 2
	} else if strings.Contains(path, ":") {
		paths[1], n = strings.ReplaceAll(path, ":", "%3A"), 2
	}
	list := make([]string, 0, 4)
	list = append(list, target)
	if n == 2 {
		other := paths[1]
		if hasQuery {
			other += "?" + query
		}
		list = append(list, other)
	}
	if dropQuery && hasQuery {
		list = append(list, paths[:n]...)
	}
	return list
}

func unescapeColons(path string) string {
	if !strings.Contains(path, "%3") {
		return path
	}
	return strings.ReplaceAll(strings.ReplaceAll(path, "%3A", ":"), "%3a", ":")
}
