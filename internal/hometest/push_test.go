package hometest_test

import (
	"encoding/json"
	"net/http"
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
	var about struct {
		Configuration struct {
			Vapid struct {
				Key string `json:"public_key"`
			} `json:"vapid"`
		} `json:"configuration"`
	}
	about = hometest.Call[struct {
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
