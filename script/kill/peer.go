package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"allod/protocol/httpsig"
)

const (
	activityType = "application/activity+json"
	contextURL   = "https://www.w3.org/ns/activitystreams"
	everyone     = contextURL + "#Public"
)

// A peer is another server: actors on one loopback address, who sign with one
// RSA key, accept every follow and note down what is delivered to them.
type peer struct {
	host   string
	form   httpsig.Form // of the signatures it makes
	key    *rsa.PrivateKey
	pem    string
	ledger *ledger
	http   *http.Client
	inbox  string // the home's
	server *http.Server
}

// newPeer listens on an address of its own, 127.77.0.n.
func newPeer(n int, key *rsa.PrivateKey, l *ledger, client *http.Client, inbox string) (*peer, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.77.0.%d:0", n))
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	p := &peer{
		host: listener.Addr().String(), form: httpsig.Cavage, key: key, ledger: l, http: client, inbox: inbox,
		pem: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
	}
	if n%2 == 0 {
		p.form = httpsig.RFC9421
	}
	p.server = &http.Server{Handler: p.routes(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = p.server.Serve(listener) }() // until close
	return p, nil
}

func (p *peer) close() { _ = p.server.Close() }

func newKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }

func (p *peer) actor(name string) string { return "http://" + p.host + "/users/" + name }

func (p *peer) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/webfinger", p.webfinger)
	mux.HandleFunc("GET /users/{name}", func(w http.ResponseWriter, r *http.Request) { write(w, activityType, p.document(r.PathValue("name"))) })
	mux.HandleFunc("GET /users/{name}/{collection}", func(w http.ResponseWriter, r *http.Request) {
		write(w, activityType, map[string]any{"@context": contextURL, "id": "http://" + p.host + r.URL.Path,
			"type": "OrderedCollection", "totalItems": 0, "orderedItems": []any{}})
	})
	mux.HandleFunc("POST /inbox", p.receive)
	mux.HandleFunc("POST /users/{name}/inbox", p.receive)
	return mux
}

func write(w http.ResponseWriter, kind string, v any) {
	w.Header().Set("Content-Type", kind)
	_ = json.NewEncoder(w).Encode(v) // a reader that is gone was killed
}

func (p *peer) webfinger(w http.ResponseWriter, r *http.Request) {
	resource := r.URL.Query().Get("resource")
	name, _, ok := strings.Cut(strings.TrimPrefix(resource, "acct:"), "@")
	if !ok {
		name = resource[strings.LastIndex(resource, "/")+1:]
	}
	write(w, "application/jrd+json", map[string]any{
		"subject": "acct:" + name + "@" + p.host, "aliases": []string{p.actor(name)},
		"links": []any{map[string]any{"rel": "self", "type": activityType, "href": p.actor(name)}},
	})
}

func (p *peer) document(name string) map[string]any {
	id := p.actor(name)
	return map[string]any{
		"@context": []string{contextURL, "https://w3id.org/security/v1"}, "id": id, "type": "Person",
		"preferredUsername": name, "name": "Peer " + name, "url": "http://" + p.host + "/@" + name,
		"inbox": id + "/inbox", "outbox": id + "/outbox", "followers": id + "/followers", "following": id + "/following",
		"endpoints":                 map[string]any{"sharedInbox": "http://" + p.host + "/inbox"},
		"publicKey":                 map[string]any{"id": id + "#main-key", "owner": id, "publicKeyPem": p.pem},
		"manuallyApprovesFollowers": false,
	}
}

// receive notes down a delivery, then answers 202.
func (p *peer) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return // the sender was killed on the way
	}
	var a struct {
		ID, Type string
		Object   json.RawMessage
	}
	if err := json.Unmarshal(body, &a); err != nil {
		p.ledger.violate("%s was sent what is no JSON: %v", p.host, err)
		http.Error(w, "no JSON", http.StatusBadRequest)
		return
	}
	if a.Type == "Create" {
		p.ledger.arrived(p.host, a.ID, idOf(a.Object), received{time.Now(), sha256.Sum256(body)})
	} else {
		p.ledger.arrivedOther(a.Type)
	}
	w.WriteHeader(http.StatusAccepted)
	if a.Type == "Follow" {
		go p.accept(body, idOf(a.Object))
	}
}

// idOf is the id of a value that is an id or an object.
func idOf(raw json.RawMessage) string {
	var id string
	if json.Unmarshal(raw, &id) == nil {
		return id
	}
	var object struct{ ID string }
	_ = json.Unmarshal(raw, &object) // what is no object has no id
	return object.ID
}

func (p *peer) accept(follow json.RawMessage, actor string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	a, err := p.send(ctx, actor, map[string]any{
		"@context": contextURL, "id": fmt.Sprintf("%s/accepts/%d", actor, time.Now().UnixNano()), "type": "Accept", "actor": actor, "object": follow,
	})
	if err != nil || a.status/100 != 2 {
		p.ledger.violate("the Accept of %s was answered %d %.200s, %v", actor, a.status, a.body, err)
	}
}

// send signs an activity of an actor and delivers it to the home.
func (p *peer) send(ctx context.Context, actor string, activity map[string]any) (answer, error) {
	body, err := json.Marshal(activity)
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.inbox, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", activityType)
	sign := func() error { return httpsig.SignCavage(req, body, actor+"#main-key", p.key, time.Now()) }
	if p.form == httpsig.RFC9421 {
		sign = func() error { return httpsig.SignRFC9421(req, body, actor+"#main-key", p.key, time.Now()) }
	}
	if err := sign(); err != nil {
		return answer{}, err
	}
	return do(p.http, req)
}

// An answer is one that was read to its end.
type answer struct {
	status int
	link   string // the Link header
	body   []byte
}

func do(client *http.Client, req *http.Request) (answer, error) {
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header.Get("Link"), body}, err
}

// note is a Create of one note.
func (p *peer) note(actor, id string) map[string]any {
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	to, cc := []string{everyone}, []string{actor + "/followers"}
	return map[string]any{
		"@context": contextURL, "id": id + "/activity", "type": "Create", "actor": actor, "published": now, "to": to, "cc": cc,
		"object": map[string]any{
			"id": id, "type": "Note", "attributedTo": actor, "published": now, "url": id, "to": to, "cc": cc,
			"content": "<p>A note that must survive: " + id + "</p>",
		},
	}
}
