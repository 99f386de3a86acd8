package server

import (
	"net/http"
	"net/url"
	"strings"

	"allod/internal/address"
	"allod/internal/fault"
)

// policy is the content policy of every answer that sets no other: all that
// a page needs comes from here, no script or style stands inside it, and no
// other site may frame it.
const policy = "default-src 'none'; img-src 'self' data:; media-src 'self'; font-src 'self'; style-src 'self'; script-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// FramePolicy is the value of Content-Security-Policy for a page that shows a
// document of this home in a frame.
const FramePolicy = policy + "; frame-src 'self'"

// ContentPolicy is the value of Content-Security-Policy for a page whose form
// leads on to redirect, an absolute URI: browsers hold form-action against
// the redirects that follow a form too.
func ContentPolicy(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || u.Scheme == "" || u.Scheme == "urn" {
		return policy
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return policy + " " + u.Scheme + ":"
	}
	host, err := address.Host(u.Host)
	if err != nil {
		return policy
	}
	if strings.HasPrefix(host, "[") { // the grammar of host-source has no IPv6 (CSP 3 §2.3.1)
		return policy + " " + u.Scheme + ":"
	}
	return policy + " " + u.Scheme + "://" + host
}

// protect sets the headers that every answer carries. Doors change them
// where a standard or a file asks for it.
func (s *stack) protect(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "DENY")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// SameOrigin refuses what another site makes a browser send, for doors that
// know a person by a cookie. Requests that only read are let through, and so
// are programs that are no browsers. The rules are those of http.CrossOriginProtection.
func SameOrigin(h Handler) Handler {
	protection := http.NewCrossOriginProtection()
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := protection.Check(r); err != nil {
			return fault.Wrap(err, fault.Denied, "fault.form.elsewhere")
		}
		return h(w, r)
	}
}

// CORS lets scripts of any site call h, without credentials. It stands around
// the API, the OAuth endpoints for programs, .well-known and public
// ActivityPub documents, and nothing else. Preflights are answered here, so it
// also needs the route "OPTIONS" of what it stands around.
func CORS(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
			header.Set("Access-Control-Expose-Headers", "Link, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id")
			h.ServeHTTP(w, r)
			return
		}
		header.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
		header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key")
		header.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	})
}
