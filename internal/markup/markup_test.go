package markup_test

import (
	neturl "net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/address"
	"allod/internal/markup"
)

// links knows alice here and everybody at example.com, and every hashtag.
var links = markup.Links{
	Mention: func(h address.Handle) (string, string, bool) {
		switch {
		case h.Host == "" && h.Name == "alice":
			return "https://home.example/@alice", "alice", true
		case h.Host == "example.com":
			return "https://example.com/@" + h.Name, h.Name, true
		}
		return "", "", false
	},
	Tag: func(tag string) string { return "https://home.example/tags/" + tag },
}

const (
	alice = `<span class="h-card"><a href="https://home.example/@alice" class="u-url mention">@<span>alice</span></a></span>`
	bob   = `<span class="h-card"><a href="https://example.com/@bob" class="u-url mention">@<span>bob</span></a></span>`
)

func hashtag(name string) string {
	return `<a href="https://home.example/tags/` + neturl.PathEscape(name) + `" class="mention hashtag" rel="tag">#<span>` + name + `</span></a>`
}

func url(href string) string { return `<a href="` + href + `">` + href + `</a>` }

var rendered = []struct{ name, text, html string }{
	{"nothing", "", ""},
	{"white space", " \n\t\n", ""},
	{"a sentence", "Hello, world.", "<p>Hello, world.</p>"},
	{"paragraphs", "one\n\ntwo\r\n\r\nthree", "<p>one</p><p>two</p><p>three</p>"},
	{"line breaks stay", "one\ntwo  \nthree\\\nfour", "<p>one<br>two<br>three<br>four</p>"},
	{"emphasis", "*a* _b_ **c** __d__ ***e*** ~~f~~", "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong> <em><strong>e</strong></em> <del>f</del></p>"},
	{"underscores inside words", "snake_case_name", "<p>snake_case_name</p>"},
	{"code", "`a <b> & @alice #tag *x*`", "<p><code>a &lt;b&gt; &amp; @alice #tag *x*</code></p>"},
	{"code block", "```go\nif a < b {\n\t@alice #tag\n}\n```", "<pre><code>if a &lt; b {\n\t@alice #tag\n}\n</code></pre>"},
	{"indented text is text", "    four spaces", "<p>four spaces</p>"},
	{"indented list text", "- a\n\n        deep\n\tb", "<ul><li><p>a</p><p>deep<br>b</p></li></ul>"},
	{"quote", "> one\n> two\n\nthree", "<blockquote><p>one<br>two</p></blockquote><p>three</p>"},
	{"list", "- a\n- b *c*\n", "<ul><li>a</li><li>b <em>c</em></li></ul>"},
	{"ordered list", "3. a\n4. b", `<ol start="3"><li>a</li><li>b</li></ol>`},
	{"nested list", "1. a\n   - b", "<ol><li>a<ul><li>b</li></ul></li></ol>"},
	{"heading becomes strong", "# Title *x*\ntext", "<p><strong>Title <em>x</em></strong></p><p>text</p>"},
	{"rules and underlines are text", "a\n---\nb\n\n***", "<p>a<br>---<br>b</p><p>***</p>"},
	{"raw HTML is text", "<script>alert(1)</script> <b>x</b> <!-- c -->", "<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;x&lt;/b&gt; &lt;!-- c --&gt;</p>"},
	{"entities", "&lt;b&gt; &amp; &copy; &#x41; AT&T", "<p>&lt;b&gt; &amp; © A AT&amp;T</p>"},
	{"escapes", `\*a\* \@alice \#tag \<b\>`, "<p>*a* @alice #tag &lt;b&gt;</p>"},
	{"link", `[text *x*](https://example.com/?a=1&b=2 "title")`, `<p><a href="https://example.com/?a=1&amp;b=2">text <em>x</em></a></p>`},
	{"link to nowhere", `[a](javascript:alert(1)) [b](data:text/html,x) [c](/etc) [d](mailto:a@b.example) [e](https://u:p@h.example/)`, "<p>a b c d e</p>"},
	{"hidden scheme", `[a](&#106;avascript:alert(1)) [b](JaVaScRiPt:x) [c](https:javascript)`, "<p>a b c</p>"},
	{"attribute breakout", `[a](https://example.com/"onclick="x) <https://example.com/"x>`, `<p><a href="https://example.com/%22onclick=%22x">a</a> <a href="https://example.com/%22x">https://example.com/&#34;x</a></p>`},
	{"reference definitions are text", "[a]: https://example.com/\n[a]", "<p>[a]: " + url("https://example.com/") + "<br>[a]</p>"},
	{"picture becomes a link", "![a cat](https://example.com/cat.png) ![](https://example.com/x.png)", `<p><a href="https://example.com/cat.png">a cat</a> ` + url("https://example.com/x.png") + "</p>"},
	{"picture in a link", "[![x](https://a.example/x.png)](https://b.example/)", `<p><a href="https://b.example/">x</a></p>`},
	{"bare URL", "see https://example.com/a_b_c?d=*e*#f, or (https://example.com/x_(y)).", "<p>see " + url("https://example.com/a_b_c?d=*e*#f") + ", or (" + url("https://example.com/x_(y)") + ").</p>"},
	{"URL in emphasis", "**https://example.com/x**", "<p><strong>" + url("https://example.com/x") + "</strong></p>"},
	{"URL in brackets and quotes", `<https://example.com/> "https://example.com/"`, "<p>" + url("https://example.com/") + " &quot;" + url("https://example.com/") + "&quot;</p>"},
	{"not a URL", "xhttps://example.com http:// https://. ftp://a.example www.example.com a@b.example", "<p>xhttps://example.com http:// https://. ftp://a.example www.example.com a@b.example</p>"},
	{"angle brackets without a URL", "<a@b.example> <foo:bar>", "<p>&lt;a@b.example&gt; &lt;foo:bar&gt;</p>"},
	{"mentions", "@alice, @bob@example.com! (@bob@Example.COM.)", "<p>" + alice + ", " + bob + "! (" + bob + ".)</p>"},
	{"possessive mention", "@alice's", "<p>" + alice + "'s</p>"},
	{"mention in emphasis and lists", "- *@alice*\n- **@bob@example.com**", "<ul><li><em>" + alice + "</em></li><li><strong>" + bob + "</strong></li></ul>"},
	{"unknown mention", "@carol @dave@elsewhere.example", "<p>@carol @dave@elsewhere.example</p>"},
	{"not a mention", "a@alice /@alice @@alice @alice@ @ @älice", "<p>a@alice /@alice @@alice @alice@ @ @älice</p>"},
	{"no mention in a link", "[@alice #tag https://a.example/](https://b.example/)", `<p><a href="https://b.example/">@alice #tag https://a.example/</a></p>`},
	{"mention in broken brackets", "[@alice", "<p>[" + alice + "</p>"},
	{"hashtags", "#one, #Два #日本語 #a_b #c3po #हिन्दी", "<p>" + hashtag("one") + ", " + hashtag("Два") + " " + hashtag("日本語") + " " + hashtag("a_b") + " " + hashtag("c3po") + " " + hashtag("हिन्दी") + "</p>"},
	{"hashtag begins a line", "#tag text", "<p>" + hashtag("tag") + " text</p>"},
	{"hashtag ends at a hyphen", "#well-known", "<p>" + hashtag("well") + "-known</p>"},
	{"not a hashtag", "#1 #2024 #___ a#b ##c /#d &#e; # f #", "<p>#1 #2024 #___ a#b ##c /#d &amp;#e; # f #</p>"},
	{"overlong hashtag", "#" + strings.Repeat("a", 101), "<p>#" + strings.Repeat("a", 101) + "</p>"},
	{"deep quotes", strings.Repeat("> ", 17) + "x", strings.Repeat("<blockquote>", 16) + "<p>&gt; x</p>" + strings.Repeat("</blockquote>", 16)},
	{"many marks", strings.Repeat("*a* ", 300), "<p>" + strings.Repeat("<em>a</em> ", 199) + "<em>a</em>" + strings.Repeat(" *a*", 100) + "</p>"},
	{"control characters", "a\x00b\x1b[31mc\x7f&#1;d", "<p>ab[31mcd</p>"},
	{"broken UTF-8", "a\xffb", "<p>a\uFFFDb</p>"},
}

func TestRender(t *testing.T) {
	e := markup.New()
	for _, c := range rendered {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.html, e.Render(c.text, links)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWithoutLinksMentionsAndTagsAreText(t *testing.T) {
	if got, want := markup.New().Render("@alice #tag", markup.Links{}), "<p>@alice #tag</p>"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestLinksAreEscaped(t *testing.T) {
	evil := markup.Links{
		Mention: func(address.Handle) (string, string, bool) { return `"><script>`, "<b>", true },
		Tag:     func(string) string { return `"><script>` },
	}
	if got := markup.New().Render("@a #b", evil); strings.Contains(got, "<script") || strings.Contains(got, "<b>") {
		t.Error(got)
	}
}

func TestScan(t *testing.T) {
	text := "@alice @Bob@Example.com and @bob@example.com on #Go #go #Привет\n\n" +
		"`@no #no` [@no #no](https://a.example/) > @port@127.0.0.1:8420 @x@127.1 @end@example.com:443.\n\n```\n@no #no\n```\n> - @deep #deep"
	want := markup.Found{
		Mentions: []address.Handle{
			{Name: "alice"}, {Name: "Bob", Host: "example.com"}, {Name: "port", Host: "127.0.0.1:8420"}, {Name: "end", Host: "example.com"}, {Name: "deep"},
		},
		Tags: []string{"Go", "Привет", "deep"},
	}
	if diff := cmp.Diff(want, markup.New().Scan(text)); diff != "" {
		t.Error(diff)
	}
}

func TestFoldTag(t *testing.T) {
	for tag, want := range map[string]string{"Go": "go", "ПРИВЕТ": "привет", "ｆｕｌｌ": "full", "ﬁn": "fin"} {
		if got := markup.FoldTag(tag); got != want {
			t.Errorf("FoldTag(%q) = %q, want %q", tag, got, want)
		}
	}
}

func TestOverlongTextIsCutBetweenCharacters(t *testing.T) {
	got := markup.New().Render("a"+strings.Repeat("я", markup.MaxText), links)
	if len(got) > markup.MaxText+16 || strings.Contains(got, "\uFFFD") {
		t.Errorf("%d bytes ending in %q", len(got), got[len(got)-20:])
	}
}

func TestEngineIsSharedSafely(t *testing.T) {
	e := markup.New()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, c := range rendered {
				if got := e.Render(c.text, links); got != c.html {
					t.Errorf("%s: %s", c.name, got)
				}
				e.Sanitize(c.html)
				e.Scan(c.text)
			}
		})
	}
	wait.Wait()
}

const note = "Hello @bob@example.com, see https://example.com/a/b?c=d and **this**:\n\n- one #tag\n- two `code`\n\nBye."

func BenchmarkRender(b *testing.B) {
	e := markup.New()
	for b.Loop() {
		e.Render(note, links)
	}
}

func BenchmarkSanitize(b *testing.B) {
	e := markup.New()
	html := e.Render(note, links)
	for b.Loop() {
		e.Sanitize(html)
	}
}

// TestEnginesAreMadeWhileOthersWork is for the race detector: several homes
// may live in one process, and each makes an engine of its own.
func TestEnginesAreMadeWhileOthersWork(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got := markup.New().Render("*a*", markup.Links{}); got != "<p><em>a</em></p>" {
					t.Errorf("%q", got)
				}
			}
		})
	}
	wg.Wait()
}
