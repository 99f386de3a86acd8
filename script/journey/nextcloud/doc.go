// Package nextcloud has Nextcloud's desktop client keep folders in step through a real home.
// Its test runs where ALLOD_NEXTCLOUD is set, by script/journey/nextcloud/run.
package nextcloud
