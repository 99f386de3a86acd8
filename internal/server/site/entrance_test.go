package site_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/web"
)

// From the one-time link to the first post with a picture, as a browser
// without script goes.
func TestFirstRunToFirstPost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b, other := h.visitor(), h.visitor()
		other.get("/").want(http.StatusOK, "Nobody lives here yet")
		token, err := h.accounts.NewSetupToken(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		other.get("/first?token=guess").want(http.StatusForbidden)
		other.get("/first").want(http.StatusForbidden)

		action, fields := b.get("/first?token=" + token).want(http.StatusOK).form("/first")
		fields["name"], fields["address"], fields["password"], fields["again"] = "Ida Marrow", "Not a name", "short", "short"
		again := b.post(action, values(fields)).want(http.StatusUnprocessableEntity, "Ida Marrow", "Not a name")
		action, fields = again.form("/first")
		if fields["name"] != "Ida Marrow" || fields["token"] != token {
			t.Errorf("what was typed is lost: %v", fields)
		}
		fields["address"], fields["password"], fields["again"] = "ida", password, "another password"
		again = b.post(action, values(fields)).want(http.StatusUnprocessableEntity)
		action, fields = again.form("/first")
		fields["password"], fields["again"] = password, password
		b.post(action, values(fields)).leads("/")
		b.get("/").want(http.StatusOK, `href="/compose"`, `href="/people"`)
		other.get("/first?token="+token).want(http.StatusGone, "This home is open already")

		action, fields = b.get("/compose").want(http.StatusOK).form("/compose")
		fields["text"], fields["alt-1"] = "First *frost* on the allotment. #garden", "White beans"
		to := b.send(action, fields, map[string][]byte{"picture-1": drawing(t, 1)}).leads("/@ida/")
		page := b.get(to).want(http.StatusOK, "<em>frost</em>", `alt="White beans"`)
		pictures := find(page.page(), class("u-photo"))
		if len(pictures) == 0 {
			t.Fatalf("no picture in\n%s", page.text())
		}
		img := other.get(attr(pictures[len(pictures)-1], "src")).want(http.StatusOK)
		if img.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(img.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("the picture's headers are %v", img.header)
		}
		other.get("/").want(http.StatusOK, "Ida Marrow", "<em>frost</em>")
		other.get("/tags/garden").want(http.StatusOK, "<em>frost</em>")
	})
}

func TestSignIn(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, in := h.resident("ida")
	b := h.visitor()
	b.get("/settings").leads("/login?next=%2Fsettings")
	action, fields := b.get("/login?next=/settings").want(http.StatusOK).form("/login")
	fields["username"], fields["password"] = "ida", "wrong password"
	action, fields = b.post(action, values(fields)).want(http.StatusUnauthorized, "No name and password like these").form("/login")
	if fields["username"] != "ida" || fields["next"] != "/settings" {
		t.Errorf("what was typed is lost: %v", fields)
	}
	fields["password"] = password
	b.post(action, values(fields)).leads("/settings")
	b.get("/settings").want(http.StatusOK)
	if to := h.visitor().post("/login", url.Values{"username": {"ida"}, "password": {password}, "next": {"//evil.example/"}}).leads("/"); to != "/" {
		t.Errorf("signing in leads to %q", to)
	}
	b.post("/logout", nil).leads("/login")
	b.get("/settings").leads("/login")
	in.get("/settings").want(http.StatusOK)
}

func TestFormsOfAnotherSiteAreRefused(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	wren := h.stranger("wren")
	p := h.publish(ida, draft("hello"))
	for _, path := range []string{
		"/login", "/logout", "/first", "/compose", "/posts/" + p.ID.String() + "/like", "/posts/" + p.ID.String() + "/boost",
		"/posts/" + p.ID.String() + "/delete", "/people/" + wren.ID.String() + "/follow", "/people/" + wren.ID.String() + "/block",
		"/settings/profile", "/settings/password", "/settings/sessions/1/end", "/settings/apps/1/revoke", "/news/read", "/@ida/follow",
	} {
		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			b.post(path, url.Values{"on": {"true"}}, header(name, value)).want(http.StatusForbidden, "another site")
		}
	}
	b.get(at(p)).want(http.StatusOK)
}

func TestLanguages(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	_, b := h.resident("ida")
	for name, got := range map[string]answer{
		"by the browser": h.visitor().get("/login", header("Accept-Language", "ru")),
		"by the address": h.visitor().get("/login?lang=ru"),
	} {
		if !strings.Contains(got.text(), `lang="ru"`) {
			t.Errorf("%s: %s", name, got.text())
		}
	}
	action, fields := b.get("/settings").form("/settings/profile")
	fields["language"] = "ru"
	b.send(action, fields, nil).leads("/settings?notice=saved")
	b.get("/settings").want(http.StatusOK, `lang="ru"`)
	b.get("/nothing/here", header("Accept-Language", "en")).want(http.StatusNotFound, `lang="ru"`)
}

func TestPagesOfConsent(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	r := httptest.NewRequestWithContext(t.Context(), "GET", h.url+"/oauth/authorize", nil)
	w := httptest.NewRecorder()
	w.Header().Set("Cache-Control", "no-store")
	if err := h.site.Consent(w, r, web.ConsentView{Action: "/oauth/authorize", App: "Tusky", Scopes: []string{"read"}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.Body.String(), "Let Tusky in?") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%v\n%s", w.Header(), w.Body)
	}
	w = httptest.NewRecorder()
	if err := h.site.Code(w, r, web.CodeView{App: "toot", Code: "kT1b-9fQa"}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.Body.String(), "kT1b-9fQa") {
		t.Error(w.Body)
	}
}
