package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"

	"allod/internal/fault"
)

// Config says for what and from whom.
type Config struct {
	// Folder keeps certificates, their keys and the account at the authority.
	Folder string
	// Host is the home's own name.
	Host string
	// Serves tells whether another name is one of ours too.
	Serves func(ctx context.Context, host string) bool
	// Directory is the address of the authority, "" for Let's Encrypt.
	Directory string
	// Roots are trusted when the authority is asked, nil for the system's.
	Roots *x509.CertPool
	Log   *slog.Logger
}

// A Keeper gets certificates and keeps them fresh.
type Keeper struct {
	Config
	cache       *certmagic.Cache
	own, others *certmagic.Config // of the home's name, and of names people brought
	issuer      *certmagic.ACMEIssuer
	self        func() (*tls.Certificate, error)

	mu      sync.Mutex
	problem *Problem
}

// New returns a keeper for a home that listens at two addresses, for http and https.
func New(c Config, httpAddress, httpsAddress net.Addr) (*Keeper, error) {
	k := &Keeper{Config: c, self: sync.OnceValues(func() (*tls.Certificate, error) { return selfSigned(c.Host, time.Now()) })}
	if err := os.MkdirAll(c.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("certificates: %w", err)
	}
	quiet := zap.NewNop() // what matters is told by the events
	k.cache = certmagic.NewCache(certmagic.CacheOptions{
		Logger: quiet,
		GetConfigForCert: func(cert certmagic.Certificate) (*certmagic.Config, error) {
			if len(cert.Names) > 0 && cert.Names[0] == c.Host {
				return k.own, nil
			}
			return k.others, nil
		},
	})
	template := certmagic.Config{
		Storage: &certmagic.FileStorage{Path: c.Folder}, Logger: quiet, OnEvent: k.heard, DefaultServerName: c.Host,
		OCSP: certmagic.OCSPConfig{DisableStapling: true}, // the authorities have given it up, and it would ask a stranger
	}
	k.own = certmagic.New(k.cache, template)
	template.OnDemand = &certmagic.OnDemandConfig{DecisionFunc: k.mayServe}
	k.others = certmagic.New(k.cache, template)
	authority := certmagic.ACMEIssuer{
		CA: c.Directory, Agreed: true, TrustedRoots: c.Roots, Logger: quiet,
		AltHTTPPort: port(httpAddress), AltTLSALPNPort: port(httpsAddress), ListenHost: hostOf(httpsAddress),
		DisableHTTPChallenge: httpAddress == nil,
	}
	if authority.CA == "" {
		authority.CA = certmagic.LetsEncryptProductionCA
	}
	k.issuer = certmagic.NewACMEIssuer(k.own, authority)
	k.own.Issuers = []certmagic.Issuer{k.issuer}
	k.others.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(k.others, authority)}
	k.problem = readProblem(c.Folder)
	return k, nil
}

func port(a net.Addr) int {
	if a == nil {
		return 0
	}
	_, text, err := net.SplitHostPort(a.String())
	n, bad := strconv.Atoi(text)
	if err != nil || bad != nil {
		return 0
	}
	return n
}

// hostOf is the address that is listened on, "" for all.
func hostOf(a net.Addr) string {
	host, _, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() {
		return ""
	}
	return host
}

// Start begins to get and renew the certificate of the home's own name, until
// ctx ends. It does not wait: the home answers meanwhile.
func (k *Keeper) Start(ctx context.Context) error {
	return k.own.ManageAsync(ctx, []string{k.Host})
}

// Stop ends what runs in the background.
func (k *Keeper) Stop() { k.cache.Stop() }

// TLS is how connections are opened.
func (k *Keeper) TLS() *tls.Config {
	c := k.own.TLSConfig()
	c.MinVersion = tls.VersionTLS12
	c.NextProtos = append([]string{"h2", "http/1.1"}, c.NextProtos...)
	c.GetCertificate = k.choose
	return c
}

// choose finds the certificate of a name, and one of our own making where the home's has none.
func (k *Keeper) choose(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if hello.ServerName != "" && hello.ServerName != k.Host {
		return k.others.GetCertificate(hello)
	}
	cert, err := k.own.GetCertificate(hello)
	if err != nil && (len(hello.SupportedProtos) != 1 || hello.SupportedProtos[0] != "acme-tls/1") {
		return k.self()
	}
	return cert, err
}

// errForeign is told to nobody: the connection is refused.
var errForeign = errors.New("no name of ours")

func (k *Keeper) mayServe(ctx context.Context, name string) error {
	if k.Serves != nil && k.Serves(ctx, name) {
		return nil
	}
	return errForeign
}

// Plain is what answers without encryption: the authority's question, and for
// everybody else the way to the encrypted address, or why there is none yet.
func (k *Keeper) Plain(origin string, explain func(w http.ResponseWriter, r *http.Request, why error)) http.Handler {
	return k.issuer.HTTPChallengeHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		to := origin
		if host != k.Host {
			if k.mayServe(r.Context(), host) != nil {
				http.Error(w, "This home has another name.", http.StatusMisdirectedRequest)
				return
			}
			to = "https://" + host
		}
		if p := k.Problem(); host == k.Host && p != nil && !k.Has() {
			w.Header().Set("Retry-After", "600")
			explain(w, r, p.Fault())
			return
		}
		w.Header().Set("Connection", "close")
		http.Redirect(w, r, to+r.URL.RequestURI(), http.StatusPermanentRedirect)
	}))
}

// Has reports whether the home has a certificate from the authority.
func (k *Keeper) Has() bool { return time.Now().Before(k.Expires()) }

// Expires is when the present certificate of the home ends, zero where there is none.
func (k *Keeper) Expires() (last time.Time) {
	for _, cert := range k.cache.AllMatchingCertificates(k.Host) {
		if cert.Leaf != nil && cert.Leaf.NotAfter.After(last) {
			last = cert.Leaf.NotAfter
		}
	}
	return last
}

// Problem is why the authority gave nothing when it was last asked, nil if it did.
func (k *Keeper) Problem() *Problem {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.problem
}

// heard is told what happens to certificates.
func (k *Keeper) heard(_ context.Context, event string, data map[string]any) error {
	name, _ := data["identifier"].(string)
	switch event {
	case "cert_obtained":
		k.Log.Info("a certificate was obtained", "host", name)
		k.set(name, nil)
	case "cert_failed":
		err, _ := data["error"].(error)
		p := problemOf(err, name, k.issuer.CA)
		key, _ := fault.Message(p.Fault())
		k.Log.Warn("no certificate", "host", name, "reason", key, "error", fmt.Sprint(err))
		k.set(name, p)
	}
	return nil
}

func (k *Keeper) set(name string, p *Problem) {
	if name != k.Host {
		return
	}
	k.mu.Lock()
	k.problem = p
	k.mu.Unlock()
	if err := writeProblem(k.Folder, p); err != nil {
		k.Log.Warn("certificates", "error", err.Error())
	}
}
