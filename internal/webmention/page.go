package webmention

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/language"
	"willnorris.com/go/microformats"

	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/mention"
)

// parse reads what a page says about a post: that it links there at all
// (Webmention §3.2.2), and by its microformats how, and who says it. It returns
// nil for a page that does not link there.
func parse(resp *fetch.Response, m *mention.Mention) (*mention.Mention, error) {
	base, err := url.Parse(resp.URL)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "")
	}
	text, err := charset.NewReader(bytes.NewReader(resp.Body), resp.Header.Get("Content-Type"))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "")
	}
	doc, err := html.Parse(text)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "")
	}
	want := plain(m.Target)
	if !links(doc, base, want) {
		return nil, nil
	}
	found := *m
	found.Kind, found.Name, found.URL, found.Text, found.Language, found.SaidAt = mention.Link, m.Host, "", "", languageOf(doc), time.Time{}
	data := microformats.ParseNode(doc, base)
	entry, kind := entryAbout(data.Items, want, 0)
	if entry == nil {
		found.Text = title(doc)
		return &found, nil
	}
	found.Kind = kind
	describe(&found, entry, data.Items)
	if found.Text == "" && kind != mention.Like && kind != mention.Repost {
		found.Text = title(doc)
	}
	return &found, nil
}

// plain is an address in the form in which two are compared, without fragment.
func plain(at string) string {
	u, err := address.Parse(at)
	if err != nil {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// links reports whether a document links to an address, or shows what is there.
func links(doc *html.Node, base *url.URL, want string) bool {
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key != "href" && a.Key != "src" || n.Type != html.ElementNode {
				continue
			}
			if u, err := base.Parse(strings.TrimSpace(a.Val)); err == nil && plain(u.String()) == want {
				return true
			}
		}
	}
	return false
}

// depthMax is how deep entries are looked for in one another.
const depthMax = 6

// relations are the properties by which an entry says what it does with a
// page, in the order in which they count.
var relations = []struct {
	property string
	kind     mention.Kind
}{{"in-reply-to", mention.Reply}, {"repost-of", mention.Repost}, {"like-of", mention.Like}, {"bookmark-of", mention.Link}}

// entryAbout is the entry that does something with a page; where none says
// so, the first one, which links to it.
func entryAbout(items []*microformats.Microformat, want string, depth int) (*microformats.Microformat, mention.Kind) {
	var first *microformats.Microformat
	for _, it := range items {
		if slices.Contains(it.Type, "h-entry") {
			for _, r := range relations {
				if slices.ContainsFunc(it.Properties[r.property], func(v any) bool { return plain(urlOf(v)) == want }) {
					return it, r.kind
				}
			}
			if first == nil {
				first = it
			}
		}
		if depth < depthMax {
			if below, kind := entryAbout(it.Children, want, depth+1); below != nil {
				if kind != mention.Link {
					return below, kind
				}
				if first == nil {
					first = below
				}
			}
		}
	}
	return first, mention.Link
}

// describe fills in who says something, what, and when.
func describe(m *mention.Mention, entry *microformats.Microformat, all []*microformats.Microformat) {
	author := cardOf(entry.Properties["author"])
	if author == nil {
		for _, it := range all {
			if slices.Contains(it.Type, "h-card") {
				author = it
				break
			}
		}
	}
	if author != nil {
		if name := first(author.Properties["name"]); strings.TrimSpace(name) != "" {
			m.Name = name
		}
		m.URL = plain(urlOf(firstOf(author.Properties["url"])))
	} else if name := first(entry.Properties["author"]); strings.TrimSpace(name) != "" && plain(name) == "" {
		m.Name = name
	}
	if m.Kind == mention.Reply || m.Kind == mention.Link {
		for _, property := range []string{"content", "summary", "name"} {
			if m.Text = first(entry.Properties[property]); strings.TrimSpace(m.Text) != "" {
				break
			}
		}
	}
	for _, property := range []string{"published", "updated"} {
		if at, err := time.Parse(time.RFC3339, first(entry.Properties[property])); err == nil && at.Year() >= 1990 && at.Year() < 3000 {
			m.SaidAt = at.UTC()
			break
		}
	}
}

func cardOf(values []any) *microformats.Microformat {
	for _, v := range values {
		if it, ok := v.(*microformats.Microformat); ok {
			return it
		}
	}
	return nil
}

func firstOf(values []any) any {
	if len(values) == 0 {
		return nil
	}
	return values[0]
}

// first is the first of values as plain text.
func first(values []any) string {
	switch v := firstOf(values).(type) {
	case string:
		return v
	case map[string]string: // of e-*: its text beside its HTML
		return v["value"]
	case *microformats.Microformat:
		return v.Value
	}
	return ""
}

// urlOf is the address that a value is or carries.
func urlOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]string:
		return v["value"]
	case *microformats.Microformat:
		if u := first(v.Properties["url"]); u != "" {
			return u
		}
		return v.Value
	}
	return ""
}

func title(doc *html.Node) string {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "title" && n.FirstChild != nil {
			return n.FirstChild.Data
		}
	}
	return ""
}

func languageOf(doc *html.Node) string {
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "html" {
			continue
		}
		for _, a := range n.Attr {
			if tag, err := language.Parse(a.Val); a.Key == "lang" && err == nil {
				return tag.String()
			}
		}
		break
	}
	return ""
}
