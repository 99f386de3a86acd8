package hometest_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"allod/internal/app"
	"allod/internal/db/dbtest"
	"allod/internal/hometest"
)

// A letter is an activity as a strange server gets it, and by which key it is signed.
type letter struct {
	key, Type, ID, Actor, Target string
	Object                       json.RawMessage
}

// A mailbox is the inbox of somebody on a strange server.
type mailbox struct {
	mu  sync.Mutex
	all []letter
}

func (m *mailbox) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var l letter
	if err != nil || json.Unmarshal(body, &l) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if found := keyID.FindStringSubmatch(r.Header.Get("Signature") + r.Header.Get("Signature-Input")); found != nil {
		l.key = found[1]
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, l)
	w.WriteHeader(http.StatusAccepted)
}

var keyID = regexp.MustCompile(`(?i)keyid="([^"]+)"`)

// find is the newest letter of a type that holds a text.
func (m *mailbox) find(kind, text string) *letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := len(m.all) - 1; i >= 0; i-- {
		if l := m.all[i]; l.Type == kind && strings.Contains(string(l.Object), text) {
			return &l
		}
	}
	return nil
}

// TestFollowersComeAlongToAnotherName gives a home another name and moves
// everybody there: servers that know nothing of portable ids are told, follow
// the new id, and let go of the old one; a home of ours goes on. What was said before is taken back by the old id.
func TestFollowersComeAlongToAnotherName(t *testing.T) {
	for name, database := range map[string]func(t *testing.T) string{
		"sqlite": func(*testing.T) string { return "" }, "postgres": func(t *testing.T) string { return dbtest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, far, box := hometest.Start(t, database(t)), hometest.Start(t, ""), &mailbox{}
			ida, wren, bob := h.Settle("ida"), far.Settle("wren"), newPeer(t).person("bob")
			bob.handle("/users/bob/inbox", box.take)
			follow(wren, ida)
			was, did := actorOf(ida)
			first := bob.does("Follow", was)
			bob.mustSend(h, first)
			hometest.Await(t, "bob follows", func() bool { return box.find("Accept", bob.id) != nil })
			before := write(ida, map[string]any{"status": "said before", "visibility": "public"})
			hometest.Await(t, "it arrives", func() bool { return box.find("Create", "said before") != nil })
			id := find(ida, bob.address()).ID
			hometest.Call[relation](ida, http.MethodPost, "/api/v1/accounts/"+id+"/follow", map[string]any{})
			hometest.Await(t, "ida asks to follow bob", func() bool { return box.find("Follow", bob.id) != nil })

			// The home gets another name. Nothing changes for others until its keeper says so.
			old := h.Origin
			h.Down()
			h.Origin = strings.Replace(old, "127.0.0.1", "localhost", 1)
			h.Config.Origin = h.Origin
			h.Up()
			keep(t, ida.Browser.Jar, old, h.Origin)
			if page := ida.Page("/house/name"); !strings.Contains(page, "ida@"+strings.TrimPrefix(old, "http://")) {
				t.Errorf("the page does not say who is known by the old name: %s", page)
			}
			if now, _ := actorOf(ida); now != was {
				t.Errorf("without being asked the id became %s", now)
			}
			if name == "sqlite" { // the keeper presses a button, or runs a command
				if status, page := press(t, ida, "/house/name", nil); status != http.StatusOK || !strings.Contains(page, "It is on its way") {
					t.Errorf("%d %s", status, page)
				}
			} else if err := app.Move(t.Context(), h.Config, slog.New(slog.DiscardHandler), io.Discard); err != nil {
				t.Fatal(err)
			}
			now := h.Origin + "/.well-known/apgateway/" + did + "/actor"
			hometest.Await(t, "bob's server is told", func() bool { return box.find("Move", was) != nil })
			if m := box.find("Move", was); m.Actor != was || m.Target != now || m.key != was+"#main-key" || string(m.Object) != `"`+was+`"` {
				t.Errorf("%+v", m)
			}

			// The old id says where it went, and the new one where it came from.
			for address, want := range map[string][2]string{was: {`"id":"` + was + `"`, `"movedTo":"` + now}, now: {`"id":"` + now + `"`, `"alsoKnownAs":["` + was}} {
				document := read(t, address, "application/activity+json")
				if !strings.Contains(document, want[0]) || !strings.Contains(document, want[1]) || !strings.Contains(document, strings.TrimSuffix(address, "/actor")) {
					t.Errorf("%s: %s", address, document)
				}
			}
			// ida's own follow goes by the new id as well, so that bob's posts find her there.
			hometest.Await(t, "ida follows by the new id", func() bool { l := box.find("Follow", bob.id); return l != nil && l.Actor == now })

			// bob's server does as others do: it follows the new id, then ends the follow of the old one.
			bob.mustSend(h, bob.does("Follow", now))
			hometest.Await(t, "the follow of the new id is granted", func() bool { l := box.find("Accept", now); return l != nil && l.Actor == now })
			undo := encode(t, bob.does("Undo", first))
			if status, body := answer(t, http.DefaultClient, bob.request(t, was+"/inbox", undo)); status != http.StatusAccepted {
				t.Errorf("the old inbox: %d %s", status, body)
			}
			after := write(ida, map[string]any{"status": "said after", "visibility": "public"})
			arrives(wren, after.URI)
			hometest.Await(t, "bob still hears", func() bool { return box.find("Create", "said after") != nil })
			if l := box.find("Create", "said after"); l.Actor != now || l.key != now+"#main-key" || !strings.HasPrefix(after.URI, h.Origin) {
				t.Errorf("%+v %s", l, after.URI)
			}
			if a := find(wren, strings.TrimPrefix(handle(ida), "@")); !strings.Contains(a.URL, "localhost") {
				t.Errorf("wren knows ida at %s", a.URL)
			}

			// What was said before is still at its id, is taken back by it, and its pages lead on.
			if document := read(t, before.URI, "application/activity+json"); !strings.Contains(document, `"id":"`+before.URI) {
				t.Errorf("%s: %s", before.URI, document)
			}
			resp, err := http.DefaultTransport.RoundTrip(request(t, old+"/@ida?x=1"))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if to := resp.Header.Get("Location"); resp.StatusCode != http.StatusMovedPermanently || to != h.Origin+"/@ida?x=1" {
				t.Errorf("the old page: %s %s", resp.Status, to)
			}
			if found := read(t, old+"/.well-known/webfinger?resource=acct:ida@"+strings.TrimPrefix(old, "http://"), ""); !strings.Contains(found, now) {
				t.Errorf("the old name leads to %s", found)
			}
			hometest.Call[status](ida, http.MethodDelete, "/api/v1/statuses/"+before.ID, nil)
			hometest.Await(t, "it is taken back", func() bool { return box.find("Delete", before.URI) != nil })
			if l := box.find("Delete", before.URI); l.Actor != was || l.key != was+"#main-key" {
				t.Errorf("%+v", l)
			}
			hometest.Await(t, "wren has it no longer", func() bool { return in(home(wren), before.URI) == nil })

			// Who follows by the new id ends that as anybody does.
			bob.mustSend(h, bob.does("Undo", doc{"type": "Follow", "id": bob.id + "/unknown", "actor": bob.id, "object": now}))
			if n := hometest.Call[acct](ida, http.MethodGet, "/api/v1/accounts/verify_credentials", nil).FollowersCount; n != 1 {
				t.Errorf("%d follow", n)
			}
			// Moving again changes nothing.
			var said strings.Builder
			if err := app.Move(t.Context(), h.Config, slog.New(slog.DiscardHandler), &said); err != nil || !strings.Contains(said.String(), "already") {
				t.Errorf("%v %s", err, said.String())
			}
		})
	}
}

// keep has a browser keep at one origin the cookies of another.
func keep(t *testing.T, jar http.CookieJar, from, to string) {
	t.Helper()
	was, err := url.Parse(from)
	if err != nil {
		t.Fatal(err)
	}
	now, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(now, jar.Cookies(was))
}

func request(t *testing.T, address string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
