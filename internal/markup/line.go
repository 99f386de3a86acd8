package markup

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Line is one line of plain words out of what a stranger typed as a name or
// subject: no line breaks, no controls, nothing that cannot be seen, nothing
// that turns the direction of what stands around it, and at most so many
// characters. What is left may be "".
func Line(s string, most int) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unseen(r) || r == zwj || r == zwnj:
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(s, "")))), " ")
	return strings.TrimSpace(cut(calm(s), most))
}

// Words is plain text of several lines out of what a stranger typed, as Line,
// but with its paragraphs, and with the joiners that scripts are written with.
func Words(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, ""))
	s = calm(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unseen(r):
			return -1
		}
		return r
	}, norm.NFC.String(s)))
	var lines []string
	blank := 0
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line != "" {
			blank = 0
		} else if blank++; blank > 1 {
			continue
		}
		lines = append(lines, line)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

const (
	zwnj = '\u200c' // parts letters in Persian and others
	zwj  = '\u200d' // joins them, and the parts of emoji
)

// unseen reports whether a character shows nothing by itself: controls, those
// that turn direction, and invisible ones, but for the two joiners.
func unseen(r rune) bool {
	switch {
	case r == zwj || r == zwnj:
		return false
	case r >= 0xe0000 && r <= 0xe0fff, r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0, r == 0x2800:
		return true // tags, fillers and the empty braille cell
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp)
}

// marksMax is how many marks may stand on one letter; more climb over the lines around.
const marksMax = 4

// calm takes away the marks and joiners that are too many.
func calm(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) || r == zwj || r == zwnj {
			if marks++; marks > marksMax {
				return -1
			}
			return r
		}
		marks = 0
		return r
	}, s)
}

func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}

// linksMax is how many addresses in a guest's text become links.
const linksMax = 10

// FromGuest is plain text as HTML: paragraphs, line breaks, and addresses of
// the web as links that vouch for nothing.
func FromGuest(text string) string {
	var b strings.Builder
	links := 0
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if paragraph = strings.Trim(paragraph, "\n"); paragraph == "" {
			continue
		}
		b.WriteString("<p>")
		for i, line := range strings.Split(paragraph, "\n") {
			if i > 0 {
				b.WriteString("<br>")
			}
			writeLinked(&b, line, &links)
		}
		b.WriteString("</p>")
	}
	return b.String()
}

// writeLinked writes a line with its addresses as links.
func writeLinked(b *strings.Builder, line string, links *int) {
	for {
		at := strings.Index(line, "https://")
		if at2 := strings.Index(line, "http://"); at < 0 || at2 >= 0 && at2 < at {
			at = at2
		}
		if at < 0 || *links >= linksMax {
			b.WriteString(html.EscapeString(line))
			return
		}
		end := strings.IndexFunc(line[at:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>\"'`\\^{}|", r) })
		if end < 0 {
			end = len(line) - at
		}
		address := strings.TrimRight(line[at:at+end], ".,;:!?)]…")
		b.WriteString(html.EscapeString(line[:at]))
		shown := html.EscapeString(address)
		if _, host, _ := strings.Cut(address, "://"); host == "" {
			b.WriteString(shown)
		} else {
			*links++
			b.WriteString(`<a href="` + shown + `" rel="nofollow ugc noopener noreferrer">` + shown + `</a>`)
		}
		line = line[at+len(address):]
	}
}
