package remote

import (
	"errors"
	"sync"
	"time"

	"allod/internal/fault"
)

// What one errand may cost, besides the number of fetches its Budget is made with.
const (
	// MaxDepth is how many parents of a post are looked for.
	MaxDepth = 32
	// MaxDocument is the size of one document in bytes.
	MaxDocument = 1 << 20

	maxBytes   = 8 << 20          // of all answers together
	maxTime    = 60 * time.Second // waiting for all answers together
	fetchTime  = 10 * time.Second // waiting for one answer
	usualCount = 8                // fetches for a caller without a budget
)

// ErrSpent is wrapped by the TooMany fault of an errand whose budget does not
// reach for the next fetch.
var ErrSpent = errors.New("the budget for fetches is spent")

// A Budget is what one errand may still cost: fetches, bytes, waiting time
// and depth. It is safe for concurrent use.
type Budget struct {
	mu      sync.Mutex
	fetches int
	bytes   int64
	wait    time.Duration
	depth   int
}

// NewBudget is a budget of so many fetches. Redirects of one request count as
// one fetch, repetitions with another signature as two.
func NewBudget(fetches int) *Budget {
	return &Budget{fetches: fetches, bytes: maxBytes, wait: maxTime, depth: MaxDepth}
}

// orUsual is the budget of callers that bring none.
func (b *Budget) orUsual() *Budget {
	if b == nil {
		return NewBudget(usualCount)
	}
	return b
}

// Left is how many fetches are left.
func (b *Budget) Left() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.fetches
}

// Spent reports whether nothing more can be fetched.
func (b *Budget) Spent() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.fetches <= 0 || b.bytes <= 0 || b.wait <= 0
}

// take takes one fetch and tells how many bytes and how long it may be.
func (b *Budget) take() (size int64, wait time.Duration, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fetches <= 0 || b.bytes <= 0 || b.wait <= 0 {
		return 0, 0, fault.Wrap(ErrSpent, fault.TooMany, "")
	}
	b.fetches--
	return min(b.bytes, MaxDocument), min(b.wait, fetchTime), nil
}

// charge takes what a fetch cost.
func (b *Budget) charge(size int64, took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bytes -= size
	b.wait -= took
}

// descend takes one step towards older posts; false where there is none left.
func (b *Budget) descend() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.depth <= 0 {
		return false
	}
	b.depth--
	return true
}
