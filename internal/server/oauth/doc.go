// Package oauth is the door where people let apps in: OAuth 2.0 in the Mastodon API's dialect.
//
// It is the authorization code flow with PKCE (RFC 6749, RFC 7636), client
// credentials, revocation (RFC 7009), metadata (RFC 8414) and Mastodon's own
// registration of apps. Every app has a secret; implicit, password and
// refresh grants do not exist. The pages are drawn by the site.
package oauth
