package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"os"
	"strings"
)

// mailSettings are those of the server that sends mail on.
func mailSettings() []setting {
	return []setting{
		{name: "mail-server", value: "ADDR", usage: "host:port of the server that sends mail on; empty sends none", set: func(c *Config, s string) (err error) {
			if c.Mail.Server = ""; s != "" {
				c.Mail.Server, err = listen(s)
			}
			return err
		}},
		{name: "mail-tls", value: "MODE", usage: "starttls, tls from the first byte, or none on this machine", set: func(c *Config, s string) error {
			if c.Mail.TLS = s; s != "starttls" && s != "tls" && s != "none" {
				return errors.New(`is neither "starttls" nor "tls" nor "none"`)
			}
			return nil
		}},
		{name: "mail-user", value: "NAME", usage: "name to sign in at the mail server with; empty if it asks for none", set: text(func(c *Config) *string { return &c.Mail.User })},
		{name: "mail-password", value: "TEXT", usage: "password at the mail server; better in the environment or a file", secret: true,
			set: text(func(c *Config) *string { return &c.Mail.Password })},
		{name: "mail-password-file", value: "FILE", usage: "file that holds the password at the mail server", set: func(c *Config, s string) error {
			if s == "" {
				return nil
			}
			password, err := os.ReadFile(s)
			if err != nil {
				return errors.New("cannot be read")
			}
			c.Mail.Password = strings.TrimRight(string(password), "\r\n")
			return nil
		}},
		{name: "mail-from", value: "ADDRESS", usage: "address that mail comes from, such as home@example.com", set: func(c *Config, s string) error {
			if c.Mail.From = s; s == "" {
				return nil
			}
			a, err := mail.ParseAddress(s)
			if err != nil || a.Name != "" || a.Address != s {
				return errors.New("is not one mail address")
			}
			return nil
		}},
	}
}

// checkMail judges the settings of mail together.
func (c *Config) checkMail() error {
	m := c.Mail
	if m.Server == "" {
		return nil
	}
	if m.From == "" {
		return errors.New("mail-server needs mail-from, the address that mail comes from")
	}
	if (m.User == "") != (m.Password == "") {
		return errors.New("mail-user and mail-password go together")
	}
	host, _, err := net.SplitHostPort(m.Server)
	if err != nil || host == "" {
		return errors.New("mail-server has no host")
	}
	if m.TLS == "none" && !c.near(host) {
		return fmt.Errorf("mail-server %q: mail-tls none is for this machine and the networks of allow-private, for the password and every letter could be read on the way", m.Server)
	}
	return nil
}

// near reports whether a host is this machine or in a network of AllowPrivate.
func (c *Config) near(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || within(ip.Unmap(), c.AllowPrivate))
}
