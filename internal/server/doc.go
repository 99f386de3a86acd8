// Package server is what all doors share: the handler that returns an error,
// the one table of errors, and what every request goes through before a door sees it.
//
// [Stack] stands around all doors: request id, address of the client, the
// check of the Host, security headers, limits of size, time and rate. A [Door]
// turns a [Handler] into an http.Handler and lets its [Face] show errors.
//
// Cookies are read by [Sessions] alone, which the site and the consent pages
// use. Interfaces for programs take a [Bearer] token and never see a cookie.
package server
