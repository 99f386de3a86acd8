package httpsig

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const body = `{"type":"Follow"}`

// posted is a message whose digests are right and whose signature is the
// given headers.
func posted(headers map[string]string) Message {
	h := http.Header{}
	h.Set("Date", now.Format(http.TimeFormat))
	h.Set("Content-Type", "application/activity+json")
	h.Set("Digest", Digest([]byte(body)))
	h.Set("Content-Digest", ContentDigest([]byte(body)))
	for name, value := range headers {
		h.Set(name, value)
		if value == "" {
			h.Del(name)
		}
	}
	return Message{Method: "POST", Target: "/inbox?a=b", Origin: origin, Header: h, Body: []byte(body)}
}

func TestCavagePolicy(t *testing.T) {
	const good = `keyId="k",algorithm="hs2019",headers="(request-target) host date digest",signature="AAAA"`
	unix := func(d time.Duration) string { return fmt.Sprint(now.Add(d).Unix()) }
	created := func(params string) string {
		return `keyId="k",headers="(request-target) host (created) (expires) digest",signature="AAAA",` + params
	}
	for _, c := range []struct {
		name, signature string
		want            error
	}{
		{"good", good, nil},
		{"no algorithm", strings.Replace(good, `algorithm="hs2019",`, "", 1), nil},
		{"white space", strings.ReplaceAll(good, ",", " ,\t"), nil},
		{"upper case headers", strings.Replace(good, "host date", "Host Date", 1), nil},
		{"unknown parameter", good + `,opaque="x"`, nil},
		{"host not covered", strings.Replace(good, "host ", "", 1), ErrMissingComponent},
		{"target not covered", strings.Replace(good, "(request-target) ", "", 1), ErrMissingComponent},
		{"time not covered", strings.Replace(good, "date ", "", 1), ErrMissingComponent},
		{"digest not covered", strings.Replace(good, " digest", "", 1), ErrMissingComponent},
		{"no headers", `keyId="k",signature="AAAA"`, ErrMissingComponent},
		{"absent header", strings.Replace(good, "digest", "digest x-none", 1), ErrMissingComponent},
		{"empty headers", `keyId="k",headers="",signature="AAAA"`, ErrMalformed},
		{"unknown pseudo-header", strings.Replace(good, "digest", "digest (x)", 1), ErrUnknownComponent},
		{"component twice", strings.Replace(good, "digest", "digest host", 1), ErrMalformed},
		{"component twice in other case", strings.Replace(good, "digest", "digest Host", 1), ErrMalformed},
		{"parameter twice", good + `,keyId="k2"`, ErrMalformed},
		{"no key", strings.Replace(good, `keyId="k",`, "", 1), ErrMalformed},
		{"empty key", strings.Replace(good, `"k"`, `""`, 1), ErrMalformed},
		{"no signature", strings.Replace(good, `,signature="AAAA"`, "", 1), ErrMalformed},
		{"bad base64", strings.Replace(good, "AAAA", "AAA", 1), ErrMalformed},
		{"base64 with loose bits", strings.Replace(good, "AAAA", "AAB=", 1), ErrMalformed},
		{"unfinished string", good[:len(good)-1], ErrMalformed},
		{"escape", strings.Replace(good, `"k"`, `"k\"`, 1), ErrMalformed},
		{"nothing", "", ErrNoSignature},
		{"commas", ",,,", ErrMalformed},
		{"trailing comma", good + ",", ErrMalformed},
		{"oversized", good + `,x="` + strings.Repeat("a", maxHeader) + `"`, ErrMalformed},
		{"too many headers", strings.Replace(good, "digest", "digest"+strings.Repeat(" a", 40), 1), ErrMalformed},
		{"sha-1", strings.Replace(good, "hs2019", "rsa-sha1", 1), ErrAlgorithm},
		{"hmac", strings.Replace(good, "hs2019", "hmac-sha256", 1), ErrAlgorithm},
		{"created with rsa-sha256", `algorithm="rsa-sha256",` + created(`created=`+unix(0)+`,expires=`+unix(0)), ErrMalformed},
		{"created", created(`created=` + unix(0) + `,expires=` + unix(time.Minute)), nil},
		{"created as text", created(`created="` + unix(0) + `",expires="` + unix(0) + `"`), nil},
		{"created absent", created(`expires=` + unix(0)), ErrMalformed},
		{"created negative", created(`created=-1,expires=` + unix(0)), ErrMalformed},
		{"created huge", created(`created=99999999999999999999,expires=` + unix(0)), ErrMalformed},
		{"an hour ahead", created(`created=` + unix(time.Hour) + `,expires=` + unix(2*time.Hour)), nil},
		{"over an hour ahead", created(`created=` + unix(time.Hour+time.Second) + `,expires=` + unix(2*time.Hour)), ErrFuture},
		{"expired", created(`created=` + unix(-2*time.Hour) + `,expires=` + unix(-time.Hour-time.Second)), ErrExpired},
		{"long expiry", created(`created=` + unix(-12*time.Hour) + `,expires=` + unix(time.Hour)), nil},
		{"too long expiry", created(`created=` + unix(-13*time.Hour-time.Second) + `,expires=` + unix(time.Hour)), ErrExpired},
		{"expiry not covered", good + `,expires=` + unix(-24*time.Hour), nil},
	} {
		if _, err := clock(now).Parse(posted(map[string]string{"Signature": c.signature})); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestRFC9421Policy(t *testing.T) {
	at := fmt.Sprint(now.Unix())
	list := `sig1=("@method" "@target-uri" "content-digest")`
	good := list + `;created=` + at + `;keyid="k";alg="ed25519"`
	for _, c := range []struct {
		name, input, signature string
		want                   error
	}{
		{"good", good, "sig1=:AAAA:", nil},
		{"no algorithm", list + `;created=` + at + `;keyid="k"`, "sig1=:AAAA:", nil},
		{"parts of the target", strings.Replace(good, `"@target-uri"`, `"@authority" "@path" "@query"`, 1), "sig1=:AAAA:", nil},
		{"authority and request target", strings.Replace(good, `"@target-uri"`, `"@authority" "@request-target"`, 1), "sig1=:AAAA:", nil},
		{"unknown parameter", good + `;x;y=tok;z=:AAAA:;b=?0`, "sig1=:AAAA:", nil},
		{"spaces", `sig1=( "@method"  "@target-uri" "content-digest" ); created=` + at + `; keyid="k"`, "sig1=:AAAA:", nil},
		{"second is ours", `a=("@method");keyid="k";alg="hmac-sha256", ` + good, "a=:AAAA:, sig1=:AAAA:", nil},
		{"first counts", `a=("@method");keyid="k", ` + good, "a=:AAAA:, sig1=:AAAA:", ErrMissingComponent},
		{"method not covered", strings.Replace(good, `"@method" `, "", 1), "sig1=:AAAA:", ErrMissingComponent},
		{"target not covered", strings.Replace(good, `"@target-uri" `, "", 1), "sig1=:AAAA:", ErrMissingComponent},
		{"path without authority", strings.Replace(good, `"@target-uri"`, `"@path" "@query"`, 1), "sig1=:AAAA:", ErrMissingComponent},
		{"query not covered", strings.Replace(good, `"@target-uri"`, `"@authority" "@path"`, 1), "sig1=:AAAA:", ErrMissingComponent},
		{"digest not covered", strings.Replace(good, ` "content-digest"`, "", 1), "sig1=:AAAA:", ErrMissingComponent},
		{"old digest covered", strings.Replace(good, `"content-digest"`, `"digest"`, 1), "sig1=:AAAA:", ErrMissingComponent},
		{"no time", list + `;keyid="k"`, "sig1=:AAAA:", ErrMissingComponent},
		{"absent header", strings.Replace(good, `"@method"`, `"@method" "x-none"`, 1), "sig1=:AAAA:", ErrMissingComponent},
		{"unknown component", strings.Replace(good, `"@method"`, `"@method" "@status"`, 1), "sig1=:AAAA:", ErrUnknownComponent},
		{"upper case component", strings.Replace(good, `"@method"`, `"@method" "Date"`, 1), "sig1=:AAAA:", ErrUnknownComponent},
		{"component with parameter", strings.Replace(good, `"@method"`, `"@method";req`, 1), "sig1=:AAAA:", ErrUnknownComponent},
		{"component twice", strings.Replace(good, `"@method"`, `"@method" "@method"`, 1), "sig1=:AAAA:", ErrMalformed},
		{"parameter twice", good + `;keyid="k2"`, "sig1=:AAAA:", ErrMalformed},
		{"label twice", good + ", " + good, "sig1=:AAAA:", ErrMalformed},
		{"value twice", good, "sig1=:AAAA:, sig1=:AAAA:", ErrMalformed},
		{"no value of that name", good, "sig2=:AAAA:", ErrMalformed},
		{"empty value", good, "sig1=::", ErrMalformed},
		{"no value", good, "", ErrMalformed},
		{"bad base64", good, "sig1=:AAA:", ErrMalformed},
		{"value is text", good, `sig1="AAAA"`, ErrMalformed},
		{"a cavage value", good, `keyId="k",signature="AAAA"`, ErrMalformed},
		{"no key", list + `;created=` + at, "sig1=:AAAA:", ErrMalformed},
		{"key is a token", list + `;created=` + at + `;keyid=k`, "sig1=:AAAA:", ErrMalformed},
		{"time is text", list + `;created="` + at + `";keyid="k"`, "sig1=:AAAA:", ErrMalformed},
		{"time is decimal", list + `;created=` + at + `.5;keyid="k"`, "sig1=:AAAA:", ErrMalformed},
		{"time negative", list + `;created=-5;keyid="k"`, "sig1=:AAAA:", ErrMalformed},
		{"time too long", list + `;created=1234567890123456;keyid="k"`, "sig1=:AAAA:", ErrMalformed},
		{"not a list", `sig1="@method"`, "sig1=:AAAA:", ErrMalformed},
		{"unfinished list", `sig1=("@method"`, "sig1=:AAAA:", ErrMalformed},
		{"unfinished string", `sig1=("@method`, "sig1=:AAAA:", ErrMalformed},
		{"trailing comma", good + ",", "sig1=:AAAA:", ErrMalformed},
		{"no space between", `sig1=("@method""@path")`, "sig1=:AAAA:", ErrMalformed},
		{"too many members", strings.Repeat(good+",", 20) + good, "sig1=:AAAA:", ErrMalformed},
		{"too many components", `sig1=(` + strings.Repeat(`"a" `, 40) + `)`, "sig1=:AAAA:", ErrMalformed},
		{"too many parameters", good + manyParams(), "sig1=:AAAA:", ErrMalformed},
		{"oversized", good + `;x="` + strings.Repeat("a", maxHeader) + `"`, "sig1=:AAAA:", ErrMalformed},
		{"hmac", strings.Replace(good, "ed25519", "hmac-sha256", 1), "sig1=:AAAA:", ErrAlgorithm},
		{"algorithm of the other form", strings.Replace(good, "ed25519", "rsa-sha256", 1), "sig1=:AAAA:", ErrAlgorithm},
		{"expired", good + fmt.Sprintf(";expires=%d", now.Add(-2*time.Hour).Unix()), "sig1=:AAAA:", ErrExpired},
		{"old", strings.Replace(good, at, fmt.Sprint(now.Add(-66*time.Minute).Unix()), 1), "sig1=:AAAA:", ErrExpired},
		{"ahead", strings.Replace(good, at, fmt.Sprint(now.Add(61*time.Minute).Unix()), 1), "sig1=:AAAA:", ErrFuture},
	} {
		_, err := clock(now).Parse(posted(map[string]string{"Signature-Input": c.input, "Signature": c.signature}))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func manyParams() string {
	var b strings.Builder
	for i := range 20 {
		fmt.Fprintf(&b, ";p%d", i)
	}
	return b.String()
}

func TestDigests(t *testing.T) {
	right, rightContent := Digest([]byte(body)), ContentDigest([]byte(body))
	wrong, wrongContent := Digest(nil), ContentDigest(nil)
	for _, c := range []struct {
		name, digest, content string
		want                  error
	}{
		{"both", right, rightContent, nil},
		{"old", right, "", nil},
		{"new", "", rightContent, nil},
		{"lower case", strings.Replace(right, "SHA", "sha", 1), "", nil},
		{"with an unknown one", "MD5=AAAA, " + right, "md5=:AAAA:, " + rightContent, nil},
		{"neither", "", "", ErrMissingComponent},
		{"old wrong", wrong, rightContent, ErrDigest},
		{"new wrong", right, wrongContent, ErrDigest},
		{"one of two wrong", "", rightContent + ", sha-512=:AAAA:", ErrDigest},
		{"short", "SHA-256=AAAA", "", ErrMalformed},
		{"not base64", "SHA-256=!", "", ErrMalformed},
		{"twice", right + "," + right, "", ErrMalformed},
		{"no value", "SHA-256", "", ErrMalformed},
		{"only another", "SHA-512=AAAA", "", ErrDigest},
		{"only another, new", "", "md5=:AAAA:", ErrDigest},
		{"new in the old form", "", right, ErrMalformed},
		{"new twice", "", rightContent + ", " + rightContent, ErrMalformed},
		{"oversized", strings.Repeat("a=b,", 2000) + right, "", ErrMalformed},
		{"oversized, new", "", rightContent + `;x="` + strings.Repeat("a", maxDigestHeader) + `"`, ErrMalformed},
	} {
		m := posted(map[string]string{"Digest": c.digest, "Content-Digest": c.content})
		if err := CheckDigest(m.Header, m.Body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestHostileMessages(t *testing.T) {
	const good = `keyId="k",headers="(request-target) host date digest",signature="AAAA"`
	for name, alter := range map[string]func(*Message){
		"no origin":              func(m *Message) { m.Origin = "" },
		"origin without scheme":  func(m *Message) { m.Origin = "example.com" },
		"origin with path":       func(m *Message) { m.Origin = "https://example.com/" },
		"origin with user":       func(m *Message) { m.Origin = "https://a@example.com" },
		"origin of another kind": func(m *Message) { m.Origin = "ftp://example.com" },
		"origin without host":    func(m *Message) { m.Origin = "https://:443" },
		"no target":              func(m *Message) { m.Target = "" },
		"target in another form": func(m *Message) { m.Target = "*" },
		"two dates":              func(m *Message) { m.Header.Add("Date", m.Header.Get("Date")) },
		"bad date":               func(m *Message) { m.Header.Set("Date", "today") },
		"line break":             func(m *Message) { m.Header.Set("Signature", good+"\n") },
		"two signatures":         func(m *Message) { m.Header.Add("Signature", good) },
	} {
		m := posted(map[string]string{"Signature": good})
		alter(&m)
		if _, err := clock(now).Parse(m); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReasonsAreSentences(t *testing.T) {
	for r := Reason(0); r < ErrSignature+2; r++ {
		if !strings.HasPrefix(r.Error(), "httpsig: ") {
			t.Errorf("%d: %q", r, r.Error())
		}
	}
	var reason Reason
	if err := ErrDigest.because("x"); !errors.As(err, &reason) || reason != ErrDigest {
		t.Errorf("reason of %v: %v", err, reason)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("", cavageC3, Digest([]byte(body)), "")
	f.Add("", `keyId="k",algorithm="rsa-sha256",`+cavageC2, Digest([]byte(body)), "")
	f.Add(inputB23, valueB23, "", ContentDigest([]byte(body)))
	f.Add(inputB22, valueB21, "", "sha-512=:AAAA:;a=?1;b=-1")
	f.Fuzz(func(t *testing.T, input, signature, digest, content string) {
		m := posted(map[string]string{"Signature-Input": input, "Signature": signature, "Digest": digest, "Content-Digest": content})
		s, err := parse(m)
		var reason Reason
		if err != nil && !errors.As(err, &reason) {
			t.Fatalf("an error without a reason: %v", err)
		}
		if err == nil {
			if err := s.Verify(edKey.Public()); err == nil {
				t.Fatal("verified a signature nobody made")
			}
		}
		if err := CheckDigest(m.Header, m.Body); err != nil && !errors.As(err, &reason) {
			t.Fatalf("an error without a reason: %v", err)
		}
	})
}

// FuzzInnerLists checks that the canonical text of a list reads as the same list.
func FuzzInnerLists(f *testing.F) {
	for _, s := range []string{inputB21, inputB22, inputB23, `a=( "x"  "y\"z" );b=?0; c; d=007;e=:AAAA:;f=tok/en`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := parseInnerLists(s)
		if err != nil {
			return
		}
		for _, m := range list {
			again, err := parseInnerLists("a=" + m.text)
			if err != nil || len(again) != 1 || again[0].text != m.text {
				t.Fatalf("%q became %q: %v", s, m.text, err)
			}
		}
	})
}
