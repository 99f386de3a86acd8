package search

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCutFoldsAndFinds(t *testing.T) {
	for _, c := range []struct{ name, said, language, asked string }{
		{"a word", "The harbor at dawn", "en", "harbor"},
		{"capitals", "HARBOR", "en", "harbor"},
		{"bent, found straight", "She sells houses", "en", "house"},
		{"straight, found bent", "One house", "en", "houses"},
		{"bent, of an unknown language", "harbors", "", "harbor"},
		{"marks", "crème brûlée", "fr", "creme brulee"},
		{"marks asked for", "creme", "fr", "crème"},
		{"sharp s", "Straße", "de", "strasse"},
		{"Russian bent", "о больших кораблях", "ru", "корабли"},
		{"Russian yo", "ёлка", "ru", "елка"},
		{"Greek accents", "Καλημέρα", "el", "καλημερα"},
		{"Arabic with vowels", "كِتَابٌ", "ar", "كتاب"},
		{"Arabic stretched", "كتـــاب", "ar", "كتاب"},
		{"Arabic alefs", "أحمد", "ar", "احمد"},
		{"Arabic final yeh", "مصطفى", "ar", "مصطفي"},
		{"Hebrew with points", "שָׁלוֹם", "he", "שלום"},
		{"Chinese", "我喜欢喝绿茶", "zh", "绿茶"},
		{"one Chinese character alone", "茶", "zh", "茶"},
		{"Japanese", "今日は東京タワーへ行った", "ja", "東京タワー"},
		{"Thai", "ฉันรักแมว", "th", "แมว"},
		{"Hindi keeps its vowels", "हिन्दी", "hi", "हिन्दी"},
		{"full width", "ＡＢＣ", "en", "abc"},
		{"zero width inside", "har\u200bbor", "en", "harbor"},
		{"mixed directions", "\u202eharbor\u202c شكرا", "ar", "harbor شكرا"},
		{"apostrophe", "don’t", "en", "don't"},
		{"number", "version 2026", "en", "2026"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bag
			b.text(c.said, c.language)
			for _, any := range asked(c.asked) {
				found := false
				for _, w := range any {
					found = found || b.met[w]
				}
				if !found {
					t.Errorf("%q: none of %q is in %q", c.asked, any, b.words)
				}
			}
			if len(asked(c.asked)) == 0 {
				t.Error("nothing was asked")
			}
		})
	}
}

func TestWordsThatDifferAreNotFound(t *testing.T) {
	for said, question := range map[string]string{"हिन्दी": "हन्द", "harbor": "dock", "绿茶": "红茶", "الكتاب": "مدينة"} {
		var b bag
		b.text(said, "")
		for _, any := range asked(question) {
			for _, w := range any {
				if b.met[w] {
					t.Errorf("%q is found by %q", said, question)
				}
			}
		}
	}
}

// TestWordsAreSafeForBothEngines: no word holds what either engine reads as a sign.
func TestWordsAreSafeForBothEngines(t *testing.T) {
	var b bag
	b.text(`it's "quoted" (a & b) | !c <-> d:* e* \ 'x' NEAR AND OR NOT col:val ^ -minus +plus @at {brace} %like_`, "en")
	for _, w := range b.words {
		if strings.ContainsAny(w, `'"()&|!<>:*\ ^-+@{}%_`) {
			t.Errorf("%q", w)
		}
	}
}

func TestReadTakesAQuestionApart(t *testing.T) {
	q := Read("sea has:picture after:2026-03-01 before:2026-04-01 is:article foo:bar after:never")
	got := []any{q.Words, q.Pictured, q.Articles, q.After.Format("2006-01-02"), q.Before.Format("2006-01-02")}
	want := []any{"sea foo:bar after:never", true, true, "2026-03-02", "2026-04-01"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, empty := range []string{"", "  ", "!!! ...", "\u200b"} {
		if !Read(empty).Empty() {
			t.Errorf("%q asks something", empty)
		}
	}
	if n := len(Read(strings.Repeat("a b c d e f g ", 400)).matching()); n > termsMax {
		t.Errorf("%d words are asked", n)
	}
}

func FuzzCut(f *testing.F) {
	f.Add("The harbor — 東京 שלום كتاب \u202e\u200b e\u0301")
	f.Fuzz(func(t *testing.T, text string) {
		cut(text, func(w string) {
			if w == "" || strings.ContainsAny(fold(w), " '\"*\\") {
				t.Errorf("%q from %q", w, text)
			}
		})
	})
}
