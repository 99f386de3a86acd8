package main

import (
	"fmt"
	"sync"
	"time"
)

// A received is one arrival of an activity at one inbox.
type received struct {
	at   time.Time
	body [32]byte // SHA-256
}

// An outage is the time from a kill until the home answers again; until is
// zero while it does not. What arrives in between was sent before the kill: a
// dead home sends nothing, but its words may be read late.
type outage struct{ from, until time.Time }

// A route is one activity on its way to one host.
type route struct{ activity, host string }

// A ledger is what the world outside the home knows: what was acknowledged
// to it, what came back, and when the home was killed. It is safe for
// concurrent use.
type ledger struct {
	mu       sync.Mutex
	notes    []string          // ids of notes whose delivery was answered 2xx
	posts    map[string]string // text of an acknowledged post to its address as the home told it
	answered map[string]string // text of an acknowledged post to its id
	arrivals map[route][]received
	objects  map[string]string // id of a received Create to that of its object
	other    map[string]int    // received activities of other types
	retries  int               // requests that were sent again
	outages  []outage
	wrong    []string
	wrongs   int
}

func newLedger() *ledger {
	return &ledger{
		posts: map[string]string{}, answered: map[string]string{}, arrivals: map[route][]received{},
		objects: map[string]string{}, other: map[string]int{},
	}
}

// shown is how many violations are told in words.
const shown = 20

// violate keeps what must not be.
func (l *ledger) violate(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wrongs++; len(l.wrong) < shown {
		l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
	}
}

func (l *ledger) noteAcknowledged(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.notes = append(l.notes, id)
}

func (l *ledger) postAcknowledged(text, id, uri string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.posts[text], l.answered[text] = uri, id
}

func (l *ledger) retried() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.retries++
}

func (l *ledger) killed(at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outages = append(l.outages, outage{from: at})
}

func (l *ledger) answers(at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.outages {
		if l.outages[i].until.IsZero() {
			l.outages[i].until = at
		}
	}
}

// arrived keeps a delivered Create of an object.
func (l *ledger) arrived(host, activity, object string, r received) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.arrivals[route{activity, host}] = append(l.arrivals[route{activity, host}], r)
	l.objects[activity] = object
}

func (l *ledger) arrivedOther(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.other[kind]++
}

func (l *ledger) countOther(kind string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.other[kind]
}

// delivered is how many pairs of a post and a host have met.
func (l *ledger) delivered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.arrivals)
}

// A tally is a ledger in numbers.
type tally struct{ notes, posts, routes, repeats, retries, wrongs int }

func (l *ledger) tally() tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := tally{notes: len(l.notes), posts: len(l.posts), routes: len(l.arrivals), retries: l.retries, wrongs: l.wrongs}
	for _, all := range l.arrivals {
		t.repeats += len(all) - 1
	}
	return t
}

func (t tally) String() string {
	return fmt.Sprintf("%d posts and %d notes acknowledged, %d deliveries received, %d of them again, %d requests sent again, %d violations",
		t.posts, t.notes, t.routes, t.repeats, t.retries, t.wrongs)
}
