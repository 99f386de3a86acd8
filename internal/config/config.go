// Package config is what the program can be told: one struct, filled from
// defaults, then the file allod.toml, then the environment, then flags.
//
// Each setting has one name in three dresses: --tls-cert, ALLOD_TLS_CERT, and
// tls-cert in the file.
package config

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"allod/internal/address"
	"allod/internal/listener"
)

// Config is every setting, checked.
type Config struct {
	// Data is the folder that holds everything, as an absolute path.
	Data string
	// File is the file that settings were read from, or empty.
	File string
	// Listen is the host and port the server listens on.
	Listen string
	// Origin is the public origin, such as "https://example.com", in normal
	// form. Empty means that the home is not public.
	Origin string
	// TLSCert and TLSKey are PEM files, both or neither.
	TLSCert, TLSKey string
	// TLSAuto has the home get its certificate from an authority by itself.
	TLSAuto bool
	// HTTP is the host and port for those who come without encryption, where
	// TLSAuto or the certificate's files encrypt; empty for none.
	HTTP string
	// ACMEDirectory is the authority's address, empty for Let's Encrypt, and
	// ACMERoot a PEM file with whom to trust when asking it, empty for the system's.
	ACMEDirectory, ACMERoot string
	// Database is a postgres:// URL, or empty for SQLite in Data. It may hold
	// a password: never log it.
	Database string
	// Blobs is an s3:// address, or empty for a folder in Data. It holds a secret: never log it.
	Blobs string
	// AllowPrivate are the private networks that may be reached, where http
	// and any port are allowed too.
	AllowPrivate []netip.Prefix
	// TrustedProxy are the networks whose X-Forwarded-For is believed.
	TrustedProxy []netip.Prefix
	// RateLimits tells whether limits on the rate of requests hold.
	RateLimits bool
	// Metrics is the host and port metrics are served on, or empty.
	Metrics string
	// Outside is a home that looks at this one from elsewhere for the doctor, or
	// any address that does, with {address} in place of what to look at; empty for none.
	Outside string
	// Manager is whoever started the program, as the environment tells it.
	Manager listener.Manager
	// Name is what the product calls itself.
	Name string
	// Mail is how mail is sent. Without a server none is.
	Mail Mail
}

// Mail is the server that sends this home's mail on.
type Mail struct {
	// Server is its host and port, or empty.
	Server string
	// TLS is "tls" from the first byte, "starttls", or "none" on loopback and
	// the networks of AllowPrivate.
	TLS string
	// User and Password sign in; both empty for a server that asks for none.
	// Never log Password.
	User, Password string
	// From is the address that mail comes from.
	From string
}

// defaultListen is where a home listens that nobody has configured.
const defaultListen = "127.0.0.1:8420"

// Default is the configuration of a home nobody has configured.
func Default(getenv func(string) string) Config {
	return Config{Data: dataDir(getenv), Listen: defaultListen, RateLimits: true, Name: "Allod", Mail: Mail{TLS: "starttls"}}
}

// Base is the origin that links begin with: Origin, or for a home that is not
// public the loopback address it listens on.
func (c Config) Base() string {
	if c.Origin != "" {
		return c.Origin
	}
	scheme := "http"
	if c.Encrypts() {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if ip, bad := netip.ParseAddr(host); err != nil || bad != nil && host != "localhost" || bad == nil && !ip.IsLoopback() {
		host = "127.0.0.1" // all interfaces, or one of them: this machine is among them
	}
	base, err := origin(scheme + "://" + net.JoinHostPort(host, port))
	if err != nil {
		return scheme + "://127.0.0.1"
	}
	return base
}

// Encrypts tells whether the home itself speaks https.
func (c Config) Encrypts() bool { return c.TLSAuto || c.TLSCert != "" }

// Federates tells whether other servers may know this home. A home on
// loopback or a private address federates only within AllowPrivate, one
// without Origin likewise.
func (c Config) Federates() bool {
	host, err := address.HostOf(c.Base())
	if err != nil {
		return false
	}
	ips := addresses(host)
	if len(ips) == 0 {
		return c.Origin != ""
	}
	for _, ip := range ips {
		if within(ip, c.AllowPrivate) {
			return true
		}
	}
	return c.Origin != "" && !ips[0].IsLoopback() && !ips[0].IsPrivate() && !ips[0].IsLinkLocalUnicast()
}

// addresses are those that a host in normal form names by itself: an IP
// address, or the two of localhost (RFC 6761 §6.3).
func addresses(host string) []netip.Addr {
	if ap, err := netip.ParseAddrPort(host); err == nil {
		return []netip.Addr{ap.Addr().Unmap()}
	}
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return []netip.Addr{ip.Unmap()}
	}
	name, _, _ := strings.Cut(host, ":")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	return nil
}

func within(ip netip.Addr, networks []netip.Prefix) bool {
	for _, n := range networks {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// dataDir follows the XDG base directory specification.
func dataDir(getenv func(string) string) string {
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "allod")
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "share", "allod")
	}
	if wd, err := os.Getwd(); err == nil {
		return filepath.Join(wd, "data")
	}
	return "data"
}
