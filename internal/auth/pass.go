package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"allod/internal/id"
)

// Passes are links for people without an account: whoever has the link, which
// only their mail holds, may do what it leads to. They are made of a key of
// the home and stored nowhere.
type Passes struct{ key []byte }

// NewPasses returns the passes of a key, which stays the same for a home.
func NewPasses(key []byte) Passes { return Passes{key} }

// Make is the pass for one thing and purpose.
func (p Passes) Make(purpose string, what id.ID) string {
	return what.String() + "-" + base64.RawURLEncoding.EncodeToString(p.sign(purpose, what))
}

// Read is the thing of a pass; ok is false for one that was not made here for this purpose.
func (p Passes) Read(purpose, pass string) (what id.ID, ok bool) {
	text, signed, _ := strings.Cut(pass, "-")
	what, err := id.Parse(text)
	if err != nil {
		return 0, false
	}
	mac, err := base64.RawURLEncoding.DecodeString(signed)
	return what, err == nil && hmac.Equal(mac, p.sign(purpose, what))
}

func (p Passes) sign(purpose string, what id.ID) []byte {
	h := hmac.New(sha256.New, p.key)
	h.Write([]byte(purpose + "\x00" + what.String()))
	return h.Sum(nil)[:18]
}
