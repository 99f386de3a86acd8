package httpsig

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"
)

// rfcRequest is the request of RFC 9421 appendix B.2 with a signature.
func rfcRequest(input, signature string) string {
	return `POST /foo?param=Value&Pet=dog HTTP/1.1
Host: example.com
Date: Tue, 20 Apr 2021 02:07:55 GMT
Content-Type: application/json
Content-Digest: sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
Content-Length: 18
Signature-Input: ` + input + `
Signature: ` + signature + `

{"hello": "world"}`
}

const (
	inputB21 = `sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"`
	valueB21 = `sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:`
	inputB22 = `sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"`
	inputB23 = `sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"`
	valueB23 = `sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:`
	inputB26 = `sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`
	valueB26 = `sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:`
	inputB4  = `transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"`
	valueB4  = `transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:`
	inputC43 = `proxy_sig=("@method" "@authority" "@path" "content-digest" "content-type" "content-length" "forwarded");created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256";expires=1618884540`
	valueC43 = `proxy_sig=:S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxtRPz+MjniOaYmdkDcnL9cCpXJleXsOckpURl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObtNKKZd8tSFu7LB5YAv0RAGhB8tmpv7sFnIm9y+7X5kXQfi8NMaZaA8i2ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2TwevU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZHowtznbLVdp770I6VHR6WfgS9ddzirrswsE1w5o0LV/g==:`
)

func TestRFC9421Vectors(t *testing.T) {
	pssKey := readKey[*rsa.PublicKey](t, "test-key-rsa-pss.pub.pem")
	edKey := readKey[ed25519.PrivateKey](t, "test-key-ed25519.pem").Public()
	proxied := strings.Replace(rfcRequest(inputC43, valueC43), "Content-Type",
		"Forwarded: for=192.0.2.123;host=example.com;proto=https\nContent-Type", 1)
	for _, v := range []struct {
		name, origin, text string
		key                crypto.PublicKey
	}{
		{"B.2.1 minimal", origin, rfcRequest(inputB21, valueB21), pssKey},
		{"B.2.3 full coverage", origin, rfcRequest(inputB23, valueB23), pssKey},
		{"B.2.6 ed25519", origin, rfcRequest(inputB26, valueB26), edKey},
		{"4.3 rsa-v1_5-sha256", "https://origin.host.internal.example", proxied, readKey[*rsa.PublicKey](t, "test-key-rsa.pub.pem")},
	} {
		s, err := parse(received(t, v.origin, v.text))
		if err != nil {
			t.Errorf("%s: parse: %v", v.name, err)
			continue
		}
		if err := s.Verify(v.key); err != nil {
			t.Errorf("%s: verify: %v", v.name, err)
		}
		altered, err := parse(received(t, v.origin, strings.Replace(v.text, "created=16", "created=15", 1)))
		if err != nil {
			t.Fatal(err)
		}
		if err := altered.Verify(v.key); !errors.Is(err, ErrSignature) {
			t.Errorf("%s, altered: %v", v.name, err)
		}
	}
}

func TestRFC9421QueryParametersAreUnknown(t *testing.T) {
	_, err := parse(received(t, origin, rfcRequest(inputB22, `sig-b22=:LjbtqUbfmvjj5C5kr1Ugjw==:`)))
	if !errors.Is(err, ErrUnknownComponent) {
		t.Errorf("B.2.2: %v", err)
	}
}

// TestRFC9421Transformations are the changes of appendix B.4 that a signature
// must survive and those it must not.
func TestRFC9421Transformations(t *testing.T) {
	key := readKey[ed25519.PrivateKey](t, "test-key-ed25519.pem").Public()
	const tail = "Signature-Input: " + inputB4 + "\nSignature: " + valueB4 + "\n\n"
	for _, v := range []struct {
		name, origin, head string
		want               error
	}{
		{"original", "https://example.org", "GET /demo?name1=Value1&Name2=value2 HTTP/1.1\nHost: example.org\nDate: Fri, 15 Jul 2022 14:24:55 GMT\nAccept: application/json\nAccept: */*\n", nil},
		{"joined accept, other query, language added", "https://example.org", "GET /demo?name1=Value1&Name2=value2&param=added HTTP/1.1\nHost: example.org\nAccept: application/json, */*\nAccept-Language: en-US,en;q=0.5\n", nil},
		{"host of a proxy", "https://example.org", "GET /demo HTTP/1.1\nHost: internal:8080\nAccept: application/json\nAccept:   */*  \n", nil},
		{"default port and case", "HTTPS://EXAMPLE.ORG:443", "GET /demo HTTP/1.1\nHost: x\nAccept: application/json, */*\n", nil},
		{"other method and authority", "https://example.com", "POST /demo HTTP/1.1\nHost: example.com\nAccept: application/json\nAccept: */*\n", ErrSignature},
		{"reordered accept", "https://example.org", "GET /demo HTTP/1.1\nHost: example.org\nAccept: */*\nAccept: application/json\n", ErrSignature},
	} {
		s, err := parse(received(t, v.origin, v.head+tail))
		if err == nil {
			err = s.Verify(key)
		}
		if !errors.Is(err, v.want) {
			t.Errorf("%s: %v, want %v", v.name, err, v.want)
		}
	}
}

// The request and signatures of draft-cavage-12 appendix C.
const (
	cavageHead = `POST /foo?param=value&pet=dog HTTP/1.1
Host: example.com
Date: Sun, 05 Jan 2014 21:31:40 GMT
Content-Type: application/json
Digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=
Content-Length: 18
Signature: keyId="Test",algorithm="rsa-sha256",`
	cavageC1 = `signature="SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM="`
	cavageC2 = `headers="(request-target) host date", signature="qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="`
	cavageC3 = `headers="(request-target) host date content-type digest content-length",signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="`
)

func cavageRequest(signature string) string {
	return cavageHead + signature + "\n\n" + `{"hello": "world"}`
}

func TestCavageVectors(t *testing.T) {
	key := readKey[*rsa.PrivateKey](t, "cavage-test.pem")
	for name, signature := range map[string]string{"C.1 default": cavageC1, "C.2 basic": cavageC2, "C.3 all headers": cavageC3} {
		s, err := parse(received(t, origin, cavageRequest(signature)))
		if err != nil {
			t.Errorf("%s: parse: %v", name, err)
			continue
		}
		if err := s.Verify(&key.PublicKey); err != nil {
			t.Errorf("%s: verify: %v", name, err)
		}
		sum := sha256.Sum256(s.appendBase(nil, s.message.Target))
		made, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		if got := base64.StdEncoding.EncodeToString(made); !strings.Contains(signature, got) {
			t.Errorf("%s: signed %s", name, got)
		}
	}
}

func TestPolicyTakesOnlyTheFullCavageVector(t *testing.T) {
	policy := clock(time.Date(2014, 1, 5, 21, 32, 0, 0, time.UTC))
	for signature, want := range map[string]error{cavageC1: ErrMissingComponent, cavageC2: ErrMissingComponent, cavageC3: nil} {
		if _, err := policy.Parse(received(t, origin, cavageRequest(signature))); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", signature[:40], err, want)
		}
	}
}
