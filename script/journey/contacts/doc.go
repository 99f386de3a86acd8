// Package contacts has vdirsyncer, which nobody here wrote, keep contacts and dates of two devices in step over a home.
package contacts
