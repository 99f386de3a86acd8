package hometest_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
)

// A doc is a JSON object.
type doc map[string]any

// with is d changed; nil takes a property away.
func (d doc) with(changes ...doc) doc {
	out := maps.Clone(d)
	for _, c := range changes {
		for k, v := range c {
			if out[k] = v; v == nil {
				delete(out, k)
			}
		}
	}
	return out
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	if raw, ok := v.([]byte); ok {
		return raw
	}
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A peer is another server, of which every answer is written by hand.
type peer struct {
	*httptest.Server
	mu        sync.Mutex
	routes    map[string]http.HandlerFunc
	asked     map[string]int
	delivered bytes.Buffer // all that came to its inboxes
}

func newPeer(t testing.TB) *peer {
	p := &peer{routes: map[string]http.HandlerFunc{}, asked: map[string]int{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(func() { p.CloseClientConnections(); p.Close() })
	return p
}

// ServeHTTP answers by the routes; inboxes take everything.
func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked[r.URL.Path]++
	route := p.routes[r.URL.Path]
	p.mu.Unlock()
	switch {
	case route != nil:
		route(w, r)
	case r.Method == http.MethodPost:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.delivered.Write(body)
		w.WriteHeader(http.StatusAccepted)
	default:
		http.NotFound(w, r)
	}
}

func (p *peer) handle(path string, h http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.routes[path] = h
}

// serve serves a document.
func (p *peer) serve(path string, d any) {
	raw, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	p.handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", as.ContentType)
		_, _ = w.Write(raw)
	})
}

func (p *peer) times(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// inbox is all that came to the peer's inboxes.
func (p *peer) inbox() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.delivered.String()
}

// theKey is everybody's: keys take long to make, and whose one is only a question of who lists it.
var theKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// otherKey is nobody's.
var otherKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// An actor is somebody on another server.
type actor struct {
	*peer
	name, id, keyID string
}

// person is somebody on a server, with a handle and a document.
func (p *peer) person(name string, changes ...doc) *actor {
	a := &actor{peer: p, name: name, id: p.URL + "/users/" + name}
	a.keyID = a.id + "#main-key"
	p.serve("/users/"+name, actorDoc(a.id, name).with(changes...))
	p.handle("/.well-known/webfinger", func(w http.ResponseWriter, r *http.Request) {
		who, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Query().Get("resource"), "acct:"), "@")
		w.Header().Set("Content-Type", "application/jrd+json")
		_ = json.NewEncoder(w).Encode(doc{
			"subject": r.URL.Query().Get("resource"),
			"links":   []doc{{"rel": "self", "type": as.ContentType, "href": p.URL + "/users/" + who}},
		})
	})
	return a
}

func actorDoc(uri, name string) doc {
	der, err := x509.MarshalPKIXPublicKey(theKey().Public())
	if err != nil {
		panic(err)
	}
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "type": "Person", "id": uri, "preferredUsername": name, "name": name,
		"inbox": uri + "/inbox", "followers": uri + "/followers",
		"publicKey": doc{"id": uri + "#main-key", "owner": uri, "publicKeyPem": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))},
	}
}

func (a *actor) address() string { return "@" + a.name + "@" + strings.TrimPrefix(a.URL, "http://") }

var serial atomic.Int64

// does is an activity of the actor's with a new id.
func (a *actor) does(kind string, object any, changes ...doc) doc {
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "id": fmt.Sprintf("%s/acts/%d", a.id, serial.Add(1)),
		"type": kind, "actor": a.id, "object": object,
	}.with(changes...)
}

// note is a public note of the actor's.
func (a *actor) note(changes ...doc) doc {
	return doc{
		"@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "id": fmt.Sprintf("%s/notes/%d", a.id, serial.Add(1)),
		"attributedTo": a.id, "content": "<p>hello</p>", "to": as.Public, "cc": a.id + "/followers",
		"published": time.Now().UTC().Format(time.RFC3339),
	}.with(changes...)
}

// request is a delivery to an address, signed by draft-cavage-12 as most servers do.
func (a *actor) request(t testing.TB, to string, body []byte) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", as.ContentType)
	if err := httpsig.SignCavage(r, body, a.keyID, theKey(), time.Now()); err != nil {
		t.Fatal(err)
	}
	return r
}

// send delivers a document to the shared inbox of a home and returns the status.
func (a *actor) send(h *hometest.Home, d any) (int, string) {
	h.T().Helper()
	return answer(h.T(), http.DefaultClient, a.request(h.T(), h.Origin+"/inbox", encode(h.T(), d)))
}

// mustSend delivers what must be accepted.
func (a *actor) mustSend(h *hometest.Home, d any) {
	h.T().Helper()
	if status, body := a.send(h, d); status != http.StatusAccepted {
		h.T().Fatalf("%d %s", status, body)
	}
}

// answer is the status and body of the answer to a request. A body that is
// refused while it is still on its way may be cut off with its answer unread
// (RFC 9112 §9.6), so a long one is sent again.
func answer(t testing.TB, c *http.Client, r *http.Request) (int, string) {
	t.Helper()
	resp, err := c.Do(r)
	for n := 0; err != nil && r.ContentLength > 1<<20 && r.GetBody != nil && n < 5; n++ {
		if r.Body, err = r.GetBody(); err != nil {
			t.Fatal(err)
		}
		resp, err = c.Do(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// actorOf is the id of somebody who lives in a home of ours, and their DID.
func actorOf(p *hometest.Person) (uri, did string) {
	t := p.Home.T()
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.Home.Origin+"/@"+p.Name, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", as.ContentType)
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	uri = resp.Header.Get("Location")
	_, rest, _ := strings.Cut(uri, "/apgateway/")
	did, _, ok := strings.Cut(rest, "/")
	if !ok {
		t.Fatalf("%s leads to %q", r.URL, uri)
	}
	return uri, did
}
