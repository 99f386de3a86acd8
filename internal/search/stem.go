package search

import (
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
	"golang.org/x/text/language"
)

// A stemmer finds what a word in lower case is bent from: houses, house.
type stemmer func(word string) string

// stemmers are those of Snowball, by language.
var stemmers = map[string]stemmer{
	"ar": by(arabic.Stem), "da": by(danish.Stem), "nl": by(dutch.Stem), "en": by(english.Stem), "fi": by(finnish.Stem),
	"fr": by(french.Stem), "de": by(german.Stem), "hu": by(hungarian.Stem), "it": by(italian.Stem), "no": by(norwegian.Stem),
	"nb": by(norwegian.Stem), "pt": by(portuguese.Stem), "ro": by(romanian.Stem), "ru": by(russian.Stem), "es": by(spanish.Stem),
	"sv": by(swedish.Stem), "ta": by(tamil.Stem), "tr": by(turkish.Stem),
}

// The languages a word may be of, by its first letter's script. English and
// a few more stand for all that write in Latin letters: each makes a question longer.
var (
	latin    = []string{"en", "de", "fr", "es", "it", "pt"}
	cyrillic = []string{"ru"}
	arab     = []string{"ar"}
	tamils   = []string{"ta"}
)

func by(stem func(*snowballstem.Env) bool) stemmer {
	return func(word string) string {
		env := snowballstem.NewEnv(word)
		stem(env)
		return env.Current()
	}
}

// base is the language of a BCP 47 tag without region and script.
func base(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	b, _ := t.Base()
	return b.String()
}

func languagesOf(word string) []string {
	r, _ := utf8.DecodeRuneInString(word)
	switch {
	case unicode.Is(unicode.Latin, r):
		return latin
	case unicode.Is(unicode.Cyrillic, r):
		return cyrillic
	case unicode.Is(unicode.Arabic, r):
		return arab
	case unicode.Is(unicode.Tamil, r):
		return tamils
	}
	return nil
}
