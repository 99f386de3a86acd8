package integrity

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var vectorTime = time.Date(2023, 2, 24, 23, 36, 38, 0, time.UTC)

func read(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// holder resolves every verification method to the public half of key.
func holder(key ed25519.PrivateKey) func(string) (ed25519.PublicKey, error) {
	return func(string) (ed25519.PublicKey, error) { return key.Public().(ed25519.PublicKey), nil }
}

func TestSignReproducesThePublishedVectors(t *testing.T) {
	for _, v := range []struct{ file, method, value string }{
		{
			"fep-8b32.unsigned.json", "https://server.example/users/alice#ed25519-key",
			"z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL",
		},
		{ // VC-DI-EDDSA B.2
			"vc-di-eddsa.unsigned.json", "did:key:" + vectorPublic + "#" + vectorPublic,
			"z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
		},
	} {
		signed, err := Sign(read(t, v.file), vectorKey(t), v.method, vectorTime)
		if err != nil {
			t.Fatalf("%s: %v", v.file, err)
		}
		var got struct {
			Proof struct {
				ProofValue string `json:"proofValue"`
			} `json:"proof"`
		}
		if err := json.Unmarshal(signed, &got); err != nil {
			t.Fatal(err)
		}
		if got.Proof.ProofValue != v.value {
			t.Errorf("%s: proofValue = %s, want %s", v.file, got.Proof.ProofValue, v.value)
		}
	}
}

func TestSignGivesTheSignedDocumentOfTheVector(t *testing.T) {
	signed, err := Sign(read(t, "fep-8b32.unsigned.json"), vectorKey(t), "https://server.example/users/alice#ed25519-key", vectorTime)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := errors.Join(json.Unmarshal(signed, &got), json.Unmarshal(read(t, "fep-8b32.signed.json"), &want)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestVerifyAcceptsTheVector(t *testing.T) {
	asked := ""
	proof, err := Verify(read(t, "fep-8b32.signed.json"), vectorTime, func(method string) (ed25519.PublicKey, error) {
		asked = method
		return ParseMultikey(vectorPublic)
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &Proof{VerificationMethod: "https://server.example/users/alice#ed25519-key", Created: vectorTime}
	if diff := cmp.Diff(want, proof); diff != "" || asked != want.VerificationMethod {
		t.Errorf("asked for %s (-want +got):\n%s", asked, diff)
	}
}

func TestSignLeavesTheDocumentAsItIs(t *testing.T) {
	for _, doc := range []string{
		`{"@context":"https://www.w3.org/ns/activitystreams","b":1,"a":"\u00e9 <&>"}`,
		`{"@context":"x","":{}}`,
		"{ \"@context\" : [] , \"z\" : [ ] }\n",
	} {
		signed, err := Sign([]byte(doc), vectorKey(t), VerificationMethod(vectorKey(t).Public().(ed25519.PublicKey)), vectorTime)
		if err != nil {
			t.Fatal(err)
		}
		kept := strings.TrimSuffix(strings.TrimRight(doc, "\n"), "}")
		if !bytes.HasPrefix(signed, []byte(kept+`,"proof":{`)) {
			t.Errorf("%s became %s", doc, signed)
		}
		if _, err := Verify(signed, vectorTime, holder(vectorKey(t))); err != nil {
			t.Errorf("%s: %v", signed, err)
		}
	}
}

func TestSignRefusesWhatCannotBeProved(t *testing.T) {
	for name, doc := range map[string]string{
		"no context":      `{"a":1}`,
		"a proof already": `{"@context":"x","proof":{}}`,
		"not an object":   `[]`,
		"not JSON":        `{"@context":"x",}`,
		"empty":           ``,
		"large":           `{"@context":"` + strings.Repeat("x", MaxSize*2/3) + `"}`,
	} {
		if _, err := Sign([]byte(doc), vectorKey(t), "k", vectorTime); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Sign([]byte(`{"@context":"x"}`), vectorKey(t), "", vectorTime); !errors.Is(err, ErrKey) {
		t.Errorf("no verification method: %v", err)
	}
}

// edit replaces text in the signed vector, failing if there is none.
func edit(tb testing.TB, old, new string) []byte {
	tb.Helper()
	signed := read(tb, "fep-8b32.signed.json")
	if !bytes.Contains(signed, []byte(old)) {
		tb.Fatalf("the vector does not contain %q", old)
	}
	return bytes.Replace(signed, []byte(old), []byte(new), 1)
}

func TestVerifyRefusals(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           Reason
	}{
		{"altered content", "Hello world", "Hello World", ErrSignature},
		{"altered number", "25.273962", "25.273963", ErrSignature},
		{"altered actor", `users/alice",`, `users/mallory",`, ErrSignature},
		{"added member", `"type": "Create",`, `"type": "Create", "to": [],`, ErrSignature},
		{"altered time", "23:36:38Z", "23:36:37Z", ErrSignature},
		{"added proof member", `"proof": {`, `"proof": {"domain": "x",`, ErrSignature},
		{"another signature", "z42ff", "z42fg", ErrSignature},
		{"another context in the proof", `integrity/v2"
        ],`, `integrity/v1"
        ],`, ErrUnsupported},
		{"shorter context in the proof", `"https://www.w3.org/ns/activitystreams",
            "https://w3id.org/security/data-integrity/v2"`, `"https://www.w3.org/ns/activitystreams"`, ErrUnsupported},
		{"another type", `"DataIntegrityProof"`, `"Ed25519Signature2020"`, ErrUnsupported},
		{"another suite", `eddsa-jcs-2022`, `eddsa-rdfc-2022`, ErrUnsupported},
		{"another purpose", `assertionMethod`, `authentication`, ErrUnsupported},
		{"no time", `,
        "created": "2023-02-24T23:36:38Z"`, ``, ErrUnsupported},
		{"bad time", "2023-02-24T23", "2023-02-24 23", ErrUnsupported},
		{"bad expiry", `"proof": {`, `"proof": {"expires": 1,`, ErrUnsupported},
		{"expired", `"proof": {`, `"proof": {"expires": "2023-02-24T23:36:37Z",`, ErrExpired},
		{"from the future", "2023-02-24T23", "2023-02-25T23", ErrFuture},
		{"no method", "https://server.example/users/alice#ed25519-key", "", ErrUnsupported},
		{"method is no text", `"https://server.example/users/alice#ed25519-key"`, "{}", ErrUnsupported},
		{"value in another base", `"z42ff`, `"u42ff`, ErrUnsupported},
		{"value too long", `"z42ff`, `"z42ff` + strings.Repeat("f", 100), ErrUnsupported},
		{"value with leading zero", `"z42ff`, `"z142ff`, ErrUnsupported},
		{"proof renamed", `"proof":`, `"proofs":`, ErrNoProof},
		{"proof is text", `"proof": {`, `"proof": "x", "p": {`, ErrUnsupported},
		{"no proofs", `"proof": {`, `"proof": [], "p": {`, ErrUnsupported},
		{"two proofs", `"proof": {`, `"proof": [{},{}], "p": {`, ErrUnsupported},
		{"proof is null", `"proof": {`, `"proof": null, "p": {`, ErrUnsupported},
		{"key given twice", `"type": "Note",`, `"type": "Note", "type": "Note",`, ErrMalformed},
		{"key given twice by escape", `"type": "Note",`, `"type": "Note", "\u0074ype": "Note",`, ErrMalformed},
		{"key given twice in the proof", `"proof": {`, `"proof": {"created": "x",`, ErrMalformed},
		{"graph", `"type": "Note",`, `"@graph": [],`, ErrMalformed},
		{"graph by escape", `"type": "Note",`, `"\u0040graph": [],`, ErrMalformed},
		{"included", `"type": "Note",`, `"@included": [],`, ErrMalformed},
		{"reverse", `"type": "Note",`, `"@reverse": {},`, ErrMalformed},
		{"integer too large", "25.273962", "9007199254740993", ErrMalformed},
		{"integer too small", "25.273962", "-9007199254740992", ErrMalformed},
		{"infinite", "25.273962", "1e400", ErrMalformed},
		{"vanishing", "25.273962", "1e-400", ErrMalformed},
		{"lone surrogate", "Hello world", `\ud800`, ErrMalformed},
		{"not UTF-8", "Hello world", "\xff", ErrMalformed},
		{"too deep", `"Hello world"`, strings.Repeat("[", 65) + strings.Repeat("]", 65), ErrMalformed},
		{"too large", "Hello world", strings.Repeat("a", MaxSize), ErrMalformed},
		{"no context", `"@context": [`, `"context": [`, ErrMalformed},
	} {
		if _, err := Verify(edit(t, c.old, c.new), vectorTime, holder(vectorKey(t))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestVerifyRefusesAnotherKeyAndPassesItsErrorOn(t *testing.T) {
	signed := read(t, "fep-8b32.signed.json")
	if _, err := Verify(signed, vectorTime, holder(ed25519.NewKeyFromSeed(make([]byte, 32)))); !errors.Is(err, ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	if _, err := Verify(signed, vectorTime, func(string) (ed25519.PublicKey, error) { return nil, nil }); !errors.Is(err, ErrSignature) {
		t.Errorf("no key: %v", err)
	}
	gone := errors.New("gone")
	if _, err := Verify(signed, vectorTime, func(string) (ed25519.PublicKey, error) { return nil, gone }); !errors.Is(err, gone) {
		t.Errorf("resolve failed: %v", err)
	}
}

func TestVerifyIsNotDisturbedBySpelling(t *testing.T) {
	signed := read(t, "fep-8b32.signed.json")
	var compact bytes.Buffer
	if err := json.Compact(&compact, signed); err != nil {
		t.Fatal(err)
	}
	array := bytes.Replace(compact.Bytes(), []byte(`"proof":{`), []byte(`"proof":[{`), 1)
	array = append(array[:len(array)-1], "]}"...)
	for name, doc := range map[string][]byte{
		"compact":         compact.Bytes(),
		"proof in array":  array,
		"escaped letters": edit(t, "Hello world", `Hello w\u006frld`),
		"longer number":   edit(t, "25.273962", "2.52739620e1"),
		"within the skew": signed,
	} {
		if _, err := Verify(doc, vectorTime.Add(-MaxSkew), holder(vectorKey(t))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestManyKeysAreStillCompared(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"@context":"x"`)
	for i := range 100 {
		fmt.Fprintf(&b, `,"k%d":%d`, i, i)
	}
	if _, err := Sign([]byte(b.String()+`}`), vectorKey(t), "k", vectorTime); err != nil {
		t.Error(err)
	}
	if _, err := Sign([]byte(b.String()+`,"k7":0}`), vectorKey(t), "k", vectorTime); !errors.Is(err, ErrMalformed) {
		t.Errorf("key given twice: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(read(f, "fep-8b32.signed.json"))
	f.Add(read(f, "fep-8b32.unsigned.json"))
	f.Add([]byte(`{"@context":"x","proof":[{"type":"DataIntegrityProof"}],"n":-1.5e3,"t":[true,false,null,{}]}`))
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	f.Fuzz(func(t *testing.T, doc []byte) {
		_, err := Verify(doc, vectorTime, holder(vectorKey(t)))
		var reason Reason
		if err != nil && !errors.As(err, &reason) {
			t.Fatalf("an error without a reason: %v", err)
		}
		signed, err := Sign(doc, key, "k", vectorTime)
		if err != nil {
			return
		}
		if _, err := Verify(signed, vectorTime, holder(key)); err != nil {
			t.Fatalf("%s: %v", signed, err)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	doc, key := read(b, "create.json"), vectorKey(b)
	method := VerificationMethod(key.Public().(ed25519.PublicKey))
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Sign(doc, key, method, vectorTime); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	key := vectorKey(b)
	signed, err := Sign(read(b, "create.json"), key, VerificationMethod(key.Public().(ed25519.PublicKey)), vectorTime)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(signed)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Verify(signed, vectorTime, holder(key)); err != nil {
			b.Fatal(err)
		}
	}
}
