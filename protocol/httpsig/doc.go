// Package httpsig signs and verifies HTTP requests by HTTP Message Signatures
// (RFC 9421) and by their ancestor draft-cavage-http-signatures-12.
//
// Reading is done in two steps, so that the key can be looked up between them:
//
//	sig, err := policy.Parse(httpsig.NewMessage(r, "https://example.com", body))
//	key, err := lookUp(sig.KeyID)
//	err = sig.Verify(key)
//
// Parse does everything but the cryptography: syntax, algorithm, covered
// components, time window and the digest of the body. A request that cannot
// succeed therefore never causes a key to be fetched. Only a Signature that
// passed both steps says anything about its sender.
//
// The origin a request was sent to is always given by the caller. Nothing
// here believes a Host or a Forwarded header.
package httpsig
