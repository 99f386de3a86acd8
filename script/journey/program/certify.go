package program

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// An Authority signs certificates. Programs started with Env trust it alone.
type Authority struct {
	Root  string // its own certificate, as a file
	about *x509.Certificate
	key   *ecdsa.PrivateKey
}

// NewAuthority is one that nobody knows yet.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	a := &Authority{about: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "an authority"}, NotBefore: time.Now().AddDate(-1, 0, 0),
		NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}}
	a.Root, _, a.key = a.issue(t, a.about)
	return a
}

// Env has a program trust the authority.
func (a *Authority) Env() string { return "SSL_CERT_FILE=" + a.Root }

// Certify signs a certificate for a host, good from and until.
func (a *Authority) Certify(t testing.TB, host string, from, until time.Time) (cert, key string) {
	t.Helper()
	about := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), NotBefore: from, NotAfter: until}
	if ip := net.ParseIP(host); ip != nil {
		about.IPAddresses = []net.IP{ip}
	} else {
		about.DNSNames = []string{host}
	}
	cert, key, _ = a.issue(t, about)
	return cert, key
}

// issue writes a certificate and its key; the authority's own is signed by itself.
func (a *Authority) issue(t testing.TB, about *x509.Certificate) (cert, key string, secret *ecdsa.PrivateKey) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer := a.key
	if signer == nil {
		signer = secret
	}
	signed, err := x509.CreateCertificate(rand.Reader, about, a.about, secret.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: signed}, key: {Type: "PRIVATE KEY", Bytes: sealed}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key, secret
}
