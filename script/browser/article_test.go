package browser

import (
	"strings"
	"testing"
)

// TestArticle writes an article with a picture and a question in it, looks at
// it before it goes, edits it, reads what it said before, and pins it.
func TestArticle(t *testing.T) {
	needsBrowser(t)
	h := startHome(t, "127.0.0.1")
	b := openTab(t, h.origin, way{language: "en", size: desk})
	b.visit(h.link)
	b.fill("#name", town[0].name)
	b.fill("#address", town[0].handle)
	b.fill("#password", town[0].password)
	b.press("form .button.primary")

	b.open("/compose")
	b.tap(`[name="turn"][value="article"]`)
	b.see("#title")
	b.fill("#title", "What the sea wall knows")
	b.fill("#summary", "Nine stones, and the map of 1911.")
	b.choose(".attach > li:first-child .pick", "dunes.webp")
	b.see(".attach canvas")
	b.fill("#alt-1", "Dunes under a low sun")
	b.fill("#text", "## The first stone\n\nIt was a *door step*.\n\n![](1)\n\n## The ferry path\n\nTurn left.\n\n## The ninth\n\nCount from the sluice.")
	b.tap("summary:has(~ .stack .answers)")
	b.fill("#poll-option-1", "I have seen it")
	b.fill("#poll-option-2", "Not yet")
	b.look("article-compose", desk)
	b.tap(`.go [name="preview"]`)
	b.says("#preview", "The ninth")
	b.look("article-preview", desk)
	b.press(".send")
	b.says(".the-post .contents", "The ninth")
	b.see(`.the-post .e-content img[alt="Dunes under a low sun"]`)
	b.see(".the-post .poll .bars")
	b.look("article", desk)
	b.open("/")
	b.says(".h-entry", "Nine stones")
	if folded := value[string](b, `document.querySelector(".h-entry").textContent`); strings.Contains(folded, "Count from the sluice") {
		t.Error("the stream shows the whole article")
	}

	b.press(`.h-entry a[href*="/@ines/"]`)
	b.tap(".the-post .acts details > summary")
	b.press(`.the-post .acts a[href$="/edit"]`)
	b.fill("#text", "## The first stone\n\nIt was a *hearth*.\n\n![](1)\n\nEnd.")
	b.look("article-edit", desk)
	b.press(".go .button.primary")
	b.says(".the-post .e-content", "hearth")
	b.press(`.the-post a[href$="/history"]`)
	b.look("article-history", desk)
	b.press(`main a[href*="/history/"]`)
	b.says("main", "door step")
	b.look("article-version", desk)

	b.open("/@ines")
	b.tap(".h-entry .acts details > summary")
	b.press(`.h-entry .acts form[action$="/pin"] button`)
	b.open("/@ines")
	b.says(".h-entry", "Pinned")
	b.look("article-pinned", desk)
}
