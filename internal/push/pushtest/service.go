// Package pushtest is a push service on loopback, and the browsers it reaches.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A Service is a push service that keeps what it is handed.
type Service struct {
	*httptest.Server
	t testing.TB

	mu     sync.Mutex
	got    []Message
	status int
	header http.Header
}

// A Message is what was handed over for one browser.
type Message struct {
	Path   string
	Header http.Header
	Body   []byte
}

// New starts a service that takes everything.
func New(t testing.TB) *Service {
	s := &Service{t: t, status: http.StatusCreated}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP takes a message (RFC 8030 §5).
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, Message{r.URL.Path, r.Header, body})
	for name, v := range s.header {
		w.Header()[name] = v
	}
	w.WriteHeader(s.status)
}

// Answer has the service answer so from now on, with a header in pairs.
func (s *Service) Answer(status int, header ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.header = status, http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		s.header.Set(header[i], header[i+1])
	}
}

// Got is all it was handed for a browser.
func (s *Service) Got(b *Browser) (out []Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.got {
		if m.Path == b.path {
			out = append(out, m)
		}
	}
	return out
}

// A Browser can be told through a service.
type Browser struct {
	Endpoint    string
	Key, Secret string // in base64url, as it hands them over

	path   string
	key    *ecdh.PrivateKey
	secret []byte
}

// Browser is a new one.
func (s *Service) Browser() *Browser {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	b := &Browser{path: "/push/" + rand.Text(), key: key, secret: make([]byte, 16)}
	rand.Read(b.secret)
	b.Endpoint, b.Key, b.Secret = s.URL+b.path, text(key.PublicKey().Bytes()), text(b.secret)
	return b
}

// Private is the browser's own key, in base64url, for programs that open its messages in its place.
func (b *Browser) Private() string { return text(b.key.Bytes()) }

// Told is all that a browser was told, opened and read as JSON.
func (s *Service) Told(b *Browser) (out []map[string]any) {
	s.t.Helper()
	for _, m := range s.Got(b) {
		plain, err := b.Open(m)
		if err != nil {
			s.t.Fatal(err)
		}
		var one map[string]any
		d := json.NewDecoder(strings.NewReader(string(plain)))
		d.UseNumber()
		if err := d.Decode(&one); err != nil {
			s.t.Fatalf("%v in %s", err, plain)
		}
		out = append(out, one)
	}
	return out
}

// Open opens a message of either encoding.
func (b *Browser) Open(m Message) ([]byte, error) {
	switch e := m.Header.Get("Content-Encoding"); e {
	case "aes128gcm":
		return b.openStandard(m.Body)
	case "aesgcm":
		return b.openOlder(m)
	default:
		return nil, errors.New("content encoding " + e)
	}
}

// openStandard opens one record (RFC 8188 §2, RFC 8291 §3.4).
func (b *Browser) openStandard(body []byte) ([]byte, error) {
	if len(body) < 86 || body[20] != 65 {
		return nil, errors.New("a message without its header")
	}
	salt, sender, sealed := body[:16], body[21:86], body[86:]
	if size := binary.BigEndian.Uint32(body[16:20]); int(size) < len(sealed) {
		return nil, errors.New("more than one record")
	}
	shared, err := b.shared(sender)
	if err != nil {
		return nil, err
	}
	input, err := hkdf.Key(sha256.New, shared, b.secret, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(sender), 32)
	if err != nil {
		return nil, err
	}
	plain, err := open(input, salt, "Content-Encoding: aes128gcm\x00", "Content-Encoding: nonce\x00", sealed)
	if err != nil {
		return nil, err
	}
	plain = []byte(strings.TrimRight(string(plain), "\x00"))
	if len(plain) == 0 || plain[len(plain)-1] != 2 {
		return nil, errors.New("the last record does not end as one")
	}
	return plain[:len(plain)-1], nil
}

// openOlder opens one record of the drafts.
func (b *Browser) openOlder(m Message) ([]byte, error) {
	salt, err := param(m.Header.Get("Encryption"), "salt")
	if err != nil {
		return nil, err
	}
	sender, err := param(m.Header.Get("Crypto-Key"), "dh")
	if err != nil {
		return nil, err
	}
	shared, err := b.shared(sender)
	if err != nil {
		return nil, err
	}
	input, err := hkdf.Key(sha256.New, shared, b.secret, "Content-Encoding: auth\x00", 32)
	if err != nil {
		return nil, err
	}
	about := "P-256\x00\x00\x41" + string(b.key.PublicKey().Bytes()) + "\x00\x41" + string(sender)
	plain, err := open(input, salt, "Content-Encoding: aesgcm\x00"+about, "Content-Encoding: nonce\x00"+about, m.Body)
	if err != nil || len(plain) < 2 {
		return nil, errors.Join(err, errors.New("no text"))
	}
	return plain[2+binary.BigEndian.Uint16(plain):], nil
}

func (b *Browser) shared(sender []byte) ([]byte, error) {
	key, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, err
	}
	return b.key.ECDH(key)
}

func open(input, salt []byte, key, nonce string, sealed []byte) ([]byte, error) {
	k, err := hkdf.Key(sha256.New, input, salt, key, 16)
	if err != nil {
		return nil, err
	}
	n, err := hkdf.Key(sha256.New, input, salt, nonce, 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, n, sealed, nil)
}

// param is a parameter of a header, in base64url.
func param(header, name string) ([]byte, error) {
	parts := strings.FieldsFunc(header, func(r rune) bool { return r == ';' || r == ',' || r == ' ' })
	i := slices.IndexFunc(parts, func(p string) bool { return strings.HasPrefix(p, name+"=") })
	if i < 0 {
		return nil, errors.New("no " + name + " in a header")
	}
	return base64.RawURLEncoding.DecodeString(strings.Trim(parts[i][len(name)+1:], `"`))
}

func text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
