package moderation

import (
	"strings"
	"testing"

	"allod/internal/relationship"
)

func TestWordsAreFoundInAnyScript(t *testing.T) {
	for _, c := range []struct {
		text, word  string
		whole, want bool
	}{
		{"We bought Bitcoin today", "bitcoin", true, true},
		{"We bought BITCOINS today", "bitcoin", true, false},
		{"We bought BITCOINS today", "bitcoin", false, true},
		{"Die STRASSE ist lang", "straße", true, true},
		{"Straßenbahn", "strasse", true, false},
		{"ВЫБОРЫ завтра", "выборы", true, true},
		{"перевыборы", "выборы", true, false},
		{"ΟΔΥΣΣΕΥΣ", "οδυσσευς", true, true},
		{"قبل الانتِخاباتُ القادمة", "الانتخابات", true, true}, // vowel signs
		{"الانتخـــابات", "الانتخابات", true, true},            // stretched
		{"明日の選挙について", "選挙", true, true},                        // no spaces between words
		{"วันนี้เลือกตั้ง", "เลือกตั้ง", true, true},
		{"bit\u200bcoin", "bitcoin", true, true}, // zero width space
		{"bit\u00adcoin", "bitcoin", true, true}, // soft hyphen
		{"b\u2060i\ufefft\u200dcoin", "bitcoin", true, true},
		{"ｂｉｔｃｏｉｎ", "bitcoin", true, true}, // full width
		{"the big  \n game", "big game", true, true},
		{"#Bitcoin is here", "#bitcoin", true, true},
		{"#Bitcoins are here", "#bitcoin", true, false},
		{"#Bitcoin is here", "bitcoin", true, true},
		{"c++ and c", "c++", true, true},
		{"snake_case", "case", true, false},
		{"café", "cafe\u0301", true, true}, // composed and not
		{"cafeteria", "cafe", true, false},
		{"aaaa aa", "aa", true, true},
		{"👩‍👩‍👧 and 🎉", "🎉", true, true},
		{"\xff\xfe bitcoin \xff", "bitcoin", true, true},
		{"", "x", false, false},
	} {
		w := wordOf(Keyword{Text: c.word, Whole: c.whole})
		if got := w.in(textsOf([]string{c.text})); got != c.want {
			t.Errorf("%q in %q, whole %v: %v", c.word, c.text, c.whole, got)
		}
	}
}

func TestWhatDoesNotShowIsNoWord(t *testing.T) {
	for _, text := range []string{"", " ", "\u200b", "\u200d\ufeff", "\u00ad\u2060", "\u0640\u064b", "\u3164", "\x00"} {
		k := Keyword{Text: text}
		if err := k.check(); err == nil {
			t.Errorf("%q is taken for a word", text)
		}
	}
}

func TestHostileTextTakesNoLongerThanOther(t *testing.T) {
	text := fold(strings.Repeat("a", 500_000))
	word := fold(strings.Repeat("a", KeywordMax-1) + "b")
	if contains(text, word, true) || !contains(text, "aaa", false) || contains(text, strings.Repeat("a", KeywordMax), true) {
		t.Error("a long run of one letter is misread")
	}
}

func FuzzFoldingIsStable(f *testing.F) {
	for _, s := range []string{"Straße", "الانتِخاباتُ", "bit\u200bcoin", "\xff", "ﬁn", "İstanbul", "ΐ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := fold(s)
		if once != "" && !contains(once, once, true) {
			t.Errorf("%q does not hold itself", s)
		}
		if strings.ContainsAny(once, "\u200b\u200d\ufeff\u00ad") {
			t.Errorf("%q keeps what does not show: %q", s, once)
		}
	})
}

func BenchmarkVeil(b *testing.B) {
	v := &Veil{regard: emptyRegard()}
	for range 10 {
		c := compiled{Filter: &Filter{Places: Places, Action: Warn}}
		for _, w := range []string{"bitcoin", "elections", "выборы", "spoiler", "football"} {
			c.words = append(c.words, wordOf(Keyword{Text: w, Whole: true}))
		}
		v.filters = append(v.filters, c)
	}
	s := Subject{Author: 2, Words: func() []string { return []string{strings.Repeat("a post about gardens and apples, ", 10)} }}
	for b.Loop() {
		for range 20 {
			if len(v.Over(1, Home, s)) != 0 {
				b.Fatal("a garden is hidden")
			}
		}
	}
}

func emptyRegard() *relationship.Regard { return &relationship.Regard{} }
