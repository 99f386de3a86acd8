package fetch

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Defaults and fixed limits.
const (
	DefaultTimeout  = 30 * time.Second // of a whole request with its redirects and body
	DefaultMaxBytes = 1 << 20          // of a body, after decompression
	MaxRedirects    = 3

	connectTimeout = 5 * time.Second
	headerTimeout  = 10 * time.Second
	maxHeader      = 64 << 10 // bytes of an answer's header
	maxPerHost     = 16       // connections to one host, busy or not
	maxIdlePerHost = 4
	maxIdle        = 512
	idleTimeout    = 60 * time.Second
)

// Config is what a Client is made of.
type Config struct {
	// AllowPrivate opens networks that are closed otherwise. In them http and
	// any port are allowed too. Link-local networks stay closed.
	AllowPrivate []netip.Prefix
	// UserAgent is sent with every request that carries none.
	UserAgent string
	// RootCAs replaces the system's certificate authorities if not nil.
	RootCAs *x509.CertPool
	// Refuse, if not nil, returns why nothing is asked of a host or sent to it. It is called often and must be quick.
	Refuse func(ctx context.Context, host string) error
	// Resolver replaces the system's name resolution if not nil.
	Resolver *net.Resolver
}

// A Client fetches. It is safe for concurrent use and keeps connections.
type Client struct {
	resolver      *net.Resolver
	secure, plain *http.Transport
	private       bool
	userAgent     string
	refuse        func(ctx context.Context, host string) error
}

// New returns a client with its own pool of connections.
func New(cfg Config) *Client {
	g := newGuard(cfg.AllowPrivate)
	return &Client{
		resolver:  cmp.Or(cfg.Resolver, net.DefaultResolver),
		secure:    transport(cfg, g.secure),
		plain:     transport(cfg, g.plain),
		private:   len(cfg.AllowPrivate) > 0,
		userAgent: cfg.UserAgent,
		refuse:    cfg.Refuse,
	}
}

// LeadsTo reports whether a host, a name or an address, leads to a network
// address. Of IPv6, where machines change the second half of theirs, the same network will do.
func (c *Client) LeadsTo(ctx context.Context, host string, to netip.Addr) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	all, err := c.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return false, fmt.Errorf("look up %.200s: %w", host, err)
	}
	to = to.Unmap().WithZone("")
	bits := 32
	if to.Is6() {
		bits = 64
	}
	network, err := to.Prefix(bits)
	if err != nil {
		return false, err
	}
	for _, ip := range all {
		if network.Contains(ip.Unmap().WithZone("")) {
			return true, nil
		}
	}
	return false, nil
}

// Close drops idle connections. Requests under way are not disturbed.
func (c *Client) Close() {
	c.secure.CloseIdleConnections()
	c.plain.CloseIdleConnections()
}

// transport returns a pool whose every dial is judged by control. There is one
// for https and one for http, so that what is judged is what is spoken.
func transport(cfg Config, control func(network, address string, c syscall.RawConn) error) *http.Transport {
	dialer := &net.Dialer{Timeout: connectTimeout, Resolver: cfg.Resolver, Control: control}
	return &http.Transport{
		Proxy:       nil, // never from the environment
		DialContext: dialer.DialContext,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			RootCAs:            cfg.RootCAs,
			ClientSessionCache: tls.NewLRUClientSessionCache(maxIdle),
		},
		TLSHandshakeTimeout:    connectTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		MaxResponseHeaderBytes: maxHeader,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: connectTimeout},
		MaxConnsPerHost:        maxPerHost,
		MaxIdleConnsPerHost:    maxIdlePerHost,
		MaxIdleConns:           maxIdle,
		IdleConnTimeout:        idleTimeout,
	}
}
