package push

import (
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"allod/internal/account"
)

// A vapid is the key by which push services know this home (RFC 8292), in
// base64url. It is made of the home key, so that it stays the same for as long
// as that does, over restarts, backups and moves, and lies nowhere else.
type vapid struct{ private, public, contact string }

func newVapid(seed []byte, names account.Names) (vapid, error) {
	for n := byte(0); ; n++ { // one in four thousand million is no number below the order of the curve
		scalar, err := hkdf.Key(sha256.New, seed, []byte{n}, "P-256", 32)
		if err != nil {
			return vapid{}, err
		}
		key, err := ecdh.P256().NewPrivateKey(scalar)
		if err != nil {
			continue
		}
		v := vapid{private: encode(scalar), public: encode(key.PublicKey().Bytes()), contact: names.Origin}
		if !strings.HasPrefix(v.contact, "https:") { // what is no such address is taken for that of a mailbox
			host, _, _ := strings.Cut(names.Host, ":")
			v.contact = "home@" + host
		}
		return v, nil
	}
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
