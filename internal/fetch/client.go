package fetch

import (
	"crypto/tls"
	"crypto/x509"
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
	// Resolver replaces the system's name resolution if not nil.
	Resolver *net.Resolver
}

// A Client fetches. It is safe for concurrent use and keeps connections.
type Client struct {
	secure, plain *http.Transport
	private       bool
	userAgent     string
}

// New returns a client with its own pool of connections.
func New(cfg Config) *Client {
	g := newGuard(cfg.AllowPrivate)
	return &Client{
		secure:    transport(cfg, g.secure),
		plain:     transport(cfg, g.plain),
		private:   len(cfg.AllowPrivate) > 0,
		userAgent: cfg.UserAgent,
	}
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
