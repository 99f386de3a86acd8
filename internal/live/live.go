// Package live wakes streams: publish and subscribe of small references inside one process.
//
// A reference says that something of a kind with an id touched a topic. It
// carries no content, so that whoever is woken looks for itself and sees only
// what it may. Nothing here is kept: what must not be lost is in the database.
package live

import (
	"sync"

	"allod/internal/id"
)

// buffer is how many references wait for a reader before the oldest are lost.
const buffer = 64

// A Ref says what happened: a kind such as "post.published" to the thing ID,
// of interest to a topic such as "home:17".
type Ref struct {
	Topic, Kind string
	ID          id.ID
}

// A Bus carries references to subscriptions. It is safe for concurrent use.
type Bus struct {
	mu     sync.RWMutex
	topics map[string]map[*Subscription]struct{}
	closed bool
}

// New returns a bus without subscriptions.
func New() *Bus { return &Bus{topics: map[string]map[*Subscription]struct{}{}} }

// Publish hands ref to every subscription of its topic and never waits for a reader.
func (b *Bus) Publish(ref Ref) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for s := range b.topics[ref.Topic] {
		s.offer(ref)
	}
}

// Subscribe returns a subscription to topics, which the caller closes. On a
// closed bus its channel is closed from the start.
func (b *Bus) Subscribe(topics ...string) *Subscription {
	c := make(chan Ref, buffer)
	s := &Subscription{C: c, c: c, bus: b, topics: topics}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		s.end()
		return s
	}
	for _, topic := range topics {
		if b.topics[topic] == nil {
			b.topics[topic] = map[*Subscription]struct{}{}
		}
		b.topics[topic][s] = struct{}{}
	}
	return s
}

// Close ends every subscription, now and later, so that streams can finish
// before the process does.
func (b *Bus) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, subscriptions := range b.topics {
		for s := range subscriptions {
			s.end()
		}
	}
	clear(b.topics)
}

func (b *Bus) forget(s *Subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, topic := range s.topics {
		delete(b.topics[topic], s)
		if len(b.topics[topic]) == 0 {
			delete(b.topics, topic)
		}
	}
}

// A Subscription receives the references of its topics, in order, on C, which
// is closed when the subscription or its bus is.
type Subscription struct {
	C <-chan Ref

	bus    *Bus
	topics []string

	mu   sync.Mutex
	c    chan Ref // nil once closed
	lost int
}

// Lost is how many references were dropped, the oldest first, because C was
// full, since it was last asked. A reader that lost some reads the database anew.
func (s *Subscription) Lost() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.lost
	s.lost = 0
	return n
}

// Close ends the subscription. Closing twice is harmless.
func (s *Subscription) Close() {
	s.bus.forget(s)
	s.end()
}

// offer puts ref into the channel. Only the holder of mu sends, so one place
// made is one place free.
func (s *Subscription) offer(ref Ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.c == nil {
		return
	}
	for {
		select {
		case s.c <- ref:
			return
		default:
		}
		select {
		case <-s.c:
			s.lost++
		default: // the reader was faster
		}
	}
}

func (s *Subscription) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.c != nil {
		close(s.c)
		s.c = nil
	}
}
