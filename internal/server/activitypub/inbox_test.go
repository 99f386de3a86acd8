package activitypub_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"allod/internal/account"
	"allod/internal/id"
	as "allod/protocol/activitystreams"
)

func activity(kind string, actor *account.Account, object any, n int) []byte {
	b, err := json.Marshal(map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "id": fmt.Sprintf("%s/acts/%d", actor.URI, n), "type": kind, "actor": actor.URI, "object": object,
	})
	if err != nil {
		panic(err)
	}
	return b
}

func TestInboxesTakeWhatIsSignedAndAnswerTheRestWithTheRightStatus(t *testing.T) {
	h := newHome(t)
	bob := h.stranger("bob")
	me := h.names.Actor(h.ana)
	follow := activity("Follow", bob, me, 1)
	signed := h.by(bob, follow)
	typed := func(kind string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Content-Type", kind) }
	}
	for _, target := range []string{me + "/inbox", origin + "/inbox", origin + "/actor/inbox"} {
		for _, c := range []struct {
			name   string
			body   []byte
			change []func(*http.Request)
			want   int
		}{
			{"a follow", follow, []func(*http.Request){signed}, http.StatusAccepted},
			{"the other media type", follow, []func(*http.Request){typed(as.ContentTypeLD), signed}, http.StatusAccepted},
			{"an unknown verb", activity("Explode", bob, me, 2), nil, http.StatusAccepted},
			{"a Delete by a stranger", []byte(`{"type":"Delete","id":"https://x.example/d","actor":"https://x.example/u","object":"https://x.example/u"}`),
				[]func(*http.Request){func(r *http.Request) {
					body := []byte(`{"type":"Delete","id":"https://x.example/d","actor":"https://x.example/u","object":"https://x.example/u"}`)
					h.by(&account.Account{URI: "https://x.example/u"}, body)(r)
				}}, http.StatusAccepted},
			{"no signature", follow, []func(*http.Request){func(*http.Request) {}}, http.StatusUnauthorized},
			{"a wrong digest", follow, []func(*http.Request){signed, func(r *http.Request) { r.Header.Set("Digest", "SHA-256=AAAA") }}, http.StatusUnauthorized},
			{"a signature for another body", bytes.ToUpper(follow), []func(*http.Request){signed}, http.StatusUnauthorized},
			{"plain JSON", follow, []func(*http.Request){typed("application/json"), signed}, http.StatusUnsupportedMediaType},
			{"a form", follow, []func(*http.Request){typed("application/x-www-form-urlencoded")}, http.StatusUnsupportedMediaType},
			{"no JSON", []byte("hello"), nil, http.StatusBadRequest},
			{"nothing", []byte(""), nil, http.StatusBadRequest},
			{"another's words", activity("Like", &account.Account{URI: "https://far.example/users/eve"}, me, 3), nil, http.StatusForbidden},
			{"a megabyte and more", bytes.Repeat([]byte(" "), 1<<20+1), nil, http.StatusRequestEntityTooLarge},
			{"the same without saying so", bytes.Repeat([]byte(" "), 1<<20+1), []func(*http.Request){func(r *http.Request) { r.ContentLength = -1 }}, http.StatusRequestEntityTooLarge},
		} {
			change := c.change
			if change == nil {
				change = []func(*http.Request){h.by(bob, c.body)}
			}
			t.Run(target+" "+c.name, func(t *testing.T) { wantStatus(t, h.ask(http.MethodPost, target, c.body, change...), c.want) })
		}
	}
	all, err := h.ties.Followers(t.Context(), h.ana.ID, id.Page{})
	must(t, err)
	if len(all) != 1 {
		t.Errorf("%d followers, want bob", len(all))
	}
}

func TestInboxesOfOthersAreNotHere(t *testing.T) {
	h := newHome(t)
	bob := h.stranger("bob")
	follow := activity("Follow", bob, h.names.Actor(h.ana), 1)
	did := strings.Replace(h.names.Actor(h.ana), h.ana.DID(), "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", 1)
	for _, target := range []string{did + "/inbox", strings.Replace(did, "did:key:z6Mk", "did:key:", 1) + "/inbox"} {
		wantStatus(t, h.ask(http.MethodPost, target, follow, h.by(bob, follow)), http.StatusNotFound)
	}
}

func TestRefusalsAreJSONWithASentence(t *testing.T) {
	h := newHome(t)
	res := h.ask(http.MethodPost, "/inbox", []byte("{}"))
	if got := read(t, res)["error"]; got != "the request carries no signature" && got == "" {
		t.Errorf("it says %q", got)
	}
	if res.Header.Get("WWW-Authenticate") == "" || res.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("the headers are %v", res.Header)
	}
}
