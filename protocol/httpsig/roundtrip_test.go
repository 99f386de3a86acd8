package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A way signs a request and says with which key it can be verified.
type way struct {
	name string
	form Form
	key  crypto.PublicKey
	sign func(r *http.Request, body []byte) error
}

func ways() []way {
	return []way{
		{"cavage", Cavage, rsaKey().Public(), func(r *http.Request, body []byte) error {
			return SignCavage(r, body, keyID, rsaKey(), now)
		}},
		{"rfc9421 rsa", RFC9421, rsaKey().Public(), func(r *http.Request, body []byte) error {
			return SignRFC9421(r, body, keyID, rsaKey(), now)
		}},
		{"rfc9421 ed25519", RFC9421, edKey.Public(), func(r *http.Request, body []byte) error {
			return SignRFC9421(r, body, keyID, edKey, now)
		}},
	}
}

const gatewayURL = "https://example.com/.well-known/apgateway/did%3Akey%3Az6Mk/actor/inbox"

func TestRoundTrip(t *testing.T) {
	for _, w := range ways() {
		for _, c := range []struct {
			method, url, body string
		}{
			{"GET", "https://example.com/users/bob", ""},
			{"GET", "https://example.com/outbox?page=true&min_id=0", ""},
			{"GET", "https://example.com", ""},
			{"POST", "https://example.com/inbox", `{"type":"Follow"}`},
			{"POST", "https://example.com/inbox", ""},
			{"POST", gatewayURL, `{}`},
			{"POST", strings.ReplaceAll(gatewayURL, "%3A", ":") + "?x=a:b%3Ac", `{}`},
			{"POST", "http://127.0.0.1:8080/inbox", `{}`},
		} {
			r := outgoing(t, c.method, c.url)
			if err := w.sign(r, []byte(c.body)); err != nil {
				t.Fatalf("%s %s: sign: %v", w.name, c.url, err)
			}
			s, err := clock(now.Add(time.Minute)).Parse(transmit(t, r, []byte(c.body)))
			if err != nil {
				t.Errorf("%s %s %s: parse: %v", w.name, c.method, c.url, err)
				continue
			}
			if s.Form != w.form || s.KeyID != keyID || !s.Created.Equal(now) {
				t.Errorf("%s: form %v, key %s, created %v", w.name, s.Form, s.KeyID, s.Created)
			}
			if err := s.Verify(w.key); err != nil {
				t.Errorf("%s %s %s: verify: %v", w.name, c.method, c.url, err)
			}
		}
	}
}

func TestEachSignatureCoversTheWholeRequest(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"type":"Follow"}`)
	for _, w := range ways() {
		for name, alter := range map[string]func(m *Message){
			"method":           func(m *Message) { m.Method = "PUT" },
			"path":             func(m *Message) { m.Target = "/inbox2?a=b" },
			"query":            func(m *Message) { m.Target = "/inbox?a=c" },
			"host":             func(m *Message) { m.Origin = "https://example.org" },
			"port":             func(m *Message) { m.Origin = "https://example.com:444" },
			"body":             func(m *Message) { m.Body = []byte(`{"type":"Undo"}`) },
			"body and digests": func(m *Message) { redigest(m, []byte(`{"type":"Undo"}`)) },
			"signature":        func(m *Message) { m.Header.Set("Signature", flip(m.Header.Get("Signature"))) },
		} {
			r := outgoing(t, "POST", "https://example.com/inbox?a=b")
			if err := w.sign(r, body); err != nil {
				t.Fatal(err)
			}
			m := transmit(t, r, body)
			alter(&m)
			s, err := clock(now).Parse(m)
			if err == nil {
				err = s.Verify(w.key)
			}
			if err == nil {
				t.Errorf("%s: altered %s was accepted", w.name, name)
			}
		}
		r := outgoing(t, "POST", "https://example.com/inbox?a=b")
		if err := w.sign(r, body); err != nil {
			t.Fatal(err)
		}
		s, err := clock(now).Parse(transmit(t, r, body))
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []crypto.PublicKey{&other.PublicKey, ed25519.NewKeyFromSeed(make([]byte, 32)).Public(), ed25519.PublicKey{}, (*rsa.PublicKey)(nil), nil, "key"} {
			if err := s.Verify(wrong); !errors.Is(err, ErrSignature) && !errors.Is(err, ErrAlgorithm) {
				t.Errorf("%s with key %T: %v", w.name, wrong, err)
			}
		}
	}
}

// flip changes one letter in the middle of the signature proper, which ends
// any Signature header.
func flip(header string) string {
	at, letter := len(header)-20, "A"
	if header[at] == 'A' {
		letter = "B"
	}
	return header[:at] + letter + header[at+1:]
}

// redigest puts another body and its true digests into a message.
func redigest(m *Message, body []byte) {
	m.Body = body
	if m.Header.Get("Digest") != "" {
		m.Header.Set("Digest", Digest(body))
	}
	if m.Header.Get("Content-Digest") != "" {
		m.Header.Set("Content-Digest", ContentDigest(body))
	}
}

func TestVerifySurvivesProxiesThatUnescapeColons(t *testing.T) {
	raw := "/.well-known/apgateway/did%3Akey%3Az6Mk/actor/inbox"
	plain := strings.ReplaceAll(raw, "%3A", ":")
	for _, w := range ways() {
		for _, c := range []struct{ signed, received string }{{raw, plain}, {plain, raw}, {raw, raw}, {plain, plain}} {
			r := outgoing(t, "POST", "https://example.com"+c.signed)
			if err := w.sign(r, nil); err != nil {
				t.Fatal(err)
			}
			m := transmit(t, r, nil)
			m.Target = c.received
			s, err := clock(now).Parse(m)
			if err == nil {
				err = s.Verify(w.key)
			}
			if err != nil {
				t.Errorf("%s: signed %s, received %s: %v", w.name, c.signed, c.received, err)
			}
		}
	}
}

func TestOnlyCavageMayLeaveTheQueryOut(t *testing.T) {
	for _, w := range ways() {
		r := outgoing(t, "GET", "https://example.com/outbox")
		if err := w.sign(r, nil); err != nil {
			t.Fatal(err)
		}
		m := transmit(t, r, nil)
		m.Target += "?page=true"
		s, err := clock(now).Parse(m)
		if err == nil {
			err = s.Verify(w.key)
		}
		if (err == nil) != (w.form == Cavage) {
			t.Errorf("%s: %v", w.name, err)
		}
	}
}

func TestSpellings(t *testing.T) {
	for _, c := range []struct {
		target string
		drop   bool
		want   []string
	}{
		{"/a", true, []string{"/a"}},
		{"/a?b:c", false, []string{"/a?b:c"}},
		{"/a?b", true, []string{"/a?b", "/a"}},
		{"/a:b?c:d", true, []string{"/a:b?c:d", "/a%3Ab?c:d", "/a:b", "/a%3Ab"}},
		{"/a%3ab?", true, []string{"/a%3ab?", "/a:b?", "/a%3ab", "/a:b"}},
	} {
		if diff := cmp.Diff(c.want, spellings(c.target, c.drop)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.target, diff)
		}
	}
}

func TestSigningAgainReplacesTheFirstSignature(t *testing.T) {
	r := outgoing(t, "POST", "https://example.com/inbox")
	for _, w := range ways() {
		if err := w.sign(r, []byte("{}")); err != nil {
			t.Fatal(err)
		}
		s, err := clock(now).Parse(transmit(t, r, []byte("{}")))
		if err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		if err := s.Verify(w.key); err != nil {
			t.Errorf("%s: %v", w.name, err)
		}
	}
}

func TestWhatIsSigned(t *testing.T) {
	r := outgoing(t, "POST", "https://example.com/inbox")
	if err := SignCavage(r, []byte("{}"), keyID, rsaKey(), now); err != nil {
		t.Fatal(err)
	}
	const wantCavage = `keyId="https://remote.example/users/alice#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest content-type",signature="`
	if got := r.Header.Get("Signature"); !strings.HasPrefix(got, wantCavage) {
		t.Errorf("cavage: %s", got)
	}
	if err := SignRFC9421(r, []byte("{}"), keyID, edKey, now); err != nil {
		t.Fatal(err)
	}
	const want = `sig1=("@method" "@target-uri" "content-digest");created=1785240000;keyid="https://remote.example/users/alice#main-key";alg="ed25519"`
	if got := r.Header.Get("Signature-Input"); got != want {
		t.Errorf("rfc9421: %s", got)
	}
}

func TestSigningRefusesWhatCannotBeWritten(t *testing.T) {
	for _, bad := range []string{"", `a"b`, "a\\b", "a b", "a\nb", "ä"} {
		r := outgoing(t, "GET", "https://example.com/")
		if err := SignCavage(r, nil, bad, rsaKey(), now); !errors.Is(err, ErrMalformed) {
			t.Errorf("cavage, key id %q: %v", bad, err)
		}
		if err := SignRFC9421(r, nil, bad, edKey, now); !errors.Is(err, ErrMalformed) {
			t.Errorf("rfc9421, key id %q: %v", bad, err)
		}
	}
	r := &http.Request{URL: outgoing(t, "GET", "https://example.com/").URL}
	if err := SignRFC9421(r, nil, keyID, badSigner{}, now); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("unknown key: %v", err)
	}
}

// badSigner is a key of a kind nobody reads.
type badSigner struct{ crypto.Signer }

func BenchmarkVerify(b *testing.B) {
	body := []byte(strings.Repeat("a", 3<<10))
	for _, w := range ways() {
		r := outgoing(b, "POST", "https://example.com/inbox")
		if err := w.sign(r, body); err != nil {
			b.Fatal(err)
		}
		m, policy := transmit(b, r, body), clock(now)
		b.Run(w.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s, err := policy.Parse(m)
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Verify(w.key); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSign(b *testing.B) {
	body := []byte(strings.Repeat("a", 3<<10))
	for _, w := range ways() {
		r := outgoing(b, "POST", "https://example.com/inbox")
		b.Run(w.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := w.sign(r, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRSA is the share of a request that no code of ours can save.
func BenchmarkRSA(b *testing.B) {
	var sum [32]byte
	sig, err := rsa.SignPKCS1v15(nil, rsaKey(), crypto.SHA256, sum[:])
	if err != nil {
		b.Fatal(err)
	}
	b.Run("sign", func(b *testing.B) {
		for b.Loop() {
			_, _ = rsa.SignPKCS1v15(nil, rsaKey(), crypto.SHA256, sum[:])
		}
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			_ = rsa.VerifyPKCS1v15(&rsaKey().PublicKey, crypto.SHA256, sum[:], sig)
		}
	})
}
