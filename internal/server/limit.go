package server

import (
	"container/list"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"allod/internal/fault"
	"allod/internal/id"
)

// bucketsMax bounds each limiter's memory. The one least recently used makes room.
const bucketsMax = 20_000

// Limits are how often one may ask. The zero of the pointer, nil, asks nothing of anybody.
type Limits struct {
	now      func() time.Time
	network  *limiter[netip.Prefix]
	account  *limiter[id.ID]
	signIns  *limiter[netip.Prefix]
	names    *limiter[string]
	devices  *limiter[netip.Prefix]
	register *limiter[netip.Prefix]
	stranger *limiter[netip.Prefix]
	comments *limiter[netip.Prefix]
	visits   *limiter[netip.Prefix]
	joins    *limiter[netip.Prefix]
	resets   *limiter[netip.Prefix]
	lost     *limiter[string]
	keepers  *limiter[id.ID]

	watch func(Refusal)
}

// A Refusal is that one who lives here asked too often, or somebody for them.
type Refusal struct {
	Account id.ID     // or
	Name    string    // with which somebody tried to come in, as they typed it
	Until   time.Time // when they may ask again
}

// Watch has f told of refusals. It is called before the doors open.
func (l *Limits) Watch(f func(Refusal)) {
	if l != nil {
		l.watch = f
	}
}

// NewLimits returns the limits of a home: for each network 50 requests a
// second after the first 1000, a try at the password in 30 seconds after 20,
// a device that is not let in in 30 seconds after 20,
// a new app in a minute after 20, an errand for strangers in 2 seconds after 60,
// a form of a guest in three minutes after 8, and a browser that is to be told in a minute after 30; for each account 5 requests a second after 600; for each
// name a try at its password in a minute after 10. A network may send the form
// to live here once in ten minutes after 10, and ask for a new password once in five
// minutes after 5; for one address that is done once in an hour after 2. The devices
// of a person that keep files may ask 500 times a second after the first 5000.
func NewLimits(now func() time.Time) *Limits {
	return &Limits{
		now:      now,
		network:  newLimiter[netip.Prefix](50, 1000),
		account:  newLimiter[id.ID](5, 600),
		signIns:  newLimiter[netip.Prefix](rate.Every(30*time.Second), 20),
		names:    newLimiter[string](rate.Every(time.Minute), 10),
		devices:  newLimiter[netip.Prefix](rate.Every(30*time.Second), 20),
		register: newLimiter[netip.Prefix](rate.Every(time.Minute), 20),
		stranger: newLimiter[netip.Prefix](rate.Every(2*time.Second), 60),
		comments: newLimiter[netip.Prefix](rate.Every(3*time.Minute), 8),
		visits:   newLimiter[netip.Prefix](rate.Every(time.Minute), 30),
		joins:    newLimiter[netip.Prefix](rate.Every(10*time.Minute), 10),
		resets:   newLimiter[netip.Prefix](rate.Every(5*time.Minute), 5),
		lost:     newLimiter[string](rate.Every(time.Hour), 2),
		keepers:  newLimiter[id.ID](500, 5000),
	}
}

// Request counts a request of a network. Stack does so for each.
func (l *Limits) Request(from netip.Addr) error {
	if l == nil {
		return nil
	}
	return refuse("fault.too_many", l.network.take(l.now(), Network(from)))
}

// Account counts a request of an account. Doors do so once they know whose it is.
func (l *Limits) Account(who id.ID) error {
	if l == nil {
		return nil
	}
	wait := l.account.take(l.now(), who)
	l.refused(Refusal{Account: who}, wait)
	return refuse("fault.too_many", wait)
}

// refused tells of a refusal, if there is a wait.
func (l *Limits) refused(r Refusal, wait time.Duration) {
	if wait > 0 && l.watch != nil {
		r.Until = l.now().Add(wait)
		l.watch(r)
	}
}

// An Allowance is what is left of a limit: so many requests at once, and when
// the whole of it is there again.
type Allowance struct {
	Limit, Remaining int
	Reset            time.Time
}

// OfNetwork is what is left to a network, nil where there are no limits.
func (l *Limits) OfNetwork(from netip.Addr) *Allowance {
	if l == nil {
		return nil
	}
	return l.network.left(l.now(), Network(from))
}

// OfAccount is what is left to an account, nil where there are no limits.
func (l *Limits) OfAccount(who id.ID) *Allowance {
	if l == nil {
		return nil
	}
	return l.account.left(l.now(), who)
}

// Keeper lets a device that keeps a person's files ask, once it is known whose it is.
func (l *Limits) Keeper(who id.ID) error {
	if l == nil {
		return nil
	}
	return refuse("fault.too_many", l.keepers.take(l.now(), who))
}

// Spent refuses a network that may not ask now, and counts nothing: for doors
// that count only what turns out to be nobody's.
func (l *Limits) Spent(from netip.Addr) error {
	if l == nil || l.network.left(l.now(), Network(from)).Remaining > 0 {
		return nil
	}
	return l.Request(from)
}

// SignIn counts a try at a password, before it is looked at.
func (l *Limits) SignIn(from netip.Addr, name string) error {
	if l == nil {
		return nil
	}
	if len(name) > 254 {
		name = name[:254]
	}
	now := l.now()
	wait := l.signIns.take(now, Network(from))
	if wait == 0 {
		wait = l.names.take(now, strings.ToLower(strings.TrimSpace(name)))
	}
	l.refused(Refusal{Name: name}, wait)
	return refuse("fault.signin.slow", wait)
}

// Knock counts a try to come in by a passkey.
func (l *Limits) Knock(from netip.Addr) error {
	if l == nil {
		return nil
	}
	return refuse("fault.signin.slow", l.signIns.take(l.now(), Network(from)))
}

// Device counts a device that was not let in. Those that are let in wait for
// nobody, whoever else is in their network, so it is asked once that is known.
func (l *Limits) Device(from netip.Addr) error {
	if l == nil {
		return nil
	}
	return refuse("fault.signin.slow", l.devices.take(l.now(), Network(from)))
}

// Register counts the registration of an app.
func (l *Limits) Register(from netip.Addr) error {
	if l == nil {
		return nil
	}
	return refuse("fault.too_many", l.register.take(l.now(), Network(from)))
}

// Stranger counts a request by which a stranger sends this home to ask somebody else.
func (l *Limits) Stranger(from netip.Addr) error {
	if l == nil {
		return nil
	}
	return refuse("fault.too_many", l.stranger.take(l.now(), Network(from)))
}

// How long somebody without an account has a form before them, at least and at most.
const (
	formMin = 3 * time.Second
	formMax = 24 * time.Hour
)

// Guest counts a form of somebody without an account that leaves something
// behind, and that they were given at a moment.
func (l *Limits) Guest(from netip.Addr, given time.Time) error {
	if l == nil {
		return nil
	}
	now := l.now()
	switch had := now.Sub(given); {
	case had < formMin:
		return fault.New(fault.TooMany, "fault.comment.quick")
	case had > formMax:
		return fault.New(fault.TooMany, "fault.comment.stale")
	}
	return refuse("fault.comment.slow", l.comments.take(now, Network(from)))
}

// Visit counts a press of somebody without an account by which their browser is to be told.
func (l *Limits) Visit(from netip.Addr) error {
	if l == nil {
		return nil
	}
	return refuse("fault.push.slow", l.visits.take(l.now(), Network(from)))
}

// Join counts a form of somebody who wants to live here.
func (l *Limits) Join(from netip.Addr) error {
	if l == nil {
		return nil
	}
	return refuse("fault.join.slow", l.joins.take(l.now(), Network(from)))
}

// Reset counts a wish for a new password, of a network and of a mail address.
func (l *Limits) Reset(from netip.Addr, email string) error {
	if l == nil {
		return nil
	}
	now := l.now()
	if err := refuse("fault.reset.slow", l.resets.take(now, Network(from))); err != nil {
		return err
	}
	if len(email) > 254 {
		email = email[:254]
	}
	return refuse("fault.reset.slow", l.lost.take(now, strings.ToLower(strings.TrimSpace(email))))
}

// refuse is TooMany for a wait, and nothing for none.
func refuse(key string, wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	return tooMany(key, wait)
}

// Network is what counts as one client: an IPv4 address, or an IPv6 /64,
// which is the least that one is given.
func Network(a netip.Addr) netip.Prefix {
	bits := 64
	if a.Is4() {
		bits = 32
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // all over one Unix socket
	}
	return p
}

// A limiter keeps a bucket for each key.
type limiter[K comparable] struct {
	rate  rate.Limit
	burst int

	mu      sync.Mutex
	buckets map[K]*list.Element
	order   *list.List // of *bucket[K], the least recently used at the back
}

type bucket[K comparable] struct {
	key    K
	tokens *rate.Limiter
}

func newLimiter[K comparable](r rate.Limit, burst int) *limiter[K] {
	return &limiter[K]{rate: r, burst: burst, buckets: map[K]*list.Element{}, order: list.New()}
}

// take takes a token of key's bucket and returns 0, or how long to wait for one.
func (l *limiter[K]) take(now time.Time, key K) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.buckets[key]
	if e == nil {
		if l.order.Len() >= bucketsMax {
			oldest := l.order.Back()
			delete(l.buckets, l.order.Remove(oldest).(*bucket[K]).key)
		}
		e = l.order.PushFront(&bucket[K]{key, rate.NewLimiter(l.rate, l.burst)})
		l.buckets[key] = e
	}
	l.order.MoveToFront(e)
	r := e.Value.(*bucket[K]).tokens.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// left is what key's bucket holds. One that nobody took from is full.
func (l *limiter[K]) left(now time.Time, key K) *Allowance {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := &Allowance{Limit: l.burst, Remaining: l.burst, Reset: now}
	if e := l.buckets[key]; e != nil {
		tokens := max(0, e.Value.(*bucket[K]).tokens.TokensAt(now))
		a.Remaining = int(tokens)
		a.Reset = now.Add(time.Duration((float64(l.burst) - tokens) / float64(l.rate) * float64(time.Second)))
	}
	return a
}
