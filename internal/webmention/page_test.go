package webmention

import (
	"net/http"
	"strings"
	"testing"

	"allod/internal/fetch"
	"allod/internal/mention"
)

const target = "https://home.example/@ida/5"

func page(body string) *fetch.Response {
	return &fetch.Response{Status: 200, URL: "https://blog.example/a/b", Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: []byte(body)}
}

func TestWhatPagesSay(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want *mention.Mention // nil is nothing
	}{
		"a reply": {`<article class="h-entry"><a class="p-author h-card" href="/me">Ola</a> <a class="u-in-reply-to" href="` + target + `">re</a>
			<p class="e-content">I <b>agree</b></p><time class="dt-published" datetime="2026-11-20T10:00:00+01:00"></time></article>`,
			&mention.Mention{Kind: mention.Reply, Name: "Ola", URL: "https://blog.example/me", Text: "I agree"}},
		"a like": {`<div class="h-entry"><a class="u-like-of" href="` + target + `#x">liked</a><span class="p-author h-card">Wren</span></div>`,
			&mention.Mention{Kind: mention.Like, Name: "Wren"}},
		"a repost of a nested thing": {`<div class="h-entry"><div class="u-repost-of h-cite"><a class="u-url" href="` + target + `">it</a></div><p class="p-name">x</p></div>`,
			&mention.Mention{Kind: mention.Repost, Name: "blog.example"}},
		"a link in an entry of a feed": {`<div class="h-feed"><div class="h-entry"><p class="e-content">Other</p></div>
			<div class="h-entry"><a class="u-in-reply-to" href="` + target + `"></a><p class="e-content">This</p></div></div>`,
			&mention.Mention{Kind: mention.Reply, Name: "blog.example", Text: "This"}},
		"a plain page": {`<html lang="de"><title>Links</title><a href="` + target + `">x</a>`,
			&mention.Mention{Kind: mention.Link, Name: "blog.example", Text: "Links", Language: "de"}},
		"a picture of it":     {`<img src="` + target + `">`, &mention.Mention{Kind: mention.Link, Name: "blog.example"}},
		"its words alone":     {`<p>` + target + `</p>`, nil},
		"a longer address":    {`<a href="` + target + `7">x</a>`, nil},
		"another scheme":      {`<a href="javascript:` + target + `">x</a>`, nil},
		"a comment":           {`<!-- <a href="` + target + `">x</a> -->`, nil},
		"an author with evil": {`<div class="h-entry"><a href="` + target + `">x</a><a class="p-author h-card" href="javascript:alert(1)">E</a></div>`, &mention.Mention{Kind: mention.Link, Name: "E"}},
	} {
		got, err := parse(page(c.body), &mention.Mention{Target: target, Host: "blog.example"})
		if err != nil || (got == nil) != (c.want == nil) {
			t.Errorf("%s: %+v %v", name, got, err)
			continue
		}
		if got == nil {
			continue
		}
		if got.Kind != c.want.Kind || got.Name != c.want.Name || got.URL != c.want.URL || !strings.Contains(got.Text, c.want.Text) || got.Language != c.want.Language {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestEndpoints are the ways of webmention.rocks to say where a page wants to be told.
func TestEndpoints(t *testing.T) {
	for name, c := range map[string]struct {
		header []string
		body   string
		want   string
		ok     bool
	}{
		"header":             {[]string{`</a>; rel=webmention`}, "", "/a", true},
		"header, quoted":     {[]string{`<https://x.example/a?b=1>; rel="webmention"`}, "", "https://x.example/a?b=1", true},
		"header, odd case":   {[]string{`</a>; REL="WebMention"`}, "", "/a", true},
		"several rels":       {[]string{`</a>; rel="webmention somethingelse"`}, "", "/a", true},
		"several values":     {[]string{`</z>; rel="other", </a>; rel="webmention"`}, "", "/a", true},
		"several headers":    {[]string{`</z>; rel="other"`, `</a>; rel="webmention"`}, "", "/a", true},
		"header before page": {[]string{`</a>; rel=webmention`}, `<link rel="webmention" href="/b">`, "/a", true},
		"link":               {nil, `<link rel="webmention" href="/b">`, "/b", true},
		"a":                  {nil, `<a href="/b" rel="x webmention">`, "/b", true},
		"the first":          {nil, `<a rel="webmention" href="/1"></a><link rel="webmention" href="/2">`, "/1", true},
		"an empty address":   {nil, `<link rel="webmention" href="">`, "", true},
		"without an address": {nil, `<link rel="webmention"><a rel="webmention" href="/2">`, "/2", true},
		"in a comment":       {nil, `<!-- <link rel="webmention" href="/b"> --><a rel="webmention" href="/c">`, "/c", true},
		"escaped":            {nil, `&lt;link rel="webmention" href="/b"&gt;`, "", false},
		"another relation":   {nil, `<link rel="not-webmention" href="/b">`, "", false},
		"a broken header":    {[]string{`</a; rel=webmention`, `rel="webmention"`, `<>`}, "", "", false},
	} {
		got, ok := inHeader(c.header)
		if !ok {
			got, ok = inPage([]byte(c.body))
		}
		if got != c.want || ok != c.ok {
			t.Errorf("%s: %q %v", name, got, ok)
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add(`<div class="h-entry"><a class="u-in-reply-to" href="` + target + `"><p class="e-content">x`)
	f.Fuzz(func(t *testing.T, body string) {
		if _, err := parse(page(body), &mention.Mention{Target: target, Host: "blog.example"}); err != nil {
			t.Skip()
		}
		inPage([]byte(body))
		inHeader([]string{body})
	})
}
