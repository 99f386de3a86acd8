package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// The bounds of what is kept of a thing.
const (
	wordMax   = 40     // characters of a word; the rest of it is not looked at
	wordsMax  = 20_000 // different words of one thing
	prefixMin = 2      // characters after which the beginning of a name finds it
)

// unspaced are the scripts that put no spaces between words: each two
// neighboring characters count as one.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// bare are the scripts in which a mark on a letter is left out: people search without it.
var bare = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew, unicode.Common}

// cut calls word with each word of a text, in lower case, with its marks.
func cut(text string, word func(string)) {
	text = cases.Fold().String(norm.NFKC.String(text))
	var current, row []rune // a word in letters, a row of characters without spaces
	flush := func() {
		if len(current) > 0 {
			word(string(current))
			current = current[:0]
		}
		for i := range row {
			switch {
			case i+1 < len(row):
				word(string(row[i : i+2]))
			case i == 0:
				word(string(row))
			}
		}
		row = row[:0]
	}
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Cf, r) || r == 'ـ': // zero width, and the Arabic stroke that only lengthens
		case unicode.In(r, unspaced...) && (unicode.IsLetter(r) || unicode.IsMark(r)):
			if len(current) > 0 {
				flush()
			}
			row = append(row, r)
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) && len(current) > 0:
			if len(row) > 0 {
				flush()
			}
			if len(current) < wordMax {
				current = append(current, r)
			}
		case (r == '\'' || r == '’') && len(current) > 0: // within a word, as in don’t
		default:
			flush()
		}
	}
	flush()
}

// fold leaves out the marks of a word, and the ways of writing one letter of
// Arabic that people do not tell apart when they search.
func fold(word string) string {
	ascii := true
	for i := 0; i < len(word); i++ {
		ascii = ascii && word[i] < utf8.RuneSelf
	}
	if ascii {
		return word
	}
	var b strings.Builder
	strip := false
	for _, r := range norm.NFD.String(word) {
		if !unicode.IsMark(r) {
			strip = unicode.In(r, bare...)
		} else if strip {
			continue
		}
		switch r {
		case 'ى':
			r = 'ي'
		case 'ة':
			r = 'ه'
		case 'ß':
			b.WriteByte('s')
			r = 's'
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// A bag gathers the different words of a thing.
type bag struct {
	words []string
	met   map[string]bool
}

func (b *bag) put(word string) {
	if b.met == nil {
		b.met = map[string]bool{}
	}
	if word != "" && !b.met[word] && len(b.words) < wordsMax {
		b.met[word] = true
		b.words = append(b.words, word)
	}
}

// text puts in the words of a text in a language, and what they are bent
// from. Where the language is not known, the likeliest one written so is taken.
func (b *bag) text(text, language string) {
	stem := stemmers[base(language)]
	cut(text, func(word string) {
		b.put(fold(word))
		if stem != nil {
			b.put(fold(stem(word)))
		} else if likely := languagesOf(word); language == "" && len(likely) > 0 {
			b.put(fold(stemmers[likely[0]](word)))
		}
	})
}

// asked are, for each word of a question, the words that answer it: itself,
// and what it may be bent from in any language written so.
func asked(text string) (all [][]string) {
	cut(text, func(word string) {
		var b bag
		b.put(fold(word))
		for _, language := range languagesOf(word) {
			b.put(fold(stemmers[language](word)))
		}
		all = append(all, b.words)
	})
	return all
}
