package markup_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/markup"
)

var pictures = markup.Links{
	Mention: links.Mention, Tag: links.Tag,
	Picture: func(destination string) (markup.Picture, bool) {
		n, err := strconv.Atoi(destination)
		return markup.Picture{Source: "medium:" + destination, Alt: "a wreck", Width: 640, Height: 480}, err == nil && n < 3
	},
}

func TestArticleKeepsHeadingsAndPictures(t *testing.T) {
	for _, c := range []struct{ name, text, html string }{
		{"headings", "# One\n\nText\n\n## Two *or* three\n\n# One", `<h2 id="s-one">One</h2><p>Text</p><h3 id="s-two-or-three">Two <em>or</em> three</h3><h2 id="s-one-2">One</h2>`},
		{"no level is left out", "### Deep\n\n###### Deeper\n\n### Deep", `<h2 id="s-deep">Deep</h2><h3 id="s-deeper">Deeper</h3><h2 id="s-deep-2">Deep</h2>`},
		{"any script", "# Где *мы*\n\n# ١ العنوان", `<h2 id="s-где-мы">Где <em>мы</em></h2><h2 id="s-١-العنوان">١ العنوان</h2>`},
		{"no words", "# !!!", `<h2 id="s-">!!!</h2>`},
		{"figure", "![](1)", `<figure><img src="medium:1" alt="a wreck" width="640" height="480" loading="lazy"></figure>`},
		{"caption", `![The *wreck* at <low> tide](2 "In 1901")`, `<figure><img src="medium:2" alt="The wreck at &lt;low&gt; tide" width="640" height="480" loading="lazy"><figcaption>In 1901</figcaption></figure>`},
		{"in a line", "see ![it](1) here", `<p>see <img src="medium:1" alt="it" width="640" height="480" loading="lazy"> here</p>`},
		{"unknown picture", "![it](7)", `<p>it</p>`},
		{"picture elsewhere", "![it](https://example.com/a.png)", `<p><a href="https://example.com/a.png">it</a></p>`},
		{"break", "a\n\n---\n\nb", `<p>a</p><hr><p>b</p>`},
		{"raw HTML", "<h1>x</h1><img src=x>", `<p>&lt;h1&gt;x&lt;/h1&gt;&lt;img src=x&gt;</p>`},
	} {
		if got := markup.New().RenderArticle(c.text, pictures); got.HTML != c.html {
			t.Errorf("%s:\n%s\nnot\n%s", c.name, got.HTML, c.html)
		}
	}
}

func TestNoteKeepsItsHeadingsFlat(t *testing.T) {
	e := markup.New()
	if got := e.Render("# One\n\n![it](1)\n\n---", pictures); got != "<p><strong>One</strong></p><p>it</p><p>---</p>" {
		t.Error(got)
	}
}

func TestArticleTellsWhatIsInIt(t *testing.T) {
	a := markup.New().RenderArticle("# The tide\n\nAt *seven* the tide’s low &amp; still.\n\n```\ncode here\n```\n\n## Theo’s bell #one\n\n- an item\n\n潮が引く", pictures)
	want := markup.Article{HTML: a.HTML, Words: 2 + 7 - 1 + 2 + 3 + 2 + 2, Excerpt: "At seven the tide’s low & still. an item 潮が引く", Contents: []markup.Heading{
		{Level: 2, ID: "s-the-tide", Text: "The tide"}, {Level: 3, ID: "s-theo-s-bell-one", Text: "Theo’s bell #one"},
	}}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Error(diff)
	}
	long := markup.New().RenderArticle(strings.Repeat("Word after word. ", 100), pictures)
	if n := len([]rune(long.Excerpt)); n > 281 || n < 260 || !strings.HasSuffix(long.Excerpt, "…") {
		t.Errorf("%d: %s", n, long.Excerpt)
	}
}

func TestArticleFromElsewhereIsSanitized(t *testing.T) {
	known := func(src string) (markup.Picture, bool) {
		return markup.Picture{Source: "medium:9", Alt: "given"}, src == "https://a.example/1.png"
	}
	for _, c := range []struct{ name, in, html string }{
		{"headings", `<h1 id="page" onclick="x()">A</h1><p>b</p><h3>C <b>d</b></h3>`, `<h2 id="s-a">A</h2><p>b</p><h3 id="s-c-d">C <b>d</b></h3>`},
		{"picture", `<figure><img src="https://a.example/1.png" onerror="x()"><figcaption>Cap</figcaption></figure>`, `<figure><img src="medium:9" alt="given" loading="lazy"><figcaption>Cap</figcaption></figure>`},
		{"unknown picture", `<p><img src="https://track.example/p.gif" alt="a <b>"></p>`, `<p>a &lt;b&gt;</p>`},
		{"script", `<script>x()</script><svg/onload=x()><p>ok`, `<p>ok</p>`},
		{"unclosed", `<h2>A<p>b<h2>c`, `<h2 id="s-a">A</h2><p>b</p><h2 id="s-c">c</h2>`},
		{"heading in heading", `<h2>a<h3>b</h3>c</h2>d`, `<h2 id="s-a">a</h2><h3 id="s-b">b</h3>cd`},
		{"an attribute with >", `<a href="https://a.example/?q=1>2">x</a>`, `<a href="https://a.example/?q=1&gt;2" rel="nofollow noopener noreferrer">x</a>`},
		{"medium from elsewhere", `<p><img src="medium:1"></p>`, `<p></p>`},
	} {
		if got := markup.New().SanitizeArticle(c.in, known); got.HTML != c.html {
			t.Errorf("%s:\n%s\nnot\n%s", c.name, got.HTML, c.html)
		}
	}
}
