package push

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"strings"
)

// The encoding of draft-ietf-webpush-encryption-04 and
// draft-ietf-httpbis-encryption-encoding-03, from before RFC 8291: its salt and
// key stand in headers, and so does the key of the sender (draft-ietf-webpush-vapid-01).

// older is a text sealed as an older app opens it.
type older struct {
	body []byte
	salt []byte
	key  []byte // of the sender, made for this one text
}

// sealOlder seals a text for a browser's key and secret.
func sealOlder(text, to, secret []byte) (*older, error) {
	sender, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	return sealOlderWith(sender, salt, text, to, secret)
}

// sealOlderWith seals a text with a key and a salt that serve this once, in one record without padding.
func sealOlderWith(sender *ecdh.PrivateKey, salt, text, to, secret []byte) (*older, error) {
	browser, err := ecdh.P256().NewPublicKey(to)
	if err != nil {
		return nil, err
	}
	shared, err := sender.ECDH(browser)
	if err != nil {
		return nil, err
	}
	o := &older{salt: salt, key: sender.PublicKey().Bytes()}
	input, err := hkdf.Key(sha256.New, shared, secret, "Content-Encoding: auth\x00", 32)
	if err != nil {
		return nil, err
	}
	about := "P-256\x00" + counted(to) + counted(o.key)
	key, err := hkdf.Key(sha256.New, input, o.salt, "Content-Encoding: aesgcm\x00"+about, 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, input, o.salt, "Content-Encoding: nonce\x00"+about, 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	o.body = gcm.Seal(nil, nonce, append([]byte{0, 0}, text...), nil) // two bytes say how much padding follows
	return o, nil
}

// counted is bytes behind their number.
func counted(b []byte) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(len(b)))) + string(b)
}

// address puts into the header of a message what opens it and who sent it,
// made of the newer form of the latter ("vapid t=…, k=…").
func (o *older) address(h http.Header) {
	token, key, _ := strings.Cut(strings.TrimPrefix(h.Get("Authorization"), "vapid t="), ", k=")
	h.Set("Authorization", "WebPush "+token)
	h.Set("Content-Encoding", string(Older))
	h.Set("Encryption", "salt="+encode(o.salt))
	h.Set("Crypto-Key", "dh="+encode(o.key)+";p256ecdsa="+key)
}
