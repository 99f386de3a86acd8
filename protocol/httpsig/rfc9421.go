package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// parse9421 reads Signature-Input and Signature (RFC 9421 §4). Of several
// signatures it takes the first that names a key and an algorithm accepted
// here, and no other: when that one fails, the request fails.
func (s *Signature) parse9421() error {
	s.Form = RFC9421
	input, ok := field(s.message.Header, "signature-input")
	values, ok2 := field(s.message.Header, "signature")
	if !ok || !ok2 || len(input) > maxHeader || len(values) > maxHeader {
		return ErrMalformed.because("Signature-Input and Signature headers")
	}
	inputs, err := parseInnerLists(input)
	if err != nil {
		return err
	}
	var firstErr error
	for i := range inputs {
		err := s.readParams(inputs[i].params)
		if err == nil {
			return s.take(&inputs[i], values)
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	return firstErr
}

// take completes the signature from the chosen member.
func (s *Signature) take(m *listMember, values string) error {
	if m.odd != "" {
		return ErrUnknownComponent.because("%q with parameters", m.odd)
	}
	sigs, err := parseByteSequences(values)
	if err != nil {
		return err
	}
	for _, sig := range sigs {
		if sig.name == m.name {
			s.value = sig.value
		}
	}
	if len(s.value) == 0 {
		return ErrMalformed.because("no signature named %q", m.name)
	}
	s.params = m.text
	return s.setComponents(m.components, is9421Derived)
}

// readParams takes the signature parameters of RFC 9421 §2.3. Unknown ones
// are covered by the signature and otherwise ignored.
func (s *Signature) readParams(params []param) error {
	s.KeyID, s.Algorithm, s.Created, s.Expires = "", "", time.Time{}, time.Time{}
	for _, p := range params {
		want := byte('s')
		if p.name == "created" || p.name == "expires" {
			want = 'i'
		}
		switch p.name {
		case "created":
			s.Created = time.Unix(p.number, 0).UTC()
		case "expires":
			s.Expires = time.Unix(p.number, 0).UTC()
		case "keyid":
			s.KeyID = p.value
		case "alg":
			s.Algorithm = p.value
		case "nonce", "tag":
		default:
			continue
		}
		if p.kind != want || p.number < 0 {
			return ErrMalformed.because("parameter %q", p.name)
		}
	}
	if s.KeyID == "" {
		return ErrMalformed.because("no keyid")
	}
	switch s.Algorithm {
	case "", "rsa-v1_5-sha256", "rsa-pss-sha512", "ed25519":
		return nil
	}
	return ErrAlgorithm.because("%q", s.Algorithm)
}

func is9421Derived(name string) bool {
	switch name {
	case "@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query":
		return true
	}
	return false
}

// appendBase9421 appends the signature base of RFC 9421 §2.5.
func (s *Signature) appendBase9421(dst []byte, target string) []byte {
	for _, name := range s.Components {
		dst = append(append(append(dst, '"'), name...), `": `...)
		dst = append(s.appendComponent(dst, name, target), '\n')
	}
	return append(append(dst, `"@signature-params": `...), s.params...)
}

// appendComponent appends the value of one component (RFC 9421 §2.1, §2.2).
func (s *Signature) appendComponent(dst []byte, name, target string) []byte {
	path, query, _ := strings.Cut(target, "?")
	switch name {
	case "@method":
		return append(dst, s.message.Method...)
	case "@target-uri":
		dst = append(append(dst, s.scheme...), "://"...)
		return append(append(dst, s.authority...), target...)
	case "@authority", "host":
		return append(dst, s.authority...)
	case "@scheme":
		return append(dst, s.scheme...)
	case "@request-target":
		return append(dst, target...)
	case "@path":
		return append(dst, path...)
	case "@query":
		return append(append(dst, '?'), query...)
	}
	value, _ := field(s.message.Header, name)
	return append(dst, value...)
}

// SignRFC9421 signs an outgoing request by RFC 9421 over the method, the
// target URI and, with a body, its Content-Digest. The key is an
// *rsa.PrivateKey (rsa-v1_5-sha256) or an ed25519.PrivateKey. It sets
// Content-Digest, Signature-Input and Signature and removes what an earlier
// signature left behind. The error is ErrAlgorithm for another kind of key,
// ErrMalformed for a key id or request that cannot be written down, or that
// of the RSA operation.
func SignRFC9421(r *http.Request, body []byte, keyID string, key crypto.Signer, now time.Time) error {
	clearSignature(r)
	scheme, authority, ok := splitOrigin(r.URL.Scheme + "://" + hostOf(r))
	if !ok || !quotable(keyID) {
		return ErrMalformed.because("key id %q or URL %q", keyID, r.URL)
	}
	names, list := []string{"@method", "@target-uri"}, `("@method" "@target-uri")`
	if hasBody(r.Method, body) {
		r.Header.Set("Content-Digest", ContentDigest(body))
		names, list = append(names, "content-digest"), `("@method" "@target-uri" "content-digest")`
	}
	alg := "rsa-v1_5-sha256"
	if _, ok := key.(ed25519.PrivateKey); ok {
		alg = "ed25519"
	}
	s := Signature{
		Form: RFC9421, Components: names, scheme: scheme, authority: authority,
		message: Message{Method: methodOf(r), Header: r.Header},
		params:  list + ";created=" + strconv.FormatInt(now.Unix(), 10) + `;keyid="` + keyID + `";alg="` + alg + `"`,
	}
	value, err := sign(key, s.appendBase9421(make([]byte, 0, 512), r.URL.RequestURI()))
	if err != nil {
		return err
	}
	r.Header.Set("Signature-Input", "sig1="+s.params)
	r.Header.Set("Signature", "sig1=:"+base64.StdEncoding.EncodeToString(value)+":")
	return nil
}

func sign(key crypto.Signer, base []byte) ([]byte, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		sum := sha256.Sum256(base)
		return rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	case ed25519.PrivateKey:
		return ed25519.Sign(key, base), nil
	}
	return nil, ErrAlgorithm.because("key of type %T", key)
}
