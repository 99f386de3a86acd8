package httpsig

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parseCavage reads a Signature header of draft-cavage-12 §4.1.
func (s *Signature) parseCavage() error {
	s.Form = Cavage
	header, ok := field(s.message.Header, "signature")
	if !ok || len(header) > maxHeader {
		return ErrMalformed.because("Signature header")
	}
	p, err := parseCavageParams(header)
	if err != nil {
		return err
	}
	s.KeyID, s.Algorithm, s.created, s.expires = p["keyId"], p["algorithm"], p["created"], p["expires"]
	if s.KeyID == "" {
		return ErrMalformed.because("no keyId")
	}
	switch s.Algorithm {
	case "", "rsa-sha256", "hs2019":
	default:
		return ErrAlgorithm.because("%q", s.Algorithm)
	}
	if s.value, ok = decodeBase64(p["signature"]); !ok || len(s.value) == 0 {
		return ErrMalformed.because("signature is not base64")
	}
	names := []string{"date"}
	if list, given := p["headers"]; given {
		if names = strings.Fields(strings.ToLower(list)); len(names) == 0 {
			return ErrMalformed.because("empty list of headers")
		}
	}
	if err := s.setComponents(names, isCavageDerived); err != nil {
		return err
	}
	return s.readCavageTimes()
}

func isCavageDerived(name string) bool {
	return name == "(request-target)" || name == "(created)" || name == "(expires)"
}

// readCavageTimes takes the times that are signed. Parameters that are not
// covered count for nothing.
func (s *Signature) readCavageTimes() error {
	created, expires := s.Covers("(created)"), s.Covers("(expires)")
	if (created || expires) && s.Algorithm == "rsa-sha256" {
		return ErrMalformed.because("(created) and (expires) do not go with rsa-sha256") // §2.3
	}
	var err error
	if expires {
		if s.Expires, err = unixSeconds(s.expires); err != nil {
			return err
		}
	}
	switch {
	case created:
		s.Created, err = unixSeconds(s.created)
	case s.Covers("date"):
		date, _ := field(s.message.Header, "date")
		if s.Created, err = http.ParseTime(date); err != nil {
			return ErrMalformed.because("Date header")
		}
	}
	return err
}

func unixSeconds(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || len(text) > 15 {
		return time.Time{}, ErrMalformed.because("time %q", text)
	}
	return time.Unix(n, 0).UTC(), nil
}

// parseCavageParams reads a comma-separated list of name="value" and
// name=value. Escapes in values are refused, nobody sends any.
func parseCavageParams(header string) (map[string]string, error) {
	params := make(map[string]string, 8)
	rest := header
	for {
		name, after, ok := strings.Cut(rest, "=")
		if name = trim(name); !ok || name == "" || strings.ContainsAny(name, "\", \t") {
			return nil, ErrMalformed.because("expected name=value")
		}
		if _, twice := params[name]; twice {
			return nil, ErrMalformed.because("parameter %q given twice", name)
		}
		if len(params) == maxParams {
			return nil, ErrMalformed.because("too many parameters")
		}
		var value string
		if after = trim(after); strings.HasPrefix(after, `"`) {
			if value, after, ok = strings.Cut(after[1:], `"`); !ok {
				return nil, ErrMalformed.because("unfinished string")
			}
			after = trim(after)
		} else if end := strings.IndexByte(after, ','); end >= 0 {
			value, after = trim(after[:end]), after[end:]
		} else {
			value, after = after, ""
		}
		if strings.ContainsAny(value, "\"\\") {
			return nil, ErrMalformed.because("value of %q", name)
		}
		params[name] = value
		if after == "" {
			return params, nil
		}
		if after[0] != ',' {
			return nil, ErrMalformed.because("expected a comma")
		}
		rest = after[1:]
	}
}

// appendBaseCavage appends the signing string of draft-cavage-12 §2.3.
func (s *Signature) appendBaseCavage(dst []byte, target string) []byte {
	for i, name := range s.Components {
		if i > 0 {
			dst = append(dst, '\n')
		}
		dst = append(append(dst, name...), ": "...)
		switch name {
		case "(request-target)":
			dst = append(dst, strings.ToLower(s.message.Method)...)
			dst = append(append(dst, ' '), target...)
		case "(created)":
			dst = append(dst, s.created...)
		case "(expires)":
			dst = append(dst, s.expires...)
		case "host":
			dst = append(dst, s.authority...)
		default:
			value, _ := field(s.message.Header, name)
			dst = append(dst, value...)
		}
	}
	return dst
}

// SignCavage signs an outgoing request by draft-cavage-12 with rsa-sha256,
// over the target, the host, the date and, with a body, its digest and type.
// It sets Date, Digest and Signature and removes what an earlier signature
// left behind, so that a request may be signed again after a redirect. The
// error is ErrMalformed for a key id or request that cannot be written down,
// or that of the RSA operation.
func SignCavage(r *http.Request, body []byte, keyID string, key *rsa.PrivateKey, now time.Time) error {
	clearSignature(r)
	r.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	names := []string{"(request-target)", "host", "date"}
	if hasBody(r.Method, body) {
		r.Header.Set("Digest", Digest(body))
		names = append(names, "digest")
		if r.Header.Get("Content-Type") != "" {
			names = append(names, "content-type")
		}
	}
	s := Signature{Form: Cavage, Components: names, authority: hostOf(r), message: Message{Method: methodOf(r), Header: r.Header}}
	if !quotable(keyID) || s.authority == "" {
		return ErrMalformed.because("key id %q or host %q", keyID, s.authority)
	}
	sum := sha256.Sum256(s.appendBaseCavage(make([]byte, 0, 512), r.URL.RequestURI()))
	value, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		return err
	}
	r.Header.Set("Signature", `keyId="`+keyID+`",algorithm="rsa-sha256",headers="`+
		strings.Join(names, " ")+`",signature="`+base64.StdEncoding.EncodeToString(value)+`"`)
	return nil
}

// clearSignature removes the headers of an earlier signature.
func clearSignature(r *http.Request) {
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	for _, name := range [...]string{"Signature", "Signature-Input", "Digest", "Content-Digest"} {
		r.Header.Del(name)
	}
}

// hostOf is the value the Host header of an outgoing request will have.
func hostOf(r *http.Request) string {
	if r.Host != "" {
		return r.Host
	}
	return r.URL.Host
}

func methodOf(r *http.Request) string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

// quotable reports whether s can stand between quotes without escapes.
func quotable(s string) bool {
	return s != "" && !slices.ContainsFunc([]byte(s), func(c byte) bool {
		return c <= 0x20 || c > 0x7e || c == '"' || c == '\\'
	})
}
