package markup

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLineHoldsNothingUnseen(t *testing.T) {
	for in, want := range map[string]string{
		"Edith \u202e\u2066\u200bPask\ufeff":           "Edith Pask",
		"two\r\nlines\ttabs":                           "two lines tabs",
		"\u200d\u200c\u2060\u3164\u2800":               "",
		"z\u0301\u0301\u0301\u0301\u0301\u0301\u0301x": "ź\u0301\u0301\u0301\u0301x",
		"  فاطمة  Lena  ":                              "فاطمة Lena",
		"\xff\xfe":                                     "",
	} {
		if got := Line(in, 60); got != want {
			t.Errorf("%q is %q, wanted %q", in, got, want)
		}
	}
	if got := Line(strings.Repeat("я", 90), 60); utf8.RuneCountInString(got) != 60 {
		t.Errorf("%d characters", utf8.RuneCountInString(got))
	}
}

func TestWordsKeepWhatScriptsAreWrittenWith(t *testing.T) {
	for in, want := range map[string]string{
		"می\u200cخواهم 👩\u200d🌾":          "می\u200cخواهم 👩\u200d🌾",
		"a\n\n\n\n\nb  \r\nc\n\n":         "a\n\nb\nc",
		"\u202eright\u202c to \u2067left": "right to left",
	} {
		if got := Words(in); got != want {
			t.Errorf("%q is %q, wanted %q", in, got, want)
		}
	}
}

func TestGuestsTextIsHTMLWithLinksThatVouchForNothing(t *testing.T) {
	const link = `" rel="nofollow ugc noopener noreferrer">`
	for in, want := range map[string]string{
		"a <b>&\n\nc\nd":                       "<p>a &lt;b&gt;&amp;</p><p>c<br>d</p>",
		"see https://x.example/a?b=1&c.":       `<p>see <a href="https://x.example/a?b=1&amp;c` + link + `https://x.example/a?b=1&amp;c</a>.</p>`,
		`http://x"onclick=alert(1)`:            `<p><a href="http://x` + link + `http://x</a>&#34;onclick=alert(1)</p>`,
		"https:// javascript:alert(1)":         "<p>https:// javascript:alert(1)</p>",
		"(http://x.example) https://y.example": `<p>(<a href="http://x.example` + link + `http://x.example</a>) <a href="https://y.example` + link + `https://y.example</a></p>`,
	} {
		if got := FromGuest(in); got != want {
			t.Errorf("%q is\n%s\nwanted\n%s", in, got, want)
		}
	}
}
