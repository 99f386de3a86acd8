package server

import (
	"io"
	"net/http"

	"allod/internal/fault"
	"allod/internal/locale"
)

// Sentence is what a person is told about an error, in their language. A
// failure of the program is told as such, whatever it says.
func Sentence(l *locale.Locale, err error) string {
	key, args := fault.Message(err)
	if Status(err) == http.StatusInternalServerError {
		key, args = "fault.internal", nil
	}
	return l.T(key, args...)
}

// reader is the language of who asks, as far as the request alone tells.
func reader(b *locale.Bundle, r *http.Request) *locale.Locale {
	return b.Match(r.Header.Get("Accept-Language"), "")
}

// PlainFace shows an error as one line of text.
func PlainFace(b *locale.Bundle) Face {
	return func(w http.ResponseWriter, r *http.Request, status int, err error) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = io.WriteString(w, Sentence(reader(b, r), err)+"\n")
		}
	}
}

// JSONFace shows an error as the Mastodon API does: {"error": sentence}, with
// the challenge of RFC 6750 §3 where a token is missing or does not open.
func JSONFace(b *locale.Bundle) Face {
	return func(w http.ResponseWriter, r *http.Request, status int, err error) {
		if status == http.StatusUnauthorized {
			challenge := `Bearer realm="api"`
			if Bearer(r) != "" {
				challenge += `, error="invalid_token"`
			}
			w.Header().Set("WWW-Authenticate", challenge)
		}
		_ = JSON(w, status, map[string]string{"error": Sentence(reader(b, r), err)})
	}
}
