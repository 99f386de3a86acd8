//go:build !race

package derive

const watched = false
