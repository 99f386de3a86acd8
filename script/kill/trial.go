package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"allod/internal/freeport"
	"allod/script/bench/home"
)

// The size of the world around the home.
const (
	peersCount   = 4
	actorsCount  = 3 // on each peer, all followed
	postersCount = 3
	sendersCount = 8
)

// The account the world is about.
const (
	name     = "ida"
	email    = "ida@example.org"
	password = "a long enough passphrase"
)

const startPatience = 15 * time.Second

// A world is a home, and those around it.
type world struct {
	trial
	plan   home.Plan
	ledger *ledger
	app    *client
	peers  []*peer
	starts []time.Duration
	random *rand.Rand
}

// run builds the world, kills the home as often as asked for, and compares.
func (t trial) run(ctx context.Context) (err error) {
	if t.seed == 0 {
		t.seed = rand.Uint64()
	}
	log, err := os.OpenFile(filepath.Join(t.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	listen, err := freeport.On("127.0.0.1")
	if err != nil {
		return err
	}
	w := &world{
		trial: t, ledger: newLedger(), random: rand.New(rand.NewPCG(t.seed, 0)),
		plan: home.Plan{Binary: t.binary, Data: filepath.Join(t.folder, "data"), Listen: listen, Log: log},
	}
	defer w.close()
	h, err := w.plan.Start(ctx, startPatience)
	if err != nil {
		return w.withLog(err)
	}
	defer func() { h.Kill() }()
	if err := w.settleIn(ctx); err != nil {
		return w.withLog(err)
	}
	l := &load{ledger: w.ledger, app: w.app, peers: w.peers, actors: actorsCount, done: make(chan struct{})}
	l.start(ctx, postersCount, sendersCount)
	fmt.Fprintf(t.out, "kill test: %d kills, seed %d\n", t.kills, t.seed)
	for n := 1; n <= t.kills && err == nil; n++ {
		h, err = w.killOnce(ctx, h, n)
	}
	l.finish()
	if err != nil {
		return w.withLog(err)
	}
	if err := w.compare(ctx, h); err != nil {
		return w.withLog(err)
	}
	return w.verdict()
}

func (w *world) close() {
	for _, p := range w.peers {
		p.close()
	}
}

// withLog adds where the home's own words are, if they are kept.
func (w *world) withLog(err error) error {
	text, readErr := os.ReadFile(filepath.Join(w.folder, "log"))
	if readErr != nil {
		return err
	}
	return fmt.Errorf("%w\nthe last words of the home:\n%s", err, text[max(0, len(text)-2000):])
}

// settleIn has the person move in, follow every actor of every peer, and be followed by one of each.
func (w *world) settleIn(ctx context.Context) error {
	if err := w.plan.AddAccount(ctx, name, email, password); err != nil {
		return err
	}
	b, err := w.plan.NewBrowser()
	if err != nil {
		return err
	}
	token, err := b.Token(ctx, email, password)
	if err != nil {
		return fmt.Errorf("token: %w", err)
	}
	outside := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	w.app = &client{origin: w.plan.Origin(), token: token, http: outside}
	if err := w.app.call(ctx, http.MethodPatch, "/api/v1/accounts/update_credentials", map[string]any{"locked": false}, nil); err != nil {
		return err
	}
	key, err := newKey()
	if err != nil {
		return err
	}
	for n := range peersCount {
		p, err := newPeer(n+1, key, w.ledger, outside, w.plan.Origin()+"/inbox")
		if err != nil {
			return err
		}
		w.peers = append(w.peers, p)
	}
	return w.follow(ctx)
}

func (w *world) follow(ctx context.Context) error {
	me, err := w.actor(ctx)
	if err != nil {
		return err
	}
	for _, p := range w.peers {
		for a := range actorsCount {
			if err := w.followActor(ctx, fmt.Sprintf("a%d@%s", a, p.host)); err != nil {
				return err
			}
		}
		actor := p.actor("a0")
		a, err := p.send(ctx, actor, map[string]any{"@context": contextURL, "id": actor + "/follows/1", "type": "Follow", "actor": actor, "object": me})
		if err != nil || a.status/100 != 2 {
			return fmt.Errorf("the Follow of %s was answered %d %.200s, %w", actor, a.status, a.body, err)
		}
	}
	return until(ctx, 20*time.Second, "the home accepted the follows of its peers", func() (bool, error) {
		return w.ledger.countOther("Accept") == len(w.peers), nil
	})
}

// actor is the id of the person's actor, by WebFinger (RFC 7033).
func (w *world) actor(ctx context.Context) (string, error) {
	var found struct {
		Links []struct{ Rel, Href string }
	}
	err := w.app.call(ctx, http.MethodGet, "/.well-known/webfinger?resource="+url.QueryEscape("acct:"+name+"@"+w.plan.Listen), nil, &found)
	for _, l := range found.Links {
		if l.Rel == "self" {
			return l.Href, nil
		}
	}
	return "", errors.Join(err, errors.New("the person has no actor"))
}

func (w *world) followActor(ctx context.Context, handle string) error {
	var found struct{ Accounts []struct{ ID string } }
	path := "/api/v2/search?type=accounts&resolve=true&limit=1&q=" + url.QueryEscape("@"+handle)
	if err := w.app.call(ctx, http.MethodGet, path, nil, &found); err != nil {
		return err
	}
	if len(found.Accounts) == 0 {
		return fmt.Errorf("%s was not found", handle)
	}
	id := found.Accounts[0].ID
	if err := w.app.call(ctx, http.MethodPost, "/api/v1/accounts/"+id+"/follow", struct{}{}, nil); err != nil {
		return err
	}
	return until(ctx, 20*time.Second, "the follow of "+handle+" was accepted", func() (bool, error) {
		var ties []struct{ Following bool }
		err := w.app.call(ctx, http.MethodGet, "/api/v1/accounts/relationships?id[]="+id, nil, &ties)
		return err == nil && len(ties) == 1 && ties[0].Following, err
	})
}

// until waits for something to become true.
func until(ctx context.Context, patience time.Duration, what string, done func() (bool, error)) error {
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		ok, err := done()
		if err != nil || ok {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Now().After(end) {
			return fmt.Errorf("not within %v: %s", patience, what)
		}
	}
}

// killOnce lets the home live for a moment, kills it and starts it again. Now
// and then one more start is cut short, since recovery must survive that too.
func (w *world) killOnce(ctx context.Context, h *home.Home, n int) (*home.Home, error) {
	select {
	case <-ctx.Done():
		return h, ctx.Err()
	case <-time.After(50*time.Millisecond + time.Duration(w.random.Int64N(int64(550*time.Millisecond)))):
	}
	w.kill(h)
	if w.random.IntN(8) == 0 {
		short, err := w.plan.Launch()
		if err != nil {
			return h, err
		}
		time.Sleep(time.Duration(w.random.Int64N(int64(200 * time.Millisecond))))
		w.kill(short)
	}
	next, err := w.plan.Start(ctx, startPatience)
	if err != nil {
		return h, fmt.Errorf("start after kill %d: %w", n, err)
	}
	w.ledger.answers(time.Now())
	w.starts = append(w.starts, next.Took)
	if n%25 == 0 || n == w.kills {
		fmt.Fprintf(w.out, "%3d kills: %v; start at the median %v\n", n, w.ledger.tally(), median(w.starts).Round(time.Millisecond))
	}
	return next, nil
}

func (w *world) kill(h *home.Home) {
	h.Kill()
	w.ledger.killed(time.Now())
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// The end: how long deliveries may take to come, and how long it must be quiet for no more to come.
const (
	settlePatience = 90 * time.Second
	settleQuiet    = 3 * time.Second
)

// compare waits until the home is at rest, compares, and looks into its file.
func (w *world) compare(ctx context.Context, h *home.Home) error {
	posts := w.ledger.tally().posts
	err := until(ctx, settlePatience, "all deliveries came", func() (bool, error) { return w.ledger.delivered() >= posts*len(w.peers), nil })
	if ctx.Err() != nil {
		return err
	}
	if err != nil {
		w.ledger.violate("%v", err)
	}
	time.Sleep(settleQuiet)
	if err := check(ctx, w.ledger, w.app, w.peers); err != nil {
		return err
	}
	if err := h.Stop(); err != nil {
		w.ledger.violate("%v", err)
	}
	return w.ledger.checkFile(ctx, filepath.Join(w.plan.Data, "allod.db"))
}

// verdict tells how it went; an error if anything was violated.
func (w *world) verdict() error {
	t := w.ledger.tally()
	fmt.Fprintf(w.out, "%d kills: %v; a repeated delivery had come at most %v before the kill\n",
		w.kills, t, w.ledger.slowestRepeat().Round(time.Millisecond))
	for _, v := range w.ledger.wrong {
		fmt.Fprintln(w.out, "  violation:", v)
	}
	if t.wrongs > 0 {
		return fmt.Errorf("%d violations", t.wrongs)
	}
	fmt.Fprintln(w.out, "nothing acknowledged was lost, nothing stored twice, the database is whole")
	return nil
}
