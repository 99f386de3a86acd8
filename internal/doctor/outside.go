package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"allod/internal/fault"
	"allod/internal/fetch"
)

// patience is how long one answer may take.
const patience = 10 * time.Second

// soon is how long before its end a certificate is worth a word.
const soon = 10 * 24 * time.Hour

// outside goes the way that other servers go: the name, the door, the
// certificate, whose home answers, then what they ask for. Each step needs the one before.
func (e *examination) outside(ctx context.Context) {
	if !e.Public {
		e.warn(Find, "name", says("not_public"))
		for _, c := range []string{"door", "webfinger"} {
			e.skip(Find, c)
		}
		e.skip(Follow, "actor")
		e.skip(Follow, "inbox")
		return
	}
	steps := []struct {
		group Group
		check string
		look  func(context.Context) error
	}{
		{Find, "door", e.door}, {Find, "whose", e.whose}, {Find, "webfinger", e.webfinger},
		{Follow, "actor", e.actor}, {Follow, "inbox", e.inbox}, {Follow, "outside", e.ask},
	}
	failed := false
	for _, s := range steps {
		nobody := e.Handle == "" && (s.check == "webfinger" || s.check == "actor")
		if failed || nobody || s.check == "outside" && e.Outside == "" {
			if s.check != "outside" {
				e.skip(s.group, s.check)
			}
			continue
		}
		if err := s.look(ctx); err != nil {
			failed = true
			e.bad(s.group, s.check, err)
			continue
		}
		e.good(s.group, s.check, "host", e.Host, "handle", e.Handle)
		if s.check == "door" {
			e.certificate(ctx)
		}
	}
}

// get asks the home through its public origin.
func (e *examination) get(ctx context.Context, address, accept string) (*fetch.Response, error) {
	r := fetch.Request{URL: address, Timeout: patience, NoRedirect: true, Header: http.Header{}}
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	return e.Fetch.Do(ctx, r)
}

// door looks whether the name leads to something that answers, and is trusted.
func (e *examination) door(ctx context.Context) error {
	_, err := e.get(ctx, e.Origin+"/healthz", "")
	if err == nil {
		return nil
	}
	return e.closed(err)
}

// closed names why nothing answers.
func (e *examination) closed(err error) error {
	var name *net.DNSError
	var invalid x509.CertificateInvalidError
	var other x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	port := "443"
	if u, bad := url.Parse(e.Origin); bad == nil && u.Port() != "" {
		port = u.Port()
	} else if bad == nil && u.Scheme == "http" {
		port = "80"
	}
	args := []any{"host", e.Host, "port", port}
	switch {
	case errors.As(err, &name):
		return says("unknown_name", args...)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		key := "certificate_expired"
		if invalid.Cert != nil && e.Now().Before(invalid.Cert.NotBefore) {
			key = "certificate_early"
		}
		return e.orTrouble(says(key, args...))
	case errors.As(err, &other):
		return e.orTrouble(says("certificate_other", args...))
	case errors.As(err, &unknown), errors.As(err, &invalid):
		return e.orTrouble(says("certificate_unknown", args...))
	case errors.As(err, &record), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return says("not_encrypted", args...)
	case errors.Is(err, syscall.ECONNREFUSED):
		return says("refused", args...)
	case fault.Is(err, fault.Denied):
		return says("private_address", args...)
	case fault.Is(err, fault.Timeout), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return says("silent", args...)
	}
	return says("broken", args...).Because("%w", err)
}

// orTrouble is what the authority said, where the home asks one itself: that is the cause.
func (e *examination) orTrouble(seen error) error {
	if e.Trouble != nil {
		return e.Trouble
	}
	return seen
}

// certificate says when it ends.
func (e *examination) certificate(ctx context.Context) {
	u, err := url.Parse(e.Origin)
	if err != nil || u.Scheme != "https" {
		return
	}
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "443")
	}
	d := tls.Dialer{NetDialer: &net.Dialer{Timeout: patience}, Config: &tls.Config{RootCAs: e.Roots, MinVersion: tls.VersionTLS12}}
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		e.bad(Find, "certificate", e.closed(err))
		return
	}
	defer c.Close()
	ends := c.(*tls.Conn).ConnectionState().PeerCertificates[0].NotAfter
	day := ends.Format(time.DateOnly)
	if ends.Sub(e.Now()) < soon {
		err := error(says("certificate_soon", "day", day))
		if e.Trouble != nil {
			err = e.Trouble
		}
		e.warn(Find, "certificate", err)
		return
	}
	e.good(Find, "certificate", "day", day)
}

// whose looks whether it is this home that answers, and by its name.
func (e *examination) whose(ctx context.Context) error {
	health, err := e.get(ctx, e.Origin+"/healthz", "")
	if err != nil {
		return e.closed(err)
	}
	if health.Header.Get("X-Home") != e.Mark {
		return says("elsewhere", "host", e.Host)
	}
	front, err := e.get(ctx, e.Origin+"/robots.txt", "")
	if err != nil {
		return e.closed(err)
	}
	if front.Status == http.StatusMisdirectedRequest {
		return says("proxy_host", "host", e.Host)
	}
	if health.Header.Get("X-Proxy") != "" {
		e.warn(Find, "proxy", says("proxy_trust"))
	}
	return nil
}

// webfinger looks whether the person is found by name, at an address with a dot.
func (e *examination) webfinger(ctx context.Context) error {
	at := e.Origin + "/.well-known/webfinger?resource=" + url.QueryEscape("acct:"+e.Handle)
	r, err := e.get(ctx, at, "application/jrd+json")
	if err != nil {
		return e.closed(err)
	}
	var found struct {
		Links []struct{ Rel, Href string }
	}
	if r.Status != http.StatusOK || json.Unmarshal(r.Body, &found) != nil {
		return says("dotted", "path", "/.well-known/webfinger", "status", r.Status)
	}
	for _, l := range found.Links {
		if l.Rel == "self" && l.Href == e.Actor {
			return nil
		}
	}
	return says("webfinger_other", "handle", e.Handle)
}

// actor looks whether other servers may read who somebody is.
func (e *examination) actor(ctx context.Context) error {
	r, err := e.get(ctx, e.Actor, "application/activity+json")
	if err != nil {
		return e.closed(err)
	}
	kind, _ := r.MediaType()
	switch {
	case r.Status == http.StatusNotFound || r.Status == http.StatusForbidden:
		return says("dotted", "path", "/.well-known/apgateway", "status", r.Status)
	case r.Status != http.StatusOK:
		return says("actor_status", "status", r.Status)
	case kind != "application/activity+json" && kind != "application/ld+json":
		return says("proxy_accept")
	}
	return nil
}

// inbox looks whether what others send arrives: what nobody signed is turned
// away by the home itself, and by nobody before it.
func (e *examination) inbox(ctx context.Context) error {
	r, err := e.Fetch.Do(ctx, fetch.Request{
		Method: http.MethodPost, URL: e.Origin + "/inbox", Body: []byte("{}"), Timeout: patience,
		Header: http.Header{"Content-Type": {"application/activity+json"}},
	})
	if err != nil {
		return e.closed(err)
	}
	if r.Header.Get("X-Request-Id") == "" || r.Status == http.StatusMethodNotAllowed {
		return says("inbox", "status", r.Status)
	}
	return nil
}

// ask has somebody look from elsewhere.
func (e *examination) ask(ctx context.Context) error {
	what := e.Actor
	if what == "" {
		what = e.Origin + "/"
	}
	address := e.Outside
	if !strings.Contains(address, "{address}") {
		address = strings.TrimRight(address, "/") + "/outside?address={address}"
	}
	address = strings.ReplaceAll(address, "{address}", url.QueryEscape(what))
	host := address
	if u, err := url.Parse(address); err == nil {
		host = u.Host
	}
	r, err := e.Fetch.Do(ctx, fetch.Request{URL: address, Timeout: 2 * patience, StatusOnly: true})
	if err != nil {
		return says("outside_silent", "asked", host)
	}
	switch {
	case r.Status/100 == 2:
		return nil
	case r.Status == http.StatusForbidden:
		return says("outside_unable", "asked", host)
	case r.Status == http.StatusNotFound, r.Status == http.StatusTooManyRequests:
		return says("outside_silent", "asked", host)
	}
	return says("outside", "asked", host, "host", e.Host)
}

// Look looks at an address of whoever asks from a network address, as their
// eyes outside. It looks at nobody else, so that it is no way to reach others
// from here: Denied where the address leads elsewhere than to who asks.
func Look(ctx context.Context, c *fetch.Client, from netip.Addr, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return fault.New(fault.Invalid, "fault.doctor.outside_address")
	}
	leads, err := c.LeadsTo(ctx, u.Hostname(), from)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "fault.doctor.unknown_name", "host", u.Hostname())
	}
	if !leads {
		return fault.New(fault.Denied, "fault.doctor.outside_stranger")
	}
	r, err := c.Do(ctx, fetch.Request{URL: address, Timeout: patience, NoRedirect: true, StatusOnly: true})
	if err != nil {
		return err
	}
	if r.Status/100 != 2 {
		return fault.New(fault.Unavailable, "fault.doctor.outside_status", "status", r.Status)
	}
	return nil
}
