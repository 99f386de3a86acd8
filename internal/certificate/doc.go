// Package certificate gets a home the certificates it is known by, keeps them fresh, and says in a sentence why there is none.
//
// They come from an ACME authority (RFC 8555) by way of port 80 or 443, for
// the home's own name from the start and for other names that it serves when
// somebody first asks. Without a certificate the home answers all the same: with the last
// good one, or one it signed itself, which browsers warn of.
package certificate
