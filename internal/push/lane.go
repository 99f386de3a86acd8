package push

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Endpoints are where strangers say. So that none of them keeps the workers
// of this home waiting, few messages go to one host at a time and not many in
// all, and a host that does not answer is left alone for a while.

const (
	perHost   = 8
	inAll     = 24
	lanesMax  = 10_000
	stumbles  = 3 // in a row, after which a host is left alone
	restLeast = 30 * time.Second
	restMost  = 30 * time.Minute
)

// A lane is what is known of one host.
type lane struct {
	busy  int
	fails int
	until time.Time
}

// lanes are those of all hosts.
type lanes struct {
	now func() time.Time

	mu   sync.Mutex
	by   map[string]*lane
	busy int
}

// enter asks to send to a host. Either leave must be called, or the wish be
// repeated after wait.
func (l *lanes) enter(host string) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.by[host]
	if at == nil {
		if len(l.by) >= lanesMax {
			l.forget()
		}
		at = &lane{}
		l.by[host] = at
	}
	if rest := at.until.Sub(l.now()); rest > 0 {
		return rest + spread(rest)
	}
	if at.busy >= perHost || l.busy >= inAll {
		return time.Second + spread(2*time.Second)
	}
	at.busy++
	l.busy++
	return 0
}

// leave says how it went; ok is that the host answered.
func (l *lanes) leave(host string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy--
	at := l.by[host]
	if at == nil {
		return
	}
	at.busy--
	if ok {
		at.fails, at.until = 0, time.Time{}
		return
	}
	if at.fails++; at.fails >= stumbles {
		at.until = l.now().Add(min(restLeast<<min(at.fails-stumbles, 10), restMost))
	}
}

// forget drops what is known of hosts that nothing is sent to now.
func (l *lanes) forget() {
	for host, at := range l.by {
		if at.busy == 0 {
			delete(l.by, host)
		}
	}
}

// spread is a part of a pause, so that not all come back at once.
func spread(d time.Duration) time.Duration { return rand.N(d/4 + time.Second) }
