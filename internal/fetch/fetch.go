package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"allod/internal/db"
	"allod/internal/fault"
)

// maxRefusal is how much is read of the body of an answer that is not 2xx,
// and how much of an unwanted body to keep its connection.
const maxRefusal = 16 << 10

// A Response is an answer of any status, read to its end.
type Response struct {
	Status int
	Header http.Header
	// Body is whole for a 2xx status; of others it is the beginning.
	Body []byte
	// URL is where the answer came from, after redirects, without fragment.
	URL string
}

// MediaType is the type of the body in lower case and its parameters
// (RFC 9110 §8.3.1), "" if it is missing or malformed.
func (r *Response) MediaType() (string, map[string]string) {
	return mediaType(r.Header.Get("Content-Type"))
}

// A Stream is an answer whose body is still to be read. Read fails with a
// TooLarge fault where the cap is passed and a Timeout fault at the deadline.
type Stream struct {
	Status int
	Header http.Header
	// Size is the announced length of the body in bytes, -1 if unknown.
	Size int64
	// URL is where the answer came from, after redirects, without fragment.
	URL string

	body io.ReadCloser
	end  context.CancelFunc
	left int64
	fail func(error) error
}

// MediaType is as for Response.
func (s *Stream) MediaType() (string, map[string]string) {
	return mediaType(s.Header.Get("Content-Type"))
}

// Read reads the body, decompressed.
func (s *Stream) Read(p []byte) (int, error) {
	if int64(len(p)) > s.left+1 {
		p = p[:s.left+1]
	}
	n, err := s.body.Read(p)
	if s.left -= int64(n); s.left < 0 {
		return 0, s.fail(tooLarge())
	}
	if err != nil && err != io.EOF {
		return n, s.fail(err)
	}
	return n, err
}

// Close ends the request.
func (s *Stream) Close() error {
	s.end()
	return s.body.Close()
}

// Do fetches an answer whole. A status such as 404 is an answer, not an error.
// It refuses to run inside a database transaction.
func (c *Client) Do(ctx context.Context, req Request) (*Response, error) {
	s, err := c.Open(ctx, req)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	resp := &Response{Status: s.Status, Header: s.Header, URL: s.URL}
	switch {
	case req.StatusOnly:
		io.CopyN(io.Discard, s.body, maxRefusal) // what fails here is not wanted
	case !success(s.Status):
		resp.Body, _ = io.ReadAll(io.LimitReader(s.body, maxRefusal)) // the status is the answer
	default:
		if resp.Body, err = io.ReadAll(s); err != nil {
			return nil, err
		}
	}
	return resp, nil
}

// Open fetches an answer up to its body, for what is too large to hold. The
// caller closes the stream.
func (c *Client) Open(ctx context.Context, req Request) (*Stream, error) {
	if db.Inside(ctx) {
		return nil, fault.New(fault.Internal, "").Because("fetch inside a transaction")
	}
	ctx, end := context.WithTimeout(ctx, req.timeout())
	s, err := c.open(ctx, &req)
	if err != nil {
		end()
		return nil, err
	}
	s.end = end
	return s, nil
}

// open goes from hop to hop.
func (c *Client) open(ctx context.Context, req *Request) (*Stream, error) {
	to, err := c.target(req.URL, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	for hop := 0; ; hop++ {
		fail := failure(ctx, req.method(), to)
		if c.refuse != nil {
			if err := c.refuse(ctx, to.Host); err != nil {
				return nil, fail(err)
			}
		}
		resp, err := c.send(ctx, req, to, hop)
		if err != nil {
			return nil, fail(err)
		}
		location := resp.Header.Get("Location")
		if !redirects(resp.StatusCode) || location == "" || !req.follows() {
			return stream(resp, req, to, fail)
		}
		io.CopyN(io.Discard, resp.Body, maxRefusal)
		resp.Body.Close()
		if hop == MaxRedirects {
			return nil, fail(errors.New("too many redirects"))
		}
		if to, err = c.target(location, to); err != nil {
			return nil, fail(err)
		}
	}
}

func (c *Client) send(ctx context.Context, req *Request, to *url.URL, hop int) (*http.Response, error) {
	out, err := req.build(ctx, to, hop, c.userAgent)
	if err != nil {
		return nil, err
	}
	if to.Scheme == "https" {
		return c.secure.RoundTrip(out)
	}
	return c.plain.RoundTrip(out)
}

// stream checks what the header already tells.
func stream(resp *http.Response, req *Request, from *url.URL, fail func(error) error) (*Stream, error) {
	s := &Stream{
		Status: resp.StatusCode, Header: resp.Header, Size: resp.ContentLength, URL: from.String(),
		body: resp.Body, left: req.maxBytes(), fail: fail,
	}
	var err error
	switch {
	case !success(s.Status) || req.StatusOnly:
	case !req.accepts(resp.Header.Get("Content-Type")):
		err = fault.New(fault.Unsupported, "fault.fetch.type").Because("content type %.80q", resp.Header.Get("Content-Type"))
	case s.Size > s.left:
		err = tooLarge()
	}
	if err != nil {
		resp.Body.Close()
		return nil, fail(err)
	}
	return s, nil
}

// failure returns a function that makes a fault of what went wrong at a place.
func failure(ctx context.Context, method string, at *url.URL) func(error) error {
	place := fmt.Sprintf("%s %s://%s%.200s", method, at.Scheme, at.Host, at.EscapedPath())
	return func(err error) error {
		var known *fault.Error
		var late net.Error
		switch {
		case errors.As(err, &known):
			return fmt.Errorf("%s: %w", place, err)
		case ctx.Err() == context.DeadlineExceeded, errors.As(err, &late) && late.Timeout():
			err = fault.Wrap(err, fault.Timeout, "fault.fetch.timeout", "host", at.Host)
		default:
			err = fault.Wrap(err, fault.Unavailable, "fault.fetch.unavailable", "host", at.Host)
		}
		return fmt.Errorf("%s: %w", place, err)
	}
}

func tooLarge() error { return fault.New(fault.TooLarge, "fault.fetch.large") }

func success(status int) bool { return status >= 200 && status < 300 }

// redirects reports whether a status sends elsewhere (RFC 9110 §15.4).
func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}
