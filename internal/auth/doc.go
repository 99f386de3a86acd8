// Package auth is who may enter: passwords, sessions, OAuth apps and their
// tokens, and the app passwords of devices.
//
// Every secret a caller holds is 256 random bits, that of a device 123 at least;
// only its SHA-256 is kept, that of a device under a key of the home. Passwords
// are kept as argon2id. Access ends with what it was given by: codes end with
// the session they were asked in, tokens with their app, with the person, and
// with the session they were given from when that is revoked; so do app passwords.
package auth
