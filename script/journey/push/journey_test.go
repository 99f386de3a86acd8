package push

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"allod/internal/hometest"
	"allod/internal/push/pushtest"
)

// An opened message is what open.mjs found in one.
type opened struct {
	Text   string
	Claims struct {
		Aud, Sub string
		Exp      int64
	}
	Key   string
	Bytes int
}

// said is a message for an app, or for this home's own worker.
type said struct {
	AccessToken    string      `json:"access_token"`
	NotificationID json.Number `json:"notification_id"`
	Type           string      `json:"notification_type"`
	Title, Body    string
	URL, Confirm   string
}

// TestOthersOpenWhatTheHomePushes has the home tell an app of each form and a
// visitor's browser, and others open it.
func TestOthersOpenWhatTheHomePushes(t *testing.T) {
	if os.Getenv("ALLOD_PUSH") == "" {
		t.Skip("set ALLOD_PUSH=1, as script/journey/push/run does")
	}
	h := hometest.Start(t, "")
	ida, nora := h.Settle("ida"), h.Settle("nora")
	other := h.SignIn("ida")
	s := pushtest.New(t)
	older, standard, visitor := s.Browser(), s.Browser(), s.Browser()
	subscribe(ida, older, false)
	subscribe(other, standard, true)
	form := url.Values{"endpoint": {visitor.Endpoint}, "key": {visitor.Key}, "secret": {visitor.Secret}}
	resp, err := http.PostForm(h.Origin+"/@nora/hear/browser", form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	hometest.Await(t, "the visitor's browser is asked", func() bool { return len(s.Got(visitor)) == 1 })
	first := open(t, s, visitor)[0]
	if resp, err = http.Post(h.Origin+read(t, first.Text).Confirm, "", nil); err != nil || resp.StatusCode != http.StatusNoContent {
		t.Fatalf("the answer: %v %v", resp, err)
	}
	resp.Body.Close()

	const words = "Привет, @ida! \u200fمرحبا\u200f 🌿 и ещё много слов"
	hometest.Call[struct{}](nora, http.MethodPost, "/api/v1/statuses", map[string]any{"status": words + strings.Repeat(" слово", 200)})
	hometest.Await(t, "all three are told", func() bool {
		return len(s.Got(older)) == 1 && len(s.Got(standard)) == 1 && len(s.Got(visitor)) == 2
	})
	about := hometest.Call[struct {
		Configuration struct {
			Vapid struct {
				Key string `json:"public_key"`
			}
		}
	}](ida, http.MethodGet, "/api/v2/instance", nil)
	for name, c := range map[string]struct {
		of    *pushtest.Browser
		token string
	}{"aesgcm": {older, ida.Token}, "aes128gcm": {standard, other.Token}, "the visitor's": {visitor, ""}} {
		all := open(t, s, c.of)
		o := all[len(all)-1]
		m := read(t, o.Text)
		if !strings.HasPrefix(m.Body, words) || !strings.HasSuffix(m.Body, "…") || m.AccessToken != c.token {
			t.Errorf("%s: %+v", name, m)
		}
		if c.token != "" && (m.Type != "mention" || m.NotificationID == "" || !strings.Contains(m.Title, "nora")) {
			t.Errorf("%s: %+v", name, m)
		}
		if o.Key != about.Configuration.Vapid.Key {
			t.Errorf("%s: signed by %s, not by the home's %s", name, o.Key, about.Configuration.Vapid.Key)
		}
		if left := time.Until(time.Unix(o.Claims.Exp, 0)); o.Claims.Aud != s.URL || left < time.Minute || left > 24*time.Hour || !strings.HasPrefix(o.Claims.Sub, "mailto:") {
			t.Errorf("%s: the token says %+v", name, o.Claims)
		}
		if o.Bytes > 4096 {
			t.Errorf("%s: %d bytes", name, o.Bytes)
		}
		t.Logf("%s: %d bytes, %s", name, o.Bytes, o.Text)
	}
}

func subscribe(p *hometest.Person, b *pushtest.Browser, standard bool) {
	hometest.Call[struct{}](p, http.MethodPost, "/api/v1/push/subscription", map[string]any{
		"subscription": map[string]any{"endpoint": b.Endpoint, "keys": map[string]any{"p256dh": b.Key, "auth": b.Secret}, "standard": standard},
		"data":         map[string]any{"alerts": map[string]any{"mention": true}, "policy": "all"},
	})
}

// open has Node open all that came for a browser.
func open(t *testing.T, s *pushtest.Service, b *pushtest.Browser) (out []opened) {
	t.Helper()
	type sealed struct {
		Headers map[string]string `json:"headers"`
		Body    []byte            `json:"body"`
		Private string            `json:"private"`
		Secret  string            `json:"secret"`
	}
	var all []sealed
	for _, m := range s.Got(b) {
		one := sealed{Headers: map[string]string{}, Body: m.Body, Private: b.Private(), Secret: b.Secret}
		for name := range m.Header {
			one.Headers[name] = m.Header.Get(name)
		}
		all = append(all, one)
	}
	in, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "open.mjs")
	node.Stdin, node.Stderr = bytes.NewReader(in), os.Stderr
	raw, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return out
}

func read(t *testing.T, text string) (m said) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return m
}
