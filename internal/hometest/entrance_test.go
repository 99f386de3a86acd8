package hometest_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"allod/internal/hometest"
)

// TestNewPasswordComesByLetter asks for a link, asks again, and goes in by the one that came.
func TestNewPasswordComesByLetter(t *testing.T) {
	h, mail := mailed(t, "")
	ida, v := h.Settle("ida"), newVisitor(h)
	ask := func(login string) {
		t.Helper()
		if code, page := v.post("/lost?lang=en", url.Values{"email": {login}}); code != http.StatusOK || !strings.Contains(page, "a link is on its way") {
			t.Errorf("%s: %d\n%s", login, code, page)
		}
	}
	ask("nobody@mail.example")
	for _, login := range []string{" IDA@mail.example", "ida", "ida@mail.example", "@ida", "ida"} { // more often than links are kept
		ask(login)
	}
	letter := mail.Await(t, "ida@mail.example", 1)
	way := letter.Link(t, h.Origin+"/lost/")
	drained(h, `SELECT count(*) FROM letter WHERE text <> ''`) // the link is kept nowhere once it has gone
	if all := mail.Letters(""); len(all) != 1 {
		t.Errorf("%d letters went", len(all))
	}
	if _, page := v.get(way); !strings.Contains(page, `name="again"`) {
		t.Errorf("the link leads to\n%s", page)
	}
	const fresh = "a wholly new password"
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v.client.Jar = jar
	if code, page := v.post(way, url.Values{"password": {fresh}, "again": {fresh}}); code != http.StatusOK || !strings.Contains(page, `href="/settings"`) {
		t.Errorf("%d:\n%s", code, page)
	}
	if code, _ := ida.Do(http.MethodGet, "/api/v1/accounts/verify_credentials", nil); code != http.StatusUnauthorized {
		t.Errorf("an app that was signed in is answered %d", code)
	}
	if code, _ := v.get(way); code != http.StatusGone {
		t.Errorf("the link opens twice: %d", code)
	}
}

// TestPeopleHearWhoComesToTheDoor signs a browser of another kind in, and asks the keeper for a place.
func TestPeopleHearWhoComesToTheDoor(t *testing.T) {
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	if page := ida.Page("/news?lang=en"); strings.Contains(page, "was let in to you") {
		t.Error("she is told of herself")
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Origin+"/login", strings.NewReader(url.Values{"username": {"ida"}, "password": {hometest.Password}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	newVisitor(h).read(http.DefaultTransport.RoundTrip(r))
	if page := ida.Page("/news?lang=en"); strings.Count(page, "was let in to you") != 1 || !strings.Contains(page, `href="/access"`) {
		t.Errorf("she is not told of the browser:\n%s", page)
	}
	if status, page := press(t, ida, "/house/joining", url.Values{"joining": {"asked"}}); status != http.StatusOK {
		t.Fatalf("%d %s", status, page)
	}
	v := newVisitor(h)
	_, page := v.get("/join?lang=en")
	began := regexp.MustCompile(`name="began" value="([^"]+)"`).FindStringSubmatch(page)
	if began == nil {
		t.Fatalf("no form:\n%s", page)
	}
	time.Sleep(4 * time.Second) // as long as people type
	code, page := v.post("/join?lang=en", url.Values{
		"name": {"Olga"}, "address": {"olga"}, "visibility": {"public"}, "reason": {"I know ida."}, "email": {"olga@mail.example"},
		"password": {hometest.Password}, "again": {hometest.Password}, "began": {began[1]},
	})
	if code != http.StatusOK || !strings.Contains(page, "The keeper has been asked") {
		t.Fatalf("%d:\n%s", code, page)
	}
	if page := ida.Page("/news?lang=en"); strings.Count(page, "Somebody asks to live here") != 1 || !strings.Contains(page, `href="/house/joining"`) {
		t.Errorf("the keeper is not told:\n%s", page)
	}
	if told := hometest.Call[[]map[string]any](ida, http.MethodGet, "/api/v1/notifications", nil); len(told) != 0 {
		t.Errorf("apps are told %v", told)
	}
}

// TestInwardHomeTellsNobody closes a home with followers elsewhere: nothing goes out, nobody is answered.
func TestInwardHomeTellsNobody(t *testing.T) {
	w := newTown(t)
	before := write(w.ida, map[string]any{"status": "said to everyone"})
	hometest.Await(t, "the post arrives", func() bool { return strings.Contains(w.bob.inbox(), "said to everyone") })
	if status, page := press(t, w.ida, "/house/joining", url.Values{"joining": {"closed"}, "inward": {"true"}}); status != http.StatusOK {
		t.Fatalf("%d %s", status, page)
	}
	write(w.ida, map[string]any{"status": "said among ourselves"})
	if code, body := w.ida.Do(http.MethodDelete, "/api/v1/statuses/"+before.ID, nil); code != http.StatusOK {
		t.Errorf("%d %s", code, body)
	}
	quiet(w.Home)
	for _, who := range []*actor{w.bob, w.mad} {
		if got := who.inbox(); strings.Contains(got, "among ourselves") || strings.Contains(got, `"Delete"`) {
			t.Errorf("%s heard\n%s", who.name, got)
		}
	}
	for _, at := range []string{w.me, w.me + "/outbox", w.Origin + "/.well-known/webfinger?resource=acct:ida@" + strings.TrimPrefix(w.Origin, "http://")} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "application/activity+json")
		if code, body := answer(t, http.DefaultClient, r); code != http.StatusNotFound {
			t.Errorf("%s: %d %s", at, code, body)
		}
	}
	if code, body := w.bob.send(w.Home, w.bob.does("Create", w.bob.note())); code != http.StatusNotFound {
		t.Errorf("the inbox answers %d %s", code, body)
	}
	if got := works(t, w.Home)["Following and being followed across servers"]; got != "Off" {
		t.Errorf("the page about the home says %q", got)
	}
}

// TestServersHearThatSomebodyWasRemoved has the keeper remove one with followers elsewhere.
func TestServersHearThatSomebodyWasRemoved(t *testing.T) {
	h := hometest.Start(t, "")
	keeper, ben := h.Settle("ida"), h.Settle("ben")
	me, _ := actorOf(ben)
	bob := newPeer(t).person("bob")
	bob.mustSend(h, bob.does("Follow", me))
	hometest.Await(t, "the follow is granted", func() bool { return strings.Contains(bob.inbox(), `"Accept"`) })
	write(ben, map[string]any{"status": "still here"})
	hometest.Await(t, "the post arrives", func() bool { return strings.Contains(bob.inbox(), "still here") })
	at := "/house/people/" + find(keeper, "ben").ID + "/remove"
	if status, page := press(t, keeper, at, url.Values{"why": {"Advertising."}, "name": {"ben"}}); status != http.StatusOK {
		t.Fatalf("%d %s", status, page)
	}
	gone := `"object":"` + me + `"`
	hometest.Await(t, "the server hears of it", func() bool {
		_, after, _ := strings.Cut(bob.inbox(), "still here")
		return strings.Contains(after, `"Delete"`) && strings.Contains(after, gone)
	})
	quiet(h)
	if n := strings.Count(bob.inbox(), gone); n != 2 { // of the follow that was granted, and of this
		t.Errorf("it is told %d times:\n%s", n, bob.inbox())
	}
}
