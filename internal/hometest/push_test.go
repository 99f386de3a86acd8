package hometest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/hometest"
	"allod/internal/push/pushtest"
)

// A pushed is a subscription as the API tells of it.
type pushed struct {
	ID        json.Number     `json:"id"`
	Endpoint  string          `json:"endpoint"`
	Standard  bool            `json:"standard"`
	Alerts    map[string]bool `json:"alerts"`
	Policy    string          `json:"policy"`
	ServerKey string          `json:"server_key"`
}

func pushWish(b *pushtest.Browser, standard bool, policy string, alerts ...string) map[string]any {
	on := map[string]any{}
	for _, a := range alerts {
		on[a] = true
	}
	return map[string]any{
		"subscription": map[string]any{"endpoint": b.Endpoint, "keys": map[string]any{"p256dh": b.Key, "auth": b.Secret}, "standard": standard},
		"data":         map[string]any{"alerts": on, "policy": policy},
	}
}

func TestAppsAreToldInBothForms(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, nora, fay := h.Settle("ida"), h.Settle("nora"), h.Settle("fay")
	s := pushtest.New(t)
	other := h.SignIn("ida") // another app of hers
	older, standard := s.Browser(), s.Browser()

	made := hometest.Call[pushed](ida, http.MethodPost, "/api/v1/push/subscription", pushWish(older, false, "", "mention", "favourite"))
	if made.Endpoint != older.Endpoint || made.Standard || made.Policy != "all" || !made.Alerts["mention"] || made.Alerts["reblog"] || len(made.ServerKey) != 87 {
		t.Errorf("%+v", made)
	}
	if n, err := made.ID.Int64(); err != nil || n < 1 || n > 1<<31-1 {
		t.Errorf("the id %s does not fit what apps read it into", made.ID)
	}
	about := hometest.Call[struct {
		Configuration struct {
			Vapid struct {
				Key string `json:"public_key"`
			} `json:"vapid"`
		} `json:"configuration"`
	}](ida, http.MethodGet, "/api/v2/instance", nil)
	if about.Configuration.Vapid.Key != made.ServerKey {
		t.Errorf("the home says its key is %s, and the subscription %s", about.Configuration.Vapid.Key, made.ServerKey)
	}
	hometest.Call[pushed](other, http.MethodPost, "/api/v1/push/subscription", pushWish(standard, true, "followed", "mention", "favourite", "follow"))

	follow(ida, fay)
	write(nora, map[string]any{"status": "quiet words for @ida", "visibility": "direct"})
	hometest.Await(t, "the older app is told", func() bool { return len(s.Got(older)) == 1 })
	m, said := s.Got(older)[0], s.Told(older)[0]
	if said["access_token"] != ida.Token || said["notification_type"] != "mention" || said["preferred_locale"] != "en" ||
		!strings.Contains(said["title"].(string), "nora") || said["body"] != "quiet words for @ida" {
		t.Errorf("told %v", said)
	}
	if n, ok := said["notification_id"].(json.Number); !ok || hometest.Call[struct{ ID string }](ida, http.MethodGet, "/api/v1/notifications/"+n.String(), nil).ID != n.String() {
		t.Errorf("notification_id %v", said["notification_id"])
	}
	if a := m.Header; !strings.HasPrefix(a.Get("Authorization"), "WebPush ey") || a.Get("TTL") == "" || a.Get("Topic") == "" || !strings.Contains(a.Get("Crypto-Key"), "p256ecdsa="+made.ServerKey) {
		t.Errorf("the header of the older form is %v", a)
	}
	// The other app hears only of those whom ida follows.
	post := write(ida, map[string]any{"status": "a post"})
	hometest.Call[status](nora, http.MethodPost, "/api/v1/statuses/"+post.ID+"/favourite", nil)
	hometest.Call[status](fay, http.MethodPost, "/api/v1/statuses/"+post.ID+"/favourite", nil)
	hometest.Await(t, "the other app is told", func() bool { return len(s.Got(standard)) == 1 })
	hometest.Await(t, "the older app is told of both", func() bool { return len(s.Got(older)) == 3 })
	said = s.Told(standard)[0]
	if said["access_token"] != other.Token || said["notification_type"] != "favourite" || !strings.Contains(said["title"].(string), "fay") {
		t.Errorf("told %v", said)
	}
	if a := s.Got(standard)[0].Header.Get("Authorization"); !strings.HasPrefix(a, "vapid t=ey") || !strings.HasSuffix(a, ", k="+made.ServerKey) {
		t.Errorf("authorized by %q", a)
	}

	// What is changed holds from then on, and what ends tells nobody.
	changed := hometest.Call[pushed](ida, http.MethodPut, "/api/v1/push/subscription", map[string]any{"data": map[string]any{"alerts": map[string]any{"follow": true}, "policy": "none"}})
	if changed.Policy != "none" || changed.Alerts["mention"] || !changed.Alerts["follow"] || hometest.Call[pushed](ida, http.MethodGet, "/api/v1/push/subscription", nil).Policy != "none" {
		t.Errorf("%+v", changed)
	}
	hometest.Call[struct{}](ida, http.MethodDelete, "/api/v1/push/subscription", nil)
	if code, _ := ida.Do(http.MethodGet, "/api/v1/push/subscription", nil); code != http.StatusNotFound {
		t.Errorf("answered %d of what has ended", code)
	}
	s.Answer(http.StatusGone)
	write(fay, map[string]any{"status": "more for @ida"})
	hometest.Await(t, "one that is gone is forgotten", func() bool {
		code, _ := other.Do(http.MethodGet, "/api/v1/push/subscription", nil)
		return code == http.StatusNotFound
	})
	if len(s.Got(older)) != 3 {
		t.Error("one that was ended is told")
	}
}

func TestPushAsksForItsScopeAndGoodKeys(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida := h.Settle("ida")
	s := pushtest.New(t)
	b := s.Browser()
	for name, c := range map[string]struct {
		edit func(b *pushtest.Browser)
		says string
	}{
		"no address":        {func(b *pushtest.Browser) { b.Endpoint = "" }, "push service"},
		"another scheme":    {func(b *pushtest.Browser) { b.Endpoint = "ftp://there.example/x" }, "push service"},
		"this home":         {func(b *pushtest.Browser) { b.Endpoint = h.Origin + "/inbox" }, "itself"},
		"a long one":        {func(b *pushtest.Browser) { b.Endpoint += strings.Repeat("x", 2000) }, "push service"},
		"no key":            {func(b *pushtest.Browser) { b.Key = "" }, "keys"},
		"a point nowhere":   {func(b *pushtest.Browser) { b.Key = "B" + strings.Repeat("A", 86) }, "keys"},
		"a short secret":    {func(b *pushtest.Browser) { b.Secret = b.Secret[:20] }, "keys"},
		"a secret of signs": {func(b *pushtest.Browser) { b.Secret = strings.Repeat("!", 22) }, "keys"},
	} {
		bad := *b
		c.edit(&bad)
		if code, body := ida.Do(http.MethodPost, "/api/v1/push/subscription", pushWish(&bad, true, "", "mention")); code != http.StatusUnprocessableEntity || !strings.Contains(string(body), c.says) {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	if code, body := ida.Do(http.MethodPost, "/api/v1/push/subscription", pushWish(b, true, "some", "mention")); code != http.StatusUnprocessableEntity {
		t.Errorf("a policy there is not: %d %s", code, body)
	}
	if code, _ := ida.Do(http.MethodPut, "/api/v1/push/subscription", map[string]any{}); code != http.StatusNotFound {
		t.Errorf("changed what is not there: %d", code)
	}
}

// hearBy has a browser of a visitor follow somebody, and returns the path of the visitor's page.
func hearBy(p *hometest.Person, b *pushtest.Browser) string {
	t := p.Home.T()
	t.Helper()
	path := p.Home.Origin + "/@" + p.Name + "/hear/browser"
	resp, err := http.PostForm(path, url.Values{"endpoint": {b.Endpoint}, "key": {b.Key}, "secret": {b.Secret}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if raw, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Request.URL.Path, "/push/") {
		t.Fatalf("%s at %s: %v: %.500s", resp.Status, resp.Request.URL, err, raw)
	}
	return resp.Request.URL.Path
}

// nudge posts to a path as nobody in particular, and returns the status.
func nudge(h *hometest.Home, path string, form url.Values) int {
	t := h.T()
	t.Helper()
	resp, err := http.PostForm(h.Origin+path, form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func TestVisitorsAreToldOfWhatIsForEveryone(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, nora := h.Settle("ida"), h.Settle("nora")
	s := pushtest.New(t)
	b, silent := s.Browser(), s.Browser()
	page := hearBy(ida, b)
	hearBy(ida, silent)
	hometest.Await(t, "both browsers are asked", func() bool { return len(s.Got(b)) == 1 && len(s.Got(silent)) == 1 })
	first := s.Told(b)[0]
	if first["confirm"] != page+"/confirm" || first["url"] != page || !strings.Contains(first["title"].(string), "ida") {
		t.Errorf("first told %v", first)
	}
	if code := nudge(h, first["confirm"].(string), nil); code != http.StatusNoContent {
		t.Fatalf("the answer is answered %d", code)
	}
	// Only what is for everyone and answers nobody else is told, and only to a browser that answered.
	for _, level := range []string{"unlisted", "private", "direct"} {
		write(ida, map[string]any{"status": "quiet words", "visibility": level})
	}
	write(ida, map[string]any{"status": "an answer to @nora", "in_reply_to_id": write(nora, map[string]any{"status": "by another"}).ID})
	write(ida, map[string]any{"status": "at home", "local_only": true})
	folded := write(ida, map[string]any{"status": "inside", "spoiler_text": "what it is about"})
	open := write(ida, map[string]any{"status": "*open* words"})
	hometest.Await(t, "what is for everyone comes", func() bool { return len(s.Got(b)) == 3 })
	said := map[any]map[string]any{}
	for _, m := range s.Told(b)[1:] {
		said[m["url"]] = m
	}
	if m := said[h.Origin+"/@ida/"+open.ID]; m == nil || m["body"] != "open words" || m["title"] != "ida" || m["stop_url"] != page {
		t.Errorf("told %v", said)
	}
	if m := said[h.Origin+"/@ida/"+folded.ID]; m == nil || m["body"] != "what it is about" {
		t.Errorf("told %v", said)
	}
	if n := len(s.Got(silent)); n != 1 {
		t.Errorf("a browser that did not answer is told %d times", n)
	}

	// Reached elsewhere, it is told there; ended by one press, nowhere.
	moved := s.Browser()
	if code := nudge(h, "/push/moved", url.Values{"old": {b.Endpoint}, "endpoint": {moved.Endpoint}, "key": {moved.Key}, "secret": {moved.Secret}}); code != http.StatusNoContent {
		t.Fatalf("moved: %d", code)
	}
	if code := nudge(h, "/push/moved", url.Values{"old": {b.Endpoint}, "endpoint": {moved.Endpoint}, "key": {moved.Key}, "secret": {moved.Secret}}); code != http.StatusNotFound {
		t.Errorf("moved again: %d", code)
	}
	write(ida, map[string]any{"status": "further words"})
	hometest.Await(t, "it is told where it is now", func() bool { return len(s.Got(moved)) == 1 })
	if settings := ida.Page("/settings/notifications"); !strings.Contains(settings, "1 browser of people without an account") {
		t.Error("ida does not see how many follow so")
	}
	nudge(h, page, nil)
	write(ida, map[string]any{"status": "last words"})
	other := s.Browser()
	again := hearBy(ida, other)
	hometest.Await(t, "another is asked", func() bool { return len(s.Got(other)) == 1 })
	nudge(h, again+"/confirm", nil)
	write(ida, map[string]any{"status": "words for the other"})
	hometest.Await(t, "the other is told", func() bool { return len(s.Got(other)) == 2 })
	if len(s.Got(moved)) != 1 || len(s.Got(b)) != 3 {
		t.Error("one who ended it is told")
	}
}

func TestBrowserTellsOneWhoLivesHere(t *testing.T) {
	t.Parallel()
	h := hometest.Start(t, "")
	ida, nora, fay := h.Settle("ida"), h.Settle("nora"), h.Settle("fay")
	s := pushtest.New(t)
	b := s.Browser()
	turnOn := func(p *hometest.Person, kinds url.Values) {
		t.Helper()
		kinds.Set("endpoint", b.Endpoint)
		kinds.Set("key", b.Key)
		kinds.Set("secret", b.Secret)
		resp, err := p.Browser.PostForm(h.Origin+"/settings/notifications", kinds)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if raw, _ := io.ReadAll(resp.Body); !strings.Contains(string(raw), "This browser tells you") {
			t.Fatalf("%s: %.500s", resp.Status, raw)
		}
	}
	turnOn(ida, url.Values{"kind-1": {"talk"}})
	// A filter folds some words, and another leaves some out.
	hometest.Call[struct{}](ida, http.MethodPost, "/api/v2/filters", map[string]any{"title": "Sports", "context": []string{"notifications"}, "filter_action": "warn", "keywords_attributes": []any{map[string]any{"keyword": "football"}}})
	hometest.Call[struct{}](ida, http.MethodPost, "/api/v2/filters", map[string]any{"title": "Noise", "context": []string{"notifications"}, "filter_action": "hide", "keywords_attributes": []any{map[string]any{"keyword": "lottery"}}})
	post := write(ida, map[string]any{"status": "a post"})
	hometest.Call[status](nora, http.MethodPost, "/api/v1/statuses/"+post.ID+"/favourite", nil)
	hometest.Call[relation](ida, http.MethodPost, "/api/v1/accounts/"+find(ida, handle(fay)).ID+"/mute", map[string]any{})
	write(fay, map[string]any{"status": "a muted word for @ida"})
	write(nora, map[string]any{"status": "the lottery for @ida"})
	write(nora, map[string]any{"status": "football with @ida", "visibility": "direct"})
	plain := write(nora, map[string]any{"status": "supper at six?", "in_reply_to_id": post.ID})
	hometest.Await(t, "what is not kept from her comes", func() bool { return len(s.Got(b)) == 2 })
	said := s.Told(b)
	if said[0]["body"] == "supper at six?" {
		said[0], said[1] = said[1], said[0]
	}
	if m := said[1]; m["body"] != "supper at six?" || m["title"] != "nora replied to you" || m["url"] != "/@nora/"+plain.ID || m["access_token"] != nil {
		t.Errorf("told %v", m)
	}
	if m := said[0]; !strings.Contains(m["body"].(string), "filters") {
		t.Errorf("a filter folds nothing: %v", m)
	}
	if news := ida.Page("/news"); strings.Contains(news, "lottery") || !strings.Contains(news, "Sports") || !strings.Contains(news, "supper") {
		t.Error("the page of news tells otherwise")
	}
	// Once she has signed out it tells nothing; as nora's it tells nora.
	resp, err := ida.Browser.PostForm(h.Origin+"/logout", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	write(nora, map[string]any{"status": "more for @ida"})
	turnOn(nora, url.Values{"kind-1": {"talk"}})
	write(ida, map[string]any{"status": "for @nora"})
	hometest.Await(t, "nora is told", func() bool { return len(s.Got(b)) == 3 })
	if m := s.Told(b)[2]; m["body"] != "for @nora" {
		t.Errorf("told %v", m)
	}
	if page := nora.Page("/settings/notifications"); !strings.Contains(page, "Turn off") || strings.Contains(page, "supper") {
		t.Error("the page of nora's notifications")
	}
}
