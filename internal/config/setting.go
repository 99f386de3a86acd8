package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"allod/internal/address"
	"allod/internal/blob"
)

// maxNameLength is the longest name of the product, in characters.
const maxNameLength = 64

// A setting is one thing the program can be told, in text.
type setting struct {
	name, value, usage string
	secret             bool // never quoted in an error
	set                func(*Config, string) error
}

// env is the name in the environment.
func (s setting) env() string {
	return "ALLOD_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

// settings are all there are, in the order of the usage text.
func settings() []setting {
	return append([]setting{
		{name: "data", value: "DIR", usage: "folder that holds everything", set: setData},
		{name: "listen", value: "ADDR", usage: "host:port to listen on", set: func(c *Config, s string) (err error) {
			c.Listen, err = listen(s)
			return err
		}},
		{name: "origin", value: "URL", usage: "public origin, such as https://example.com; empty if the home is not public", set: func(c *Config, s string) (err error) {
			if c.Origin = ""; s != "" {
				c.Origin, err = origin(s)
			}
			return err
		}},
		{name: "tls", value: "auto|off", usage: "auto: the home gets its own certificate for the host of origin, and listens on :443 and :80 unless told otherwise", set: func(c *Config, s string) error {
			if s != "auto" && s != "off" {
				return errors.New(`is neither "auto" nor "off"`)
			}
			c.TLSAuto = s == "auto"
			return nil
		}},
		{name: "http", value: "ADDR", usage: "host:port that leads to https and answers the certificate authority; :80 with tls auto, otherwise none", set: func(c *Config, s string) (err error) {
			if c.HTTP = ""; s != "" {
				c.HTTP, err = listen(s)
			}
			return err
		}},
		{name: "acme-directory", value: "URL", usage: "certificate authority of tls auto, instead of Let's Encrypt", set: func(c *Config, s string) error {
			u, err := url.Parse(s)
			if s != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
				return errors.New("is not an https URL")
			}
			c.ACMEDirectory = s
			return nil
		}},
		{name: "acme-root", value: "FILE", usage: "PEM file of whom to trust when asking that authority", set: text(func(c *Config) *string { return &c.ACMERoot })},
		{name: "outside", value: "URL", usage: "another home that allod doctor has look from elsewhere, such as https://friend.example", set: text(func(c *Config) *string { return &c.Outside })},
		{name: "tls-cert", value: "FILE", usage: "certificate chain in PEM", set: text(func(c *Config) *string { return &c.TLSCert })},
		{name: "tls-key", value: "FILE", usage: "private key in PEM", set: text(func(c *Config) *string { return &c.TLSKey })},
		{name: "database", value: "URL", usage: "postgres:// URL; empty for SQLite in the data folder", secret: true, set: setDatabase},
		{name: "blobs", value: "URL", usage: "s3://KEY:SECRET@host/bucket for the bytes of files and pictures; empty for the data folder", secret: true, set: setBlobs},
		{name: "allow-private", value: "CIDR,…", usage: "private networks that may be reached, also over http and at any port", set: func(c *Config, s string) (err error) {
			c.AllowPrivate, err = networks(s)
			return err
		}},
		{name: "trusted-proxy", value: "CIDR,…", usage: "networks of proxies whose X-Forwarded-For is believed", set: func(c *Config, s string) (err error) {
			c.TrustedProxy, err = networks(s)
			return err
		}},
		{name: "rate-limits", value: "on|off", usage: "whether limits on the rate of requests hold", set: func(c *Config, s string) (err error) {
			c.RateLimits, err = onOff(s)
			return err
		}},
		{name: "metrics", value: "ADDR", usage: "host:port to serve Prometheus metrics on; empty for none", set: func(c *Config, s string) (err error) {
			if c.Metrics = ""; s != "" {
				c.Metrics, err = listen(s)
			}
			return err
		}},
		{name: "name", value: "NAME", usage: "what the product calls itself", set: setName},
	}, mailSettings()...)
}

// text is a setting taken as it is.
func text(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, s string) error {
		*field(c) = s
		return nil
	}
}

func setData(c *Config, s string) error {
	if s == "" {
		return errors.New("is empty")
	}
	abs, err := filepath.Abs(s)
	c.Data = abs
	return err
}

func setDatabase(c *Config, s string) error {
	if c.Database = s; s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("is not a postgres:// URL") // without the cause, which would quote the password
	}
	return nil
}

func setBlobs(c *Config, s string) (err error) {
	if c.Blobs = s; s != "" {
		_, err = blob.ParseS3(s)
	}
	return err
}

func setName(c *Config, s string) error {
	c.Name = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(c.Name); n == 0 || n > maxNameLength {
		return fmt.Errorf("has %d characters, wanted 1 to %d", n, maxNameLength)
	}
	return nil
}

func listen(s string) (string, error) {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", errors.New("is not host:port")
	}
	if _, err := netip.ParseAddrPort("0.0.0.0:" + port); err != nil {
		return "", errors.New("has no port number")
	}
	return s, nil
}

// origin puts scheme and host in normal form and refuses anything more.
func origin(s string) (string, error) {
	u, err := address.Parse(s)
	if err != nil {
		return "", errors.New("is not an https or http URL")
	}
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", errors.New("has more than scheme and host")
	}
	return u.Scheme + "://" + u.Host, nil
}

// networks reads prefixes and single addresses, separated by commas.
func networks(s string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			ip, bad := netip.ParseAddr(part)
			if bad != nil || ip.Zone() != "" {
				return nil, fmt.Errorf("%q is not a network such as 10.0.0.0/8", part)
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		if p.Addr().Is4In6() {
			return nil, fmt.Errorf("%q is IPv4 in IPv6: write it as IPv4", part)
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

func onOff(s string) (bool, error) {
	switch s {
	case "on":
		return true, nil
	case "off":
		return false, nil
	}
	return false, errors.New(`is neither "on" nor "off"`)
}

// checkTLS judges whether the home can get a certificate, and fills in where it listens then.
func (c *Config) checkTLS() error {
	if !c.TLSAuto {
		return nil
	}
	host, err := address.HostOf(c.Origin)
	switch {
	case c.TLSCert != "":
		return errors.New("tls auto and tls-cert exclude each other")
	case err != nil || !strings.HasPrefix(c.Origin, "https://") || len(addresses(host)) > 0 && len(c.AllowPrivate) == 0:
		return errors.New("tls auto: a certificate is for a public name, so origin must be one, such as https://example.com")
	}
	if c.Listen == "" || c.Listen == defaultListen {
		c.Listen = ":443"
	}
	if c.HTTP == "" {
		c.HTTP = ":80"
	}
	return nil
}

// check judges the settings together.
func (c *Config) check() error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("tls-cert and tls-key go together")
	}
	if err := errors.Join(c.checkMail(), c.checkTLS()); err != nil {
		return err
	}
	if !strings.HasPrefix(c.Origin, "http://") {
		return nil
	}
	host, err := address.HostOf(c.Origin)
	if err != nil {
		return fmt.Errorf("origin %q: %w", c.Origin, err)
	}
	for _, ip := range addresses(host) {
		if ip.IsLoopback() || within(ip, c.AllowPrivate) {
			return nil
		}
	}
	return fmt.Errorf("origin %q: only https can be public; http is for loopback and the networks of allow-private", c.Origin)
}
