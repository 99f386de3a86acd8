package hometest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"allod/internal/db/dbtest"
	"allod/internal/hometest"
)

func TestMain(m *testing.M) {
	hometest.WorkerIfAsked()
	os.Exit(m.Run())
}

// What the API tells, as far as these stories need it.
type (
	acct struct {
		ID, Acct, URL, Username string
		FollowersCount          int `json:"followers_count"`
	}
	status struct {
		ID, URI, URL, Content, Visibility string
		InReplyTo                         string `json:"in_reply_to_id"`
		Spoiler                           string `json:"spoiler_text"`
		Account                           acct
		Reblog                            *status
		Favourites                        int `json:"favourites_count"`
		Reblogs                           int `json:"reblogs_count"`
		Replies                           int `json:"replies_count"`
	}
	notice struct {
		Type    string
		Account acct
		Status  *status
	}
	relation struct{ Following, Requested bool }
)

func find(p *hometest.Person, handle string) acct {
	p.Home.T().Helper()
	got := hometest.Call[struct{ Accounts []acct }](p, http.MethodGet, "/api/v2/search?resolve=true&type=accounts&q="+url.QueryEscape(handle), nil)
	if len(got.Accounts) != 1 {
		p.Home.T().Fatalf("%d people found at %s", len(got.Accounts), handle)
	}
	return got.Accounts[0]
}

func handle(p *hometest.Person) string {
	return "@" + p.Name + "@" + strings.TrimPrefix(p.Home.Origin, "http://")
}

// follow has a follow b and waits until b's home has said yes.
func follow(a, b *hometest.Person) acct {
	t := a.Home.T()
	t.Helper()
	them := find(a, handle(b))
	hometest.Call[relation](a, http.MethodPost, "/api/v1/accounts/"+them.ID+"/follow", map[string]any{})
	hometest.Await(t, "the follow is granted", func() bool {
		return hometest.Call[[]relation](a, http.MethodGet, "/api/v1/accounts/relationships?id[]="+them.ID, nil)[0].Following
	})
	return them
}

func home(p *hometest.Person) []status {
	return hometest.Call[[]status](p, http.MethodGet, "/api/v1/timelines/home", nil)
}

func write(p *hometest.Person, fields map[string]any) status {
	return hometest.Call[status](p, http.MethodPost, "/api/v1/statuses", fields)
}

func in(list []status, uri string) *status {
	for i := range list {
		if list[i].URI == uri {
			return &list[i]
		}
	}
	return nil
}

// arrives waits until a post is in somebody's home stream.
func arrives(p *hometest.Person, uri string) status {
	t := p.Home.T()
	t.Helper()
	var got *status
	hometest.Await(t, uri+" arrives", func() bool { got = in(home(p), uri); return got != nil })
	return *got
}

// TestTwoHomesConverse is the whole conversation between two homes of ours:
// each verb in both directions, as apps and pages show it.
func TestTwoHomesConverse(t *testing.T) {
	engines := map[string]func(t *testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return dbtest.PostgresURL(t) },
	}
	for name, database := range engines {
		t.Run(name, func(t *testing.T) { converse(t, database(t)) })
	}
}

func converse(t *testing.T, database string) {
	ida := hometest.Start(t, database).Settle("ida")
	ben := hometest.Start(t, "").Settle("ben")
	follow(ida, ben)
	follow(ben, ida)

	hello := write(ida, map[string]any{"status": "Hello " + handle(ben) + ", see #frost", "spoiler_text": "weather"})
	seen := arrives(ben, hello.URI)
	if !strings.Contains(seen.Content, "frost") || seen.Spoiler != "weather" || seen.Visibility != "public" {
		t.Errorf("%+v", seen)
	}
	if page := ben.Page("/"); !strings.Contains(page, "frost") {
		t.Error("the post is not on the page of the home stream")
	}

	answer := write(ben, map[string]any{"status": "Good morning", "in_reply_to_id": seen.ID, "visibility": "private"})
	back := arrives(ida, answer.URI)
	if back.InReplyTo != hello.ID || back.Visibility != "private" {
		t.Errorf("%+v", back)
	}

	hometest.Call[status](ben, http.MethodPost, "/api/v1/statuses/"+seen.ID+"/favourite", map[string]any{})
	hometest.Call[status](ben, http.MethodPost, "/api/v1/statuses/"+seen.ID+"/reblog", map[string]any{})
	counts := func() status { return hometest.Call[status](ida, http.MethodGet, "/api/v1/statuses/"+hello.ID, nil) }
	hometest.Await(t, "a like and a boost", func() bool { s := counts(); return s.Favourites == 1 && s.Reblogs == 1 && s.Replies == 0 })
	var kinds []string
	for _, n := range hometest.Call[[]notice](ida, http.MethodGet, "/api/v1/notifications", nil) {
		kinds = append(kinds, n.Type)
	}
	for _, want := range []string{"follow", "mention", "favourite", "reblog"} {
		if !strings.Contains(strings.Join(kinds, " "), want) {
			t.Errorf("nobody told ida of a %s: %v", want, kinds)
		}
	}

	hometest.Call[status](ben, http.MethodPost, "/api/v1/statuses/"+seen.ID+"/unfavourite", map[string]any{})
	hometest.Call[status](ben, http.MethodPost, "/api/v1/statuses/"+seen.ID+"/unreblog", map[string]any{})
	hometest.Await(t, "both are taken back", func() bool { s := counts(); return s.Favourites == 0 && s.Reblogs == 0 })

	secret := write(ida, map[string]any{"status": "only for you, " + handle(ben), "visibility": "direct"})
	arrives(ben, secret.URI)
	resp, err := http.Get(secret.URI)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("a stranger asks for a direct post: %s", resp.Status)
	}

	if status, raw := ida.Do(http.MethodDelete, "/api/v1/statuses/"+hello.ID, nil); status != http.StatusOK {
		t.Fatalf("%d %s", status, raw)
	}
	hometest.Await(t, "the post is gone there too", func() bool { return in(home(ben), hello.URI) == nil })
	resp, err = http.Get(hello.URI)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusGone {
		t.Errorf("the id of a deleted post: %s", resp.Status)
	}
}

// TestLockedHomeAsksFirst follows one who approves by hand.
func TestLockedHomeAsksFirst(t *testing.T) {
	ida := hometest.Start(t, "").Settle("ida")
	ben := hometest.Start(t, "").Settle("ben")
	hometest.Call[acct](ida, http.MethodPatch, "/api/v1/accounts/update_credentials", map[string]any{"locked": true})
	them := find(ben, handle(ida))
	hometest.Call[relation](ben, http.MethodPost, "/api/v1/accounts/"+them.ID+"/follow", map[string]any{})
	var requests []acct
	hometest.Await(t, "the request arrives", func() bool {
		requests = hometest.Call[[]acct](ida, http.MethodGet, "/api/v1/follow_requests", nil)
		return len(requests) == 1
	})
	hometest.Call[relation](ida, http.MethodPost, "/api/v1/follow_requests/"+requests[0].ID+"/authorize", map[string]any{})
	hometest.Await(t, "the follow is granted", func() bool {
		return hometest.Call[[]relation](ben, http.MethodGet, "/api/v1/accounts/relationships?id[]="+them.ID, nil)[0].Following
	})
	late := write(ida, map[string]any{"status": "now you may", "visibility": "private"})
	arrives(ben, late.URI)
}

// TestHomeThatWasDownGetsWhatItIsOwed stops a home, posts, and starts it again.
func TestHomeThatWasDownGetsWhatItIsOwed(t *testing.T) {
	ida := hometest.Start(t, "").Settle("ida")
	ben := hometest.Start(t, "").Settle("ben")
	follow(ben, ida)
	ben.Home.Down()
	var owed []status
	for range 3 {
		owed = append(owed, write(ida, map[string]any{"status": "are you there?"}))
	}
	ben.Home.Up()
	for _, s := range owed {
		arrives(ben, s.URI)
	}
}

// TestHostIsFixedAtTheFirstDelivery moves a home to another origin: who was
// heard of keeps their ids, and both addresses answer.
func TestHostIsFixedAtTheFirstDelivery(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	ben := hometest.Start(t, "").Settle("ben")
	follow(ben, ida)
	said := write(ida, map[string]any{"status": "heard"})
	arrives(ben, said.URI)

	old := h.Origin
	h.Down()
	h.Config.Origin = strings.Replace(old, "127.0.0.1", "127.0.0.3", 1)
	h.Config.Listen = strings.Replace(h.Config.Listen, "127.0.0.1", "0.0.0.0", 1)
	h.Up()
	h.Origin = h.Config.Origin

	for _, origin := range []string{old, h.Origin} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.Replace(said.URI, old, origin, 1), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "application/activity+json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var note struct{ ID, AttributedTo string }
		if err := json.NewDecoder(resp.Body).Decode(&note); err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK || note.ID != said.URI || !strings.HasPrefix(note.AttributedTo, old+"/") {
			t.Errorf("at %s: %s %+v", origin, resp.Status, note)
		}
	}
	again := write(ida, map[string]any{"status": "still me"})
	if !strings.HasPrefix(again.URI, old+"/.well-known/apgateway/did:key:") {
		t.Errorf("a new id after the move: %s", again.URI)
	}
	arrives(ben, again.URI)
	// One who was never heard of there gets ids of the new origin.
	if eve := write(h.Settle("eve"), map[string]any{"status": "new here"}); !strings.HasPrefix(eve.URI, h.Origin+"/") {
		t.Errorf("somebody new: %s", eve.URI)
	}
}
