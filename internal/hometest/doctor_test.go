package hometest_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allod/internal/app"
	"allod/internal/config"
	"allod/internal/db"
	"allod/internal/doctor"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/freeport"
	"allod/internal/hometest"
)

// A clinic is a home that is well, and a way to break what others see of it.
type clinic struct {
	t    *testing.T
	home *hometest.Home
	cfg  config.Config
}

func newClinic(t *testing.T) *clinic {
	h := hometest.Start(t, "")
	h.Settle("ida")
	return &clinic{t, h, h.Config}
}

// proxy stands before the home; change makes a bad one of it. The home is
// told that this is its public address.
func (c *clinic) proxy(change func(p *httputil.ReverseProxy) http.Handler) {
	c.t.Helper()
	target, err := url.Parse("http://" + c.home.Config.Listen)
	if err != nil {
		c.t.Fatal(err)
	}
	p := &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host; r.SetXForwarded() },
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s := httptest.NewServer(change(p))
	c.t.Cleanup(s.Close)
	c.home.Down()
	c.home.Config.Origin = s.URL
	c.home.Config.TrustedProxy = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	c.home.Up()
	c.cfg = c.home.Config
}

// certificate is one for names, good from and until.
func certificate(t *testing.T, from, until time.Time, names ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: from, NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// shown has a server show a certificate at the home's public address.
func (c *clinic) shown(cert tls.Certificate) *x509.CertPool {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	c.t.Cleanup(s.Close)
	c.cfg.Origin = s.URL
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}))
	return pool
}

// keys are the sentences of what is bad.
func keys(found []doctor.Finding) (bad []string) {
	for _, f := range found {
		if f.Bad() {
			key, _ := fault.Message(f.Fault)
			bad = append(bad, strings.TrimPrefix(key, "fault.doctor."))
		}
	}
	return bad
}

func TestDoctorFindsNothingInAHomeThatIsWell(t *testing.T) {
	c := newClinic(t)
	found, err := app.Examine(t.Context(), c.cfg)
	if err != nil || !doctor.Well(found) {
		t.Errorf("%v %v", keys(found), err)
	}
	for _, f := range found {
		if f.Skipped && f.Check != "clock" {
			t.Errorf("%s is not looked at", f.Check)
		}
	}
	c.proxy(func(p *httputil.ReverseProxy) http.Handler { return p })
	if found, err := app.Examine(t.Context(), c.cfg); err != nil || !doctor.Well(found) {
		t.Errorf("behind a good proxy: %v %v", keys(found), err)
	}
}

// TestDoctorNamesEachFault breaks a home in each way, and hears the one sentence that names it.
func TestDoctorNamesEachFault(t *testing.T) {
	now := time.Now()
	root := os.Getuid() == 0
	for _, broken := range []struct {
		want string
		do   func(c *clinic)
	}{
		{"elsewhere", func(c *clinic) { // the name leads to another home, which answers 421
			other := hometest.Start(c.t, "")
			c.cfg.Origin = strings.Replace(other.Origin, "127.0.0.1", "localhost", 1)
		}},
		{"refused", func(c *clinic) { c.home.Down() }},
		{"unknown_name", func(c *clinic) { c.cfg.Origin = "https://nowhere.invalid" }},
		{"dotted", func(c *clinic) {
			c.proxy(func(p *httputil.ReverseProxy) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.Contains(r.URL.Path, "/.") {
						http.NotFound(w, r)
						return
					}
					p.ServeHTTP(w, r)
				})
			})
		}},
		{"proxy_host", func(c *clinic) {
			c.proxy(func(p *httputil.ReverseProxy) http.Handler {
				rewrite := p.Rewrite
				p.Rewrite = func(r *httputil.ProxyRequest) { rewrite(r); r.Out.Host = "" }
				return p
			})
		}},
		{"proxy_accept", func(c *clinic) {
			c.proxy(func(p *httputil.ReverseProxy) http.Handler {
				p.ModifyResponse = func(r *http.Response) error {
					if strings.Contains(r.Request.URL.Path, "apgateway") {
						r.Header.Set("Content-Type", "text/html")
					}
					return nil
				}
				return p
			})
		}},
		{"inbox", func(c *clinic) {
			c.proxy(func(p *httputil.ReverseProxy) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPost {
						w.WriteHeader(http.StatusForbidden)
						return
					}
					p.ServeHTTP(w, r)
				})
			})
		}},
		{"not_encrypted", func(c *clinic) { c.cfg.Origin = strings.Replace(c.home.Origin, "http:", "https:", 1) }},
		{"certificate_unknown", func(c *clinic) { c.shown(certificate(c.t, now.Add(-time.Hour), now.Add(time.Hour), "127.0.0.1")) }},
		{"mail_silent", func(c *clinic) { c.cfg.Mail.Server, c.cfg.Mail.From = closedAddress(c.t), "home@mail.example" }},
		{"mail_password", func(c *clinic) { c.mail("535 5.7.8 no", "250 ok") }},
		{"mail_from", func(c *clinic) { c.mail("235 ok", "550 not your address") }},
		{"database_damaged", func(c *clinic) {
			c.home.Down()
			c.spoil(filepath.Join(c.cfg.Data, "allod.db"))
		}},
		{"no_folder", func(c *clinic) { c.cfg.Data = filepath.Join(c.cfg.Data, "none") }},
		{"key_missing", func(c *clinic) {
			if err := os.Remove(filepath.Join(c.cfg.Data, "home.key")); err != nil {
				c.t.Fatal(err)
			}
		}},
		{"folder_other", func(c *clinic) {
			if root {
				c.t.Skip("root may use every folder; the journey of the package tries this one")
			}
			if err := os.Chmod(c.cfg.Data, 0o500); err != nil {
				c.t.Fatal(err)
			}
			c.t.Cleanup(func() { _ = os.Chmod(c.cfg.Data, 0o700) })
		}},
	} {
		t.Run(broken.want, func(t *testing.T) {
			c := newClinic(t)
			broken.do(c)
			found, err := app.Examine(t.Context(), c.cfg)
			if err != nil {
				t.Fatal(err)
			}
			if bad := keys(found); len(bad) != 1 || bad[0] != broken.want {
				t.Errorf("named %v", bad)
			}
		})
	}
}

// TestDoctorReadsCertificatesAndClocks sees what only a trusted root or another's clock tells apart.
func TestDoctorReadsCertificatesAndClocks(t *testing.T) {
	now := time.Now()
	for want, cert := range map[string]tls.Certificate{
		"certificate_expired": certificate(t, now.Add(-48*time.Hour), now.Add(-time.Hour), "127.0.0.1"),
		"certificate_other":   certificate(t, now.Add(-time.Hour), now.Add(48*time.Hour), "other.example"),
		"elsewhere":           certificate(t, now.Add(-time.Hour), now.Add(480*time.Hour), "127.0.0.1"),
	} {
		c := newClinic(t)
		roots := c.shown(cert)
		client := fetch.New(fetch.Config{AllowPrivate: c.cfg.AllowPrivate, RootCAs: roots})
		found := doctor.Examine(t.Context(), doctor.Config{
			Origin: c.cfg.Origin, Host: "127.0.0.1", Public: true, Mark: "x", Fetch: client, Roots: roots, Data: t.TempDir(), Now: time.Now, Backups: true,
		})
		if bad := keys(found); len(bad) != 1 || bad[0] != want {
			t.Errorf("%s: named %v", want, bad)
		}
	}
	for want, off := range map[string]time.Duration{"clock_fast": -time.Hour, "clock_slow": time.Hour, "": time.Minute} {
		peer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
		}))
		client := fetch.New(fetch.Config{AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
		found := doctor.Examine(t.Context(), doctor.Config{Peers: []string{peer.URL}, Fetch: client, Data: t.TempDir(), Now: time.Now})
		peer.Close()
		if bad := strings.Join(keys(found), " "); bad != want {
			t.Errorf("%v: named %q", off, bad)
		}
	}
}

func closedAddress(t *testing.T) string {
	t.Helper()
	address, err := freeport.On("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// mail is a mail server that answers a password and a sender so.
func (c *clinic) mail(password, sender string) {
	c.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go speak(conn, password, sender)
		}
	}()
	c.cfg.Mail = config.Mail{Server: l.Addr().String(), TLS: "none", User: "ida", Password: "secret", From: "home@mail.example"}
}

func speak(conn net.Conn, password, sender string) {
	defer conn.Close()
	say := func(s string) { _, _ = io.WriteString(conn, s+"\r\n") }
	say("220 mail")
	buffer := make([]byte, 1024)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return
		}
		switch word, _, _ := strings.Cut(strings.TrimSpace(string(buffer[:n])), " "); strings.ToUpper(word) {
		case "EHLO":
			say("250-mail\r\n250 AUTH PLAIN")
		case "AUTH":
			say(password)
		case "MAIL":
			say(sender)
		default:
			say("250 ok")
		}
	}
}

// spoil makes holes in a file.
func (c *clinic) spoil(file string) {
	c.t.Helper()
	if err := c.fold(file); err != nil {
		c.t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	clear(raw[len(raw)/4 : len(raw)/2])
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// fold brings a database and its log into one file.
func (c *clinic) fold(file string) error {
	d, err := db.Open(context.Background(), db.Config{URL: file})
	if err != nil {
		return err
	}
	err = errors.Join(d.Snapshot(context.Background(), file+".new", nil), d.Close())
	os.Remove(file + "-wal")
	os.Remove(file + "-shm")
	return errors.Join(err, os.Rename(file+".new", file))
}

// TestHomeLooksOnlyAtWhoeverAsks has a neighbor look from outside, and refuse to look for strangers.
func TestHomeLooksOnlyAtWhoeverAsks(t *testing.T) {
	c, neighbor := newClinic(t), hometest.Start(t, "")
	c.cfg.Outside = neighbor.Origin
	found, err := app.Examine(t.Context(), c.cfg)
	if err != nil || !doctor.Well(found) {
		t.Errorf("%v %v", keys(found), err)
	}
	for address, want := range map[string]int{
		c.home.Origin + "/":          http.StatusNoContent,
		c.home.Origin + "/no/such":   http.StatusServiceUnavailable,
		"http://127.0.0.2:9/":        http.StatusForbidden,
		"http://169.254.169.254/":    http.StatusForbidden,
		"http://nowhere.invalid/":    http.StatusServiceUnavailable,
		"nonsense":                   http.StatusUnprocessableEntity,
		"":                           http.StatusUnprocessableEntity,
		"http://" + closedAddress(t): http.StatusServiceUnavailable,
	} {
		resp, err := http.Get(neighbor.Origin + "/outside?address=" + url.QueryEscape(address))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%q: %d, not %d", address, resp.StatusCode, want)
		}
	}
}
