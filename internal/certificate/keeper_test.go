package certificate_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	pebbledb "github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"

	"allod/internal/certificate"
	"allod/internal/fault"
)

// An authority is a real ACME server on loopback, with a name server of its own.
type authority struct {
	*httptest.Server
	roots *x509.CertPool
}

// newAuthority looks for homes at two ports of loopback. A name that begins
// with "lost" is unknown, every other leads there.
func newAuthority(t *testing.T, httpPort, httpsPort int) *authority {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
	quiet := log.New(io.Discard, "", 0)
	store := pebbledb.NewMemoryStore()
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: 90 * 24 * 3600}})
	validator := va.New(quiet, httpPort, httpsPort, false, nameServer(t), store)
	front := wfe.New(quiet, store, validator, issuer, nil, false, false, 1, 1)
	a := &authority{Server: httptest.NewTLSServer(front.Handler()), roots: x509.NewCertPool()}
	t.Cleanup(a.Close)
	a.roots.AddCert(a.Certificate())
	return a
}

func nameServer(t *testing.T) string {
	t.Helper()
	l := listen(t)
	s := &dns.Server{Listener: l, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg)
		m.SetReply(q)
		name := q.Question[0]
		switch {
		case strings.HasPrefix(name.Name, "lost"):
			m.Rcode = dns.RcodeNameError
		case name.Qtype == dns.TypeA:
			m.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: name.Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 0, 1)}}
		}
		_ = w.WriteMsg(m)
	})}
	go s.ActivateAndServe() //nolint:errcheck // it ends with the test
	t.Cleanup(func() { _ = s.Shutdown() })
	return l.Addr().String()
}

// A home answers "here" at two ports of loopback.
type home struct {
	*certificate.Keeper
	t           *testing.T
	folder      string
	http, https net.Listener
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// serve starts a home; without plain its port 80 is somebody else's.
func (h *home) serve(a *authority, host string) {
	h.t.Helper()
	var err error
	h.Keeper, err = certificate.New(certificate.Config{
		Folder: h.folder, Host: host, Directory: a.URL + wfe.DirectoryPath, Roots: a.roots, Log: slog.New(slog.NewTextHandler(h.t.Output(), nil)),
		Serves: func(_ context.Context, name string) bool { return name == "ida.example" },
	}, h.http.Addr(), h.https.Addr())
	if err != nil {
		h.t.Fatal(err)
	}
	here := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })
	secure := &http.Server{Handler: here, TLSConfig: h.TLS(), ErrorLog: log.New(io.Discard, "", 0)}
	plain := &http.Server{Handler: h.Plain("https://"+host, func(w http.ResponseWriter, _ *http.Request, why error) {
		key, _ := fault.Message(why)
		http.Error(w, key, http.StatusServiceUnavailable)
	})}
	go secure.ServeTLS(h.https, "", "") //nolint:errcheck // it ends with the test
	go plain.Serve(h.http)              //nolint:errcheck // likewise
	ctx, cancel := context.WithCancel(context.Background())
	started := h.Keeper
	h.t.Cleanup(func() { cancel(); started.Stop(); secure.Close(); plain.Close() })
	if err := h.Start(ctx); err != nil {
		h.t.Fatal(err)
	}
}

// names are those of the certificate that a visitor is shown, and who signed it.
func (h *home) names(server string) (names []string, issuer string, err error) {
	h.t.Helper()
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: 20 * time.Second}, "tcp", h.https.Addr().String(),
		&tls.Config{ServerName: server, InsecureSkipVerify: true}) //nolint:gosec // what is shown is what is looked at
	if err != nil {
		return nil, "", err
	}
	defer c.Close()
	leaf := c.ConnectionState().PeerCertificates[0]
	return leaf.DNSNames, leaf.Issuer.CommonName, nil
}

// get asks port 80.
func (h *home) get(host string) (int, string, string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, "http://"+h.http.Addr().String()+"/@ida?x=1", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Host = host
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header.Get("Location"), strings.TrimSpace(string(body))
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatal("not in time: " + what)
}

func newHome(t *testing.T) (*home, *authority) {
	t.Helper()
	h := &home{t: t, folder: filepath.Join(t.TempDir(), "certificates"), http: listen(t), https: listen(t)}
	return h, newAuthority(t, portOf(h.http), portOf(h.https))
}

func TestCertificateIsObtainedAndKept(t *testing.T) {
	h, a := newHome(t)
	h.serve(a, "home.example")
	until(t, "a certificate", h.Has)
	names, issuer, err := h.names("home.example")
	if err != nil || !slices.Equal(names, []string{"home.example"}) || !strings.Contains(issuer, "Pebble") {
		t.Fatalf("%v by %q, %v", names, issuer, err)
	}
	if left := time.Until(h.Expires()); left < 80*24*time.Hour || h.Problem() != nil || certificate.Trouble(h.folder) != nil {
		t.Errorf("%v left, %v", left, h.Problem())
	}
	if status, to, _ := h.get("home.example"); status != http.StatusPermanentRedirect || to != "https://home.example/@ida?x=1" {
		t.Errorf("%d to %s", status, to)
	}
	if status, _, _ := h.get("evil.example"); status != http.StatusMisdirectedRequest {
		t.Errorf("a foreign name is answered with %d", status)
	}

	// Started again while the authority is away, it still has it.
	a.Close()
	h.http, h.https = listen(t), listen(t)
	h.serve(a, "home.example")
	until(t, "the kept certificate", h.Has)
}

func TestNamesPeopleBroughtAreAskedForWhenTheyAreUsed(t *testing.T) {
	h, a := newHome(t)
	h.serve(a, "home.example")
	until(t, "a certificate", h.Has)
	if names, _, err := h.names("evil.example"); err == nil {
		t.Errorf("a foreign name is shown %v", names)
	}
	if names, issuer, err := h.names("ida.example"); err != nil || !slices.Equal(names, []string{"ida.example"}) || !strings.Contains(issuer, "Pebble") {
		t.Fatalf("%v by %q, %v", names, issuer, err)
	}
	if status, to, _ := h.get("ida.example"); status != http.StatusPermanentRedirect || to != "https://ida.example/@ida?x=1" {
		t.Errorf("%d to %s", status, to)
	}
}

// TestRefusedHomeAnswersAndSaysWhy has the authority find nothing where it looks.
func TestRefusedHomeAnswersAndSaysWhy(t *testing.T) {
	closed := listen(t)
	port := portOf(closed)
	closed.Close()
	for name, c := range map[string]struct {
		host, want string
		authority  func(t *testing.T, h *home) *authority
	}{
		"unknown name": {"lost.example", "name", func(t *testing.T, h *home) *authority { return newAuthority(t, portOf(h.http), portOf(h.https)) }},
		"closed ports": {"home.example", "closed", func(t *testing.T, _ *home) *authority { return newAuthority(t, port, port) }},
		"another's": {"home.example", "elsewhere", func(t *testing.T, _ *home) *authority {
			return newAuthority(t, stranger(t, httptest.NewServer), stranger(t, startTLS))
		}},
		"away": {"home.example", "silent", func(t *testing.T, _ *home) *authority {
			a := newAuthority(t, port, port)
			a.Close()
			return a
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := &home{t: t, folder: t.TempDir(), http: listen(t), https: listen(t)}
			h.serve(c.authority(t, h), c.host)
			until(t, "a problem", func() bool { return h.Problem() != nil })
			if key, args := fault.Message(h.Problem().Fault()); key != "fault.certificate."+c.want {
				t.Errorf("%s %v", key, args)
			}
			if key, _ := fault.Message(certificate.Trouble(h.folder)); key != "fault.certificate."+c.want {
				t.Errorf("beside it: %s", key)
			}
			if status, _, says := h.get(c.host); status != http.StatusServiceUnavailable || says != "fault.certificate."+c.want {
				t.Errorf("%d %s", status, says)
			}
			if names, issuer, err := h.names(c.host); err != nil || !slices.Equal(names, []string{c.host}) || issuer != c.host {
				t.Errorf("%v by %q, %v", names, issuer, err)
			}
		})
	}
}

// stranger is the port of somebody else's server.
func stranger(t *testing.T, start func(http.Handler) *httptest.Server) int {
	t.Helper()
	s := start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "router") }))
	t.Cleanup(s.Close)
	n, err := strconv.Atoi(s.URL[strings.LastIndexByte(s.URL, ':')+1:])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// startTLS starts a server that takes every protocol, and shows a certificate of its own.
func startTLS(h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{NextProtos: []string{"acme-tls/1", "http/1.1"}}
	s.StartTLS()
	return s
}

func TestFilesAreReadAgainWhenTheyChange(t *testing.T) {
	dir := t.TempDir()
	if _, err := certificate.Files(filepath.Join(dir, "none.pem"), filepath.Join(dir, "none.key"), slog.New(slog.DiscardHandler)); !os.IsNotExist(unwrap(err)) {
		t.Errorf("%v", err)
	}
}

func unwrap(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		if _, ok := err.(*os.PathError); ok {
			return err
		}
		err = u.Unwrap()
	}
}
