// Package mastodon is the Mastodon client API's entities as JSON types,
// nothing more.
//
// The shapes are those of Mastodon 4.6 as documented at
// https://docs.joinmastodon.org/entities/. Every field is written exactly as
// Mastodon writes it: ids as strings, lists never null, and null where
// Mastodon has null. A pointer is null where the field is always there, and
// absent where it is marked omitempty. The zero [Time] and [Date] are null.
package mastodon
