// Package push opens what the home pushes with software that nobody here
// wrote: npm's http_ece for both encodings, and Node's own cryptography for the
// token of the sender. Its test runs where ALLOD_PUSH is set, by script/journey/push/run.
package push
