//go:build race

package derive

// watched is that the race detector runs, which takes much memory for itself.
const watched = true
