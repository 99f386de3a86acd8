package browser

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"

	"allod/internal/push/pushtest"
)

// TestPush has a visitor follow by notification and a resident turn theirs on,
// as far as a browser goes that reaches no push service: it says so in a
// sentence. What the home sends is taken in by a push service on loopback,
// opened there, and handed to the worker in the browser.
func TestPush(t *testing.T) {
	needsBrowser(t)
	h := &home{data: t.TempDir(), origin: "https://marrow.example"}
	cert, key := certify(t, "marrow.example")
	h.serve(t, "--listen", named, "--tls-cert", cert, "--tls-key", key)
	ida := openTab(t, h.origin, way{language: "en", size: desk})
	settle(t, h, ida)
	owner := newNeighbor(t, h.origin, named, "ines", town[0].password)
	visitor := openTab(t, h.origin, way{language: "en", size: phone})
	visitor.open("/@ines/hear")
	visitor.look("hear-browser", phone)
	visitor.press("#browser .button")
	visitor.see("[data-say=form] .primary")
	visitor.look("ear", phone)

	// Without leave, and then without a push service, it says why nothing comes.
	permit(visitor, browser.PermissionSettingDenied)
	visitor.open("/@ines/hear/browser")
	visitor.says("[data-say=denied]", "does not allow")
	visitor.look("ear-denied", phone)
	permit(visitor, browser.PermissionSettingGranted)
	visitor.open("/@ines/hear/browser")
	visitor.tap("[data-say=form] .primary")
	visitor.says("[data-failed]", "Your browser’s notification service did not answer")
	visitor.forgive("Push API") // what Chromium says of it in a window without a past
	visitor.look("ear-unreachable", phone)
	if on := value[string](visitor, `navigator.serviceWorker.ready.then((r) => r.scope)`); on != h.origin+"/" {
		t.Errorf("the worker is for %s", on)
	}

	// A browser whose push service is here follows; what it is sent shows in Chromium.
	s := pushtest.New(t)
	b := s.Browser()
	_, page := owner.send("/@ines/hear/browser", url.Values{"endpoint": {b.Endpoint}, "key": {b.Key}, "secret": {b.Secret}})
	visitor.open(page)
	visitor.look("ear-nearly", phone)
	deliver(visitor, next(t, s, b, 1))
	if shown := notifications(visitor); len(shown) != 1 || shown[0].Title != "You follow Ines Calder now" {
		t.Errorf("shown %+v", shown)
	}
	for until := time.Now().Add(patience); !strings.Contains(visitor.text("h1"), "You follow"); visitor.open(page) {
		if time.Now().After(until) {
			t.Fatal("the worker did not answer the first notification")
		}
	}
	visitor.look("ear-on", phone)
	post := owner.post("The first frost took the beans, and left the kale.", "public", nil)
	deliver(visitor, next(t, s, b, 2))
	shown := notifications(visitor)
	if len(shown) != 2 || shown[1].Body != "The first frost took the beans, and left the kale." || !strings.HasSuffix(shown[1].Data.URL, post[strings.Index(post, "/@"):]) ||
		shown[1].Data.Stop != page || shown[1].Lang != "en" {
		t.Errorf("shown %+v", shown)
	}
	visitor.press(".button.danger")
	visitor.look("ear-off", phone)

	// A resident turns it on in their browser, and off again.
	ida.open("/settings/notifications")
	ida.see("[data-say=form] .primary")
	ida.look("bells", desk)
	_, _ = owner.send("/settings/notifications", url.Values{"endpoint": {s.Browser().Endpoint}, "key": {b.Key}, "secret": {b.Secret}, "kind-1": {"talk"}})
	ida.open("/settings/notifications")
	ida.see("#others li")
	ida.look("bells-others", desk)
	for _, l := range []string{"ru", "ar"} {
		other := openTab(t, h.origin, way{language: l, size: phone})
		other.open("/@ines/hear")
		other.look("hear-browser."+l, phone)
		other.open("/@ines/hear/browser")
		other.look("ear."+l, phone)
	}
	plain := openTab(t, h.origin, way{language: "en", size: phone, plain: true})
	plain.open("/@ines/hear/browser")
	plain.says("[data-say=unscripted]", "runs none here")
}

// forgive forgets what the console said with some words in it.
func (b *tab) forgive(words string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = slices.DeleteFunc(b.wrong, func(what string) bool { return strings.Contains(what, words) })
}

// permit says whether pages may notify, as the person at the browser would.
func permit(b *tab, setting browser.PermissionSetting) {
	b.t.Helper()
	call(b, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "notifications"}, Setting: setting, Origin: b.origin,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	})
}

// deliver hands a message to the worker of a tab's home, as a push service
// would, until it shows it: a worker that is asleep may miss the first.
func deliver(b *tab, text string) {
	b.t.Helper()
	before := len(notifications(b))
	found := make(chan serviceworker.RegistrationID, 10)
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*serviceworker.EventWorkerRegistrationUpdated); ok {
			for _, r := range e.Registrations {
				if strings.HasPrefix(r.ScopeURL, b.origin+"/") && !r.IsDeleted {
					select {
					case found <- r.RegistrationID:
					default:
					}
				}
			}
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	call(b, serviceworker.Disable, cdp.Empty{})
	call(b, serviceworker.Enable, cdp.Empty{})
	var id serviceworker.RegistrationID
	select {
	case id = <-found:
	case <-ctx.Done():
		b.fatal(ctx.Err())
	}
	var again time.Time
	for until := time.Now().Add(2 * patience); len(notifications(b)) == before; time.Sleep(50 * time.Millisecond) {
		if now := time.Now(); now.After(until) {
			b.t.Fatalf("the worker shows nothing of %s", text)
		} else if now.After(again) {
			call(b, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{Origin: b.origin, RegistrationID: id, Data: text})
			again = now.Add(2 * time.Second)
		}
	}
}

// A shownNote is a notification as the browser shows it.
type shownNote struct {
	Title, Body, Lang, Tag string
	Data                   struct{ URL, Stop string }
}

// notifications are those the browser shows, the first shown first.
func notifications(b *tab) (out []shownNote) {
	b.t.Helper()
	text := value[string](b, `navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => JSON.stringify(
		all.map((n) => ({ Title: n.title, Body: n.body, Lang: n.lang, Tag: n.tag, Data: { URL: n.data.url, Stop: n.data.stop ?? "" } }))))`)
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		b.t.Fatal(err)
	}
	return out
}

// next is the n-th message for a browser, opened.
func next(t *testing.T, s *pushtest.Service, b *pushtest.Browser, n int) string {
	t.Helper()
	for until := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if got := s.Got(b); len(got) >= n {
			plain, err := b.Open(got[n-1])
			if err != nil {
				t.Fatal(err)
			}
			return string(plain)
		}
		if time.Now().After(until) {
			t.Fatalf("message %d did not come", n)
		}
	}
}
