package remote_test

import (
	"net/http"
	"strings"
	"testing"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
)

func TestResolveFindsWhomItCan(t *testing.T) {
	p, other, h := newPeer(t), newPeer(t), newHome(t)
	ana := h.resident("ana")
	bob := p.person("bob")
	other.status("/.well-known/webfinger", http.StatusInternalServerError)
	local, same := address.Handle{Name: "Ana"}, address.Handle{Name: "ana", Host: "home.example"}
	there, none := address.Handle{Name: "bob", Host: p.host}, address.Handle{Name: "none", Host: p.host}
	broken := address.Handle{Name: "x", Host: other.host}
	for range 2 { // asked, then known
		found, err := h.Resolve(t.Context(), []address.Handle{local, same, there, none, broken, {Name: "nobody"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 3 || found[local].ID != ana.ID || found[same].ID != ana.ID || found[there].URI != bob {
			t.Errorf("found %v", found)
		}
	}
	if n := p.asked("/users/bob"); n != 1 {
		t.Errorf("asked %d times for one who is known", n)
	}
}

// TestWayOfAHandleLeadsBack has a row for each way by which a handle could
// come to stand for somebody else.
func TestWayOfAHandleLeadsBack(t *testing.T) {
	h := newHome(t)
	for _, row := range []struct {
		name string
		set  func(h *home, good, evil *peer)
		ask  string // the handle, with G and E for the hosts
		want string // the handle of whom is found; "" for nobody
		kind fault.Kind
	}{
		{"plain", func(h *home, good, evil *peer) { good.person("bob") }, "bob@G", "bob@G", 0},
		{"in other letters", func(h *home, good, evil *peer) { good.leads("BOB", "acct:bob@"+good.host, good.person("bob")) }, "BOB@G", "bob@G", 0},
		{"an actor who does not know of the handle", func(h *home, good, evil *peer) {
			evil.leads("eve", "acct:eve@"+evil.host, good.person("bob"))
		}, "eve@E", "", fault.Denied},
		{"another name for one at another host, as it says itself", func(h *home, good, evil *peer) {
			evil.leads("rob", "acct:bob@"+good.host, good.person("bob"))
		}, "rob@E", "bob@G", 0},
		{"one's own domain, agreed by both", func(h *home, good, evil *peer) {
			actor := good.person("bob")
			good.leads("bob", "acct:bob@"+evil.host, actor)
			evil.leads("bob", "acct:bob@"+evil.host, actor)
		}, "bob@E", "bob@E", 0},
		{"one's own domain, of which the server knows nothing", func(h *home, good, evil *peer) {
			evil.leads("bob", "acct:bob@"+evil.host, good.person("bob"))
		}, "bob@E", "", fault.Denied},
		{"one who lives here", func(h *home, good, evil *peer) {
			ana := h.resident("ana")
			evil.leads("eve", "acct:ana@home.example", strings.Replace(ana.URI, "ap://", origin+account.Gateway, 1))
		}, "eve@E", "", fault.Denied},
		{"leads to a post", func(h *home, good, evil *peer) {
			evil.leads("eve", "acct:eve@"+evil.host, evil.note("/1", evil.URL+"/users/eve"))
		}, "eve@E", "", fault.Invalid},
		{"leads nowhere", func(h *home, good, evil *peer) { evil.leads("eve", "acct:eve@"+evil.host, "") }, "eve@E", "", fault.NotFound},
		{"is nothing", func(h *home, good, evil *peer) {}, "eve@E", "", fault.NotFound},
		{"is no JRD", func(h *home, good, evil *peer) { evil.serve("/.well-known/webfinger", []byte("<html>")) }, "eve@E", "", fault.Invalid},
	} {
		t.Run(row.name, func(t *testing.T) {
			good, evil := newPeer(t), newPeer(t)
			row.set(h, good, evil)
			hosts := strings.NewReplacer("G", good.host, "E", evil.host)
			asked, err := address.ParseHandle(hosts.Replace(row.ask))
			if err != nil {
				t.Fatal(err)
			}
			a, err := h.Find(t.Context(), asked)
			if row.want == "" {
				wantKind(t, err, row.kind)
			} else if err != nil || a.Handle() != hosts.Replace(row.want) {
				t.Errorf("found %v, %v", a, err)
			}
		})
	}
}

func TestSearchFindsWhatWasPasted(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	ana := h.resident("ana")
	bob := p.person("bob", doc{"url": p.URL + "/@bob"})
	post := p.note("/notes/1", bob)
	p.handle("/@bob", p.routes["/users/bob"])
	p.handle("/@bob/1", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/notes/1", http.StatusSeeOther) })
	p.handle("/about", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html>")) })

	for _, text := range []string{"bob@" + p.host, " @bob@" + p.host + "\n", "acct:bob@" + p.host, bob, p.URL + "/@bob"} {
		if got, err := h.FindByText(t.Context(), text); err != nil || got.Account == nil || got.Account.URI != bob || got.Post != 0 {
			t.Errorf("%q leads to %+v, %v", text, got, err)
		}
	}
	here := strings.Replace(ana.URI, "ap://", origin+account.Gateway, 1)
	for _, text := range []string{"@ana", "ana@home.example", "@ANA@Home.Example", origin + "/@ana", here, ana.URI} {
		if got, err := h.FindByText(t.Context(), text); err != nil || got.Account == nil || got.Account.ID != ana.ID {
			t.Errorf("%q leads to %+v, %v", text, got, err)
		}
	}
	var kept id.ID
	for _, text := range []string{p.URL + "/@bob/1", post, " " + post} {
		got, err := h.FindByText(t.Context(), text)
		if err != nil || got.Account != nil || got.Post == 0 || kept != 0 && got.Post != kept {
			t.Errorf("%q leads to %+v, %v", text, got, err)
		}
		kept = got.Post
	}
	if got, err := h.FindByText(t.Context(), origin+"/@ana/"+kept.String()); err != nil || got.Post != kept {
		t.Errorf("our own page leads to %+v, %v", got, err)
	}
	for _, text := range []string{"", "@", "ana", "two words", "@nobody", origin + "/settings", origin + "/@ana/x", origin + "/@ana/1/2", "javascript:alert(1)", p.URL + "/none"} {
		_, err := h.FindByText(t.Context(), text)
		wantKind(t, err, fault.NotFound)
	}
	_, err := h.FindByText(t.Context(), p.URL+"/about")
	wantKind(t, err, fault.Unsupported)
}
