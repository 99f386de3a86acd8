package integrity

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	did        = "did:key:" + vectorPublic
	escapedDID = "did%3Akey%3A" + vectorPublic
)

func TestParsePortable(t *testing.T) {
	actor := Portable{DID: did, Path: "/actor"}
	atHost := Portable{DID: did, Path: "/actor", Host: "example.com"}
	for raw, want := range map[string]Portable{
		"ap://" + did + "/actor":        actor,
		"AP://" + did + "/actor":        actor,
		"ap+ef61://" + did + "/actor":   actor,
		"ap://" + escapedDID + "/actor": actor,
		"ap://did%3akey%3a" + vectorPublic + "/actor?gateways=https%3A%2F%2Fa.test": actor,
		"ap://" + did + "/%61ctor":                                               actor,
		"https://example.com/.well-known/apgateway/" + did + "/actor":            atHost,
		"HTTPS://EXAMPLE.com/.well-known/apgateway/" + escapedDID + "/actor?a=b": atHost,
		"http://127.0.0.1:8080/.well-known/apgateway/" + did + "/a/b%2fc":        {DID: did, Path: "/a/b%2Fc", Host: "127.0.0.1:8080"},
		"http://[::1]:8080/.well-known/apgateway/" + did + "/a":                  {DID: did, Path: "/a", Host: "[::1]:8080"},
		"ap://" + did + "/actor?x=1#main-key":                                    {DID: did, Path: "/actor", Fragment: "main-key"},
		"ap://" + did + "/objects/a%3Ab":                                         {DID: did, Path: "/objects/a:b"},
	} {
		got, err := ParsePortable(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
	}
}

func TestPortableForms(t *testing.T) {
	p, err := ParsePortable("https://old.example/.well-known/apgateway/" + escapedDID + "/actor?x#main-key")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Canonical(), "ap://"+did+"/actor#main-key"; got != want {
		t.Errorf("Canonical = %s, want %s", got, want)
	}
	want := "http://127.0.0.1:8080/.well-known/apgateway/" + did + "/actor#main-key"
	for _, origin := range []string{"http://127.0.0.1:8080", "http://127.0.0.1:8080/"} {
		if got := p.At(origin); got != want {
			t.Errorf("At(%s) = %s, want %s", origin, got, want)
		}
	}
}

func TestPortableRefusals(t *testing.T) {
	const gateway = "https://example.com/.well-known/apgateway/"
	for raw, want := range map[string]Reason{
		"":                                ErrNotPortable,
		"https://example.com/users/alice": ErrNotPortable,
		"https://example.com":             ErrNotPortable,
		"https://example.com/?/.well-known/apgateway/" + did + "/actor": ErrNotPortable,
		"https://example.com/x/.well-known/apgateway/" + did + "/actor": ErrNotPortable,
		gateway + "hl:zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n":  ErrNotPortable,
		did:                              ErrNotPortable,
		"acct:alice@example.com":         ErrNotPortable,
		"javascript://" + did + "/actor": ErrNotPortable,
		"ap://" + strings.ToLower(did) + "/actor": ErrPortable,
		"ap://" + did:                                  ErrPortable,
		"ap://" + did + "/":                            ErrPortable,
		"ap://" + did + "//actor":                      ErrPortable,
		"ap://" + did + "/a/../actor":                  ErrPortable,
		"ap://" + did + "/a/%2e%2E/actor":              ErrPortable,
		"ap://" + did + "/a/":                          ErrPortable,
		"ap://" + did + "/a\\b":                        ErrPortable,
		"ap://" + did + "/a b":                         ErrPortable,
		"ap://" + did + "/%zz":                         ErrPortable,
		"ap://" + did + "/%2":                          ErrPortable,
		"ap://" + did + "/ü":                           ErrPortable,
		"ap://" + did + "/a#<b>":                       ErrPortable,
		"ap://did:web:example.com/actor":               ErrPortable,
		"ap://example.com/actor":                       ErrPortable,
		"ap://" + did + "@example.com/actor":           ErrPortable,
		"ap://" + did + "%2Factor":                     ErrPortable,
		gateway + "did:key:z6Mk/actor":                 ErrPortable,
		gateway + did + "2/actor":                      ErrPortable,
		gateway + "DID:KEY:" + vectorPublic + "/actor": ErrPortable,
		"https://a@example.com/.well-known/apgateway/" + did + "/actor": ErrPortable,
		"https:///.well-known/apgateway/" + did + "/actor":              ErrPortable,
		"ap://" + did + "/" + strings.Repeat("a", maxID):                ErrPortable,
	} {
		if got, err := ParsePortable(raw); !errors.Is(err, want) {
			t.Errorf("%.120s: %+v, %v, want %v", raw, got, err, want)
		}
	}
}

func FuzzParsePortable(f *testing.F) {
	for _, raw := range []string{
		"ap://" + did + "/actor#x", "ap+ef61://" + escapedDID + "/a%2Fb?c",
		"https://example.com/.well-known/apgateway/" + did + "/a/b", "https://example.com/@a",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := ParsePortable(raw)
		if err != nil {
			return
		}
		for _, form := range []string{p.Canonical(), p.At("https://example.com")} {
			again, err := ParsePortable(form)
			if err != nil {
				t.Fatalf("%q gave %q: %v", raw, form, err)
			}
			if again.Canonical() != p.Canonical() {
				t.Fatalf("%q: %q became %q", raw, p.Canonical(), again.Canonical())
			}
		}
	})
}
