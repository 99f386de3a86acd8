//go:build race

package derive

// watched is that the race detector runs: it takes as much memory again, many times, for itself.
const watched = true
