package remote_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"allod/internal/fault"
	"allod/internal/federation/remote"
	as "allod/protocol/activitystreams"
)

// TestForeignDocumentsAreNotBelieved has a row for each way in which a
// document pretended to be another's or made a server work without end.
func TestForeignDocumentsAreNotBelieved(t *testing.T) {
	good, evil := newPeer(t), newPeer(t)
	truth := good.person("good")
	h := newHome(t)
	redirect := func(from *peer, path, to string) string {
		from.handle(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
		return from.URL + path
	}
	typed := func(path, contentType string) string {
		evil.handle(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Write(mustJSON(person(evil.URL+path, "mallory")))
		})
		return evil.URL + path
	}
	raw := func(path, body string) string {
		return evil.serve(path, []byte(strings.ReplaceAll(body, "ID", evil.URL+path)))
	}
	redirect(evil, "/hop4", evil.URL+"/hop3")
	redirect(evil, "/hop3", evil.URL+"/hop2")
	redirect(evil, "/hop2", evil.URL+"/hop1")
	redirect(evil, "/hop1", evil.URL+"/end")
	evil.serve("/end", person(evil.URL+"/end", "mallory"))
	evil.serve("/there", person(good.URL+"/back", "mallory"))
	evil.handle("/endless", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", as.ContentType)
		for chunk := bytes.Repeat([]byte(" "), 32<<10); r.Context().Err() == nil; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	good.serve("/back", person(evil.URL+"/there", "mallory"))
	good.serve("/elsewhere", person(evil.URL+"/nothing", "mallory"))

	for _, row := range []struct {
		incident, id string
		kind         fault.Kind
	}{
		{"CVE-2024-23832: two documents that name each other", evil.URL + "/there", fault.Denied},
		{"CVE-2024-23832: an id that is not there", good.URL + "/elsewhere", fault.NotFound},
		{"CVE-2024-25623: an upload as plain JSON", typed("/json", "application/json"), fault.Unsupported},
		{"CVE-2024-25623: an upload as JSON-LD without the profile", typed("/ld", "application/ld+json"), fault.Unsupported},
		{"CVE-2024-25623: an upload of no type", typed("/bytes", "application/octet-stream"), fault.Unsupported},
		{"a page cache that answers HTML", typed("/html", "text/html"), fault.Unsupported},
		{"a redirect with the id of where it began", redirect(good, "/away", evil.serve("/copy", person(good.URL+"/away", "good"))), fault.Denied},
		{"CVE-2026-22245: a redirect to the machine's own network", redirect(evil, "/meta", "http://169.254.169.254/latest"), fault.Denied},
		{"CVE-2026-22245: a redirect without TLS into the world", redirect(evil, "/plain", "http://192.0.2.1/"), fault.Denied},
		{"more redirects than three", evil.URL + "/hop4", fault.Unavailable},
		{"CVE-2023-36461: a body without end", evil.URL + "/endless", fault.TooLarge},
		{"CVE-2026-46349: the same key twice", raw("/twice", `{"id":"ID","type":"Note","type":"Person"}`), fault.Invalid},
		{"CVE-2026-46349: a keyword that regroups", raw("/graph", `{"id":"ID","type":"Note","@graph":[]}`), fault.Invalid},
		{"CVE-2026-46349: a keyword that reverses", raw("/reverse", `{"id":"ID","type":"Note","@reverse":{}}`), fault.Invalid},
		{"nested without end", raw("/deep", `{"id":"ID","a":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+`}`), fault.Invalid},
		{"no JSON", raw("/text", `hello`), fault.Invalid},
		{"no id", raw("/anonymous", `{"type":"Note"}`), fault.Invalid},
		{"GHSA-5wxh: an id of another scheme", raw("/scheme", `{"type":"Note","id":"ftp://good.example/1"}`), fault.Invalid},
		{"GHSA-5wxh: an id with user information", raw("/user", `{"type":"Note","id":"https://good.example@evil.example/1"}`), fault.Invalid},
		{"GHSA-x2rc: another scheme asked for", "file:///etc/passwd", fault.Invalid},
		{"GHSA-x2rc: a script asked for", "javascript:alert(1)", fault.Invalid},
		{"an address of this home", origin + "/@ana", fault.NotFound},
		{"CVE-2023-42451: this home in other letters", "https://HOME.example.:443/x", fault.NotFound},
		{"a portable id that names a gateway nobody knows", "ap://did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2/actor", fault.NotFound},
		{"a portable id without a valid DID", raw("/.well-known/apgateway/did:key:z6Mkbad/actor", `{"type":"Person","id":"ID"}`), fault.Invalid},
		{"gone", evil.status("/gone", http.StatusGone), fault.Gone},
		{"refused", evil.status("/403", http.StatusForbidden), fault.Denied},
		{"broken", evil.status("/500", http.StatusInternalServerError), fault.Unavailable},
		{"too busy", evil.status("/429", http.StatusTooManyRequests), fault.Unavailable},
	} {
		t.Run(row.incident, func(t *testing.T) {
			_, err := h.FetchObject(t.Context(), row.id, remote.NewBudget(8))
			wantKind(t, err, row.kind)
			_, err = h.Actor(t.Context(), row.id, remote.NewBudget(8))
			wantKind(t, err, row.kind)
			_, err = h.Post(t.Context(), row.id, remote.NewBudget(8))
			wantKind(t, err, row.kind)
		})
	}
	if n := h.count("account"); n != 1 {
		t.Errorf("%d accounts are kept, want the home's own alone", n)
	}
	h.wantPosts(0)

	ref, err := h.FetchObject(t.Context(), evil.serve("/liar", person(truth, "good").with(doc{"name": "Mallory"})), nil)
	if err != nil || ref.ID() != truth || strings.Contains(string(ref.Raw()), "Mallory") {
		t.Errorf("an object under another's id is taken from the liar: %s, %v", ref.Raw(), err)
	}
	ref, err = h.FetchObject(t.Context(), redirect(evil, "/to-good", truth), nil)
	if err != nil || ref.ID() != truth {
		t.Errorf("a redirect is not followed: %v, %v", ref.ID(), err)
	}
}

func TestTrickledBodyEndsWithTheErrand(t *testing.T) {
	slow := newPeer(t)
	slow.handle("/slow", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", as.ContentType)
		for r.Context().Err() == nil {
			io.WriteString(w, " ")
			w.(http.Flusher).Flush()
			time.Sleep(10 * time.Millisecond)
		}
	})
	h := newHome(t)
	ctx, end := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer end()
	_, err := h.FetchObject(ctx, slow.URL+"/slow", nil)
	wantKind(t, err, fault.Timeout)
}

func TestBudgetIsAFrontier(t *testing.T) {
	p := newPeer(t)
	actor := p.person("bob")
	h := newHome(t)
	b := remote.NewBudget(1)
	_, err := h.FetchObject(t.Context(), actor, b)
	if err != nil || b.Left() != 0 || !b.Spent() {
		t.Fatalf("%v, %d left", err, b.Left())
	}
	for range 2 {
		_, err = h.FetchObject(t.Context(), actor, b)
		wantKind(t, err, fault.TooMany)
		if !errors.Is(err, remote.ErrSpent) {
			t.Errorf("%v is not ErrSpent", err)
		}
	}
	if n := p.asked("/users/bob"); n != 1 {
		t.Errorf("asked %d times on a budget of one", n)
	}
}

func TestBytesOfAllAnswersAreBounded(t *testing.T) {
	p := newPeer(t)
	big := p.serve("/big", note(p.URL+"/big", p.URL+"/users/bob").with(doc{"padding": strings.Repeat("x", 1<<20-1000)}))
	h := newHome(t)
	b := remote.NewBudget(100)
	served := 0
	for !b.Spent() {
		if _, err := h.FetchObject(t.Context(), big, b); err == nil {
			served++
		}
	}
	if served < 6 || served > 9 {
		t.Errorf("%d answers of a megabyte were taken", served)
	}
}
