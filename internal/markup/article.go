package markup

import (
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"allod/internal/address"
)

// MaxArticle is the longest article in Markdown, in bytes.
const MaxArticle = 5 << 20

// A Picture is one that stands inside the text of an article.
type Picture struct {
	Source        string // what its address is written as
	Alt           string // what it shows, where the text does not say
	Width, Height int    // 0 if not known
}

// ScanArticle is Scan for a text of MaxArticle.
func (e *Engine) ScanArticle(source string) Found {
	s := scan{tags: map[string]bool{}, handles: map[address.Handle]bool{}}
	s.node(e.long.Parse(text.NewReader(clean(source, MaxArticle))))
	return s.found
}

// RenderArticle turns the Markdown of an article into HTML with headings and
// pictures. Those pictures that links know stand in the text; others become
// links of their description, as in Render.
func (e *Engine) RenderArticle(source string, links Links) Article {
	w := writer{src: clean(source, MaxArticle), links: links, long: true}
	w.block(e.long.Parse(text.NewReader(w.src)))
	return finish(strings.Map(printable, w.String()))
}

// heading writes a heading: a strong paragraph, but in an article a heading.
func (w *writer) heading(n *ast.Heading) {
	if !w.long {
		w.nest("<p><strong>", "</strong></p>", n, w.inline)
		return
	}
	tag := "h" + strconv.Itoa(n.Level) + ">"
	w.nest("<"+tag, "</"+tag, n, w.inline)
}

// paragraph writes a paragraph. In an article one that is a picture alone is
// a figure, with the picture's title below it.
func (w *writer) paragraph(n ast.Node) {
	img, ok := n.FirstChild().(*ast.Image)
	if !ok || img.NextSibling() != nil {
		w.nest("<p>", "</p>", n, w.inline)
		return
	}
	p, ok := w.picture(img)
	if !ok {
		w.nest("<p>", "</p>", n, w.inline)
		return
	}
	w.WriteString("<figure>")
	w.img(p, img)
	if len(img.Title) > 0 {
		w.WriteString("<figcaption>")
		w.escape(img.Title)
		w.WriteString("</figcaption>")
	}
	w.WriteString("</figure>")
}

// picture is the one that an article's text names, if there is such a one.
func (w *writer) picture(n *ast.Image) (Picture, bool) {
	if !w.long || w.links.Picture == nil {
		return Picture{}, false
	}
	return w.links.Picture(string(n.Destination))
}

func (w *writer) img(p Picture, n *ast.Image) {
	inner := writer{src: w.src, inLink: true}
	inner.inline(n)
	alt := strings.TrimSpace(stripTags(inner.String()))
	if alt == "" {
		alt = p.Alt
	}
	w.WriteString(p.tag(alt))
}

// tag is the element of a picture.
func (p Picture) tag(alt string) string {
	size := ""
	if p.Width > 0 && p.Height > 0 {
		size = ` width="` + strconv.Itoa(p.Width) + `" height="` + strconv.Itoa(p.Height) + `"`
	}
	return `<img src="` + html.EscapeString(p.Source) + `" alt="` + html.EscapeString(alt) + `"` + size + ` loading="lazy">`
}

// SanitizeArticle is Sanitize for the content of an article: headings stay
// headings, and pictures stay where place knows their address.
func (e *Engine) SanitizeArticle(source string, place func(src string) (Picture, bool)) Article {
	t := tidy{place: place, long: true}
	t.run(e.longPolicy.Sanitize(string(clean(source, MaxHTML))))
	return finish(t.out.String())
}
