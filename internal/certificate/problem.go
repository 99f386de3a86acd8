package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"allod/internal/fault"
)

// A Problem is why an authority gave no certificate. It is kept in a file, so
// that it can be told beside the running home.
type Problem struct {
	Key    string    `json:"key"` // of the sentence
	Host   string    `json:"host"`
	Asked  string    `json:"asked"`  // the authority
	Detail string    `json:"detail"` // its own words
	At     time.Time `json:"at"`
}

// Fault is the sentence.
func (p *Problem) Fault() error {
	if p == nil {
		return nil
	}
	return fault.New(fault.Unavailable, "fault.certificate."+p.Key, "host", p.Host, "authority", p.Asked, "detail", p.Detail)
}

// problems are the sentences of the kinds of RFC 8555 §6.7.
var problems = map[string]string{
	acme.ProblemTypeDNS: "name", acme.ProblemTypeConnection: "closed", acme.ProblemTypeTLS: "closed",
	acme.ProblemTypeUnauthorized: "elsewhere", acme.ProblemTypeIncorrectResponse: "elsewhere", acme.ProblemTypeCAA: "not_allowed",
	acme.ProblemTypeRateLimited: "too_many", acme.ProblemTypeRejectedIdentifier: "never", acme.ProblemTypeUnsupportedIdentifier: "never",
}

func problemOf(err error, host, directory string) *Problem {
	p := &Problem{Key: "silent", Host: host, Asked: directory, At: time.Now().UTC()}
	if u, bad := url.Parse(directory); bad == nil && u.Host != "" {
		p.Asked = u.Host
	}
	var said acme.Problem
	if !errors.As(err, &said) {
		return p
	}
	p.Key, p.Detail = "refused", clean(said.Detail)
	if key, ok := problems[said.Type]; ok {
		p.Key = key
	}
	if p.Key == "refused" || p.Key == "elsewhere" { // some authorities tell these apart in words only
		switch words := strings.ToLower(p.Detail); {
		case strings.Contains(words, "resolve"):
			p.Key = "name"
		case strings.Contains(words, "to connect"):
			p.Key = "closed"
		}
	}
	for _, sub := range said.Subproblems {
		if key, ok := problems[sub.Type]; ok {
			p.Key, p.Detail = key, clean(sub.Detail)
			break
		}
	}
	return p
}

// clean is a line of another's words, cut.
func clean(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 300 {
		return string(r[:300]) + "…"
	}
	return s
}

const problemFile = "problem.json"

// Trouble is why the home of a folder got no certificate when it last asked; nil if it did.
func Trouble(folder string) error {
	if p := readProblem(folder); p != nil {
		return p.Fault()
	}
	return nil
}

func readProblem(folder string) *Problem {
	raw, err := os.ReadFile(filepath.Join(folder, problemFile))
	if err != nil {
		return nil
	}
	p := &Problem{}
	if json.Unmarshal(raw, p) != nil || p.Key == "" {
		return nil
	}
	return p
}

func writeProblem(folder string, p *Problem) error {
	file := filepath.Join(folder, problemFile)
	if p == nil {
		if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	temp := file + ".new"
	return errors.Join(os.WriteFile(temp, raw, 0o600), os.Rename(temp, file))
}

// selfSigned is a certificate that nobody vouches for.
func selfSigned(host string, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("own certificate: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
