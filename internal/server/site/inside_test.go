package site_test

import (
	"bufio"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/db/dbtest"
	"allod/internal/live"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/relationship"
)

func TestButtonsOfAPost(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, a := h.resident("ida")
	_, b := h.resident("ben")
	p := h.publish(ida, draft("Like this"))
	for _, name := range []string{"like", "boost"} {
		action, fields := b.get(at(p)).form("/posts/" + p.ID.String() + "/" + name)
		to := b.post(action, values(fields), header("Referer", h.url+at(p)+"?notice=posted")).leads(at(p) + "#post-")
		action, fields = b.get(strings.Split(to, "#")[0]).form(action)
		if fields["on"] != "false" {
			t.Errorf("%s is not on: %v", name, fields)
		}
		b.post(action, values(fields), header("X-Fragment", "1")).want(http.StatusOK, `value="true"`)
		b.post(action, url.Values{"on": {"true"}}, header("X-Fragment", "1")).want(http.StatusOK, `value="false"`)
		b.post(action, url.Values{"on": {"perhaps"}}).want(http.StatusUnprocessableEntity)
	}
	a.get("/news").want(http.StatusOK, "liked", "passed on")
	if to := b.post("/posts/"+p.ID.String()+"/like", url.Values{"on": {"true"}}, header("Referer", "https://evil.example/x")).leads("/"); strings.Contains(to, "evil") {
		t.Errorf("a form leads to %q", to)
	}
	b.post("/posts/x/like", url.Values{"on": {"true"}}).want(http.StatusNotFound)
	b.get("/posts/" + p.ID.String() + "/delete").want(http.StatusForbidden)
	b.post("/posts/"+p.ID.String()+"/delete", nil).want(http.StatusForbidden)
	letter := h.publish(ida, post.Draft{Text: "@ben hush", Visibility: post.Direct})
	b.post("/posts/"+letter.ID.String()+"/boost", url.Values{"on": {"true"}}).want(http.StatusForbidden)
}

func TestPeopleAskAndAnswer(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, a := h.resident("ida")
	ben, b := h.resident("ben")
	if _, err := h.accounts.Edit(t.Context(), ida.ID, account.Profile{Locked: new(true)}); err != nil {
		t.Fatal(err)
	}
	press := func(who *browser, page, action string) answer {
		t.Helper()
		to, fields := who.get(page).want(http.StatusOK).form(action)
		return who.post(to, values(fields), header("Referer", h.url+page))
	}
	idas, bens := "/people/"+ida.ID.String()+"/", "/people/"+ben.ID.String()+"/"
	press(b, "/@ida", idas+"follow").leads("/@ida")
	b.get("/@ida").want(http.StatusOK, "Asked to follow")
	a.get("/news").want(http.StatusOK, "would like to follow you")
	press(a, "/people/requests", bens+"accept").leads("/people/requests")
	b.get("/people").want(http.StatusOK, "ida@"+h.names.Host)
	a.get("/people/followers").want(http.StatusOK, "ben@"+h.names.Host)
	h.publish(ida, post.Draft{Text: "for followers", Visibility: post.Followers})
	b.get("/").want(http.StatusOK, "for followers", "You follow")
	press(a, "/people/followers", bens+"remove").leads("/people/followers")
	a.post(bens+"remove", nil).leads("/@ben")
	b.post(idas+"follow", nil, header("X-Fragment", "1")).want(http.StatusOK, "Asked to follow")
	b.post(idas+"unfollow", nil, header("X-Fragment", "1")).want(http.StatusOK, idas+"follow")
	press(a, "/@ben", bens+"block").leads("/@ben")
	b.post(idas+"follow", nil).want(http.StatusForbidden)
	press(a, "/@ben", bens+"unblock").leads("/@ben")
	a.post(idas+"follow", nil).want(http.StatusUnprocessableEntity)
	a.post(bens+"praise", nil).want(http.StatusNotFound)
	a.post(bens+"accept", nil).want(http.StatusNotFound)
	a.post("/people/99/follow", nil).want(http.StatusNotFound)
	house, err := h.accounts.HomeActor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.post("/people/"+house.ID.String()+"/follow", nil).want(http.StatusNotFound)
}

func TestStrangersAreFoundAndShown(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	wren := h.stranger("wren")
	h.finder.people["wren@harbour.example"] = wren
	b.get("/people/find?address=+wren@harbour.example+").leads("/@wren@harbour.example")
	page := b.get("/@wren@harbour.example").want(http.StatusOK, "Ferries.", "/people/"+wren.ID.String()+"/follow", "/proxy/avatar/")
	if strings.Contains(page.text(), `src="https://harbour.example`) {
		t.Error("the page loads from another server")
	}
	b.get("/people/find?address=nobody@harbour.example").want(http.StatusUnprocessableEntity, "Nobody was found", "nobody@harbour.example")
	b.get("/people/find?address=").want(http.StatusUnprocessableEntity)
	b.get("/people/find?address=wren@harbour.example", header("Sec-Fetch-Site", "cross-site")).want(http.StatusOK)
	b.get("/authorize_interaction?uri=wren@harbour.example").leads("/@wren@harbour.example")
	h.visitor().get("/authorize_interaction?uri=x").leads("/login?next=")
	if got := h.visitor().get("/@wren@harbour.example"); got.status != http.StatusFound || got.header.Get("Location") != wren.URL {
		t.Errorf("a visitor is led to %d %q", got.status, got.header.Get("Location"))
	}
}

func TestNewsAreReadByAForm(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, a := h.resident("ida")
	ben, _ := h.resident("ben")
	if _, err := h.ties.Follow(t.Context(), ben.ID, ida.ID, relationship.Wishes{}); err != nil {
		t.Fatal(err)
	}
	fresh := func() bool { return strings.Contains(a.get("/people").text(), "<em>") }
	page := a.get("/news").want(http.StatusOK, "follows you now")
	if !fresh() || len(find(page.page(), class("fresh"))) != 1 {
		t.Error("what is new is not marked, or looking at it has changed something")
	}
	action, fields := page.form("/news/read")
	cleo, _ := h.resident("cleo")
	if _, err := h.ties.Follow(t.Context(), cleo.ID, ida.ID, relationship.Wishes{}); err != nil {
		t.Fatal(err)
	}
	a.post(action, values(fields), header("Referer", h.url+"/news")).leads("/news")
	page = a.get("/news")
	if new := find(page.page(), class("fresh")); !fresh() || len(new) != 1 {
		t.Errorf("%d things are new after those that were shown are read", len(new))
	}
	a.post("/news/read", nil, header("X-Fragment", "1")).want(http.StatusNoContent)
	page = a.get("/news").want(http.StatusOK, "Cleo", "Ben")
	if fresh() || len(find(page.page(), class("fresh"))) != 0 || strings.Contains(page.text(), "/news/read") {
		t.Error("the news are still new")
	}
	a.post("/news/read", url.Values{"last": {"x"}}).want(http.StatusUnprocessableEntity)
}

func TestSettings(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	action, fields := b.get("/settings").want(http.StatusOK).form("/settings/profile")
	fields["name"], fields["bio"], fields["hue"], fields["visibility"], fields["approve"] = "Ida Marrow", "Bells & *beans*.", "7", "followers", "true"
	fields["fact-name-1"], fields["fact-value-1"] = "Garden", "https://beans.example"
	b.send(action, fields, map[string][]byte{"avatar": drawing(t, 3)}).leads("/settings?notice=saved")
	page := h.visitor().get("/@ida").want(http.StatusOK, "Ida Marrow", "<em>beans</em>", "hue-7", `href="https://beans.example"`, `u-photo`)
	if len(find(page.page(), class("u-photo"))) == 0 {
		t.Error("no portrait")
	}
	_, fields = b.get("/compose").form("/compose")
	if fields["visibility"] != "followers" {
		t.Errorf("a post begins for %q", fields["visibility"])
	}
	action, fields = b.get("/settings").form("/settings/profile")
	if fields["approve"] != "true" || fields["hue"] != "7" {
		t.Errorf("the settings are %v", fields)
	}
	fields["name"], fields["bio"] = strings.Repeat("x", account.DisplayNameMax+1), "kept"
	_, fields = b.send(action, fields, nil).want(http.StatusUnprocessableEntity, "kept").form("/settings/profile")
	if len(fields["name"]) != account.DisplayNameMax+1 {
		t.Error("what was typed is lost")
	}
	fields["name"] = "Ida"
	b.send(action, fields, map[string][]byte{"avatar": []byte("nothing")}).want(http.StatusUnprocessableEntity)
	b.send(action, map[string]string{"name": "Ida", "no_avatar": "true"}, nil).leads("/settings")
	if now, err := h.accounts.Get(t.Context(), ida.ID); err != nil || now.Avatar != "" {
		t.Errorf("the portrait is %q, %v", now.Avatar, err)
	}
}

func TestPasswordAndSessions(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	other := h.visitor()
	other.post("/login", url.Values{"username": {"ida"}, "password": {password}}, header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")).leads("/")
	action, fields := b.get("/access").want(http.StatusOK, "Firefox, Linux").form("/settings/sessions/")
	b.post(action, values(fields)).leads("/access?notice=session_ended")
	other.get("/settings").leads("/login")

	const fresh = "another long password"
	action, fields = b.get("/settings").form("/settings/password")
	fields["current"], fields["password"], fields["again"] = "not it", fresh, fresh
	b.post(action, values(fields)).want(http.StatusUnprocessableEntity, "That is not the password")
	fields["current"], fields["again"] = password, "different"
	b.post(action, values(fields)).want(http.StatusUnprocessableEntity, "do not match")
	fields["password"], fields["again"] = "short", "short"
	b.post(action, values(fields)).want(http.StatusUnprocessableEntity)
	fields["password"], fields["again"] = fresh, fresh
	b.post(action, values(fields)).leads("/settings?notice=password_changed")
	b.get("/settings").want(http.StatusOK)
	h.visitor().post("/login", url.Values{"username": {"ida"}, "password": {password}}).want(http.StatusUnauthorized)
	b.post("/settings/sessions/x/end", nil).want(http.StatusNotFound)
	b.post("/settings/apps/99/revoke", nil).leads("/access")
}

func TestStreamTellsKindsAndIdsAlone(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	h.visitor().get("/events/home").want(http.StatusUnauthorized)
	b.get("/events/everything").want(http.StatusNotFound)
	r, err := http.NewRequestWithContext(t.Context(), "GET", h.url+"/events/home", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			lines <- s.Text()
		}
	}()
	if first := <-lines; first != ": open" {
		t.Fatalf("the stream begins with %q", first)
	}
	h.bus.Publish(live.Ref{Topic: "home:1", Kind: "home", ID: 5}) // another's
	p := h.publish(ida, draft("xyzzy"))
	got := ""
	for deadline := time.After(5 * time.Second); !strings.Contains(got, "data:"); {
		select {
		case l := <-lines:
			got += l + "\n"
		case <-deadline:
			t.Fatalf("nothing came: %q", got)
		}
	}
	if !strings.Contains(got, "event: post\n") || strings.Contains(got, "xyzzy") || strings.Contains(got, p.ID.String()+"x") {
		t.Errorf("the stream says %q", got)
	}
	h.bus.Close()
	for range lines { // ends with the bus
	}
}

func TestRemotePicturesComeThroughTheProxy(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	wren := h.stranger("wren")
	h.remote.mime, h.remote.body = "image/png", drawing(t, 9)
	p := receive(t, h, wren)
	page := b.get(at(p)).want(http.StatusOK, "Harbour")
	src := attr(find(page.page(), class("photos"))[0].FirstChild.FirstChild, "src")
	if want := h.site.Proxy(p.Media[0]); h.url+src != want {
		t.Fatalf("the picture is at %q, not %q", src, want)
	}
	v := h.visitor()
	got := v.get(src).want(http.StatusOK)
	if got.header.Get("Content-Type") != "image/png" || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the headers are %v", got.header)
	}
	avatar := h.site.ProxyPortrait(wren, wren.Avatar)
	v.get(avatar).want(http.StatusOK)
	forged := []byte(src)
	if last := &forged[len(forged)-5]; *last == 'A' { // of the very last not every bit counts
		*last = 'B'
	} else {
		*last = 'A'
	}
	v.get(string(forged)).want(http.StatusNotFound)
	v.get(strings.Replace(avatar, "avatar", "header", 1)).want(http.StatusNotFound)
	for mime, content := range map[string]string{
		"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "text/html": "<script>1</script>",
		"image/png": "<script>1</script>", "image/jpeg": string(drawing(t, 2)),
	} {
		h.remote.mime, h.remote.body = mime, []byte(content)
		v.get(src).want(http.StatusUnsupportedMediaType)
	}
}

// receive is a post with a picture that came from elsewhere.
func receive(t *testing.T, h *house, from *account.Account) *post.Post {
	t.Helper()
	var p *post.Post
	err := h.update(func(tx tx) (err error) {
		p, err = h.posts.Receive(t.Context(), tx, post.Arrival{
			Author: from, Kind: "note", Visibility: post.Public, URI: "https://harbour.example/1", URL: "https://harbour.example/@wren/1", HTML: "<p>Harbour</p>",
			Media: []media.Medium{{Kind: media.Image, Mime: "image/png", RemoteURL: "https://harbour.example/1.png", Alt: "A harbour"}},
		})
		return err
	})
	if err == nil {
		p, err = h.posts.Get(t.Context(), 0, p.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestMediaInRanges(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	m, err := h.media.Upload(t.Context(), ida.ID, strings.NewReader(string(drawing(t, 1))), "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	h.publish(ida, post.Draft{Text: "with a picture", Media: []ID{m.ID}})
	path := "/media/" + m.Variant(media.Large).Key
	whole := h.visitor().get(path).want(http.StatusOK)
	part := b.get(path, header("Range", "bytes=2-5")).want(http.StatusPartialContent)
	if part.text() != whole.text()[2:6] {
		t.Errorf("a part is %q", part.text())
	}
	b.get(path, header("If-None-Match", whole.header.Get("ETag"))).want(http.StatusNotModified)
	b.get("/media/" + m.Variant(media.Original).Key).want(http.StatusNotFound)
}

func TestAssets(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := h.visitor()
	css := ""
	for _, n := range find(v.get("/login").page(), func(n *node) bool { return n.Data == "link" && attr(n, "rel") == "stylesheet" }) {
		css = attr(n, "href")
	}
	plain := v.get(css, header("Accept-Encoding", "identity")).want(http.StatusOK)
	small := v.get(css, header("Accept-Encoding", "gzip")).want(http.StatusOK)
	if small.header.Get("Content-Encoding") != "gzip" || len(small.body) >= len(plain.body) || !strings.Contains(plain.header.Get("Cache-Control"), "immutable") {
		t.Errorf("%d and %d bytes, %v", len(plain.body), len(small.body), small.header)
	}
	v.get("/robots.txt").want(http.StatusOK, "User-agent")
	if to := v.get("/favicon.ico").header.Get("Location"); v.get(to).status != http.StatusOK {
		t.Errorf("the sign is at %q", to)
	}
}
