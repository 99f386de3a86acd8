// Package feeds reads the feeds of real homes with programs that nobody here
// wrote, and has sites tell each other what they link to. Its test runs where
// ALLOD_FEEDS is set, by script/journey/feeds/run.
package feeds
