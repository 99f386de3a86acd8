package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"mime/multipart"
	"net/http"
	"net/netip"
	"strings"

	"allod/internal/account"
	"allod/internal/auth"
)

// request is what the house remembers of a request on its way.
type request struct {
	id    string
	from  netip.Addr
	forms []*multipart.Form // whose files lie on disk
}

type requestKey struct{}

// remember returns the request with its memory, which Stack made or a door without one makes.
func remember(r *http.Request) (*http.Request, *request) {
	if q, ok := r.Context().Value(requestKey{}).(*request); ok {
		return r, q
	}
	q := &request{id: newRequestID(), from: peer(r)}
	return r.WithContext(context.WithValue(r.Context(), requestKey{}, q)), q
}

func newRequestID() string {
	b := make([]byte, 8)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// clean removes the files of uploads.
func (q *request) clean() error {
	var errs []error
	for _, f := range q.forms {
		errs = append(errs, f.RemoveAll())
	}
	q.forms = nil
	return errors.Join(errs...)
}

// RequestID is what the log calls this request, also told in X-Request-Id.
func RequestID(ctx context.Context) string {
	if q, ok := ctx.Value(requestKey{}).(*request); ok {
		return q.id
	}
	return ""
}

// ClientAddr is the address a request came from, that of the client where a
// trusted proxy tells it. It is not valid for a request over a Unix socket.
func ClientAddr(r *http.Request) netip.Addr {
	if q, ok := r.Context().Value(requestKey{}).(*request); ok {
		return q.from
	}
	return peer(r)
}

// peer is the other end of the connection.
func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// clientAddr follows X-Forwarded-For from its right end, as long as those
// who wrote it are trusted: the first who is not is the client.
func clientAddr(r *http.Request, trusted []netip.Prefix) netip.Addr {
	from := peer(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && trusts(trusted, from); i-- {
		next, ok := hop(strings.TrimSpace(hops[i]))
		if !ok {
			break
		}
		from = next
	}
	return from
}

// hop reads an address, with or without a port.
func hop(s string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return a.Unmap().WithZone(""), true
	}
	ap, err := netip.ParseAddrPort(s)
	return ap.Addr().Unmap().WithZone(""), err == nil
}

func trusts(trusted []netip.Prefix, a netip.Addr) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

type (
	accountKey struct{}
	sessionKey struct{}
)

// WithAccount says who acts in a request.
func WithAccount(ctx context.Context, a *account.Account) context.Context {
	return context.WithValue(ctx, accountKey{}, a)
}

// Me is who acts in a request, nil for a visitor.
func Me(r *http.Request) *account.Account {
	a, _ := r.Context().Value(accountKey{}).(*account.Account)
	return a
}

// SessionOf is the session that a request of the site belongs to, nil for a visitor.
func SessionOf(r *http.Request) *auth.Session {
	s, _ := r.Context().Value(sessionKey{}).(*auth.Session)
	return s
}

// Bearer is the token of the Authorization header (RFC 6750 §2.1), "" without one.
func Bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
