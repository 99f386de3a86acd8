package markup

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// emojiWord is a word between colons.
var emojiWord = regexp.MustCompile(`:[A-Za-z0-9_]{2,40}:`)

// Pictured is trusted HTML with a small picture in place of each word between
// colons that find knows by what stands between them. Only text is looked
// at: never what stands in a tag, nor code.
func Pictured(source string, find func(code string) (address string, ok bool)) string {
	if !strings.Contains(source, ":") {
		return source
	}
	var b strings.Builder
	literal := 0 // how many elements of code are open
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		raw := string(z.Raw())
		if kind == html.StartTagToken || kind == html.EndTagToken {
			if name, _ := z.TagName(); string(name) == "code" || string(name) == "pre" {
				literal += map[html.TokenType]int{html.StartTagToken: 1, html.EndTagToken: -1}[kind]
			}
		}
		if kind != html.TextToken || literal > 0 {
			b.WriteString(raw)
			continue
		}
		b.WriteString(emojiWord.ReplaceAllStringFunc(raw, func(word string) string {
			address, ok := find(strings.Trim(word, ":"))
			if !ok {
				return word
			}
			return `<img class="emoji" src="` + html.EscapeString(address) + `" alt="` + word + `" title="` + word + `" width="24" height="24" loading="lazy" decoding="async">`
		}))
	}
	return b.String()
}
