package auth

import (
	"crypto/sha256"
	"maps"
	"sync"
	"time"
)

// How much is remembered, and for how long another node may not have told us of a change.
const (
	cacheMax = 10_000
	cacheFor = 15 * time.Second
)

// A hash is the SHA-256 of a secret.
type hash = [sha256.Size]byte

func hashOf(secret string) hash { return sha256.Sum256([]byte(secret)) }

// A cache remembers for a short while what secrets open.
type cache[V any] struct {
	now func() time.Time

	mu      sync.Mutex
	held    map[hash]cached[V]
	forgets int // how often something was forgotten
}

type cached[V any] struct {
	value V
	until time.Time
}

func newCache[V any](now func() time.Time) *cache[V] {
	return &cache[V]{now: now, held: map[hash]cached[V]{}}
}

// get returns what is remembered. since goes into put, once what is missing has been read.
func (c *cache[V]) get(key hash) (v V, ok bool, since int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.held[key]
	if ok && c.now().After(e.until) {
		delete(c.held, key)
		ok = false
	}
	return e.value, ok, c.forgets
}

// put remembers what was read, unless something has been forgotten since: it
// may have been this.
func (c *cache[V]) put(key hash, v V, since int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forgets != since {
		return
	}
	if len(c.held) >= cacheMax {
		clear(c.held)
	}
	c.held[key] = cached[V]{v, c.now().Add(cacheFor)}
}

// forget drops all that match.
func (c *cache[V]) forget(match func(V) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgets++
	maps.DeleteFunc(c.held, func(_ hash, e cached[V]) bool { return match(e.value) })
}
