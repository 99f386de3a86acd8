// Package moderation is what is kept from whom, by whom, and why.
//
// A person keeps things from themselves by filters, and, in package
// relationship, by mutes and blocks; a Veil is all of these of one person at
// hand. What is held back from somebody who lives here is a Restriction, and
// what this home does not take from a server is a HostPolicy. Nothing here is
// without a reason, and whom it concerns can read it.
package moderation
