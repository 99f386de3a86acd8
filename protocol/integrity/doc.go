// Package integrity makes and checks object integrity proofs over canonical
// JSON (FEP-8b32 with the cryptosuite eddsa-jcs-2022) and reads the keys and
// identifiers that go with them: Multikeys (FEP-521a), did:key and portable
// ids (FEP-ef61).
//
// Proofs are made and checked over raw bytes. A document that was decoded and
// encoded again is another document; store and deliver what Sign returned.
package integrity
