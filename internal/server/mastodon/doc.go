// Package mastodon is the door for Mastodon apps: a thin and exact part of the Mastodon client API.
//
// routes.go lists every method with the scope it asks for; docs/mastodon-api.md
// tells the same to people, and a test compares the two. Who calls is known by
// a bearer token alone, so any web page may call with one of its own, and none
// gains by a browser's cookies. Posts come from services that asked post.See
// for whoever calls; this package only says them in the API's words.
package mastodon
