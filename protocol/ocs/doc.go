// Package ocs writes the envelope in which Nextcloud's clients are answered
// outside WebDAV, in JSON and in XML, and has the shapes of what they ask first.
package ocs
