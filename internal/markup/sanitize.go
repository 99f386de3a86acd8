package markup

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxDepth is how many elements may lie in each other after sanitizing.
const maxDepth = 64

// newPolicy is the allow-list: the elements and attributes Mastodon keeps,
// with links to the web alone. What it lets through is tidied afterwards.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"p", "br", "span", "del", "s", "pre", "blockquote", "code", "b", "strong", "u", "i", "em", "ul", "ol", "li",
		"ruby", "rp", "rt", "h1", "h2", "h3", "h4", "h5", "h6",
	)
	p.AllowNoAttrs().OnElements("span")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.AllowURLSchemeWithCustomPolicy("http", onTheWeb)
	p.AllowURLSchemeWithCustomPolicy("https", onTheWeb)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^[a-zA-Z \t\n-]{1,100}$`)).OnElements("a")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^[a-zA-Z0-9_ \t\n-]{1,200}$`)).OnElements("a", "span", "p")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^-?[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("reversed").Matching(regexp.MustCompile(`^(reversed)?$`)).OnElements("ol")
	p.AllowAttrs("value").Matching(regexp.MustCompile(`^-?[0-9]{1,9}$`)).OnElements("li")
	return p
}

// newArticlePolicy is the allow-list for articles: pictures too, which are
// placed by whoever knows them.
func newArticlePolicy() *bluemonday.Policy {
	p := newPolicy()
	p.AllowElements("figure", "figcaption", "hr")
	p.AllowAttrs("src", "alt").OnElements("img")
	return p
}

// onTheWeb reports whether a link names its host, and nothing before it that
// could be taken for the host.
func onTheWeb(u *url.URL) bool { return u.Host != "" && u.User == nil }

// Sanitize keeps of HTML what is allowed, with every element closed, headings
// as strong paragraphs and rel="nofollow noopener noreferrer" on links. Its
// result stands anywhere in a page without touching what is around it, and
// sanitizing it again changes nothing.
func (e *Engine) Sanitize(source string) string {
	var t tidy
	t.run(e.policy.Sanitize(string(clean(source, MaxHTML))))
	return t.out.String()
}

// A tidy writes allowed tokens as a well-formed tree. It is no HTML parser:
// it knows only how the few allowed elements close each other.
type tidy struct {
	out  strings.Builder
	open []atom.Atom

	long  bool // an article: headings and pictures stay what they are
	place func(src string) (Picture, bool)
}

func (t *tidy) run(source string) {
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end: reading from memory does not fail
			t.closeTo(0)
			return
		case html.TextToken:
			t.out.WriteString(textEscaper.Replace(strings.Map(printable, z.Token().Data)))
		case html.StartTagToken, html.SelfClosingTagToken:
			t.start(z.Token())
		case html.EndTagToken:
			t.end(z.Token().DataAtom)
		}
	}
}

func (t *tidy) start(token html.Token) {
	name := token.DataAtom
	if t.long && isBlock(name) {
		t.endHeading()
	}
	switch name {
	case atom.Br:
		t.out.WriteString("<br>")
		return
	case atom.Img:
		t.picture(token.Attr)
		return
	case atom.Hr:
		t.endWithin(atom.P, atom.Li, atom.Blockquote)
		t.out.WriteString("<hr>")
		return
	case atom.A:
		t.end(atom.A) // links do not nest
	case atom.Li:
		t.endWithin(atom.Li, atom.Ul, atom.Ol)
	default:
		if isBlock(name) {
			t.endWithin(atom.P, atom.Li, atom.Blockquote)
		}
	}
	if isHeading(name) && !t.long {
		if len(t.open)+2 <= maxDepth {
			t.out.WriteString("<p><strong>")
			t.open = append(t.open, atom.P, atom.Strong)
		}
		return
	}
	if len(t.open) < maxDepth {
		t.out.WriteString("<" + name.String() + attributes(name, token.Attr) + ">")
		t.open = append(t.open, name)
	}
}

// end closes the innermost open element of that name and all inside it.
func (t *tidy) end(name atom.Atom) {
	if isHeading(name) && !t.long {
		name = atom.P
	}
	t.endWithin(name)
}

// picture writes a picture that is known, and of any other what it shows.
func (t *tidy) picture(attrs []html.Attribute) {
	var src, alt string
	for _, a := range attrs {
		switch a.Key {
		case "src":
			src = a.Val
		case "alt":
			alt = strings.Map(printable, a.Val)
		}
	}
	if p, ok := t.place(src); ok {
		if alt == "" {
			alt = p.Alt
		}
		t.out.WriteString(p.tag(alt))
		return
	}
	t.out.WriteString(textEscaper.Replace(alt))
}

// endWithin is end, but looks no further out than the nearest of bounds.
func (t *tidy) endWithin(name atom.Atom, bounds ...atom.Atom) {
	for i := len(t.open) - 1; i >= 0; i-- {
		if t.open[i] == name {
			t.closeTo(i)
			return
		}
		for _, b := range bounds {
			if t.open[i] == b {
				return
			}
		}
	}
}

// closeTo closes all but the outermost depth elements.
func (t *tidy) closeTo(depth int) {
	for len(t.open) > depth {
		last := len(t.open) - 1
		t.out.WriteString("</" + t.open[last].String() + ">")
		t.open = t.open[:last]
	}
}

// attributes writes what remains of an element's attributes, in one order.
func attributes(name atom.Atom, attrs []html.Attribute) string {
	has := map[string]string{}
	for _, a := range attrs {
		if _, twice := has[a.Key]; !twice {
			has[a.Key] = a.Val
		}
	}
	var b strings.Builder
	write := func(key, value string) { b.WriteString(" " + key + `="` + html.EscapeString(value) + `"`) }
	for _, key := range []string{"href", "start", "value"} {
		if value := has[key]; value != "" {
			write(key, value)
		}
	}
	if _, ok := has["reversed"]; ok {
		write("reversed", "reversed")
	}
	if class := classes(has["class"]); class != "" {
		write("class", class)
	}
	if name == atom.A {
		rel := "nofollow noopener noreferrer"
		if hasWord(has["rel"], "tag") {
			rel = "tag " + rel // what a hashtag is; rel="me" would speak for our page
		}
		write("rel", rel)
	}
	return b.String()
}

// classes keeps the microformats and the marks of mentions, shortened links
// and quotes, each once.
func classes(value string) string {
	var kept []string
	for _, word := range []string{"h-card", "u-url", "mention", "hashtag", "ellipsis", "invisible", "quote-inline"} {
		if hasWord(value, word) {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// endHeading closes the heading that is open: no block lies in one.
func (t *tidy) endHeading() {
	for i, name := range t.open {
		if isHeading(name) {
			t.closeTo(i)
			return
		}
	}
}

func isBlock(name atom.Atom) bool {
	switch name {
	case atom.P, atom.Ul, atom.Ol, atom.Li, atom.Blockquote, atom.Pre, atom.Figure, atom.Figcaption, atom.Hr:
		return true
	}
	return isHeading(name)
}

func isHeading(name atom.Atom) bool {
	switch name {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// textEscaper escapes what text between tags needs, and no quotation marks.
var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
