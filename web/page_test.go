package web

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// draw is a sample as HTML.
func draw(t testing.TB, s sample) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.page.Render(t.Context(), &b); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return b.Bytes()
}

// TestPagesAreSound holds every page, in every language and state, to what all
// pages promise. With ALLOD_PREVIEW set to a folder it also leaves them there
// to be looked at.
func TestPagesAreSound(t *testing.T) {
	folder := os.Getenv("ALLOD_PREVIEW")
	for _, l := range languages(t).Locales() {
		for _, s := range samples(t, l) {
			t.Run(s.name+"."+l.Tag(), func(t *testing.T) {
				body := draw(t, s)
				if folder != "" {
					if err := os.WriteFile(filepath.Join(folder, s.name+"."+l.Tag()+".html"), body, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				check(t, body)
			})
		}
	}
}

// check reports what is wrong with a page.
func check(t *testing.T, body []byte) {
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	p := pageCheck{t: t, ids: map[string]int{}}
	for n := range root.Descendants() {
		p.node(n)
	}
	for id, n := range p.ids {
		if n > 1 {
			t.Errorf("the id %q is given %d times", id, n)
		}
	}
	for _, id := range p.refers {
		if p.ids[id] == 0 {
			t.Errorf("nothing has the id %q", id)
		}
	}
	if p.headings != 1 {
		t.Errorf("%d main headings", p.headings)
	}
}

// A pageCheck gathers what is seen on one page.
type pageCheck struct {
	t        *testing.T
	ids      map[string]int
	refers   []string
	headings int
}

// unfilled is a placeholder, or a key that has no message.
var unfilled = regexp.MustCompile(`\{[a-z_]+\}|^\s*[a-z]+(\.[a-z_]+)+\s*$`)

func (p *pageCheck) node(n *html.Node) {
	if n.Type == html.TextNode && unfilled.MatchString(n.Data) && !strings.HasSuffix(strings.TrimSpace(n.Data), ".example") {
		p.t.Errorf("unfilled words %q", n.Data)
	}
	if n.Type != html.ElementNode {
		return
	}
	for _, a := range n.Attr {
		p.attribute(n, a)
	}
	switch n.Data {
	case "style":
		p.t.Error("a style within the page")
	case "script":
		if attribute(n, "src") == "" || n.FirstChild != nil {
			p.t.Error("a script within the page")
		}
	case "h1":
		p.headings++
	case "legend", "summary": // each begins what it names (HTML, §4.10.16 and §4.11.2)
		if n.Parent.Data != map[string]string{"legend": "fieldset", "summary": "details"}[n.Data] || !begins(n) {
			p.t.Errorf("a %s stands in the middle of a %s", n.Data, n.Parent.Data)
		}
	case "form":
		if method := attribute(n, "method"); method == "" || method != "dialog" && attribute(n, "action") == "" {
			p.t.Errorf("a form with method %q and action %q", method, attribute(n, "action"))
		}
	case "input", "textarea", "select":
		if !p.labelled(n) {
			p.t.Errorf("the field %q has no label", attribute(n, "name"))
		}
	case "img":
		if !has(n, "alt") {
			p.t.Error("a picture without alt")
		}
	}
}

func (p *pageCheck) attribute(n *html.Node, a html.Attribute) {
	switch {
	case a.Key == "id":
		p.ids[a.Val]++
	case a.Key == "for" || a.Key == "aria-describedby":
		p.refers = append(p.refers, strings.Fields(a.Val)...)
	case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
		p.t.Errorf("%s has the attribute %s", n.Data, a.Key)
	case (a.Key == "href" || a.Key == "src" || a.Key == "action") && a.Val == "":
		p.t.Errorf("%s has an empty %s", n.Data, a.Key)
	case strings.HasPrefix(a.Key, "data-"):
	case unfilled.MatchString(a.Val) && !strings.HasSuffix(a.Val, ".example") && n.Data != "meta":
		p.t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
	}
}

// begins reports whether no element stands before another one in what holds both.
func begins(n *html.Node) bool {
	for before := n.PrevSibling; before != nil; before = before.PrevSibling {
		if before.Type == html.ElementNode {
			return false
		}
	}
	return true
}

// labelled reports whether a field says what it is for.
func (p *pageCheck) labelled(n *html.Node) bool {
	if attribute(n, "type") == "hidden" || has(n, "aria-label") || attribute(n, "aria-hidden") == "true" {
		return true
	}
	for up := range n.Ancestors() {
		if up.Data == "label" {
			return true
		}
	}
	root := n
	for up := range n.Ancestors() {
		root = up
	}
	for other := range root.Descendants() {
		if other.Data == "label" && attribute(other, "for") == attribute(n, "id") && has(n, "id") {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}
