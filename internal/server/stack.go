package server

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/address"
)

// Times and sizes of every request.
const (
	headerTime   = 10 * time.Second // for a request's head to come
	bodyTime     = 30 * time.Second // for its body, and a second more for each bodyRate
	bodyRate     = 16 << 10         // bytes
	streamTime   = time.Minute      // for the next bytes of a body that Stream let be large
	overrunTime  = 2 * time.Second  // for the rest of a body that was too large
	overrunBytes = 16 << 20         // of it
	idleTime     = 2 * time.Minute  // between requests
	headerBytes  = 64 << 10
)

// Config says what stands around the doors.
type Config struct {
	Log *slog.Logger
	// Face shows what is refused before a door sees it.
	Face Face
	// Origin is the configured public origin, such as "https://marrow.example".
	Origin string
	// Serves reports whether a host, in the normal form of package address, is
	// ours besides that of Origin: the domains that people brought. It may be nil.
	Serves func(ctx context.Context, host string) bool
	// Left reports whether a host of ours is one that everybody has moved away from. It may be nil.
	Left func(ctx context.Context, host string) bool
	// Awaits reports whether a host is claimed by somebody here: it is answered at account.ClaimPath alone. It may be nil.
	Awaits func(ctx context.Context, host string) bool
	// Owner is whose own domain a host of ours is, nil for none. It may be nil.
	Owner func(ctx context.Context, host string) (*account.Account, error)
	// TrustedProxies may say where a request came from.
	TrustedProxies []netip.Prefix
	// MaxBody is the most any body may hold, in bytes. Doors ask for less.
	MaxBody int64
	Limits  *Limits
	// Counts reports whether a door counts a request by itself, since it knows who
	// asks before it does anything for them. It may be nil.
	Counts func(r *http.Request) bool
	// Mark tells this home from others at /healthz, where any Host is answered.
	Mark string
	// Observe is told of each answer, for metrics. It may be nil.
	Observe func(route string, status int, took time.Duration)
}

// Stack puts around the doors what every request goes through. health answers
// /healthz and /readyz, whatever the Host.
func Stack(c Config, health, doors http.Handler) (http.Handler, error) {
	host, err := address.HostOf(c.Origin)
	if err != nil {
		return nil, err
	}
	s := &stack{Config: c, host: host, secure: strings.HasPrefix(c.Origin, "https://"), health: health, doors: doors}
	s.refuse = Door{Log: c.Log, Face: c.Face}
	return s, nil
}

type stack struct {
	Config
	host   string // of the origin
	secure bool
	health http.Handler
	doors  http.Handler
	refuse Door
}

// ServeHTTP does in order: body, health, id, address, headers, host, rate, door.
func (s *stack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := answering(w)
	a.extend()
	s.meter(a, r)
	if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		s.introduce(a.Header(), r)
		s.health.ServeHTTP(a, r)
		return
	}
	start := time.Now()
	q := &request{id: newRequestID(), from: clientAddr(r, s.TrustedProxies)}
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, q))
	a.Header().Set("X-Request-Id", q.id)
	s.protect(a.Header())
	s.refuse.Handler(func(w http.ResponseWriter, r *http.Request) error {
		host, err := s.admit(r)
		if err != nil {
			return err
		}
		return s.open(w, r, host)
	}).ServeHTTP(a, r)
	if s.Observe != nil {
		s.Observe(r.Pattern, a.status, time.Since(start))
	}
}

// introduce says which home this is, and whether a proxy stands before it
// that it does not trust, for whoever looks why it cannot be reached.
func (s *stack) introduce(h http.Header, r *http.Request) {
	if s.Mark != "" {
		h.Set("X-Home", s.Mark)
	}
	if r.Header.Get("X-Forwarded-For") != "" && !trusts(s.TrustedProxies, peer(r)) {
		h.Set("X-Proxy", "not trusted")
	}
}

// open hands a request to the doors, as one for somebody's site where the host is their own.
func (s *stack) open(w http.ResponseWriter, r *http.Request, host string) error {
	if host == s.host || s.Owner == nil {
		s.doors.ServeHTTP(w, r)
		return nil
	}
	if s.Left != nil && leadsOn(r) && s.Left(r.Context(), host) {
		http.Redirect(w, r, s.Origin+r.URL.RequestURI(), http.StatusMovedPermanently)
		return nil
	}
	owner, err := s.Owner(r.Context(), host)
	if err != nil {
		return err
	}
	if owner == nil {
		s.doors.ServeHTTP(w, r)
		return nil
	}
	if to := s.away(r); to != "" {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
		return nil
	}
	lodged := lodge(r, owner)
	s.doors.ServeHTTP(w, lodged)
	r.Pattern = lodged.Pattern // for metrics
	return nil
}

// leadsOn reports whether a request is for something that people or feed
// readers find at the new name as well. What other servers know by the old one stays there.
func leadsOn(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && !strings.HasPrefix(r.URL.Path, "/.well-known/")
}

// admit refuses requests for other hosts and those of clients that ask too
// often. It returns the host in normal form.
func (s *stack) admit(r *http.Request) (string, error) {
	host, err := address.Host(r.Host)
	if err != nil || !s.answers(r, host) {
		return "", misdirected()
	}
	if s.Counts != nil && s.Counts(r) {
		return host, nil
	}
	return host, s.Limits.Request(ClientAddr(r))
}

// answers reports whether a request for a host is answered.
func (s *stack) answers(r *http.Request, host string) bool {
	ctx := r.Context()
	return host == s.host || s.Serves != nil && s.Serves(ctx, host) ||
		s.Awaits != nil && strings.HasPrefix(r.URL.Path, account.ClaimPath) && s.Awaits(ctx, host)
}

// meter caps a body in size and time. The time ends with the body, so that
// what the door does next is not cut short.
func (s *stack) meter(a *answer, r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	size := r.ContentLength
	if size < 0 || size > s.MaxBody {
		size = s.MaxBody / 8 // a body of unknown size gets less time than the largest one that is announced
	}
	_ = a.control.SetReadDeadline(time.Now().Add(bodyTime + time.Duration(size/bodyRate)*time.Second))
	r.Body = &metered{ReadCloser: http.MaxBytesReader(a.ResponseWriter, r.Body, s.MaxBody), whole: r.Body, control: a.control}
}

// A metered body takes its deadline away when it is at its end.
type metered struct {
	io.ReadCloser
	whole   io.ReadCloser // without a cap
	control *http.ResponseController
	streams bool      // its deadline moves while bytes come
	extends time.Time // when it last did
}

// Read reads the body.
func (m *metered) Read(p []byte) (int, error) {
	if m.streams {
		if now := time.Now(); now.Sub(m.extends) > time.Second {
			m.extends = now
			_ = m.control.SetReadDeadline(now.Add(streamTime))
		}
	}
	n, err := m.ReadCloser.Read(p)
	if err == io.EOF {
		_ = m.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// Stream lets the body of a request be of any size, and take any time as long
// as some of it comes within each minute. Doors ask for it once they know who sends, and that they may.
func Stream(r *http.Request) {
	if m, ok := r.Body.(*metered); ok {
		m.ReadCloser, m.streams = m.whole, true
	}
}

// Drain reads what a sender whom Stream trusted still has to say, up to a
// bound, so that they hear why it was not taken instead of finding the connection reset.
func Drain(r *http.Request) {
	if m, ok := r.Body.(*metered); ok && r.Header.Get("Expect") == "" {
		m.streams = false
		m.overrun()
	}
}

// overrun reads on in a body that was found too large, for some bytes and a
// moment: whoever is answered while they send finds the connection reset, and
// never sees the sentence that says why.
func (m *metered) overrun() {
	_ = m.control.SetReadDeadline(time.Now().Add(overrunTime))
	_, _ = io.CopyN(io.Discard, m.ReadCloser, overrunBytes) // what breaks off here is refused as it is
	_ = m.control.SetReadDeadline(time.Time{})
}

// NewServer is the HTTP server that Stack is served by. The caller sets what it listens on.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
