package address_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/address"
	"allod/internal/fault"
)

func TestHostHasOneNormalForm(t *testing.T) {
	for raw, want := range map[string]string{
		"Example.COM":                  "example.com",
		"example.com.":                 "example.com",
		"example.com:443":              "example.com",
		"example.com:80":               "example.com",
		"example.com.:443":             "example.com",
		"example.com:08443":            "example.com:8443",
		"bücher.example":               "xn--bcher-kva.example",
		"BÜCHER.example":               "xn--bcher-kva.example",
		"xn--bcher-kva.example":        "xn--bcher-kva.example",
		"faß.example":                  "xn--fa-hia.example",
		"пример.испытание":             "xn--e1afmkfd.xn--80akhbyknj4f",
		"example。com":                  "example.com",
		"ex_ample.com":                 "ex_ample.com",
		"r3---sn.example":              "r3---sn.example",
		"localhost":                    "localhost",
		"localhost:3000":               "localhost:3000",
		"127.0.0.1:8420":               "127.0.0.1:8420",
		"127。0。0。1":                    "127.0.0.1",
		"[::1]":                        "[::1]",
		"[0:0:0:0:0:0:0:1]:8420":       "[::1]:8420",
		"[2001:DB8::0A]:443":           "[2001:db8::a]",
		"[::ffff:7f00:1]":              "[::ffff:127.0.0.1]",
		strings.Repeat("a", 63) + ".b": strings.Repeat("a", 63) + ".b",
	} {
		got, err := address.Host(raw)
		if err != nil || got != want {
			t.Errorf("Host(%q) = %q, %v; want %q", raw, got, err, want)
		}
	}
}

func TestHostRefuses(t *testing.T) {
	for _, raw := range []string{
		"", ".", "..", "a..b", ".example.com", "example.com..", " example.com", "example.com ", "exa mple.com",
		"example.com:", "example.com:0", "example.com:65536", "example.com:+80", "example.com:http", "a:b:1",
		"user@example.com", "example.com/path", "example.com?q", "example.com#f", "ex%61mple.com", "a\\b", "a\x00b",
		"127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.5", "1.2.3.0x",
		"[::1", "::1]", "[::1]x", "[127.0.0.1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "::1",
		strings.Repeat("a", 64) + ".com", strings.Repeat("abc.", 70) + "com", strings.Repeat("a", 5000),
		"xn--a", "a\x90b.com", "exa\u00admple\u202e.com",
	} {
		if got, err := address.Host(raw); !fault.Is(err, fault.Invalid) {
			t.Errorf("Host(%q) = %q, %v; want an invalid fault", raw, got, err)
		}
	}
}

func TestHostOfURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://Example.com/@a?b=c#d":    "example.com",
		"https://example.com:443":         "example.com",
		"http://example.com:80/":          "example.com",
		"http://127.0.0.1:8420/x":         "127.0.0.1:8420",
		"HTTPS://bücher.example/":         "xn--bcher-kva.example",
		"https://[::1]:9/x":               "[::1]:9",
		"https://example.com./":           "example.com",
		"https://example.com:8443/a@b.cd": "example.com:8443",
	} {
		got, err := address.HostOf(raw)
		if err != nil || got != want {
			t.Errorf("HostOf(%q) = %q, %v; want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{
		"", "example.com", "//example.com/", "/path", "ftp://example.com/", "javascript:alert(1)", "https:example.com", "https:///x",
		"https://user@example.com/", "https://user:secret@example.com/", "https://example.com\\@evil.example/", "https://:443/",
		"https://example.com:80/", "http://example.com:443/", "https://127.1/", "https://ex%61mple.com/",
		"https://example.com/" + strings.Repeat("a", address.MaxURL),
	} {
		if got, err := address.HostOf(raw); !fault.Is(err, fault.Invalid) {
			t.Errorf("HostOf(%q) = %q, %v; want an invalid fault", raw, got, err)
		}
	}
}

func TestURLErrorsDoNotQuoteSecrets(t *testing.T) {
	for _, raw := range []string{"https://u:hunter2@example.com/", "https://example.com:x/?token=hunter2", "https://example.com/%zz?hunter2"} {
		if _, err := address.HostOf(raw); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("HostOf(%q): %v", raw, err)
		}
	}
}

func TestParseHandle(t *testing.T) {
	want := address.Handle{Name: "Alice", Host: "example.com"}
	for _, s := range []string{"@Alice@Example.com", "Alice@example.com", "acct:Alice@example.com.", "ACCT:Alice@example.com:443"} {
		got, err := address.ParseHandle(s)
		if err != nil {
			t.Fatalf("ParseHandle(%q): %v", s, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseHandle(%q): %s", s, diff)
		}
	}
	if got, want := want.Fold().URI(), "acct:alice@example.com"; got != want {
		t.Errorf("URI = %q, want %q", got, want)
	}
	for _, s := range []string{"a.b-c@x.example", "_@x.example", "example.org@web.brid.gy", "a@127.0.0.1:8420"} {
		if got, err := address.ParseHandle(s); err != nil || got.String() != s {
			t.Errorf("ParseHandle(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{
		"", "@", "@@", "alice", "@alice", "@alice@", "@@example.com", "alice@example.com@evil.example", "@@alice@example.com",
		"acct:@alice@example.com", "al ice@example.com", "älice@example.com", ".alice@example.com", "alice-@example.com", "alice@127.1",
		"https://example.com/@alice", strings.Repeat("a", address.MaxName+1) + "@example.com",
	} {
		if got, err := address.ParseHandle(s); !fault.Is(err, fault.Invalid) {
			t.Errorf("ParseHandle(%q) = %v, %v; want an invalid fault", s, got, err)
		}
	}
}

func FuzzHostIsStable(f *testing.F) {
	for _, s := range []string{"Example.com:443", "bücher.example", "[::1]:80", "127.0.0.1", "a_b.c.", "xn--bcher-kva.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once, err := address.Host(raw)
		if err != nil {
			return
		}
		twice, err := address.Host(once)
		if err != nil || twice != once {
			t.Fatalf("Host(%q) = %q, but Host of that = %q, %v", raw, once, twice, err)
		}
		if of, err := address.HostOf("https://" + once + "/"); err != nil || of != once {
			t.Fatalf("HostOf(https://%s/) = %q, %v", once, of, err)
		}
	})
}

func FuzzHandleRoundTrips(f *testing.F) {
	f.Add("@alice@example.com")
	f.Add("acct:a.b@[::1]:80")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := address.ParseHandle(s)
		if err != nil {
			return
		}
		for _, form := range []string{h.String(), "@" + h.String(), h.URI()} {
			if again, err := address.ParseHandle(form); err != nil || again != h {
				t.Fatalf("ParseHandle(%q) = %v, %v; want %v", form, again, err, h)
			}
		}
	})
}
