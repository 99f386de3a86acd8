package markup

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain is the text of HTML, sanitized first: paragraphs apart by an empty
// line, list items on lines of their own with a dash. It is text, not HTML.
func (e *Engine) Plain(source string) string {
	var p plain
	z := html.NewTokenizer(strings.NewReader(e.Sanitize(source)))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end: reading from memory does not fail
			return strings.TrimSpace(p.out.String())
		case html.TextToken:
			p.text(z.Token().Data)
		case html.StartTagToken:
			p.start(z.Token().DataAtom)
		case html.EndTagToken:
			p.end(z.Token().DataAtom)
		}
	}
}

// A plain writes text and holds line breaks back until more text follows.
type plain struct {
	out    strings.Builder
	breaks int  // lines to break before the next text
	item   bool // the next text begins a list item
	pre    int  // depth of preformatted text
}

func (p *plain) text(s string) {
	if p.pre == 0 {
		s = strings.ReplaceAll(s, "\n", " ")
		if p.breaks > 0 || p.out.Len() == 0 {
			s = strings.TrimLeft(s, " \t")
		}
	}
	if s == "" {
		return
	}
	if p.out.Len() > 0 {
		p.out.WriteString(strings.Repeat("\n", p.breaks))
	}
	if p.item {
		p.out.WriteString("- ")
	}
	p.breaks, p.item = 0, false
	p.out.WriteString(s)
}

func (p *plain) start(name atom.Atom) {
	switch name {
	case atom.Br:
		p.breaks = min(p.breaks+1, 2)
	case atom.Li:
		p.breaks, p.item = max(p.breaks, 1), true
	case atom.Pre:
		p.pre++
		p.breaks = 2
	case atom.P, atom.Blockquote, atom.Ul, atom.Ol:
		p.block()
	}
}

func (p *plain) end(name atom.Atom) {
	switch name {
	case atom.Pre:
		p.pre--
		p.breaks = 2
	case atom.Li:
		p.breaks = max(p.breaks, 1)
	case atom.P, atom.Blockquote, atom.Ul, atom.Ol:
		p.block()
	}
}

// block sets a paragraph apart, unless it begins a list item.
func (p *plain) block() {
	if !p.item {
		p.breaks = 2
	}
}
