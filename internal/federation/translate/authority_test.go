package translate

import (
	"bytes"
	"crypto/ed25519"
	"testing"
	"time"

	"allod/internal/fault"
	"allod/protocol/integrity"
)

const did = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"

func TestCanonicalAndAuthority(t *testing.T) {
	gateway := "/.well-known/apgateway/"
	for _, row := range []struct{ id, canonical, authority string }{
		{"https://example.com/users/a", "https://example.com/users/a", "example.com"},
		{"https://Example.COM.:443/users/a#key", "https://Example.COM.:443/users/a#key", "example.com"},
		{"https://bücher.example/a", "https://bücher.example/a", "xn--bcher-kva.example"},
		{"https://xn--bcher-kva.example/a", "https://xn--bcher-kva.example/a", "xn--bcher-kva.example"},
		{"https://example.com:8443/a", "https://example.com:8443/a", "example.com:8443"},
		{"http://127.0.0.1:80/a", "http://127.0.0.1:80/a", "127.0.0.1"},
		{"https://example.com" + gateway + did + "/actor", "ap://" + did + "/actor", did},
		{"https://other.example" + gateway + "did%3Akey" + did[7:] + "/actor", "ap://" + did + "/actor", did},
		{"https://other.example" + gateway + "did%3Akey%3A" + did[8:] + "/actor?x=1", "ap://" + did + "/actor", did},
		{"ap://" + did + "/post/1", "ap://" + did + "/post/1", did},
		{"ap+ef61://" + did + "/post/1#x", "ap://" + did + "/post/1#x", did},
		{"https://example.com" + gateway + "did:key:z6Mkbad/actor", "", ""},
		{"https://example.com" + gateway + did + "/../actor", "", ""},
		{"ap://example.com/actor", "", ""},
		{"https://good.example@evil.example/a", "", ""},
		{"https://127.1/a", "", ""},
		{"https:///a", "", ""},
		{"ftp://example.com/a", "", ""},
		{"javascript:alert(1)", "", ""},
		{"acct:a@example.com", "", ""},
		{"as:Public", "", ""},
		{"/users/a", "", ""},
		{"", "", ""},
	} {
		canonical, err := Canonical(row.id)
		if canonical != row.canonical || (err == nil) != (row.canonical != "") {
			t.Errorf("Canonical(%q) = %q, %v", row.id, canonical, err)
		}
		authority, err := Authority(row.id)
		if authority != row.authority || (err == nil) != (row.authority != "") {
			t.Errorf("Authority(%q) = %q, %v", row.id, authority, err)
		}
		if row.canonical == "" && !fault.Is(err, fault.Invalid) {
			t.Errorf("Authority(%q): %v", row.id, err)
		}
	}
}

func TestSameAuthority(t *testing.T) {
	at := func(host string) string { return "https://" + host + "/.well-known/apgateway/" + did }
	for _, row := range []struct {
		a, b            string
		authority, same bool
	}{
		{"https://a.example/1", "https://A.example./2", true, false},
		{"https://a.example/1", "https://a.example/1", true, true},
		{"https://a.example/1", "https://a.example:8443/1", false, false},
		{"https://a.example/1", "https://sub.a.example/1", false, false},
		{"https://a.example/1", "https://a.example.evil.example/1", false, false},
		{at("a.example") + "/actor", at("b.example") + "/actor", true, true},
		{at("a.example") + "/actor", "ap://" + did + "/post/1", true, false},
		{at("a.example") + "/actor", "https://a.example/actor", false, false}, // a gateway does not speak for whom it serves
		{"", "", false, false},
		{"mailto:a@b.example", "mailto:a@b.example", false, false},
	} {
		if got := SameAuthority(row.a, row.b); got != row.authority || got != SameAuthority(row.b, row.a) {
			t.Errorf("SameAuthority(%q, %q) = %v", row.a, row.b, got)
		}
		if got := Same(row.a, row.b); got != row.same {
			t.Errorf("Same(%q, %q) = %v", row.a, row.b, got)
		}
	}
}

func TestCheckProofIsByTheOwnerOfTheID(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, 32))
	owner := integrity.DIDKey(key.Public().(ed25519.PublicKey))
	id, now := "https://g.example/.well-known/apgateway/"+owner+"/post/1", time.Unix(1767323045, 0)
	doc := []byte(`{"@context":"https://www.w3.org/ns/activitystreams","id":"` + id + `","type":"Note","content":"a"}`)
	sign := func(k ed25519.PrivateKey) []byte {
		b, err := integrity.Sign(doc, k, integrity.VerificationMethod(k.Public().(ed25519.PublicKey)), now)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	proven := sign(key)
	created, err := CheckProof(proven, id, now.Add(time.Minute))
	if err != nil || !created.Equal(now) {
		t.Errorf("%v, %v", created, err)
	}
	for name, c := range map[string]struct {
		raw []byte
		id  string
		at  time.Time
	}{
		"no proof":        {doc, id, now},
		"by another":      {sign(other), id, now},
		"altered":         {bytes.Replace(proven, []byte(`"a"`), []byte(`"b"`), 1), id, now},
		"from the future": {proven, id, now.Add(-2 * time.Hour)},
		"of another's id": {proven, "ap://" + integrity.DIDKey(other.Public().(ed25519.PublicKey)) + "/post/1", now},
		"of a plain id":   {proven, "https://g.example/1", now},
		"no JSON":         {[]byte("hello"), id, now},
	} {
		if _, err := CheckProof(c.raw, c.id, c.at); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
