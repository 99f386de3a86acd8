package markup_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"allod/internal/markup"
)

// relAttr is what Sanitize alone adds.
var relAttr = regexp.MustCompile(` rel="[^"]*"`)

// strip takes out what Render and Sanitize write differently by design.
func strip(s string) string {
	s = relAttr.ReplaceAllString(s, "")
	return strings.NewReplacer("&#39;", "'", "&quot;", `"`, "&#34;", `"`).Replace(s)
}

// allowed holds every element that may come out, with its attributes.
var allowed = map[string]string{
	"p": "class", "br": "", "span": "class", "a": "href class rel", "del": "", "s": "", "pre": "", "blockquote": "", "code": "", "b": "", "strong": "",
	"u": "", "i": "", "em": "", "ul": "", "ol": "start reversed", "li": "value", "ruby": "", "rp": "", "rt": "",
}

// check fails for anything but allowed elements, closed in order, with web links.
func check(t *testing.T, out string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(out))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Fatalf("left open: %v in %q", open, out)
			}
			return
		case html.TextToken:
		case html.EndTagToken:
			name := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> with %v open in %q", name, open, out)
			}
			open = open[:len(open)-1]
		case html.StartTagToken:
			token := z.Token()
			attrs, ok := allowed[token.Data]
			if !ok {
				t.Fatalf("<%s> in %q", token.Data, out)
			}
			for _, a := range token.Attr {
				if !strings.Contains(" "+attrs+" ", " "+a.Key+" ") {
					t.Fatalf("attribute %s of <%s> in %q", a.Key, token.Data, out)
				}
				if a.Key == "href" && !strings.HasPrefix(strings.ToLower(a.Val), "http://") && !strings.HasPrefix(strings.ToLower(a.Val), "https://") {
					t.Fatalf("link to %q in %q", a.Val, out)
				}
			}
			if token.Data != "br" {
				open = append(open, token.Data)
			}
		default:
			t.Fatalf("token %v in %q", z.Token(), out)
		}
	}
}

func FuzzSanitize(f *testing.F) {
	for _, c := range sanitized {
		f.Add(c.html)
	}
	e := markup.New()
	f.Fuzz(func(t *testing.T, s string) {
		once := e.Sanitize(s)
		check(t, once)
		if diff := cmp.Diff(once, e.Sanitize(once)); diff != "" {
			t.Fatalf("%q is not stable: %s", s, diff)
		}
		e.Plain(s)
	})
}

func FuzzRender(f *testing.F) {
	for _, c := range rendered {
		f.Add(c.text)
	}
	e := markup.New()
	f.Fuzz(func(t *testing.T, s string) {
		out := e.Render(s, links)
		check(t, out)
		if got, want := strip(e.Sanitize(out)), strip(out); got != want {
			t.Fatalf("%q renders as\n%s\nof which remains\n%s", s, want, got)
		}
		for _, h := range e.Scan(s).Mentions {
			if h.Name == "" {
				t.Fatalf("nameless mention in %q", s)
			}
		}
	})
}

func TestHostileInputTakesLinearTime(t *testing.T) {
	e := markup.New()
	for _, unit := range []string{
		"[", "![", "](", "[a](", "[a](<", "*", "**a", "*a_", "_", "~", "`", "`a``", "`a``b```c````d`````", "<a@", "[a]: x\n", "> ", ">", "- ", "-\n", "1. ", "1) a\n ", "  - a\n", "\\", "<", "<a", "<http://a ",
		"@", "@a", "@a@", "@a.", "#", "#a", "http://", "http://a", " http://(", "(http://a", "&", "&amp", "&#", "\n", "a\n", "> - ", "```\n", "# ", "<b>", "<p>", "<a href=", "<a href='https://a.example/'>", "</b>", "<li>", "<ul>", "<!--", "<script>",
	} {
		took := func(part int) time.Duration {
			begun := time.Now()
			e.Render(strings.Repeat(unit, markup.MaxText/part/len(unit)), links)
			e.Sanitize(strings.Repeat(unit, markup.MaxHTML/part/len(unit)))
			return time.Since(begun)
		}
		// Work that grows with the square of the input takes sixty-four times as long for eight times as much.
		whole := took(1)
		for try := 0; whole > 2*time.Second && whole > 24*took(8); try++ { // a busy machine now and then stands still
			if try == 2 {
				t.Errorf("%q: an eighth of it takes %v, all of it %v", unit, took(8), whole)
				break
			}
			whole = took(1)
		}
	}
}
