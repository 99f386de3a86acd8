package id

import (
	"math"
	"slices"
)

// A Page asks for part of a list that is ordered by id, newest first. Max and
// Since bound it: ids below Max, above Since. Min instead asks for the ones that
// follow next upon it. Zero means no bound.
type Page struct {
	Max, Since, Min ID
	Limit           int
}

// Below is the bound above which nothing is wanted, exclusive.
func (p Page) Below() ID {
	if p.Max == 0 {
		return math.MaxInt64
	}
	return p.Max
}

// Above is the bound below which nothing is wanted, exclusive.
func (p Page) Above() ID { return max(p.Since, p.Min) }

// Upward reports whether the page is read from its lower end.
func (p Page) Upward() bool { return p.Min != 0 }

// Bounded returns the page with a limit between 1 and most; none is usual.
func (p Page) Bounded(usual, most int) Page {
	if p.Limit <= 0 {
		p.Limit = usual
	}
	p.Limit = min(p.Limit, most)
	return p
}

// NewestFirst puts a list read in the page's direction in the order it is shown.
func NewestFirst[T any](p Page, list []T) []T {
	if p.Upward() {
		slices.Reverse(list)
	}
	return list
}
