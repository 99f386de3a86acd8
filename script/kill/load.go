package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// A client is an app that the person let act for them.
type client struct {
	origin, token string
	http          *http.Client
}

// call sends a request to the Mastodon API and reads its answer into a value.
// Whatever is answered outside 2xx is an error too.
func (c *client) call(ctx context.Context, method, path string, in, into any) error {
	a, err := c.ask(ctx, method, path, "", in)
	switch {
	case err != nil:
		return err
	case a.status/100 != 2:
		return fmt.Errorf("%s %s: %d: %.200s", method, path, a.status, a.body)
	case into == nil:
		return nil
	}
	return json.Unmarshal(a.body, into)
}

// ask sends a request to the Mastodon API, with an Idempotency-Key if key is not "".
func (c *client) ask(ctx context.Context, method, path, key string, in any) (answer, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return answer{}, err
	}
	if in == nil {
		body = nil
	}
	req, err := http.NewRequestWithContext(ctx, method, c.origin+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	return do(c.http, req)
}

// page reads one page of a list and the Link header around it.
func (c *client) page(ctx context.Context, path string, into *[]status) (link string, err error) {
	a, err := c.ask(ctx, http.MethodGet, path, "", nil)
	if err != nil {
		return "", err
	}
	if a.status != http.StatusOK {
		return "", fmt.Errorf("%s: %d: %.200s", path, a.status, a.body)
	}
	return a.link, json.Unmarshal(a.body, into)
}

// A status is a post as the API tells it.
type status struct {
	ID      string `json:"id"`
	URI     string `json:"uri"`
	Content string `json:"content"`
}

// A load is posters and senders that go on until they are told to stop, and
// then finish what they began: each request is sent again, with the same key
// or id, until it is acknowledged.
type load struct {
	ledger *ledger
	app    *client
	peers  []*peer
	actors int

	done chan struct{}
	busy sync.WaitGroup
}

// The pace of the load: the pause of each poster and sender between two requests, at most.
const (
	posterPause = 30 * time.Millisecond
	senderPause = 8 * time.Millisecond
	retryPause  = 10 * time.Millisecond
	patience    = time.Minute // for one request to be acknowledged, over all kills
)

func (l *load) start(ctx context.Context, posters, senders int) {
	for n := range posters {
		l.busy.Go(func() { l.repeat(ctx, posterPause, func(i int) { l.post(ctx, fmt.Sprintf("p%d-%d", n, i)) }) })
	}
	for n := range senders {
		l.busy.Go(func() { l.repeat(ctx, senderPause, func(i int) { l.send(ctx, n, i) }) })
	}
}

// finish waits until all that was begun is acknowledged.
func (l *load) finish() {
	close(l.done)
	l.busy.Wait()
}

func (l *load) repeat(ctx context.Context, pause time.Duration, act func(i int)) {
	for i := 0; ctx.Err() == nil; i++ {
		select {
		case <-l.done:
			return
		case <-time.After(rand.N(pause)):
			act(i)
		}
	}
}

// persist tries until an answer of 2xx was read to its end. An error is a
// kill; an answer of any other status is a violation.
func (l *load) persist(ctx context.Context, what string, try func() (answer, error)) (body []byte, ok bool) {
	for began := time.Now(); ctx.Err() == nil && time.Since(began) < patience; time.Sleep(retryPause) {
		a, err := try()
		if err == nil && a.status/100 == 2 {
			return a.body, true
		}
		if err == nil {
			l.ledger.violate("%s was answered %d: %.200s", what, a.status, a.body)
			return nil, false
		}
		l.ledger.retried()
	}
	if ctx.Err() == nil {
		l.ledger.violate("%s was not acknowledged within %v", what, patience)
	}
	return nil, false
}

// post publishes one post; key is its text too.
func (l *load) post(ctx context.Context, key string) {
	body, ok := l.persist(ctx, "post "+key, func() (answer, error) {
		return l.app.ask(ctx, http.MethodPost, "/api/v1/statuses", key, map[string]string{"status": key, "visibility": "public"})
	})
	if !ok {
		return
	}
	var made status
	if err := json.Unmarshal(body, &made); err != nil {
		l.ledger.violate("post %s was answered %.200s: %v", key, body, err)
	}
	l.ledger.postAcknowledged(key, made.ID, made.URI)
}

// send delivers one note of one of the peers' actors.
func (l *load) send(ctx context.Context, sender, i int) {
	p := l.peers[sender%len(l.peers)]
	actor := p.actor(fmt.Sprintf("a%d", i%l.actors))
	id := fmt.Sprintf("%s/notes/%d-%d", actor, sender, i)
	if _, ok := l.persist(ctx, "note "+id, func() (answer, error) { return p.send(ctx, actor, p.note(actor, id)) }); ok {
		l.ledger.noteAcknowledged(id)
	}
}
