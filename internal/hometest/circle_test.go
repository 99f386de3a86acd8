package hometest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
)

// circleOf has a person make a circle of others, in the browser, and returns its id.
func circleOf(p *hometest.Person, name string, others ...string) string {
	t := p.Home.T()
	t.Helper()
	made := submit(p, "/circles", url.Values{"title": {name}})
	id := strings.TrimSuffix(strings.TrimPrefix(made.Request.URL.Path, "/circles/"), "/people")
	for _, who := range others {
		if in := submit(p, "/circles/"+id+"/add", url.Values{"who": {who}}); in.StatusCode != http.StatusOK {
			t.Fatalf("%s is not taken in: %s", who, in.Status)
		}
	}
	return id
}

// submit sends a form of a person's browser.
func submit(p *hometest.Person, path string, form url.Values) *http.Response {
	t := p.Home.T()
	t.Helper()
	resp, err := p.Browser.PostForm(p.Home.Origin+path, form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// TestCircleReachesItsPeopleAlone has ida write to a circle of people here, in
// another home of ours, and on a server that knows no circles.
func TestCircleReachesItsPeopleAlone(t *testing.T) {
	t.Parallel()
	h, far := hometest.Start(t, ""), hometest.Start(t, "")
	ida, ben, nora := h.Settle("ida"), h.Settle("ben"), h.Settle("nora")
	wren, kofi := far.Settle("wren"), far.Settle("kofi")
	member, stranger := newPeer(t).person("rena"), newPeer(t).person("rex")
	for _, who := range []*hometest.Person{wren, kofi} {
		follow(who, ida)
	}
	me, _ := actorOf(ida)
	stranger.mustSend(h, stranger.does("Follow", me))
	hometest.Await(t, "three follow", func() bool { return find(ida, handle(ida)).FollowersCount == 3 })

	circle := circleOf(ida, "Family", "ben", handle(wren), member.address())
	sent := submit(ida, "/compose", url.Values{"key": {"c"}, "text": {"zqcircle on Sunday"}, "visibility": {"direct"}, "circle-1": {circle}, "language": {"en"}})
	if sent.StatusCode != http.StatusOK || !strings.HasPrefix(sent.Request.URL.Path, "/@ida/") {
		t.Fatalf("%s at %s", sent.Status, sent.Request.URL)
	}
	id := strings.TrimPrefix(sent.Request.URL.Path, "/@ida/")
	hometest.Await(t, "the member elsewhere has it", func() bool { return strings.Contains(member.inbox(), "zqcircle") })
	var theirs status
	hometest.Await(t, "wren has it at home", func() bool {
		for _, s := range hometest.Call[[]status](wren, http.MethodGet, "/api/v1/timelines/home", nil) {
			if strings.Contains(s.Content, "zqcircle") {
				theirs = s
			}
		}
		return theirs.ID != ""
	})
	quiet(h)
	if strings.Contains(stranger.inbox(), "zqcircle") {
		t.Error("a follower who is not in the circle was sent it")
	}
	if strings.Contains(member.inbox(), as.Public) || strings.Contains(member.inbox(), "wren") || strings.Contains(member.inbox(), "/followers\"]") {
		t.Errorf("the post is addressed to others: %.2000s", member.inbox())
	}
	for who, may := range map[*hometest.Person]int{ben: http.StatusOK, nora: http.StatusNotFound} {
		if code, body := who.Do(http.MethodGet, "/api/v1/statuses/"+id, nil); code != may {
			t.Errorf("%s: %d %.200s", who.Name, code, body)
		}
	}
	if code, _ := kofi.Do(http.MethodGet, "/api/v1/statuses/"+theirs.ID, nil); code != http.StatusNotFound {
		t.Errorf("kofi, a follower in the same far home, gets %d", code)
	}
	if theirs.Visibility != "private" {
		t.Errorf("wren is told it is %s", theirs.Visibility)
	}

	// An answer from the far home stays in the circle, which its own home knows.
	hometest.Call[status](wren, http.MethodPost, "/api/v1/statuses", map[string]any{"status": "zqanswer with bread", "visibility": "private", "in_reply_to_id": theirs.ID})
	hometest.Await(t, "ben reads the answer", func() bool {
		_, body := ben.Do(http.MethodGet, "/api/v1/statuses/"+id+"/context", nil)
		return strings.Contains(string(body), "zqanswer")
	})
	// Nobody beside the circle sees it: not who lives where it was written and
	// follows both, nor the strangers and members elsewhere to whom it was not sent.
	follow(kofi, wren)
	for _, s := range hometest.Call[struct{ Descendants []status }](wren, http.MethodGet, "/api/v1/statuses/"+theirs.ID+"/context", nil).Descendants {
		for _, path := range []string{"/api/v1/statuses/" + s.ID, "/api/v1/statuses/" + s.ID + "/context"} {
			if code, body := kofi.Do(http.MethodGet, path, nil); code != http.StatusNotFound {
				t.Errorf("kofi, who lives with wren, gets %s: %d %.300s", path, code, body)
			}
		}
		if page := (&hometest.Person{Home: far, Browser: http.DefaultClient}).Page("/@wren"); strings.Contains(page, "zqanswer") {
			t.Error("wren's page shows her answer to everybody")
		}
	}
	quiet(far)
	quiet(h)
	if strings.Contains(member.inbox(), as.Public) {
		t.Error("the answer was sent on to everybody")
	}
	if _, body := nora.Do(http.MethodGet, "/api/v1/timelines/public", nil); strings.Contains(string(body), "zq") {
		t.Error("a neighbor sees something of the circle")
	}
	if strings.Contains(stranger.inbox(), "zqanswer") {
		t.Error("the answer went to a stranger")
	}
}
