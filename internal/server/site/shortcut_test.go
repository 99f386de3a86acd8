package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"allod/internal/account"
	"allod/internal/db/dbtest"
	"allod/internal/id"
)

func TestAddressInTheSearchOffersToFollow(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	wren := h.stranger("wren")
	h.finder.people = map[string]*account.Account{"@wren@far.example": wren}
	said := h.publish(wren, draft("The bridge is stuck"))
	h.finder.posts = map[string]id.ID{"https://far.example/1": said.ID}
	ask := func(q, from string) answer {
		return b.get("/search?q="+url.QueryEscape(q), header("Sec-Fetch-Site", from))
	}
	action, _ := ask("@wren@far.example", "same-origin").want(http.StatusOK, "wren").form("/people/" + wren.ID.String() + "/follow")
	b.post(action, nil).leads("/")
	ask("https://far.example/1", "none").leads("/@wren@harbour.example/" + said.ID.String())
	ask("nobody@far.example", "same-origin").want(http.StatusUnprocessableEntity, "words-wrong", "nobody@far.example")
	if page := ask("@wren@far.example", "cross-site").want(http.StatusOK, "Ask at that address"); strings.Contains(page.text(), wren.Called()) {
		t.Error("a link on another site had somebody looked for")
	}
	h.visitor().get("/search?q=wren@far.example", header("Sec-Fetch-Site", "same-origin")).want(http.StatusOK)
}

func TestKeeperOfAClosedHomeInvitesByOnePress(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	token, err := h.accounts.NewSetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := h.visitor()
	first, fields := b.get("/first?token=" + token).form("/first")
	fields["name"], fields["address"], fields["password"] = "Ida", "ida", password
	delete(fields, "again") // as the script does that can show what is typed
	b.post(first, values(fields)).leads("/")
	_, other := h.resident("ben")
	if err := h.accounts.SetManners(t.Context(), account.Manners{Joining: account.Closed, About: "A boat"}); err != nil {
		t.Fatal(err)
	}
	if page := other.get("/people").want(http.StatusOK); strings.Contains(page.text(), `action="/invitations"`) {
		t.Error("who may not invite is offered to")
	}
	other.post("/invitations", url.Values{"uses": {"1"}, "days": {"14"}, "open": {"true"}}).want(http.StatusForbidden)
	b.post("/invitations", url.Values{"uses": {"1"}, "days": {"14"}}).want(http.StatusForbidden) // nothing opens unasked
	action, fields := b.get("/people").want(http.StatusOK, "nobody in so far").form("/invitations")
	to := b.post(action, values(fields)).leads("/invitations?made=")
	link := attr(find(b.get(to).page(), func(n *node) bool { return attr(n, "id") == "link" })[0], "value")
	m, err := h.accounts.Manners(t.Context())
	if err != nil || m.Joining != account.Invited || m.About != "A boat" {
		t.Errorf("%+v %v", m, err)
	}
	h.visitor().get(strings.TrimPrefix(link, h.url)).want(http.StatusOK, "/join/")
	if page := b.get("/people").want(http.StatusOK); strings.Contains(page.text(), "nobody in so far") {
		t.Error("an open home is said to be closed")
	}
}

func TestSettingsShowWhereOneIsSignedIn(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	b.get("/settings").want(http.StatusOK, `id="sessions"`, "This browser", `href="/access"`)
}

func TestOwnerWithoutAPageIsLedToTheFirst(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	b.get("/@ida").want(http.StatusOK, `href="/site/new?kind=text"`)
	action, fields := b.get("/site/new?kind=text").form("/site/new")
	fields["text"], fields["do"] = "I keep bees.", "publish"
	b.post(action, values(fields)).leads("/@ida/about")
	if page := b.get("/@ida").want(http.StatusOK, "/@ida/about"); strings.Contains(page.text(), `href="/site/new?kind=text"`) {
		t.Error("it is still offered")
	}
}
