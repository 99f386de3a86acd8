package browser

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// visit has somebody come by who lives nowhere.
func (s *story) visit() {
	v := openTab(s.ana.t, s.anas.origin, way{language: s.language, size: s.size})
	v.open("/@" + s.cast.ana.handle)
	v.says("h1", s.cast.ana.name)
	v.look("profile-public."+s.language, s.size)
	v.tap("details.follow > summary")
	v.look("profile-follow."+s.language, s.size)
	if v.count("script") > 0 {
		v.t.Error("a public page sends a script")
	}
	if v.count(`link[rel="alternate"][type="application/atom+xml"]`) == 0 {
		v.t.Error("a profile does not name its feed")
	}
	v.press(s.shown() + " .gloss a")
	v.see(".the-post .photos img")
	v.look("post-public."+s.language, s.size)
	v.press(".prose a[href*='/tags/']")
	v.look("tag."+s.language, s.size)
}

func (s *story) people() {
	b := s.ana
	b.open("/people")
	b.says(".rows", s.cast.bo.name)
	s.look("people")
	b.open("/people/followers")
	b.says(".rows", s.cast.bo.name)
	b.tap(".rows details.menu > summary")
	s.look("people-menu")
	b.open("/@" + strings.TrimPrefix(address(s.cast.bo, s.bos), "@"))
	b.tap(".follow details.menu > summary")
	s.look("profile-menu")
	b.open("/people/requests")
	s.look("people-requests")
	b.open("/@" + s.cast.ana.handle)
	s.look("profile")
}

func (s *story) settings() {
	b := s.ana
	b.open("/settings")
	s.look("settings")
	b.fill("#bio", s.bio)
	b.tap(`label:has([name="hue"][value="8"])`)
	value[bool](b, `document.querySelector("#language").value = `+quoted(s.other)+`; true`)
	b.press("#profile .button.primary")
	if got := value[string](b, `document.documentElement.lang + " " + document.documentElement.className`); got != s.other+" hue-8" {
		b.t.Errorf("the page is %q", got)
	}
	s.look("settings-other")
	value[bool](b, `document.querySelector("#language").value = `+quoted(s.language)+`; true`)
	b.press("#profile .button.primary")
	b.open("/@" + s.cast.ana.handle)
	b.says(".p-note", s.bio)
	s.look("profile-with-bio")
}

func (s *story) signOutAndIn() {
	b := s.ana
	b.open("/access")
	b.press(`#sessions form[action="/logout"] button`)
	s.look("signin")
	wrong := s.cast.ana
	wrong.password = "not this one"
	b.refusedBy(func() { s.enter(b, wrong) })
	b.see("[role=alert]")
	s.look("signin-wrong")
	s.enter(b, s.cast.ana)
	b.see(".h-entry")
}

func (s *story) delete() {
	b := s.ana
	b.open("/@" + s.cast.ana.handle)
	b.tap(s.shown() + " .acts details > summary")
	b.press(s.shown() + ` .acts a[href$="/delete"]`)
	s.look("delete")
	b.press("main .button.danger")
	b.see(".note")
	b.open("/@" + s.cast.ana.handle)
	if b.count(s.shown()) > 0 {
		b.t.Error("a deleted post is still shown")
	}
}

// strangers are an app that asks to come in, and an address of nothing.
func (s *story) strangers() {
	b := s.ana
	answer, err := http.PostForm(s.anas.origin+"/api/v1/apps", url.Values{
		"client_name": {"Heron"}, "redirect_uris": {"urn:ietf:wg:oauth:2.0:oob"}, "scopes": {"read write follow"},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	var app struct {
		ID string `json:"client_id"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&app); err != nil {
		b.t.Fatal(err)
	}
	b.open("/oauth/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {app.ID}, "redirect_uri": {"urn:ietf:wg:oauth:2.0:oob"}, "scope": {"read write follow"},
	}.Encode())
	s.look("consent")
	b.press(`main form button[value="allow"]`)
	b.see("#code")
	s.look("code")
	b.refusedBy(func() { b.open("/nothing/here") })
	s.look("missing")
}
