// Package webdav reads what WebDAV clients ask (RFC 4918, RFC 5323, RFC 6578, and
// ownCloud's and Nextcloud's additions) and writes what they are answered.
//
// Bodies are read with caps on size, depth and number of elements, and without
// document types. Answers are written as they are made, with the prefixes d, oc and
// nc, since some clients know elements by these and not by their namespaces.
package webdav
