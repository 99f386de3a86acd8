package markup

import (
	"bytes"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	goldhtml "github.com/yuin/goldmark/renderer/html"

	"allod/internal/address"
)

// A scan collects mentions and hashtags from a tree.
type scan struct {
	found   Found
	tags    map[string]bool
	handles map[address.Handle]bool
}

func (s *scan) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Link, *ast.Image:
		return
	case *mention:
		if key := n.handle.Fold(); !s.handles[key] {
			s.handles[key] = true
			s.found.Mentions = append(s.found.Mentions, n.handle)
		}
	case *tag:
		if key := FoldTag(n.name); !s.tags[key] {
			s.tags[key] = true
			s.found.Tags = append(s.found.Tags, n.name)
		}
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		s.node(c)
	}
}

// A writer writes a tree as HTML.
type writer struct {
	bytes.Buffer
	src    []byte
	links  Links
	depth  int
	inLink bool
	long   bool // an article: headings and pictures stay what they are
}

// Buffered and Flush complete goldmark's util.BufWriter.
func (w *writer) Buffered() int { return 0 }

// Flush has nothing to do in memory.
func (w *writer) Flush() error { return nil }

// block writes the blocks inside n.
func (w *writer) block(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Blockquote:
			w.nest("<blockquote>", "</blockquote>", c, w.block)
		case *ast.List:
			w.list(c)
		case *ast.ListItem:
			w.nest("<li>", "</li>", c, w.block)
		case *ast.Heading:
			w.heading(c)
		case *ast.ThematicBreak:
			w.WriteString("<hr>")
		case *ast.FencedCodeBlock:
			w.code(c)
		case *ast.TextBlock:
			w.inline(c)
		default:
			w.paragraph(c)
		}
	}
}

// nest writes n between two tags, or bare where it lies too deep.
func (w *writer) nest(open, shut string, n ast.Node, inner func(ast.Node)) {
	w.depth++
	if w.depth > 2*maxNesting {
		open, shut = "", ""
	}
	w.WriteString(open)
	inner(n)
	w.WriteString(shut)
	w.depth--
}

func (w *writer) list(n *ast.List) {
	switch {
	case !n.IsOrdered():
		w.nest("<ul>", "</ul>", n, w.block)
	case n.Start == 1:
		w.nest("<ol>", "</ol>", n, w.block)
	default:
		w.nest(`<ol start="`+strconv.Itoa(n.Start)+`">`, "</ol>", n, w.block)
	}
}

func (w *writer) code(n ast.Node) {
	w.WriteString("<pre><code>")
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		w.escape(line.Value(w.src))
	}
	w.WriteString("</code></pre>")
}

// inline writes the inline elements inside n.
func (w *writer) inline(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			joinText(c)
			w.text(c)
		case *ast.CodeSpan:
			w.nest("<code>", "</code>", c, w.raw)
		case *ast.Emphasis:
			if c.Level == 1 {
				w.nest("<em>", "</em>", c, w.inline)
			} else {
				w.nest("<strong>", "</strong>", c, w.inline)
			}
		case *extast.Strikethrough:
			w.nest("<del>", "</del>", c, w.inline)
		case *ast.Link:
			w.link(string(c.Destination), c)
		case *ast.Image:
			if p, ok := w.picture(c); ok {
				w.img(p, c)
				continue
			}
			w.link(string(c.Destination), c)
		case *ast.AutoLink:
			w.autoLink(c)
		case *mention:
			w.mention(c)
		case *tag:
			w.tag(c)
		default:
			w.inline(c)
		}
	}
}

// joinText makes one node of n and the text that directly follows it: the
// parser splits text wherever something could have begun, entities too.
func joinText(n *ast.Text) {
	for !n.SoftLineBreak() && !n.HardLineBreak() {
		next, ok := n.NextSibling().(*ast.Text)
		if !ok || next.Segment.Start != n.Segment.Stop || next.IsRaw() != n.IsRaw() {
			return
		}
		n.Segment = n.Segment.WithStop(next.Segment.Stop)
		n.SetSoftLineBreak(next.SoftLineBreak())
		n.SetHardLineBreak(next.HardLineBreak())
		n.Parent().RemoveChild(n.Parent(), next)
	}
}

// text writes words, with entities and backslash escapes resolved, and keeps
// the line breaks that the person typed.
func (w *writer) text(n *ast.Text) {
	if n.IsRaw() {
		w.escape(n.Segment.Value(w.src))
	} else {
		goldhtml.DefaultWriter.Write(w, n.Segment.Value(w.src))
	}
	if n.SoftLineBreak() || n.HardLineBreak() {
		w.WriteString("<br>")
	}
}

// raw writes the text inside n as it is, in one line.
func (w *writer) raw(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			w.escape(bytes.ReplaceAll(t.Segment.Value(w.src), []byte("\n"), []byte(" ")))
		}
	}
}

// link writes a link with text, or the text alone where it leads nowhere on
// the web. A picture becomes a link of its description.
func (w *writer) link(destination string, n ast.Node) {
	href, ok := webURL(html.UnescapeString(destination))
	if !ok || w.inLink || w.depth >= 2*maxNesting {
		w.inline(n)
		return
	}
	w.inLink = true
	w.nest(`<a href="`+html.EscapeString(href)+`">`, "</a>", n, func(n ast.Node) {
		if n.FirstChild() == nil {
			w.escape([]byte(href))
		}
		w.inline(n)
	})
	w.inLink = false
}

func (w *writer) autoLink(n *ast.AutoLink) {
	label := n.Label(w.src)
	href, ok := webURL(string(label))
	if !ok || n.AutoLinkType != ast.AutoLinkURL {
		w.escape([]byte("<" + string(label) + ">"))
		return
	}
	if w.inLink {
		w.escape(label)
		return
	}
	w.WriteString(`<a href="` + html.EscapeString(href) + `">`)
	w.escape(label)
	w.WriteString("</a>")
}

// mention writes the h-card that Mastodon writes (microformats2 h-card).
func (w *writer) mention(n *mention) {
	if w.links.Mention != nil && !w.inLink {
		href, label, ok := w.links.Mention(n.handle)
		if href, web := webURL(href); ok && web {
			w.WriteString(`<span class="h-card"><a href="` + html.EscapeString(href) + `" class="u-url mention">@<span>`)
			w.escape([]byte(strings.TrimPrefix(label, "@")))
			w.WriteString("</span></a></span>")
			return
		}
	}
	w.escape(n.source)
}

func (w *writer) tag(n *tag) {
	href := ""
	if w.links.Tag != nil && !w.inLink {
		href = w.links.Tag(n.name)
	}
	href, ok := webURL(href)
	if !ok {
		w.escape([]byte("#" + n.name))
		return
	}
	w.WriteString(`<a href="` + html.EscapeString(href) + `" class="mention hashtag" rel="tag">#<span>`)
	w.escape([]byte(n.name))
	w.WriteString("</span></a>")
}

// webURL is an http or https URL as Sanitize would write it.
func webURL(raw string) (string, bool) {
	u, err := address.Parse(raw)
	if err != nil {
		return "", false
	}
	return u.String(), true
}

func (w *writer) escape(b []byte) { w.WriteString(html.EscapeString(string(b))) }
