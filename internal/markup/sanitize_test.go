package markup_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/markup"
)

const rel = `rel="nofollow noopener noreferrer"`

var sanitized = []struct{ name, html, want string }{
	{"nothing", "", ""},
	{"text", `a < b & "c" 'd'`, `a &lt; b &amp; "c" 'd'`},
	{"what Mastodon sends", `<p><span class="h-card" translate="no"><a href="https://m.example/@a" class="u-url mention">@<span>a</span></a></span> hi<br /><a href="https://m.example/tags/x" class="mention hashtag" rel="tag">#<span>x</span></a></p>`,
		`<p><span class="h-card"><a href="https://m.example/@a" class="u-url mention" ` + rel + `>@<span>a</span></a></span> hi<br><a href="https://m.example/tags/x" class="mention hashtag" rel="tag nofollow noopener noreferrer">#<span>x</span></a></p>`},
	{"shortened link", `<a href="https://e.example/long" target="_blank" rel="nofollow noopener"><span class="invisible">https://</span><span class="ellipsis">e.example</span></a>`,
		`<a href="https://e.example/long" ` + rel + `><span class="invisible">https://</span><span class="ellipsis">e.example</span></a>`},
	{"every kept element", "<p><del>a</del><s>b</s><code>c</code><b>d</b><strong>e</strong><u>f</u><i>g</i><em>h</em><ruby>i<rp>(</rp><rt>j</rt><rp>)</rp></ruby></p><pre>k\n l</pre><blockquote>m</blockquote><ul><li>n</li></ul>",
		"<p><del>a</del><s>b</s><code>c</code><b>d</b><strong>e</strong><u>f</u><i>g</i><em>h</em><ruby>i<rp>(</rp><rt>j</rt><rp>)</rp></ruby></p><pre>k\n l</pre><blockquote>m</blockquote><ul><li>n</li></ul>"},
	{"ordered lists", `<ol start="5" reversed type="a"><li value="7">x</li></ol><ol start="x"><li value="">y</li></ol>`,
		`<ol start="5" reversed="reversed"><li value="7">x</li></ol><ol><li>y</li></ol>`},
	{"headings become strong", `<h1 class="x">Big</h1><p>a</p><h6>small <em>b</em></h6>`, "<p><strong>Big</strong></p><p>a</p><p><strong>small <em>b</em></strong></p>"},
	{"other elements leave their text", `<div><section>a</section><table><tr><td>b</td></tr></table><font color=red>c</font></div>`, "abc"},
	{"pictures and media vanish", `a<img src="https://e.example/x.png" onerror="x()"><video src=x></video><svg onload=x()><circle/></svg>b`, "ab"},
	{"scripts vanish whole", `a<script>alert(1)</script><style>p{}</style><iframe src=x>y</iframe><object>z</object>b`, "ab"},
	{"unclosed script", `a<script>alert(1)`, "a"},
	{"comments and doctypes vanish", `<!doctype html><!-- a --><![CDATA[b]]><?php c ?>d`, "d"},
	{"event handlers and styles vanish", `<p onclick="x()" style="color:red" id="a" name="b" data-x="c">d</p>`, "<p>d</p>"},
	{"script URLs lose their link", `<a href="javascript:alert(1)">a</a><a href=" JaVaScRiPt:x">b</a><a href="java&#10;script:x">c</a><a href="&#106;avascript:x">d</a><a href="data:text/html,x">e</a><a href="vbscript:x">f</a>`, "abcdef"},
	{"other schemes and relative URLs lose their link", `<a href="mailto:a@b.example">a</a><a href="/b">b</a><a href="//e.example/">c</a><a href="#d">d</a><a>e</a><a href="">f</a>`, "abcdef"},
	{"links without a host or with a false one lose their link", `<a href="http:0">a</a><a href="https:///x">b</a><a href="https://bank.example@evil.example/">c</a>`, "abc"},
	{"classes are picked", `<span class="mention  evil h-card u-photo INVISIBLE">a</span><p class="quote-inline x">b</p><b class="mention">c</b><span class="x&quot;y">d</span>`,
		`<span class="h-card mention invisible">a</span><p class="quote-inline">b</p><b>c</b><span>d</span>`},
	{"nobody speaks for our page", `<a href="https://e.example/" rel="me author tag">a</a>`, `<a href="https://e.example/" rel="tag nofollow noopener noreferrer">a</a>`},
	{"the first of two attributes counts", `<a href="https://a.example/" href="javascript:x">a</a>`, `<a href="https://a.example/" ` + rel + `>a</a>`},
	{"unclosed elements are closed", "<p>a<b>b<blockquote>c", "<p>a<b>b</b></p><blockquote>c</blockquote>"},
	{"stray ends vanish", "</p>a</div></b></blockquote></ul></body>", "a"},
	{"crossed elements are untangled", "<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"},
	{"paragraphs do not nest", "<p>a<p>b<ul><li>c<li>d<ul><li>e</ul></ul>", "<p>a</p><p>b</p><ul><li>c</li><li>d<ul><li>e</li></ul></li></ul>"},
	{"links do not nest", `<a href="https://a.example/">a<a href="https://b.example/">b</a>c</a>`, `<a href="https://a.example/" ` + rel + `>a</a><a href="https://b.example/" ` + rel + `>b</a>c`},
	{"text of other elements stays text, but for titles", `<title><b>a</title><textarea><script></textarea><noscript><p>b</noscript><xmp><i></xmp>`, "&lt;script&gt;&lt;i&gt;"},
	{"null bytes", "<scr\x00ipt>a</scr\x00ipt><p>b\x00c</p>", "<p>bc</p>"},
	{"control characters by number", "a&#1;b&#x1b;c&#x9f;d&#1", "abcŸd"},
	{"escaped stays escaped", "&lt;script&gt; &amp;lt; &#60;b&#62;", "&lt;script&gt; &amp;lt; &lt;b&gt;"},
}

func TestSanitize(t *testing.T) {
	e := markup.New()
	for _, c := range sanitized {
		t.Run(c.name, func(t *testing.T) {
			got := e.Sanitize(c.html)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(got, e.Sanitize(got)); diff != "" {
				t.Errorf("a second time: %s", diff)
			}
		})
	}
}

func TestOwnHTMLPassesUnchangedButForRel(t *testing.T) {
	e := markup.New()
	for _, c := range rendered {
		if got, want := strip(e.Sanitize(c.html)), strip(c.html); got != want {
			t.Errorf("%s: %s", c.name, cmp.Diff(want, got))
		}
	}
}

func TestDepthIsBounded(t *testing.T) {
	e := markup.New()
	for _, s := range []string{strings.Repeat("<b>", 5000) + "x", strings.Repeat("<blockquote><p>", 5000), strings.Repeat("<ul><li>", 5000), strings.Repeat("<b><h1>", 5000)} {
		got := e.Sanitize(s)
		depth, deepest := 0, 0
		for _, part := range strings.SplitAfter(got, ">") {
			switch {
			case strings.Contains(part, "</"):
				depth--
			case strings.Contains(part, "<"):
				depth++
			}
			deepest = max(deepest, depth)
		}
		if depth != 0 || deepest > 64 {
			t.Errorf("%.20s…: depth %d, open at the end %d", s, deepest, depth)
		}
	}
}

func TestPlain(t *testing.T) {
	e := markup.New()
	for html, want := range map[string]string{
		"": "",
		"<p>Hello,<br>world</p><p>again &amp; <b>again</b></p>":                                    "Hello,\nworld\n\nagain & again",
		"<ul><li>a</li><li><p>b</p></li></ul>c":                                                    "- a\n- b\n\nc",
		"<p>x</p><pre><code>a\n  b\n</code></pre><p>y</p>":                                         "x\n\na\n  b\n\n\ny",
		"<script>alert(1)</script>&lt;b&gt;":                                                       "<b>",
		`<p><a href="https://a.example/"><span class="invisible">https://</span>a.example</a></p>`: "https://a.example",
		"\n <p> a\nb </p>\n":         "a b",
		"<br><br><br>a<br><br><br>b": "a\n\nb",
	} {
		if diff := cmp.Diff(want, e.Plain(html)); diff != "" {
			t.Errorf("%q: %s", html, diff)
		}
	}
}
