// Package auth is who may enter: passwords, sessions, OAuth apps and their tokens.
//
// Every secret a caller holds is 256 random bits, and only its SHA-256 is
// kept. Passwords are kept as argon2id. Access ends with what it was given by:
// codes end with the session they were asked in, tokens with their app, with
// the person, and with the session they were given from when that is revoked.
package auth
