package markup

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Article is a long text as HTML: with headings from h2 to h4, each with an
// id to link to, and with pictures.
type Article struct {
	HTML     string
	Contents []Heading
	Excerpt  string // how it begins, plain and on one line
	Words    int
}

// A Heading is a line of a table of contents.
type Heading struct {
	Level int    `json:"level"` // 2 to 4
	ID    string `json:"id"`
	Text  string `json:"text"`
}

// Limits of what is gathered, in characters and headings.
const (
	excerptMax  = 280
	slugMax     = 60
	headingsMax = 500
)

// finish makes an article of HTML that this package has written: it numbers
// the levels of headings from h2 on without a gap, gives them ids, and gathers
// what a page says beside the text. No attribute in such HTML holds a >.
func finish(source string) Article {
	o := outline{top: topLevel(source), taken: map[string]bool{}}
	o.out.Grow(len(source) + len(source)/64)
	for rest := source; rest != ""; {
		words, after, ok := strings.Cut(rest, "<")
		o.text(words)
		if !ok {
			break
		}
		var tag string
		tag, rest, _ = strings.Cut(after, ">")
		o.tag(tag)
	}
	return Article{HTML: o.out.String(), Contents: o.contents, Excerpt: Excerpt(o.excerpt.String()), Words: o.words.total()}
}

// levelOf is the level that an element's name has as a heading, 0 for any other.
func levelOf(tag string) int {
	if len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6' {
		return int(tag[1] - '0')
	}
	return 0
}

// topLevel is the widest level of headings.
func topLevel(source string) int {
	top := 6
	for rest := source; ; {
		_, after, ok := strings.Cut(rest, "<h")
		if !ok {
			return top
		}
		if len(after) > 1 && after[1] == '>' {
			if l := levelOf("h" + after[:1]); l != 0 {
				top = min(top, l)
			}
		}
		rest = after
	}
}

// An outline gathers while it writes.
type outline struct {
	out      strings.Builder
	top      int             // the level that becomes h2
	last     int             // that of the heading before, on the page
	heading  strings.Builder // the HTML inside the heading that is open
	level    int             // of it, 0 where none is
	aside    int             // how many elements are open whose text is no part of the excerpt
	taken    map[string]bool
	contents []Heading
	excerpt  strings.Builder
	words    wordCount
}

func (o *outline) text(s string) {
	if s == "" {
		return
	}
	if o.level != 0 {
		o.heading.WriteString(s)
	} else {
		o.out.WriteString(s)
	}
	plain := s
	if strings.IndexByte(s, '&') >= 0 {
		plain = html.UnescapeString(s)
	}
	o.words.text(plain)
	if o.level == 0 && o.aside == 0 && o.excerpt.Len() < 8*excerptMax {
		o.excerpt.WriteString(plain)
	}
}

// pause sets what follows apart from what was said.
func (o *outline) pause() {
	o.words.inside = false
	if o.excerpt.Len() < 8*excerptMax {
		o.excerpt.WriteByte(' ')
	}
}

func (o *outline) tag(tag string) {
	name, closing := strings.CutPrefix(tag, "/")
	name, _, _ = strings.Cut(name, " ")
	switch name {
	case "p", "li", "br", "hr", "blockquote", "pre", "figure", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6":
		o.pause()
	}
	switch level := levelOf(name); {
	case level != 0 && !closing && o.level == 0:
		o.level = min(4, level-o.top+2, max(o.last, 1)+1)
		o.last = o.level
		return
	case level != 0 && closing && o.level != 0:
		o.head()
		return
	case level != 0:
		return // a heading inside another
	case name == "pre" || name == "figcaption":
		if closing {
			o.aside--
		} else {
			o.aside++
		}
	}
	if o.level != 0 {
		o.heading.WriteString("<" + tag + ">")
		return
	}
	o.out.WriteString("<" + tag + ">")
}

// head writes the heading that ends, and notes it.
func (o *outline) head() {
	inner := o.heading.String()
	o.heading.Reset()
	words := strings.Join(strings.Fields(stripTags(inner)), " ")
	first := slug(words)
	id := first
	for n := 2; o.taken[id]; n++ {
		id = first + "-" + strconv.Itoa(n)
	}
	o.taken[id] = true
	if words != "" && len(o.contents) < headingsMax {
		o.contents = append(o.contents, Heading{o.level, id, words})
	}
	tag := "h" + strconv.Itoa(o.level)
	o.out.WriteString("<" + tag + ` id="` + html.EscapeString(id) + `">` + inner + "</" + tag + ">")
	o.level = 0
}

// Excerpt is the beginning of a plain text on one line, cut between words.
func Excerpt(plain string) string {
	plain = strings.Join(strings.Fields(plain), " ")
	if utf8.RuneCountInString(plain) <= excerptMax {
		return plain
	}
	cut := string([]rune(plain)[:excerptMax])
	if at := strings.LastIndexByte(cut, ' '); at > len(cut)/2 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " .,;:–—") + "…"
}

// slug is a heading as an id: its letters and digits, of any script, with
// dashes between. The prefix keeps it apart from the ids of the page around it.
func slug(words string) string {
	var b strings.Builder
	b.WriteString("s-")
	n, dash := 0, false
	for _, r := range strings.ToLower(words) {
		if !isWord(r) && !unicode.Is(unicode.M, r) {
			dash = n > 0
			continue
		}
		if n++; n > slugMax {
			break
		}
		if dash {
			b.WriteByte('-')
			dash = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// stripTags is the text of HTML that this package has written.
func stripTags(s string) string {
	var b strings.Builder
	for s != "" {
		before, rest, ok := strings.Cut(s, "<")
		b.WriteString(before)
		if !ok {
			break
		}
		_, s, _ = strings.Cut(rest, ">")
	}
	return html.UnescapeString(b.String())
}

// A wordCount counts words of any script. Where words are not set apart by
// spaces, two characters count as one.
type wordCount struct {
	words, signs int
	inside       bool
}

func (c *wordCount) text(s string) {
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'),
			r >= utf8.RuneSelf && isWord(r) && !crowded(r):
			if !c.inside {
				c.words++
			}
			c.inside = true
		case r >= utf8.RuneSelf && crowded(r):
			c.signs++
			c.inside = false
		case r == '\'' || r == '’' || r == '-' || r >= utf8.RuneSelf && unicode.Is(unicode.M, r):
		default:
			c.inside = false
		}
	}
}

// crowded reports whether a script sets no spaces between words.
func crowded(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func (c *wordCount) total() int { return c.words + (c.signs+1)/2 }

// Cut is the beginning of HTML that this package has written, at most limit
// bytes and up to the end of a block that lies in no other; "" where none ends there.
func Cut(source string, limit int) string {
	depth, end := 0, 0
	for at := 0; at < limit; {
		open := strings.IndexByte(source[at:], '<')
		if open < 0 {
			break
		}
		at += open
		shut := strings.IndexByte(source[at:], '>')
		if shut < 0 {
			break
		}
		tag := source[at+1 : at+shut]
		at += shut + 1
		name, _, _ := strings.Cut(tag, " ")
		switch {
		case name == "br" || name == "hr" || name == "img":
		case strings.HasPrefix(name, "/"):
			if depth--; depth == 0 && at <= limit {
				end = at
			}
		default:
			depth++
		}
	}
	return source[:end]
}
