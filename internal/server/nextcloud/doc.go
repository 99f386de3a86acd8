// Package nextcloud is the door for devices that keep a person's files:
// Nextcloud's apps for desktops and phones, and whatever else speaks WebDAV.
//
// Who comes in brings an app password with each request (RFC 7617) and finds
// their own files. Cookies are not looked at, and a browser that another site
// sends here is refused. Addresses, headers and the order of elements are those
// that the apps of Nextcloud 31 expect; what they see of a home is its files and nothing else.
package nextcloud
