package hometest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"allod/internal/hometest"
)

// A subscriber is a program that wants to be told of news in feeds.
type subscriber struct {
	*httptest.Server
	mu    sync.Mutex
	asked []url.Values // what the hub wanted to have confirmed
	got   []told
	// agrees says whether the callback confirms; status is what it answers to news.
	agrees bool
	status int
}

// told is news as it came.
type told struct {
	header http.Header
	body   string
}

func newSubscriber(t testing.TB) *subscriber {
	s := &subscriber{agrees: true, status: http.StatusNoContent}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodGet {
		q := r.URL.Query()
		s.asked = append(s.asked, q)
		if !s.agrees {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, q.Get("hub.challenge"))
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.got = append(s.got, told{r.Header, string(body)})
	w.WriteHeader(s.status)
}

func (s *subscriber) confirmed() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *subscriber) news() []told {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got
}

func (s *subscriber) answers(agrees bool, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.agrees, s.status = agrees, status
}

// askHub asks the hub of a home, and returns the status and the sentence.
func askHub(h *hometest.Home, form url.Values) (int, string) {
	t := h.T()
	t.Helper()
	resp, err := http.PostForm(h.Origin+"/websub", form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

func wish(mode, topic, callback string) url.Values {
	return url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.callback": {callback}, "hub.secret": {"quiet"}, "hub.lease_seconds": {"600"}}
}

func TestSubscribersAreToldOfNews(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	s := newSubscriber(t)
	topic := h.Origin + "/@ida/feed.atom"
	if code, body := askHub(h, wish("subscribe", topic, s.URL+"/back?for=ida")); code != http.StatusAccepted {
		t.Fatalf("%d %s", code, body)
	}
	hometest.Await(t, "the callback is asked", func() bool { return len(s.confirmed()) == 1 })
	if q := s.confirmed()[0]; q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != topic || q.Get("hub.lease_seconds") != "600" || q.Get("for") != "ida" {
		t.Errorf("the callback is asked %v", q)
	}
	write(ida, map[string]any{"status": "quiet words", "visibility": "unlisted"})
	first := write(ida, map[string]any{"status": "first words"})
	hometest.Await(t, "news comes", func() bool { return len(s.news()) == 1 })
	n := s.news()[0]
	mac := hmac.New(sha256.New, []byte("quiet"))
	mac.Write([]byte(n.body))
	if got, want := n.header.Get("X-Hub-Signature"), "sha256="+hex.EncodeToString(mac.Sum(nil)); got != want {
		t.Errorf("signed %q, not %q", got, want)
	}
	links := strings.Join(n.header.Values("Link"), ", ")
	if !strings.Contains(links, "<"+h.Origin+`/websub>; rel="hub"`) || !strings.Contains(links, "<"+topic+`>; rel="self"`) {
		t.Errorf("the links are %s", links)
	}
	if !strings.HasPrefix(n.header.Get("Content-Type"), "application/atom+xml") || !strings.Contains(n.body, "first words") || strings.Contains(n.body, "quiet words") {
		t.Errorf("%s: %s", n.header.Get("Content-Type"), n.body)
	}
	resp, err := http.Get(topic)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if links := strings.Join(resp.Header.Values("Link"), ", "); !strings.Contains(links, `/websub>; rel="hub"`) {
		t.Errorf("the feed announces %q", links)
	}
	hometest.Call[status](ida, http.MethodDelete, "/api/v1/statuses/"+first.ID, nil)
	hometest.Await(t, "that it is gone comes too", func() bool { return len(s.news()) == 2 })
	if strings.Contains(s.news()[1].body, "first words") {
		t.Error("a deleted post is told")
	}
	if code, _ := askHub(h, wish("unsubscribe", topic, s.URL+"/back?for=ida")); code != http.StatusAccepted {
		t.Fatal(code)
	}
	hometest.Await(t, "the callback is asked again", func() bool { return len(s.confirmed()) == 2 })
	other := newSubscriber(t)
	askHub(h, wish("subscribe", topic, other.URL))
	hometest.Await(t, "another subscribes", func() bool { return len(other.confirmed()) == 1 })
	write(ida, map[string]any{"status": "second words"})
	hometest.Await(t, "the other is told", func() bool { return len(other.news()) == 1 })
	if len(s.news()) != 2 {
		t.Error("one who left is told")
	}
}

func TestSubscriberThatStumblesIsToldAgain(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	s := newSubscriber(t)
	askHub(h, wish("subscribe", h.Origin+"/tags/tea/feed.json", s.URL))
	hometest.Await(t, "the callback is asked", func() bool { return len(s.confirmed()) == 1 })
	s.answers(true, http.StatusServiceUnavailable)
	write(ida, map[string]any{"status": "one #Tea"})
	hometest.Await(t, "it stumbles", func() bool { return len(s.news()) == 1 })
	h.Down()
	h.Up()
	s.answers(true, http.StatusOK)
	hometest.Await(t, "it is told again after a restart", func() bool { return len(s.news()) > 1 })
	if n := s.news(); !strings.Contains(n[len(n)-1].body, "one <a") {
		t.Errorf("told %s", n[len(n)-1].body)
	}
	s.answers(true, http.StatusGone)
	before := len(s.news())
	write(ida, map[string]any{"status": "two #tea"})
	hometest.Await(t, "it says that it is gone", func() bool { return len(s.news()) > before })
}

func TestHubRefusesWhatItShould(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	h.Settle("ida")
	s := newSubscriber(t)
	topic := h.Origin + "/@ida/feed.atom"
	for name, c := range map[string]struct {
		form url.Values
		code int
		says string
	}{
		"a mode":           {wish("publish", topic, s.URL), 422, "hub.mode"},
		"somebody's feed":  {wish("subscribe", "http://elsewhere.example/feed", s.URL), 404, "no feed"},
		"a feed's page":    {wish("subscribe", h.Origin+"/@ida", s.URL), 404, "no feed"},
		"an older page":    {wish("subscribe", topic+"?max_id=5", s.URL), 404, "no feed"},
		"a feed of nobody": {wish("subscribe", h.Origin+"/@nobody/feed.atom", s.URL), 404, "no feed"},
		"another spelling": {wish("subscribe", h.Origin+"/@IDA/feed.atom", s.URL), 404, "no feed"},
		"no callback":      {wish("subscribe", topic, "ftp://there.example/"), 422, "hub.callback"},
		"a fragment":       {wish("subscribe", topic, s.URL+"#x"), 422, "hub.callback"},
		"this home":        {wish("subscribe", topic, h.Origin+"/websub"), 422, "this home"},
		"a long secret": {func() url.Values {
			f := wish("subscribe", topic, s.URL)
			f.Set("hub.secret", strings.Repeat("x", 200))
			return f
		}(), 422, "199"},
		"a lease of no time": {func() url.Values { f := wish("subscribe", topic, s.URL); f.Set("hub.lease_seconds", "soon"); return f }(), 422, "number"},
	} {
		if code, body := askHub(h, c.form); code != c.code || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	if n := len(s.confirmed()); n != 0 {
		t.Errorf("the callback was asked %d times about what was refused", n)
	}
	s.answers(false, http.StatusOK)
	askHub(h, wish("subscribe", topic, s.URL))
	hometest.Await(t, "the callback is asked", func() bool { return len(s.confirmed()) == 1 })
	// Cloud machines' credentials lie at an address that no setting opens.
	if code, _ := askHub(h, wish("subscribe", topic, "http://169.254.169.254/latest")); code != http.StatusAccepted {
		t.Errorf("answered %d before anybody was asked", code)
	}
}

func TestFloodOfWishesIsRefused(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	h.Settle("ida")
	// A callback that never answers in time keeps its wishes waiting.
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	t.Cleanup(slow.Close)
	refused := ""
	for i := range 200 {
		code, body := askHub(h, wish("subscribe", h.Origin+"/@ida/feed.atom", fmt.Sprintf("%s/%d", slow.URL, i)))
		if code == http.StatusTooManyRequests {
			refused = body
			break
		}
		if code != http.StatusAccepted {
			t.Fatalf("%d %s", code, body)
		}
	}
	if !strings.Contains(refused, "later") {
		t.Errorf("200 wishes of one host are taken: %q", refused)
	}
}
