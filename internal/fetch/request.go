package fetch

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"allod/internal/address"
	"allod/internal/fault"
)

// A Request is one errand. Only URL is needed.
type Request struct {
	// Method is GET if empty.
	Method string
	// URL is absolute: https, or http in a private network that was opened.
	URL string
	// Header is sent along, save Cookie and Accept-Encoding. Authorization and
	// signatures do not outlive the first hop.
	Header http.Header
	Body   []byte
	// Accept lists the media types that will do, best first: "image/png",
	// "image/*", or with parameters that must be there as well. It becomes the
	// Accept header unless Header has one, and a 2xx answer of another type is
	// an Unsupported fault. Empty accepts everything.
	Accept []string
	// MaxBytes caps the answer's body after decompression; DefaultMaxBytes if
	// zero. A longer 2xx body is a TooLarge fault, never a part of it.
	MaxBytes int64
	// Timeout spans everything, redirects and body included; DefaultTimeout if zero.
	Timeout time.Duration
	// Sign, if not nil, is called with each hop's request, complete but for
	// what Sign adds, and with Body.
	Sign func(r *http.Request, body []byte) error
	// NoRedirect hands 3xx answers to the caller. So it is always for methods
	// other than GET and HEAD.
	NoRedirect bool
	// StatusOnly leaves the body of the answer unread.
	StatusOnly bool
	// Idempotent says that the request may be sent again when a kept
	// connection turns out to be closed. GET and HEAD always may.
	Idempotent bool
}

func (r *Request) method() string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

func (r *Request) follows() bool {
	m := r.method()
	return !r.NoRedirect && (m == http.MethodGet || m == http.MethodHead)
}

func (r *Request) maxBytes() int64 {
	if r.MaxBytes > 0 {
		return r.MaxBytes
	}
	return DefaultMaxBytes
}

func (r *Request) timeout() time.Duration {
	if r.Timeout > 0 {
		return r.Timeout
	}
	return DefaultTimeout
}

// build makes the request of one hop, signed.
func (r *Request) build(ctx context.Context, to *url.URL, hop int, userAgent string) (*http.Request, error) {
	var body io.Reader
	if len(r.Body) > 0 {
		body = bytes.NewReader(r.Body)
	}
	out, err := http.NewRequestWithContext(ctx, r.method(), to.String(), body)
	if err != nil {
		return nil, fault.New(fault.Invalid, "").Because("method %.16q", r.method())
	}
	for name, values := range r.Header {
		out.Header[http.CanonicalHeaderKey(name)] = append([]string(nil), values...)
	}
	out.Header.Del("Cookie")
	out.Header.Del("Accept-Encoding") // the transport asks for gzip and undoes it
	out.Header.Del("Host")
	if hop > 0 {
		for _, name := range []string{"Authorization", "Proxy-Authorization", "Signature", "Signature-Input"} {
			out.Header.Del(name)
		}
	}
	if userAgent != "" && out.Header.Get("User-Agent") == "" {
		out.Header.Set("User-Agent", userAgent)
	}
	if len(r.Accept) > 0 && out.Header.Get("Accept") == "" {
		out.Header.Set("Accept", strings.Join(r.Accept, ", "))
	}
	if r.Idempotent {
		out.Header["Idempotency-Key"] = []string{} // read by the transport, not sent
	}
	if r.Sign != nil {
		if err := r.Sign(out, r.Body); err != nil {
			return nil, fault.Wrap(err, fault.Of(err), "")
		}
	}
	return out, nil
}

// accepts reports whether a Content-Type is among what was asked for.
func (r *Request) accepts(contentType string) bool {
	if len(r.Accept) == 0 {
		return true
	}
	got, params := mediaType(contentType)
	for _, want := range r.Accept {
		if wanted, needs := mediaType(want); wanted != "" && sameType(wanted, got) && holds(params, needs) {
			return true
		}
	}
	return false
}

func sameType(pattern, got string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(got, prefix)
	}
	return pattern == got
}

// holds reports whether params has each of needs; a quality value is no need.
func holds(params, needs map[string]string) bool {
	for name, value := range needs {
		if name != "q" && params[name] != value {
			return false
		}
	}
	return true
}

// mediaType reads a Content-Type (RFC 9110 §8.3); "" if it is malformed.
func mediaType(s string) (string, map[string]string) {
	t, params, err := mime.ParseMediaType(s)
	if err != nil {
		return "", nil
	}
	return t, params
}

// target reads the URL of a hop. A relative one is resolved against base.
func (c *Client) target(raw string, base *url.URL) (*url.URL, error) {
	if base != nil && len(raw) <= address.MaxURL {
		ref, err := base.Parse(raw)
		if err != nil {
			return nil, fault.New(fault.Invalid, "fault.address.url").Because("malformed redirect")
		}
		raw = ref.String()
	}
	u, err := address.Parse(raw)
	if err != nil {
		return nil, err
	}
	if !c.private && (u.Scheme != "https" || u.Port() != "") {
		return nil, denied("%s at %s", u.Scheme, u.Host)
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}
