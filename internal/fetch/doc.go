// Package fetch is the only way out: an HTTP client for addresses that
// strangers chose.
//
// Every connection is judged when it is dialled, after names were resolved
// and on every redirect, so no name can lead inside. Bytes, time and hops have
// caps. Nothing is taken from the environment: no proxy, no cookies. A
// request can be signed, anew on each hop.
//
// Errors are faults: Invalid for what is no usable URL, Denied for a place
// nobody is sent to, TooLarge, Timeout, Unsupported for a type that was not
// asked for, Unavailable for all that the other side does wrong. Their text
// names host and path, never a query.
package fetch
