package webfinger

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestResourcesAreRead(t *testing.T) {
	tests := []struct{ in, name, host, uri string }{
		{"acct:ana@harbor.example", "ana", "harbor.example", "acct:ana@harbor.example"},
		{"ACCT:Ana@Harbor.Example", "Ana", "Harbor.Example", "acct:Ana@Harbor.Example"},
		{"ana@harbor.example", "ana", "harbor.example", "acct:ana@harbor.example"},
		{"@ana@harbor.example", "ana", "harbor.example", "acct:ana@harbor.example"},
		{"acct:ana@localhost:8443", "ana", "localhost:8443", "acct:ana@localhost:8443"},
		{"ana@localhost:8443", "ana", "localhost:8443", "acct:ana@localhost:8443"},
		{"acct:ana%20b@harbor.example", "", "", ""},
		{"acct:harbor.example@harbor.example", "harbor.example", "harbor.example", "acct:harbor.example@harbor.example"},
		{"https://harbor.example/@ana", "", "", "https://harbor.example/@ana"},
		{"http://localhost/@ana", "", "", "http://localhost/@ana"},
	}
	for _, tt := range tests {
		r, err := ParseResource(tt.in)
		if tt.uri == "" {
			if err == nil {
				t.Errorf("%s: want a failure, got %v", tt.in, r)
			}
			continue
		}
		if err != nil || r.Name != tt.name || r.Host != tt.host || r.String() != tt.uri {
			t.Errorf("%s: got %q %q %q, %v", tt.in, r.Name, r.Host, r.String(), err)
		}
	}
}

func TestBadResourcesAreRefused(t *testing.T) {
	tests := []string{
		"", "ana", "acct:", "acct:ana", "acct:ana@", "acct:@harbor.example", "acct:a@b@harbor.example",
		"acct:ana@harbor.example/path", "acct:ana@harbor.example?x", "acct:ana@u:p@", "acct:ana@har bor.example",
		"acct:%zz@harbor.example", "acct:a%2fb@harbor.example", "acct:a%00@harbor.example", "acct:ana@:443",
		"https://", "https:///x", "https://u:p@harbor.example/", "https://harbor.example/\n",
		"ftp://harbor.example/", "javascript:alert(1)", "mailto:ana@harbor.example",
		"acct:" + strings.Repeat("a", MaxResource) + "@harbor.example",
		"acct:" + strings.Repeat("é", MaxResource/4) + "@harbor.example",
		"acct:\xe9@harbor.example", "acct:%e9@harbor.example",
	}
	for _, in := range tests {
		if r, err := ParseResource(in); !errors.Is(err, ErrResource) {
			t.Errorf("%q: got %+v, %v", in, r, err)
		}
	}
}

func TestQueryAddress(t *testing.T) {
	got := Account("ana", "harbor.example").Query("https://harbor.example/")
	want := "https://harbor.example/.well-known/webfinger?resource=acct%3Aana%40harbor.example"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDocumentOfAnActor(t *testing.T) {
	d := Actor(Account("ana", "harbor.example"), "https://harbor.example/actor/1", "https://harbor.example/@ana",
		"https://harbor.example/ana.webp", "image/webp")
	raw, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"subject":"acct:ana@harbor.example",` +
		`"aliases":["https://harbor.example/@ana","https://harbor.example/actor/1"],` +
		`"links":[{"rel":"http://webfinger.net/rel/profile-page","type":"text/html","href":"https://harbor.example/@ana"},` +
		`{"rel":"self","type":"application/activity+json","href":"https://harbor.example/actor/1"},` +
		`{"rel":"http://webfinger.net/rel/avatar","type":"image/webp","href":"https://harbor.example/ana.webp"}]}`
	if diff := cmp.Diff(want, string(raw)); diff != "" {
		t.Error(diff)
	}
	back, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, back); diff != "" {
		t.Error(diff)
	}
	if back.ActorID() != "https://harbor.example/actor/1" {
		t.Errorf("actor %q", back.ActorID())
	}
}

// The example of RFC 7033 §3.1, shortened.
func TestExampleOfTheStandard(t *testing.T) {
	d, err := Parse([]byte(`{
	  "subject": "http://blog.example.com/article/id/314",
	  "aliases": ["http://blog.example.com/cool_new_thing"],
	  "properties": {"http://blgx.example.net/ns/version": "1.3", "http://blgx.example.net/ns/ext": null},
	  "links": [
	    {"rel": "copyright", "href": "http://www.example.com/copyright"},
	    {"rel": "author", "href": "http://blog.example.com/author/steve",
	     "titles": {"en-us": "The Magical World of Steve"},
	     "properties": {"http://example.com/role": "editor"}}
	  ]}`))
	if err != nil {
		t.Fatal(err)
	}
	author, ok := d.Link("author")
	if !ok || author.Titles["en-us"] != "The Magical World of Steve" {
		t.Errorf("author %+v", author)
	}
	if v, ok := d.Properties["http://blgx.example.net/ns/ext"]; !ok || v != nil {
		t.Error("a property may be null")
	}
	if d.ActorID() != "" {
		t.Error("there is no actor here")
	}
}

func TestActorIsKnownByBothMediaTypes(t *testing.T) {
	for kind, want := range map[string]bool{
		"application/activity+json":                                            true,
		"Application/Activity+JSON; charset=utf-8":                             true,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`: true,
		"application/ld+json":                                                  false,
		"application/json":                                                     false,
		"":                                                                     false,
	} {
		d := Document{Links: []Link{{Rel: RelSelf, Type: kind, Href: "https://a.example/1"}}}
		if got := d.ActorID() != ""; got != want {
			t.Errorf("%s: got %v", kind, got)
		}
	}
}

func TestHostileDocuments(t *testing.T) {
	for _, raw := range []string{"", "[]", `"x"`, `{"links":3}`, `{"subject":["a"]}`, "<html>", strings.Repeat(" ", MaxDocument+1) + "{}"} {
		if _, err := Parse([]byte(raw)); !errors.Is(err, ErrDocument) {
			t.Errorf("%.20q: got %v", raw, err)
		}
	}
	many := `{"links":[` + strings.Repeat(`{"rel":"a"},`, MaxLinks+50) + `{"href":"x"}]}`
	d, err := Parse([]byte(many))
	if err != nil || len(d.Links) != MaxLinks {
		t.Errorf("%d links, %v", len(d.Links), err)
	}
}

func FuzzParseResource(f *testing.F) {
	for _, s := range []string{"acct:ana@harbor.example", "@a@b", "https://a.example/@b", "acct:%41@b:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseResource(s)
		if err != nil {
			return
		}
		again, err := ParseResource(r.String())
		if err != nil || again.Name != r.Name || again.Host != r.Host {
			t.Fatalf("%q became %q: %+v, %v", s, r.String(), again, err)
		}
	})
}
