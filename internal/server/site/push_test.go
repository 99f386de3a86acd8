package site_test

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/notification"
	"allod/internal/server/site"
)

// bells are those of sessions, kept in memory; they ring for nobody.
type bells map[id.ID]site.Bell

func (bells) Key() string { return "BKey" }

func (b bells) Of(context.Context, id.ID) (out []site.Bell, err error) {
	for _, one := range b {
		out = append(out, one)
	}
	return out, nil
}

func (b bells) Hang(_ context.Context, _, session id.ID, at site.Doorstep, kinds []notification.Kind) error {
	if !strings.HasPrefix(at.Endpoint, "https://") {
		return fault.New(fault.Invalid, "fault.push.endpoint").In("endpoint")
	}
	b[session] = site.Bell{ID: session + 1, Holder: session, Kinds: kinds}
	return nil
}

func (b bells) Tune(_ context.Context, session id.ID, kinds []notification.Kind) error {
	one, ok := b[session]
	if !ok {
		return fault.New(fault.NotFound, "fault.push.unknown")
	}
	one.Kinds = kinds
	b[session] = one
	return nil
}

func (b bells) Unhang(_ context.Context, _, which id.ID) error {
	delete(b, which-1)
	return nil
}

// ears are those of guests, by number.
type ears map[id.ID]id.ID

func (e ears) Open(_ context.Context, owner id.ID, at site.Doorstep, _ string, _ netip.Addr) (id.ID, error) {
	if at.Key == "" {
		return 0, fault.New(fault.Invalid, "fault.push.keys").In("keys")
	}
	e[7] = owner
	return 7, nil
}

func (e ears) Get(_ context.Context, which id.ID) (id.ID, bool, error) {
	if e[which] == 0 {
		return 0, false, fault.New(fault.NotFound, "fault.push.unknown")
	}
	return e[which], e[which+1] != 0, nil
}

func (e ears) Set(_ context.Context, which id.ID, on bool) error {
	if on {
		e[which+1] = 1
	} else {
		delete(e, which)
	}
	return nil
}

func (ears) Move(context.Context, string, site.Doorstep) error {
	return fault.New(fault.NotFound, "fault.push.unknown")
}

func (e ears) Count(context.Context, id.ID) (int, error) { return len(e), nil }

// ticked are the boxes of a page that are ticked.
func ticked(a answer) string {
	a.t.Helper()
	var on []string
	for _, n := range find(a.page(), func(n *html.Node) bool { return attr(n, "type") == "checkbox" }) {
		for _, at := range n.Attr {
			if at.Key == "checked" {
				on = append(on, attr(n, "value"))
			}
		}
	}
	return strings.Join(on, " ")
}

func TestVisitorFollowsByNotification(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.resident("ida")
	v := h.visitor()
	if hear := v.get("/@ida/hear").want(http.StatusOK).text(); !strings.Contains(hear, `href="/@ida/hear/browser"`) || strings.Contains(hear, "<script") {
		t.Error("the ways to keep hearing do not lead to notifications")
	}
	page := v.get("/@ida/hear/browser").want(http.StatusOK)
	for _, part := range []string{`data-push="BKey"`, `name="endpoint"`, "runs none here", "/assets/push."} {
		if !strings.Contains(page.text(), part) {
			t.Errorf("the page has no %s", part)
		}
	}
	if page.header.Get("Set-Cookie") != "" {
		t.Error("a visitor is given a cookie")
	}
	if got := v.post("/@ida/hear/browser", url.Values{"endpoint": {"https://push.example/1"}}).want(http.StatusUnprocessableEntity).text(); !strings.Contains(got, "keys are missing") {
		t.Errorf("a browser without keys: %.500s", got)
	}
	to := v.post("/@ida/hear/browser", url.Values{"endpoint": {"https://push.example/1"}, "key": {"k"}, "secret": {"s"}}).want(http.StatusSeeOther).header.Get("Location")
	if got := v.get(to).want(http.StatusOK).text(); !strings.Contains(got, "Almost there") || strings.Contains(got, "<script") {
		t.Errorf("before the browser has answered: %.500s", got)
	}
	v.post(to+"/confirm", nil).want(http.StatusNoContent)
	if got := v.get(to).want(http.StatusOK).text(); !strings.Contains(got, "You follow") {
		t.Errorf("once it has: %.500s", got)
	}
	v.get(to + "x").want(http.StatusNotFound)
	v.post(to+"x", nil).want(http.StatusNotFound)
	if v.get(to); v.post(to, nil).want(http.StatusSeeOther).header.Get("Location") != to {
		t.Error("ending it leads elsewhere")
	}
	if got := v.get(to).want(http.StatusOK).text(); !strings.Contains(got, "No more notifications come") {
		t.Errorf("once it has ended: %.500s", got)
	}
	v.post("/push/moved", url.Values{"old": {"https://push.example/1"}}).want(http.StatusNotFound)
	v.get("/@nobody/hear/browser").want(http.StatusNotFound)
}

func TestResidentTurnsOnWhatABrowserTells(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	const path = "/settings/notifications"
	page := b.get(path).want(http.StatusOK)
	if on := ticked(page); on != "talk guests follows posts access" {
		t.Errorf("at first it tells %q", on)
	}
	if got := b.post(path, url.Values{"endpoint": {"ftp://x"}, "kind-4": {"applause"}}).want(http.StatusUnprocessableEntity); ticked(got) != "applause" || !strings.Contains(got.text(), "push service") {
		t.Errorf("what was ticked is not kept: %q", ticked(got))
	}
	b.post(path, url.Values{"kind-1": {"talk"}}).want(http.StatusUnprocessableEntity)
	b.post(path, url.Values{"endpoint": {"https://push.example/1"}, "key": {"k"}, "secret": {"s"}, "kind-1": {"talk"}, "kind-4": {"applause"}}).want(http.StatusSeeOther)
	page = b.get(path).want(http.StatusOK)
	if on := ticked(page); on != "talk applause" || !strings.Contains(page.text(), "This browser tells you") {
		t.Errorf("it tells %q", on)
	}
	b.post(path, url.Values{"kind-3": {"follows"}}).want(http.StatusSeeOther)
	page = b.get(path).want(http.StatusOK)
	if on := ticked(page); on != "follows" {
		t.Errorf("now it tells %q", on)
	}
	end, _ := page.form(path + "/")
	b.post(end, nil).want(http.StatusSeeOther)
	if got := b.get(path).want(http.StatusOK).text(); strings.Contains(got, "This browser tells you") {
		t.Error("it still tells")
	}
	h.visitor().get(path).want(http.StatusSeeOther)
}

func TestWorkerLiesAtTheRoot(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	got := h.visitor().get("/worker.js").want(http.StatusOK)
	if !strings.HasPrefix(got.header.Get("Content-Type"), "text/javascript") || got.header.Get("Cache-Control") != "no-cache" ||
		!strings.Contains(got.header.Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(got.text(), "showNotification") {
		t.Errorf("%v", got.header)
	}
}
