package preview

import (
	"strings"
	"testing"
)

func TestWhatPagesSayOfThemselves(t *testing.T) {
	for name, c := range map[string]struct {
		head string
		want page
	}{
		"open graph": {`<html lang="en"><meta property="og:title" content="A &amp; B"><meta property="og:description" content="C"><meta property="og:image" content="/d.png"><meta property="og:image:alt" content="E"><title>F</title>`,
			page{title: "A & B", description: "C", image: "https://a.example/d.png", imageAlt: "E", language: "en"}},
		"what was before it": {`<title>F &lt;x></title><meta name="description" content="G"><meta property="og:locale" content="pt_BR">`,
			page{title: "F <x>", description: "G", language: "pt-BR"}},
		"no head":                 {`<body><title>late</title>`, page{}},
		"a picture of no web":     {`<title>x</title><meta property="og:image" content="javascript:alert(1)">`, page{title: "x"}},
		"a picture in the page":   {`<title>x</title><meta property="og:image" content="data:image/png;base64,AAAA">`, page{title: "x"}},
		"a title in several":      {`<title>one</title><title>two</title>`, page{title: "one"}},
		"an unfinished tag":       {`<title>x</title><meta property="og:title" content="`, page{title: "x"}},
		"the first of two wishes": {`<meta property="og:title" content="one"><meta property="og:title" content="two">`, page{title: "one"}},
	} {
		got, err := parse(strings.NewReader(c.head), "text/html; charset=utf-8", "https://a.example/b/c")
		if err != nil || *got != c.want {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	got, err := parse(strings.NewReader("<title>\xcf\xf0\xe8\xe2\xe5\xf2</title>"), "text/html; charset=windows-1251", "https://a.example/")
	if err != nil || got.title != "Привет" {
		t.Errorf("another alphabet: %+v %v", got, err)
	}
}

func FuzzPage(f *testing.F) {
	f.Add(`<title>x</title><meta property="og:image" content="/a">`, "text/html")
	f.Fuzz(func(t *testing.T, body, kind string) {
		p, err := parse(strings.NewReader(body), kind, "https://a.example/")
		if err == nil && p.image != "" && !strings.HasPrefix(p.image, "http") {
			t.Errorf("the picture is at %q", p.image)
		}
	})
}
