// Package webdav has clients that speak WebDAV use a real home. Its test runs where
// ALLOD_WEBDAV is set, by script/journey/webdav/run.
package webdav
