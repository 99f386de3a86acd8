package push

import (
	"bytes"
	"crypto/ecdh"
	"encoding/base64"
	"net/http"
	"testing"
)

// TestOlderFormIsThatOfTheDraft seals the example of
// draft-ietf-webpush-encryption-04 §5 with its keys.
func TestOlderFormIsThatOfTheDraft(t *testing.T) {
	b := func(text string) []byte {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	sender, err := ecdh.P256().NewPrivateKey(b("nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY"))
	if err != nil {
		t.Fatal(err)
	}
	o, err := sealOlderWith(sender, b("lngarbyKfMoi9Z75xYXmkg"), []byte("I am the walrus"),
		b("BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il2nNZct4HgAUQU"), b("R29vIGdvbyBnJyBqb29iIQ"))
	if err != nil {
		t.Fatal(err)
	}
	if want := b("6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA"); !bytes.Equal(o.body, want) {
		t.Errorf("sealed %x, not %x", o.body, want)
	}
	h := http.Header{"Authorization": {"vapid t=a.b.c, k=BKey"}}
	o.address(h)
	for name, want := range map[string]string{
		"Authorization": "WebPush a.b.c", "Content-Encoding": "aesgcm", "Encryption": "salt=lngarbyKfMoi9Z75xYXmkg",
		"Crypto-Key": "dh=BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ6DPpDrWtdWj_mugHU;p256ecdsa=BKey",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
}
