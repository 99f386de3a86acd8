package hometest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
)

// TestNobodyElsewhereSwitchesAPostOff sends, signed, whatever might take away
// or change what was said here (requirement P1.2).
func TestNobodyElsewhereSwitchesAPostOff(t *testing.T) {
	w := newTown(t)
	mine := write(w.ida, map[string]any{"status": "this stays"})
	quiet(w.Home)
	before := stateOf(w.Home)
	note := doc{"type": "Note", "id": mine.URI, "attributedTo": w.me, "content": "<p>it went</p>", "to": as.Public, "updated": time.Now().UTC().Format(time.RFC3339)}
	stone := doc{"type": "Tombstone", "id": mine.URI, "deleted": time.Now().UTC().Format(time.RFC3339)}
	create := strings.Replace(mine.URI, "/post/", "/create/", 1)
	follow := hometest.Call[[]acct](w.ida, http.MethodGet, "/api/v1/accounts/"+find(w.ida, handle(w.ida)).ID+"/following", nil)
	if len(follow) != 2 {
		t.Fatalf("ida follows %d", len(follow))
	}
	for _, d := range []doc{
		w.mad.does("Delete", mine.URI), w.mad.does("Delete", stone), w.mad.does("Delete", note), w.mad.does("Delete", w.me),
		w.mad.does("Update", note), w.mad.does("Update", note.with(doc{"attributedTo": w.mad.id})), w.mad.does("Update", mine.URI),
		w.mad.does("Update", doc{"type": "Person", "id": w.me, "preferredUsername": "ida", "inbox": w.mad.id + "/inbox"}),
		w.mad.does("Create", note.with(doc{"attributedTo": w.mad.id})),
		w.mad.does("Flag", []any{w.me, mine.URI}, doc{"content": "take it down"}), w.mad.does("Block", mine.URI),
		w.mad.does("Move", w.me, doc{"target": w.mad.id}), w.mad.does("Remove", mine.URI, doc{"target": w.me + "/outbox"}),
		w.mad.does("Undo", mine.URI), w.mad.does("Undo", create), w.mad.does("Undo", doc{"type": "Create", "id": create, "actor": w.me, "object": mine.URI}),
		w.mad.does("Undo", doc{"type": "Follow", "id": w.bob.id + "/acts/1", "actor": w.bob.id, "object": w.me}),
		w.mad.does("Reject", doc{"type": "Follow", "actor": w.me, "object": w.bob.id}), w.mad.does("Accept", create),
		w.mad.does("Add", mine.URI, doc{"target": w.mad.id + "/collections/featured"}),
		w.mad.does("Delete", w.bob.id), w.mad.does("Update", doc{"type": "Person", "id": w.bob.id, "inbox": w.mad.id + "/inbox"}),
		w.mad.does("Delete", mine.URI, doc{"actor": w.me, "id": strings.TrimSuffix(w.me, "actor") + "delete/1"}),
	} {
		for _, to := range []string{w.Origin + "/inbox", w.me + "/inbox"} {
			if status, body := answer(t, http.DefaultClient, w.mad.request(t, to, encode(t, d))); status != http.StatusAccepted && status/100 != 4 {
				t.Errorf("%v: %d %s", d["type"], status, body)
			}
		}
	}
	quiet(w.Home)
	// Only that such activities came is kept, so that they are not looked at again.
	unchanged(t, w.Home, before, "seen")
	for _, address := range []string{mine.URL, mine.URI} {
		resp, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "this stays") {
			t.Errorf("%s: %s %v", address, resp.Status, err)
		}
	}
	// Gone is who says so of themselves.
	w.mad.mustSend(w.Home, w.mad.does("Block", w.me))
	if page := w.ida.Page(strings.TrimPrefix(mine.URL, w.Origin)); !strings.Contains(page, "this stays") {
		t.Error("a block hides the post from its own author")
	}
}

// TestDeafFollowerDelaysNothing posts while the server of a follower fails in
// every way there is: the post is public within a second (requirement P1.3).
func TestDeafFollowerDelaysNothing(t *testing.T) {
	w := newTown(t)
	deaf := newPeer(t).person("deaf")
	deaf.mustSend(w.Home, deaf.does("Follow", w.me))
	release := make(chan bool)
	t.Cleanup(func() { close(release) })
	for name, fail := range map[string]http.HandlerFunc{
		"500": func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) },
		"403": func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusForbidden) },
		"410": func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusGone) },
		"it hangs": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			select {
			case <-release:
			case <-r.Context().Done():
			}
		},
		"it hangs up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"it answers without end": func(rw http.ResponseWriter, r *http.Request) {
			for {
				if _, err := rw.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			deaf.peer.handle("/users/deaf/inbox", fail)
			began := time.Now()
			s := write(w.ida, map[string]any{"status": "heard by all others, though " + name})
			for _, address := range []string{s.URL, s.URI, w.Origin + "/@ida/feed.atom", w.Origin + "/@ida"} {
				resp, err := http.Get(address)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "though "+name) {
					t.Errorf("%s: %s %v", address, resp.Status, err)
				}
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("it took %v", took)
			}
			hometest.Await(t, "the other follower has it", func() bool { return strings.Contains(w.bob.inbox(), "though "+name) })
		})
	}
}
