package httpsig

import (
	"strings"
	"time"
)

// A Policy says which signatures are worth checking with a key. It is as
// strict as Mastodon 4.6.
type Policy struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// MaxAge is how long a signature lives that names no expiry.
	MaxAge time.Duration
	// MaxLifetime is how long a signature lives at most, whatever it says.
	MaxLifetime time.Duration
	// MaxSkew is how far the two clocks may be apart, in both directions.
	MaxSkew time.Duration
}

// DefaultPolicy is 5 minutes of age, 12 hours with an expiry, and one hour of
// skew.
func DefaultPolicy(now func() time.Time) Policy {
	return Policy{Now: now, MaxAge: 5 * time.Minute, MaxLifetime: 12 * time.Hour, MaxSkew: time.Hour}
}

// Parse reads the signature of a message and checks everything that needs no
// key: its syntax, its algorithm, what it covers, its time and the digest of
// the body. A message with Signature-Input is read by RFC 9421, any other by
// draft-cavage-12.
func (p Policy) Parse(m Message) (*Signature, error) {
	s, err := parse(m)
	if err != nil {
		return nil, err
	}
	if err := checkCoverage(s); err != nil {
		return nil, err
	}
	if err := p.checkTime(s); err != nil {
		return nil, err
	}
	if hasBody(m.Method, m.Body) || m.Header["Digest"] != nil || m.Header["Content-Digest"] != nil {
		if err := CheckDigest(m.Header, m.Body); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// checkCoverage demands that method, host, whole target, time and body are
// all covered.
func checkCoverage(s *Signature) error {
	need := func(names ...string) error {
		for _, name := range names {
			if !s.Covers(name) {
				return ErrMissingComponent.because("%q is not covered", name)
			}
		}
		return nil
	}
	digest := "digest"
	var err error
	switch s.Form {
	case Cavage:
		if err = need("(request-target)", "host"); err == nil && s.Created.IsZero() {
			err = ErrMissingComponent.because("neither date nor (created) is covered")
		}
	default:
		digest = "content-digest"
		err = need(targetComponents(s)...)
		if err == nil && s.Created.IsZero() {
			err = ErrMissingComponent.because("no created parameter")
		}
	}
	if err == nil && hasBody(s.message.Method, s.message.Body) {
		err = need(digest)
	}
	return err
}

// targetComponents names what covers method and target of an RFC 9421
// signature: @target-uri, or the parts that together say the same.
func targetComponents(s *Signature) []string {
	switch {
	case s.Covers("@target-uri") || !s.Covers("@authority"):
		return []string{"@method", "@target-uri"}
	case s.Covers("@request-target"):
		return []string{"@method", "@authority", "@request-target"}
	case strings.Contains(s.message.Target, "?"):
		return []string{"@method", "@authority", "@path", "@query"}
	}
	return []string{"@method", "@authority", "@path"}
}

// checkTime holds the signed times against the clock.
func (p Policy) checkTime(s *Signature) error {
	now := time.Now
	if p.Now != nil {
		now = p.Now
	}
	t := now()
	if s.Created.After(t.Add(p.MaxSkew)) {
		return ErrFuture
	}
	end := s.Created.Add(p.MaxAge)
	if !s.Expires.IsZero() {
		end = s.Expires
		if latest := s.Created.Add(p.MaxLifetime); end.After(latest) {
			end = latest
		}
	}
	if t.After(end.Add(p.MaxSkew)) {
		return ErrExpired
	}
	return nil
}
