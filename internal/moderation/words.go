package moderation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold brings a text into the form in which words are compared: letters of
// either case and of every width and presentation alike, without what does
// not show (zero-width signs, soft hyphens, variation selectors) and without
// Arabic vowel signs and stretching, each run of spaces as one.
func fold(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	if ascii(text) {
		text = strings.ToLower(text)
	} else {
		text = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(text)))
		text = strings.Map(unseen, text)
	}
	return strings.Join(strings.Fields(text), " ")
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf || text[i] < ' ' && text[i] != '\n' && text[i] != '\t' && text[i] != '\r' {
			return false
		}
	}
	return true
}

// unseen drops letters that do not show.
func unseen(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case r < ' ', r == 0x7F, unicode.In(r, unicode.Cf, unicode.Variation_Selector),
		r == 0x034F, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x3164, r == 0xFFA0, // fillers and joiners that are no Cf
		r >= 0x0610 && r <= 0x061A, r >= 0x064B && r <= 0x065F, r == 0x0670, r == 0x0640: // Arabic
		return -1
	}
	return r
}

// unspaced are scripts that write words without spaces between them; there a
// word stands by itself wherever it stands.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

// inWord reports whether a letter belongs to a word.
func inWord(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.M) || r == '_'
}

// bound reports whether a word that has inner at its edge ends there, before outer.
func bound(inner, outer rune) bool {
	return !inWord(inner) || unicode.In(inner, unspaced...) || !inWord(outer)
}

// contains reports whether a folded text holds a folded word or phrase; whole
// asks that it stands by itself. It takes time in proportion to the text.
func contains(text, word string, whole bool) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		begin := at + i
		end := begin + len(word)
		if !whole || standsAlone(text, begin, end) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[begin:])
		at = begin + size
	}
}

func standsAlone(text string, begin, end int) bool {
	first, _ := utf8.DecodeRuneInString(text[begin:])
	last, _ := utf8.DecodeLastRuneInString(text[:end])
	before, n := utf8.DecodeLastRuneInString(text[:begin])
	after, m := utf8.DecodeRuneInString(text[end:])
	return (n == 0 || bound(first, before)) && (m == 0 || bound(last, after))
}

// A sieve tells at a glance that a word is not in a text: it holds a bit for
// each three bytes of the text that follow one another, or several of them.
type sieve [128]uint64

// gram is the bit of three bytes.
func gram(s string) uint32 {
	return (uint32(s[0])<<16 | uint32(s[1])<<8 | uint32(s[2])) * 2654435761 >> 19
}

func sieveOf(text string) *sieve {
	s := &sieve{}
	for i := range max(len(text)-2, 0) {
		g := gram(text[i:])
		s[g>>6] |= 1 << (g & 63)
	}
	return s
}

// gramsOf are the bits of a word, at most a few of them.
func gramsOf(word string) (out []uint32) {
	const most = 6
	n := len(word) - 2
	for i := range min(n, most) {
		out = append(out, gram(word[i*n/min(n, most):]))
	}
	return out
}

// may reports whether a word with these bits may be in the text.
func (s *sieve) may(grams []uint32) bool {
	for _, g := range grams {
		if s[g>>6]&(1<<(g&63)) == 0 {
			return false
		}
	}
	return true
}
