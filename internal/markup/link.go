package markup

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"allod/internal/address"
)

// Outward are the addresses that HTML links to, each once, in order, at most
// limit of them: pages of the web, and neither people nor hashtags, which
// carry classes that say so.
func Outward(source string, limit int) (out []string) {
	if !strings.Contains(source, "<a ") {
		return nil
	}
	z := html.NewTokenizer(strings.NewReader(source))
	for len(out) < limit {
		switch z.Next() {
		case html.ErrorToken: // the end: reading from memory does not fail
			return out
		case html.StartTagToken:
			if t := z.Token(); t.DataAtom == atom.A {
				if href := outward(t.Attr); href != "" && !slices.Contains(out, href) {
					out = append(out, href)
				}
			}
		}
	}
	return out
}

// outward is where a link leads, "" for a person, a hashtag, or no page.
func outward(attrs []html.Attribute) (href string) {
	for _, a := range attrs {
		switch a.Key {
		case "href":
			href = a.Val
		case "class":
			for class := range strings.FieldsSeq(a.Val) {
				if class == "mention" || class == "hashtag" || class == "u-url" {
					return ""
				}
			}
		case "rel":
			if slices.Contains(strings.Fields(a.Val), "tag") {
				return ""
			}
		}
	}
	if _, err := address.Parse(href); err != nil {
		return ""
	}
	return href
}
