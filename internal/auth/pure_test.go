package auth

import (
	"context"
	"strings"
	"testing"
	"time"

	"allod/internal/fault"
)

func TestOneAddressIsReadStrictly(t *testing.T) {
	for raw, want := range map[string]string{
		"a@example.org": "a@example.org", " Ada.L+x@Example.ORG ": "Ada.L+x@example.org", "a@bücher.example": "a@xn--bcher-kva.example",
		"a@localhost": "a@localhost",
	} {
		if got, folded, err := ParseEmail(raw); err != nil || got != want || folded != strings.ToLower(want) {
			t.Errorf("%q: %q %q %v", raw, got, folded, err)
		}
	}
	for _, raw := range []string{
		"", "@", "a", "a@", "@b", "a@b@c", "a@b,c@d", "a@b c@d", "<a@b>", "A <a@b>", `"a b"@c`, "a(x)@b", "a@[127.0.0.1]", "a@127.0.0.1",
		"a@b:25", ".a@b", "a.@b", "a..b@c", "a@b..c", "a\n@b", "a@b\r\nBcc: x@y", "a@b\x00", "ä@b", "a;b@c", "a@b%0a",
		strings.Repeat("a", 65) + "@b", "a@" + strings.Repeat("b.", 150) + "c",
	} {
		if got, _, err := ParseEmail(raw); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q is read as %q", raw, got)
		}
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"a@example.org", "a@b,c@d", "\"a\"@b", "a@xn--bcher-kva.example", "é@b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		email, folded, err := ParseEmail(raw)
		if err != nil {
			return
		}
		if strings.Count(email, "@") != 1 || strings.ContainsAny(email, " \t\r\n,;<>()\"\\[]:\x00") {
			t.Fatalf("%q", email)
		}
		again, foldedAgain, err := ParseEmail(email)
		if err != nil || again != email || foldedAgain != folded {
			t.Fatalf("%q becomes %q: %v", email, again, err)
		}
	})
}

func TestScopesAllowTheirParts(t *testing.T) {
	for _, c := range []struct {
		held, asked string
		want        bool
	}{
		{"read", "read", true}, {"read", "read:statuses", true}, {"read", "write", false}, {"read", "write:statuses", false},
		{"read:statuses", "read:statuses", true}, {"read:statuses", "read", false}, {"read:statuses", "read:accounts", false},
		{"follow", "write:follows", true}, {"follow", "read:mutes", true}, {"follow", "write:statuses", false}, {"follow", "read", false},
		{"read", "profile", true}, {"read:accounts", "profile", true}, {"profile", "read:accounts", false}, {"write", "profile", false},
		{"write", "follow", false}, {"", "read", false}, {"read", "", false}, {"read", "readx", false}, {"read", ":", false},
	} {
		if got := Scopes(strings.Fields(c.held)).Allow(c.asked); got != c.want {
			t.Errorf("%q allows %q: %v", c.held, c.asked, got)
		}
	}
}

func TestUnknownScopesAreRefused(t *testing.T) {
	for text, want := range map[string]string{"": "read", " write  read write ": "write read", "write:media profile": "write:media profile"} {
		if s, err := ParseScopes(text); err != nil || s.String() != want {
			t.Errorf("%q: %q %v", text, s, err)
		}
	}
	for _, text := range []string{"admin", "read:everything", "Read", "read,write", "\x00", "write:"} {
		if s, err := ParseScopes(text); !fault.Is(err, fault.Invalid) || fault.Field(err) != "scope" {
			t.Errorf("%q: %q %v", text, s, err)
		}
	}
}

// The vector of RFC 7636, appendix B.
func TestVerifierProvesItsChallenge(t *testing.T) {
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	if !proves(verifier, challenge) || proves(challenge, verifier) || proves(challenge, challenge) || !proves("", "") ||
		proves("", challenge) || proves(verifier, "") {
		t.Error("a wrong proof")
	}
	for method, c := range map[string]string{"plain": challenge, "": challenge, "S256": "", "s256": challenge} {
		if err := CheckChallenge(c, method); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q by %q: %v", c, method, err)
		}
	}
	if err := CheckChallenge(challenge, "S256"); err != nil {
		t.Error(err)
	}
}

func TestDamagedHashIsAnError(t *testing.T) {
	h := newHasher(cost{64, 1, 1})
	good, err := h.hash(t.Context(), "password")
	if err != nil {
		t.Fatal(err)
	}
	if ok, stale, err := h.check(t.Context(), "password", good); !ok || stale || err != nil {
		t.Error(ok, stale, err)
	}
	for _, phc := range []string{
		"", "$", "password", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4294967295", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1),
		good[:len(good)-3], good + "$",
	} {
		if ok, _, err := h.check(t.Context(), "password", phc); ok || err == nil {
			t.Errorf("%q opens: %v", phc, ok)
		}
	}
}

func TestCrowdTakesTurns(t *testing.T) {
	h := newHasher(cost{64, 1, 1})
	for range cap(h.turns) {
		h.turns <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := h.hash(ctx, "password"); !fault.Is(err, fault.Timeout) {
		t.Error(err)
	}
}

func TestCacheDoesNotKeepWhatWasForgottenMeanwhile(t *testing.T) {
	now := time.Unix(0, 0)
	c := newCache[int](func() time.Time { return now })
	key := hashOf("x")
	_, _, since := c.get(key)
	c.forget(func(v int) bool { return v == 2 })
	c.put(key, 1, since)
	if _, ok, _ := c.get(key); ok {
		t.Error("kept")
	}
	_, _, since = c.get(key)
	c.put(key, 1, since)
	if v, ok, _ := c.get(key); !ok || v != 1 {
		t.Error("not kept")
	}
	now = now.Add(cacheFor + 1)
	if _, ok, _ := c.get(key); ok {
		t.Error("kept too long")
	}
	for i := range cacheMax + 1 {
		_, _, since = c.get(key)
		c.put(hashOf(string(rune(i))), i, since)
	}
	if len(c.held) > cacheMax {
		t.Error("not bounded")
	}
}
