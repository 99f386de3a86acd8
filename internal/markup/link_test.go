package markup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"allod/internal/markup"
)

func TestOutwardLinksArePagesAndNeitherPeopleNorTags(t *testing.T) {
	e := markup.New()
	source := e.Render("See [it](https://a.example/x?a=1&b=2), https://b.example/ and again https://a.example/x?a=1&b=2, as @bob@c.example said. #garden [mail](mailto:a@b.example)", links)
	want := []string{"https://a.example/x?a=1&b=2", "https://b.example/"}
	if diff := cmp.Diff(want, markup.Outward(source, 9)); diff != "" {
		t.Errorf("%s: %s", source, diff)
	}
	if diff := cmp.Diff(want[:1], markup.Outward(source, 1)); diff != "" {
		t.Error(diff)
	}
	for _, c := range sanitized {
		outwardAgrees(t, e.Sanitize(c.html))
	}
	for _, c := range rendered {
		outwardAgrees(t, e.Render(c.text, links))
	}
}

// outwardAgrees compares Outward with what a parser of HTML finds.
func outwardAgrees(t *testing.T, source string) {
	t.Helper()
	var want []string
	z := html.NewTokenizer(strings.NewReader(source))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if token.Type != html.StartTagToken || token.Data != "a" {
			continue
		}
		var href string
		var words []string
		for _, a := range token.Attr {
			switch a.Key {
			case "href":
				href = a.Val
			case "class", "rel":
				words = append(words, strings.Fields(a.Val)...)
			}
		}
		own := slices.ContainsFunc(words, func(w string) bool { return slices.Contains([]string{"mention", "hashtag", "u-url", "tag"}, w) })
		if !own && !slices.Contains(want, href) {
			want = append(want, href)
		}
	}
	got := markup.Outward(source, 1000)
	want = slices.DeleteFunc(want, func(href string) bool { return !slices.Contains(got, href) && !strings.HasPrefix(href, "http") })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%q: %s", source, diff)
	}
}

func BenchmarkOutward(b *testing.B) {
	source := markup.New().Render(strings.Repeat("My grandmother wrote down *what she planted*. #garden @ida ", 10)+"https://a.example/", links)
	b.ReportAllocs()
	for b.Loop() {
		if len(markup.Outward(source, 1)) != 1 {
			b.Fatal("no link")
		}
	}
}
