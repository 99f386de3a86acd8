package hometest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"allod/internal/hometest"
	as "allod/protocol/activitystreams"
)

// tricks are markup that would act in a reader's browser.
var tricks = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<a href="javascript:alert(1)">x</a>`, `<a href="JaVa` + "\t" + `script:alert(1)">x</a>`,
	`<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<svg/onload=alert(1)>`, `<iframe src="https://evil.example"></iframe>`,
	`<form action="https://evil.example"><input name=password></form>`, `<style>*{display:none}</style>`, `<p style="position:fixed">x</p>`,
	`<base href="https://evil.example/">`, `<meta http-equiv="refresh" content="0;url=https://evil.example">`, `<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`, `<p id="composer" class="post admin">x</p>`, `"><script>alert(1)</script>`,
	`<textarea></textarea><script>alert(1)</script>`, `<object data="x"></object><embed src="x">`, `<a href="https://good.example" onclick="alert(1)" target="_top">x</a>`,
	`<link rel=stylesheet href=https://evil.example>`, `<!--><script>alert(1)</script>-->`, `<template><script>alert(1)</script></template>`,
	`<button formaction="javascript:alert(1)">x</button>`, `<video src=x onerror=alert(1)></video>`, `<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>`,
}

// TestTricksOfOthersDoNothingHere has a server put markup into all that it can
// say, and looks at what pages and apps are given.
func TestTricksOfOthersDoNothingHere(t *testing.T) {
	w := newTown(t)
	all := strings.Join(tricks, "\n")
	const script = "javascript:alert(1)"
	sly := w.mad.peer.person("sly", doc{
		"name": "Sly " + all[:300], "summary": all, "url": script, "icon": doc{"type": "Image", "url": script}, "image": doc{"type": "Image", "url": "data:text/html,x"},
		"attachment": []doc{{"type": "PropertyValue", "name": `<b onclick=alert(1)>site`, "value": all}, {"type": "PropertyValue", "name": "home", "value": script}},
	})
	who := find(w.ida, sly.address())
	var uris []string
	for _, trick := range append(tricks, all) {
		n := sly.note(doc{
			"content": trick, "summary": trick, "name": trick, "url": script, "to": []string{as.Public, w.me},
			"tag": []doc{
				{"type": "Mention", "href": script, "name": "@ida"}, {"type": "Mention", "href": w.me, "name": trick}, {"type": "Hashtag", "href": script, "name": "#" + trick},
				{"type": "Emoji", "name": ":x:", "icon": doc{"type": "Image", "url": script}},
			},
			"attachment": []doc{
				{"type": "Document", "mediaType": "image/png", "url": script, "name": trick}, {"type": "Document", "mediaType": "text/html", "url": "https://evil.example/x.html", "name": trick},
				{"type": "Image", "mediaType": "image/svg+xml", "url": w.mad.URL + "/x.svg", "name": trick},
			},
		})
		sly.mustSend(w.Home, sly.does("Create", n))
		uris = append(uris, n["id"].(string))
	}
	quiet(w.Home)
	var seen []status
	for range uris {
		for _, s := range hometest.Call[[]status](w.ida, http.MethodGet, "/api/v1/accounts/"+who.ID+"/statuses?limit=40", nil) {
			if !slices.ContainsFunc(seen, func(o status) bool { return o.ID == s.ID }) {
				seen = append(seen, s)
			}
		}
	}
	if len(seen) != len(uris) {
		t.Errorf("of %d posts %d are here", len(uris), len(seen))
	}
	pages := []string{"/", "/news", "/@sly@" + strings.TrimPrefix(w.mad.URL, "http://"), "/people/find?address=" + url.QueryEscape(sly.address())}
	calls := []string{"/api/v1/accounts/" + who.ID, "/api/v1/accounts/" + who.ID + "/statuses?limit=40", "/api/v1/notifications?limit=40", "/api/v1/timelines/home?limit=40"}
	for _, s := range seen {
		pages = append(pages, "/@sly@"+strings.TrimPrefix(w.mad.URL, "http://")+"/"+s.ID, "/compose?reply="+s.ID)
		calls = append(calls, "/api/v1/statuses/"+s.ID, "/api/v1/statuses/"+s.ID+"/context")
	}
	for _, page := range pages {
		resp, body := ask(t, w.ida.Browser, http.MethodGet, w.Origin+page, "Accept", "text/html")
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", page, resp.Status)
		}
		inert(t, page, body, true)
	}
	for _, call := range calls {
		status, raw := w.ida.Do(http.MethodGet, call, nil)
		var v any
		if err := json.Unmarshal(raw, &v); status != http.StatusOK || err != nil {
			t.Errorf("%s: %d %v", call, status, err)
		}
		walk(v, "", func(name, text string) {
			switch name {
			case "content", "note", "value":
				inert(t, call+" "+name, text, false)
			case "url", "uri", "avatar", "avatar_static", "header", "header_static", "preview_url", "remote_url", "static_url":
				if u, err := url.Parse(text); text != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "ap") {
					t.Errorf("%s: %s is %q", call, name, text)
				}
			}
		})
	}
}

// walk calls f with each text of a JSON value and the name it stands under.
func walk(v any, name string, f func(name, text string)) {
	switch v := v.(type) {
	case string:
		f(name, v)
	case []any:
		for _, e := range v {
			walk(e, name, f)
		}
	case map[string]any:
		for k, e := range v {
			walk(e, k, f)
		}
	}
}

// inert fails if anything in markup could act. A page may have forms, scripts
// and styles of ours; what others wrote may not.
func inert(t *testing.T, where, markup string, page bool) {
	t.Helper()
	tree, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		t.Fatal(err)
	}
	bad := []string{"iframe", "object", "embed", "base", "math", "style", "frame", "applet", "template"}
	if !page {
		bad = append(bad, "script", "form", "input", "button", "textarea", "svg", "link", "meta", "img", "video", "audio", "noscript", "title")
	}
	for n := range tree.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains(bad, n.Data) {
			t.Errorf("%s holds <%s>", where, n.Data)
		}
		if n.Data == "script" && !hasOurs(n) {
			t.Errorf("%s holds a script that is not ours: %v", where, n.Attr)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.Map(func(r rune) rune {
				if r <= ' ' {
					return -1
				}
				return r
			}, a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style" && !page, a.Key == "srcdoc":
				t.Errorf("%s: <%s %s=%q>", where, n.Data, a.Key, a.Val)
			case slices.Contains([]string{"href", "src", "action", "formaction", "poster", "data", "cite", "xlink:href"}, a.Key):
				if strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "vbscript:") || strings.HasPrefix(value, "data:") && n.Data != "img" {
					t.Errorf("%s: <%s %s=%q>", where, n.Data, a.Key, a.Val)
				}
				if page && (n.Data == "img" || n.Data == "link" || a.Key == "action") && strings.HasPrefix(value, "http") && strings.Contains(value, "evil.example") {
					t.Errorf("%s: <%s %s=%q> leads away by itself", where, n.Data, a.Key, a.Val)
				}
			case !page && a.Key == "id":
				t.Errorf("%s: <%s id=%q>", where, n.Data, a.Val)
			}
		}
	}
}

// hasOurs reports whether a script comes from an address of ours.
func hasOurs(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "src" {
			return strings.HasPrefix(a.Val, "/assets/")
		}
	}
	return false
}
