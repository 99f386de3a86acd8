package site

import (
	"maps"
	"slices"
	"sync"
	"time"

	"allod/internal/id"
)

// Bounds of what is kept: for how long, and how many bytes in all. The time
// is how late a visitor may see a like or an answer.
const (
	leafFor  = 10 * time.Second
	shelfMax = 8 << 20
)

// A leaf is a public page or feed as it was written. It does not change.
type leaf struct {
	body               []byte
	kind, etag, length string
	changed            string   // Last-Modified
	links              []string // Link
	about              []id.ID  // whose things it shows
	until              time.Time
}

// A shelf keeps leaves by name.
type shelf struct {
	now func() time.Time

	mu      sync.RWMutex
	leaves  map[string]*leaf
	size    int
	swept   time.Time
	forgets int // how often something was forgotten
}

func newShelf(now func() time.Time) *shelf { return &shelf{now: now, leaves: map[string]*leaf{}} }

// get is a leaf that is still good, or nil.
func (s *shelf) get(name string) *leaf {
	s.mu.RLock()
	defer s.mu.RUnlock()
	l := s.leaves[name]
	if l == nil || s.now().After(l.until) {
		return nil
	}
	return l
}

// since is a moment to give to put, taken before what is kept was read.
func (s *shelf) since() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.forgets
}

// put keeps a leaf, unless something has been forgotten since it was read: it
// may have been about this.
func (s *shelf) put(name string, l *leaf, since int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forgets != since || len(l.body) > shelfMax/4 {
		return
	}
	if old := s.leaves[name]; old != nil {
		s.size -= len(old.body)
		delete(s.leaves, name)
	}
	now := s.now()
	if now.Sub(s.swept) > leafFor {
		s.swept = now
		s.drop(func(l *leaf) bool { return now.After(l.until) })
	}
	if s.size+len(l.body) > shelfMax {
		s.drop(func(*leaf) bool { return true })
	}
	l.until = now.Add(leafFor)
	s.leaves[name] = l
	s.size += len(l.body)
}

// forget drops what shows something of an account.
func (s *shelf) forget(who id.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgets++
	s.drop(func(l *leaf) bool { return slices.Contains(l.about, who) })
}

func (s *shelf) drop(match func(*leaf) bool) {
	maps.DeleteFunc(s.leaves, func(_ string, l *leaf) bool {
		if !match(l) {
			return false
		}
		s.size -= len(l.body)
		return true
	})
}
