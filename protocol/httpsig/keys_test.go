package httpsig

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	origin = "https://example.com"
	keyID  = "https://remote.example/users/alice#main-key"
)

var now = time.Date(2026, 7, 28, 12, 0, 0, 0, time.UTC)

// clock is a policy that lives at t.
func clock(t time.Time) Policy { return DefaultPolicy(func() time.Time { return t }) }

// readKey parses a PEM file of testdata.
func readKey[K any](tb testing.TB, name string) K {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		tb.Fatalf("%s is not PEM", name)
	}
	var key any
	switch block.Type {
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return key.(K)
}

// rsaKey is a fresh RSA-2048 key, made once.
var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var edKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// received parses a request as it comes over the wire.
func received(tb testing.TB, at, text string) Message {
	tb.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n"))))
	if err != nil {
		tb.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return NewMessage(r, at, body)
}

// transmit writes an outgoing request and reads it as a server would.
func transmit(tb testing.TB, r *http.Request, body []byte) Message {
	tb.Helper()
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		tb.Fatal(err)
	}
	in, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		tb.Fatal(err)
	}
	got, err := io.ReadAll(in.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return NewMessage(in, r.URL.Scheme+"://"+r.URL.Host, got)
}

func outgoing(tb testing.TB, method, url string) *http.Request {
	tb.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		tb.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/activity+json")
	}
	return r
}
