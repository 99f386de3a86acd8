package hometest_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
)

// A town is a home with ida, and bob elsewhere, who follow each other.
type town struct {
	*hometest.Home
	ida *hometest.Person
	me  string // ida's actor
	did string
	bob *actor
	mad *actor // eve, of a server of her own, whom ida follows as well
}

func newTown(t testing.TB) *town {
	h := hometest.Start(t, "")
	w := &town{Home: h, ida: h.Settle("ida"), bob: newPeer(t).person("bob"), mad: newPeer(t).person("eve")}
	w.me, w.did = actorOf(w.ida)
	for _, them := range []*actor{w.bob, w.mad} {
		id := find(w.ida, them.address()).ID
		hometest.Call[relation](w.ida, http.MethodPost, "/api/v1/accounts/"+id+"/follow", map[string]any{})
		var asked string
		hometest.Await(t, "the follow arrives", func() bool {
			_, rest, _ := strings.Cut(them.inbox(), `"id":"`+h.Origin+"/.well-known/apgateway/"+w.did+"/follow/")
			asked, _, _ = strings.Cut(rest, `"`)
			return asked != ""
		})
		follow := strings.TrimSuffix(w.me, "/actor") + "/follow/" + asked
		them.mustSend(h, them.does("Accept", doc{"type": "Follow", "id": follow, "actor": w.me, "object": them.id}))
		them.mustSend(h, them.does("Follow", w.me))
		hometest.Await(t, "the follow is granted", func() bool {
			return hometest.Call[[]relation](w.ida, http.MethodGet, "/api/v1/accounts/relationships?id[]="+id, nil)[0].Following
		})
	}
	quiet(h)
	return w
}

// says checks an answer that refuses: its status, and a sentence.
func says(t *testing.T, want, status int, body string) {
	t.Helper()
	var e struct{ Error string }
	if status != want || json.Unmarshal([]byte(body), &e) != nil || len(e.Error) < 5 {
		t.Errorf("%d %.300s, and not %d", status, body, want)
	}
}

// TestBadDeliveriesAreRefused is what may be wrong with a request to an inbox.
// Nothing of it is kept.
func TestBadDeliveriesAreRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	before := stateOf(w.Home)
	to := w.Origin + "/inbox"
	good := func() []byte { return encode(t, w.bob.does("Create", w.bob.note())) }
	cavage := func(r *http.Request, body []byte, keyID string, key *rsa.PrivateKey, at time.Time) {
		t.Helper()
		if err := httpsig.SignCavage(r, body, keyID, key, at); err != nil {
			t.Fatal(err)
		}
	}
	modern := func(r *http.Request, body []byte, at time.Time) {
		t.Helper()
		if err := httpsig.SignRFC9421(r, body, w.bob.keyID, theKey(), at); err != nil {
			t.Fatal(err)
		}
	}
	hushed := newPeer(t).person("hush")
	hushed.handle("/users/hush", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	missing := newPeer(t).person("gone")
	missing.handle("/users/gone", http.NotFound)
	inward := newPeer(t).person("inward")
	inward.handle("/users/inward", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
	})
	downward := newPeer(t).person("down")
	downward.handle("/users/down", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
	})
	endless := newPeer(t).person("endless")
	endless.handle("/users/endless", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", as.ContentType)
		for junk := bytes.Repeat([]byte(" "), 1<<16); ; {
			if _, err := w.Write(junk); err != nil {
				return
			}
		}
	})
	page := newPeer(t).person("page") // what it says of itself is a file that somebody uploaded
	page.handle("/users/page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(encode(t, actorDoc(page.id, "page")))
	})
	thief := newPeer(t).person("thief")
	thief.serve("/users/thief", actorDoc(w.bob.id, "bob").with(doc{"publicKey": actorDoc(thief.id, "thief")["publicKey"]}))

	now := time.Now()
	cases := map[string]struct {
		status int
		build  func() (*http.Request, []byte)
	}{
		"no signature": {401, func() (*http.Request, []byte) {
			r := w.bob.request(t, to, good())
			r.Header.Del("Signature")
			return r, nil
		}},
		"a signature that is no signature": {401, func() (*http.Request, []byte) {
			r := w.bob.request(t, to, good())
			r.Header.Set("Signature", `keyId="x`)
			return r, nil
		}},
		"another's key": {401, func() (*http.Request, []byte) {
			body := good()
			r := w.bob.request(t, to, body)
			cavage(r, body, w.bob.keyID, otherKey(), now)
			return r, nil
		}},
		"a signature of an hour and a half ago": {401, func() (*http.Request, []byte) {
			body := good()
			r := w.bob.request(t, to, body)
			cavage(r, body, w.bob.keyID, theKey(), now.Add(-90*time.Minute))
			return r, nil
		}},
		"a signature of the day after": {401, func() (*http.Request, []byte) {
			body := good()
			r := w.bob.request(t, to, body)
			modern(r, body, now.Add(24*time.Hour))
			return r, nil
		}},
		"a digest of another body": {401, func() (*http.Request, []byte) {
			r := w.bob.request(t, to, good())
			return r, bytes.Replace(good(), []byte("hello"), []byte("HELLO"), 1)
		}},
		"a digest of another body, RFC 9421": {401, func() (*http.Request, []byte) {
			body := good()
			r := w.bob.request(t, to, body)
			modern(r, body, now)
			return r, bytes.Replace(body, []byte("hello"), []byte("HELLO"), 1)
		}},
		"a signature over too little": {401, func() (*http.Request, []byte) {
			r := w.bob.request(t, to, good())
			r.Header.Set("Signature", strings.Replace(r.Header.Get("Signature"), " digest", "", 1))
			return r, nil
		}},
		"a signature for another address": {401, func() (*http.Request, []byte) {
			body := good()
			r := w.bob.request(t, w.Origin+"/elsewhere", body)
			r.URL.Path = "/inbox"
			return r, nil
		}},
		"a signature for another host": {401, func() (*http.Request, []byte) {
			body := good()
			r := w.bob.request(t, "http://other.example/inbox", body)
			u, err := url.Parse(w.Origin)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.Host, r.Host = u.Host, u.Host
			return r, nil
		}},
		"a key that hangs": {503, func() (*http.Request, []byte) {
			return hushed.request(t, to, encode(t, hushed.does("Follow", w.me))), nil
		}},
		"a key that is not there": {401, func() (*http.Request, []byte) {
			return missing.request(t, to, encode(t, missing.does("Follow", w.me))), nil
		}},
		"a key at the cloud's own house": {401, func() (*http.Request, []byte) {
			return inward.request(t, to, encode(t, inward.does("Follow", w.me))), nil
		}},
		"a key in a private network": {401, func() (*http.Request, []byte) {
			return downward.request(t, to, encode(t, downward.does("Follow", w.me))), nil
		}},
		"a key without end": {401, func() (*http.Request, []byte) {
			return endless.request(t, to, encode(t, endless.does("Follow", w.me))), nil
		}},
		"a key in a picture": {401, func() (*http.Request, []byte) { return page.request(t, to, encode(t, page.does("Follow", w.me))), nil }},
		"a key of another's": {401, func() (*http.Request, []byte) {
			return thief.request(t, to, encode(t, w.bob.does("Create", w.bob.note()))), nil
		}},
		"a key at no address": {401, func() (*http.Request, []byte) {
			body := good()
			r := w.bob.request(t, to, body)
			cavage(r, body, "javascript:alert(1)", theKey(), now)
			return r, nil
		}},
		"no JSON":                {400, func() (*http.Request, []byte) { return w.bob.request(t, to, []byte(`{"type": "Create", "id`)), nil }},
		"JSON that is no object": {400, func() (*http.Request, []byte) { return w.bob.request(t, to, []byte(`[1, 2]`)), nil }},
		"the same key twice": {400, func() (*http.Request, []byte) {
			return w.bob.request(t, to, []byte(`{"type":"Like","type":"Create","id":"x","actor":"y"}`)), nil
		}},
		"JSON deeper than any other": {400, func() (*http.Request, []byte) {
			return w.bob.request(t, to, []byte(strings.Repeat(`{"object":`, 20000)+"1"+strings.Repeat("}", 20000))), nil
		}},
		"JSON-LD that moves things": {400, func() (*http.Request, []byte) {
			return w.bob.request(t, to, encode(t, w.bob.does("Create", w.bob.note(), doc{"@graph": []any{}}))), nil
		}},
		"no body": {400, func() (*http.Request, []byte) { return w.bob.request(t, to, nil), nil }},
		"too much JSON": {413, func() (*http.Request, []byte) {
			return w.bob.request(t, to, encode(t, w.bob.does("Create", w.bob.note(doc{"content": strings.Repeat("x", 2<<20)})))), nil
		}},
		"a form": {415, func() (*http.Request, []byte) {
			r := w.bob.request(t, to, good())
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return r, nil
		}},
		"an inbox of nobody": {404, func() (*http.Request, []byte) {
			return w.bob.request(t, strings.Replace(w.me, w.did, "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", 1)+"/inbox", good()), nil
		}},
		"another's activity": {403, func() (*http.Request, []byte) {
			return w.mad.request(t, to, encode(t, w.bob.does("Follow", w.me))), nil
		}},
		"another's post": {403, func() (*http.Request, []byte) {
			return w.mad.request(t, to, encode(t, w.mad.does("Create", w.bob.note()))), nil
		}},
		"a post of one who lives here": {403, func() (*http.Request, []byte) {
			return w.mad.request(t, to, encode(t, w.mad.does("Create", w.mad.note(doc{"id": strings.TrimSuffix(w.me, "actor") + "post/1", "attributedTo": w.me})))), nil
		}},
		"one who lives here as actor": {403, func() (*http.Request, []byte) {
			return w.mad.request(t, to, encode(t, doc{"id": strings.TrimSuffix(w.me, "actor") + "create/1", "type": "Create", "actor": w.me, "object": w.mad.note()})), nil
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, body := c.build()
			if body != nil { // another than was signed
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			}
			status, text := answer(t, http.DefaultClient, r)
			says(t, c.status, status, text)
		})
	}
	quiet(w.Home)
	unchanged(t, w.Home, before)
}

// TestNoActivityBreaksAnything sends what others send, and what it becomes
// when it is damaged, and asks for one thing: never a failure of ours.
func TestNoActivityBreaksAnything(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var bodies [][]byte
	root := "../../../shared/testdata/activitypub"
	if _, err := os.Stat(root); err == nil {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			bodies = append(bodies, raw)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	mine := write(w.ida, map[string]any{"status": "hello"})
	for _, kind := range []string{"Create", "Update", "Delete", "Follow", "Accept", "Reject", "Undo", "Like", "EmojiReact", "Announce", "Block", "Flag", "Move", "Add", "Remove", "Question", "Dance"} {
		for _, object := range []any{mine.URI, w.me, w.bob.note(), w.bob.does("Like", mine.URI), []any{}, nil, 7, doc{}, []any{w.bob.note(), w.bob.id}} {
			bodies = append(bodies, encode(t, w.bob.does(kind, object)))
		}
	}
	random := rand.New(rand.NewPCG(2, 13))
	whole := len(bodies)
	for range 200 {
		bodies = append(bodies, mutate(random, bodies[random.IntN(whole)]))
	}
	for i, body := range bodies {
		for _, at := range []string{w.Origin + "/inbox", w.me + "/inbox"} {
			var said doc
			if i%2 == 0 && json.Unmarshal(body, &said) == nil && said["actor"] != nil { // in the name of who signs
				body = encode(t, said.with(doc{"actor": w.bob.id, "id": fmt.Sprintf("%s/acts/%d", w.bob.id, serial.Add(1))}))
			}
			status, answer := answer(t, http.DefaultClient, w.bob.request(t, at, body))
			if status/100 != 2 && status/100 != 4 {
				t.Errorf("%d %s to %.600s", status, answer, body)
			}
		}
	}
	if status, _ := w.mad.send(w.Home, w.mad.does("Create", w.mad.note(doc{"content": "<p>after all that</p>"}))); status != http.StatusAccepted {
		t.Errorf("and then: %d", status)
	}
	if page := w.ida.Page("/"); !strings.Contains(page, "after all that") {
		t.Error("what came after all that is not in the stream")
	}
}

// mutate damages a document: bytes turned, cut, doubled, or a value replaced.
func mutate(r *rand.Rand, body []byte) []byte {
	b := bytes.Clone(body)
	for range 1 + r.IntN(4) {
		if len(b) < 8 {
			return b
		}
		at := r.IntN(len(b) - 4)
		switch r.IntN(6) {
		case 0:
			b[at] = byte(r.IntN(256))
		case 1:
			b = append(b[:at:at], b[at+1+r.IntN(3):]...)
		case 2:
			b = append(b[:at:at], append(bytes.Clone(b[at:at+3]), b[at:]...)...)
		case 3:
			b = bytes.Replace(b, []byte(`"`), []byte(`"\u0000`), 1+r.IntN(3))
		case 4:
			values := []string{`null`, `[]`, `{}`, `-1e999`, `""`, `[[[[]]]]`, `"http://[::1"`, `"ap://did:key:x/"`, `{"id": 3}`}
			if colon := bytes.IndexByte(b[at:], ':'); colon >= 0 {
				end := at + colon + 1
				b = append(b[:end:end], append([]byte(values[r.IntN(len(values))]+","), b[end:]...)...)
			}
		case 5:
			b = bytes.ReplaceAll(b, []byte("http"), []byte([]string{"javascript", "ap", "did", "file", "HTTP"}[r.IntN(5)]))
		}
	}
	return b
}
