package integrity

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/gowebpki/jcs"
	"github.com/mr-tron/base58"
)

const (
	proofType   = "DataIntegrityProof"
	cryptosuite = "eddsa-jcs-2022"
	purpose     = "assertionMethod"
	// MaxSkew is how far in the future a proof may have been made.
	MaxSkew = time.Hour
	// maxProofValue is more than 64 bytes ever need in base58.
	maxProofValue = 96
)

// A Proof is a proof that was found valid.
type Proof struct {
	// VerificationMethod names the key, such as "did:key:z…#z…".
	VerificationMethod string
	// Created is when the proof was made. Of two documents with the same id
	// the one with the later proof counts.
	Created time.Time
}

// Sign adds a proof to a JSON object with an @context and without a proof,
// and returns the object to be stored and delivered byte for byte: doc with
// one member more (FEP-8b32, VC-DI-EDDSA §3.3.1). The key is named by
// verificationMethod; created is kept to the second.
func Sign(doc []byte, key ed25519.PrivateKey, verificationMethod string, created time.Time) ([]byte, error) {
	members, err := readObject(doc)
	if err != nil {
		return nil, err
	}
	context := find(members, "@context")
	if context == nil {
		return nil, ErrMalformed.because("no @context")
	}
	if find(members, "proof") != nil {
		return nil, ErrMalformed.because("has a proof already")
	}
	method, err := json.Marshal(verificationMethod)
	if err != nil || verificationMethod == "" {
		return nil, ErrKey.because("verification method %q", verificationMethod)
	}
	config := appendConfig(make([]byte, 0, 256+len(context)), context, method, created)
	canonicalConfig, err := jcs.Transform(append(config, '}'))
	if err != nil {
		return nil, ErrMalformed.because("%v", err)
	}
	canonicalDoc, err := canonical(members, "proof", len(doc))
	if err != nil {
		return nil, err
	}
	data := hashes(canonicalConfig, canonicalDoc)
	value := "z" + base58.Encode(ed25519.Sign(key, data[:]))

	doc = bytes.TrimRight(doc, " \t\r\n")
	out := make([]byte, 0, len(doc)+len(config)+150)
	out = append(append(out, doc[:len(doc)-1]...), `,"proof":`...)
	out = append(append(out, config...), `,"proofValue":"`...)
	if out = append(append(out, value...), `"}}`...); len(out) > MaxSize {
		return nil, ErrMalformed.because("larger than %d bytes", MaxSize)
	}
	return out, nil
}

// appendConfig appends the proof configuration without its closing brace. Its
// context is the document's (VC-DI-EDDSA §3.3.1 step 2).
func appendConfig(dst, context, method []byte, created time.Time) []byte {
	dst = append(append(dst, `{"@context":`...), context...)
	dst = append(dst, `,"type":"`+proofType+`","cryptosuite":"`+cryptosuite+`","verificationMethod":`...)
	dst = append(append(dst, method...), `,"proofPurpose":"`+purpose+`","created":"`...)
	return append(created.UTC().AppendFormat(dst, time.RFC3339), '"')
}

// hashes is what is signed: the SHA-256 of the proof configuration, then that
// of the document (VC-DI-EDDSA §3.3.4).
func hashes(config, doc []byte) [2 * sha256.Size]byte {
	var data [2 * sha256.Size]byte
	first, second := sha256.Sum256(config), sha256.Sum256(doc)
	copy(data[:], first[:])
	copy(data[sha256.Size:], second[:])
	return data
}

// Verify checks the proof of a document as it was received. The key is asked
// of resolve, which gets the verification method the proof names; it is called
// only for a document and proof in good form, and its error is returned as it
// is. The proof may stand alone or in an array of one. Its @context, if it
// has one, must be that of the document.
//
// A valid proof says who signed, not that they may speak for the actor: the
// caller compares VerificationMethod with the owner of the id.
func Verify(raw []byte, now time.Time, resolve func(verificationMethod string) (ed25519.PublicKey, error)) (*Proof, error) {
	members, err := readObject(raw)
	if err != nil {
		return nil, err
	}
	config, err := proofMembers(find(members, "proof"))
	if err != nil {
		return nil, err
	}
	options, err := readOptions(config)
	if err != nil {
		return nil, err
	}
	if err := options.checkTime(now); err != nil {
		return nil, err
	}
	if err := sameContext(find(config, "@context"), find(members, "@context")); err != nil {
		return nil, err
	}
	key, err := resolve(options.VerificationMethod)
	if err != nil {
		return nil, err
	}
	canonicalConfig, err := canonical(config, "proofValue", 512)
	if err != nil {
		return nil, err
	}
	canonicalDoc, err := canonical(members, "proof", len(raw))
	if err != nil {
		return nil, err
	}
	data := hashes(canonicalConfig, canonicalDoc)
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, data[:], options.signature) {
		return nil, ErrSignature
	}
	return &Proof{VerificationMethod: options.VerificationMethod, Created: options.created}, nil
}

// proofMembers gives the members of the proof, taken out of an array of one.
func proofMembers(raw []byte) ([]member, error) {
	if raw == nil {
		return nil, ErrNoProof
	}
	if raw[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil || len(list) != 1 {
			return nil, ErrUnsupported.because("not exactly one proof")
		}
		raw = list[0]
	}
	if raw[0] != '{' {
		return nil, ErrUnsupported.because("the proof is not an object")
	}
	return readObject(raw)
}

// options are the members of a proof that are understood. All others are
// covered by the signature.
type options struct {
	VerificationMethod string
	created, expires   time.Time
	signature          []byte
}

func readOptions(config []member) (options, error) {
	var o options
	for _, want := range [...]struct{ name, value string }{
		{"type", proofType}, {"cryptosuite", cryptosuite}, {"proofPurpose", purpose},
	} {
		if got := text(config, want.name); got != want.value {
			return o, ErrUnsupported.because("%s %q", want.name, got)
		}
	}
	if o.VerificationMethod = text(config, "verificationMethod"); o.VerificationMethod == "" {
		return o, ErrUnsupported.because("no verification method")
	}
	var err error
	if o.created, err = time.Parse(time.RFC3339, text(config, "created")); err != nil {
		return o, ErrUnsupported.because("created is not a time")
	}
	if find(config, "expires") != nil {
		if o.expires, err = time.Parse(time.RFC3339, text(config, "expires")); err != nil {
			return o, ErrUnsupported.because("expires is not a time")
		}
	}
	o.signature, err = decodeProofValue(text(config, "proofValue"))
	return o, err
}

func (o *options) checkTime(now time.Time) error {
	if o.created.After(now.Add(MaxSkew)) {
		return ErrFuture
	}
	if !o.expires.IsZero() && now.After(o.expires) {
		return ErrExpired
	}
	return nil
}

// decodeProofValue reads the one spelling of a signature in base58btc.
func decodeProofValue(s string) ([]byte, error) {
	if len(s) < 2 || len(s) > maxProofValue || s[0] != 'z' {
		return nil, ErrUnsupported.because("proofValue")
	}
	b, err := base58.Decode(s[1:])
	if err != nil || len(b) != ed25519.SignatureSize || base58.Encode(b) != s[1:] {
		return nil, ErrUnsupported.because("proofValue")
	}
	return b, nil
}

// sameContext demands that a context inside the proof is the document's own.
// VC-DI-EDDSA §3.3.2 would let it be shorter and then hash the document under
// the shorter one: what was signed would not be what is read.
func sameContext(inProof, inDoc []byte) error {
	if inDoc == nil {
		return ErrMalformed.because("no @context")
	}
	if inProof == nil || bytes.Equal(inProof, inDoc) {
		return nil
	}
	a, errA := jcs.Transform(inProof)
	b, errB := jcs.Transform(inDoc)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		return ErrUnsupported.because("the context of the proof is another")
	}
	return nil
}

// text is the value of a member that is a string, or "".
func text(members []member, name string) string {
	raw := find(members, name)
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return ""
	}
	return s
}
