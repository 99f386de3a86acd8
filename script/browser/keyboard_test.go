package browser

import (
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// stops is how many things a page may hold that the Tab key stops at.
const stops = 120

// focused tells where the focus is and whether it can be seen there: on the
// element, or on the label it stands in.
const focused = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return { What: "", Seen: true };
	const ring = (x) => x && (getComputedStyle(x).outlineStyle !== "none" || getComputedStyle(x).boxShadow !== "none");
	const box = (e.closest("label") ?? e).getBoundingClientRect();
	const within = box.bottom > 0 && box.top < innerHeight && box.width > 0;
	return { What: e.outerHTML.slice(0, 120), Seen: within && !!(ring(e) || ring(e.closest("label"))), Top: !!e.closest(".skip") };
})()`

// keyboard goes through a page with the Tab key. The way past the places comes
// first, and wherever the focus is, it shows.
func (b *tab) keyboard() {
	b.t.Helper()
	value[bool](b, `document.activeElement?.blur(), scrollTo(0, 0), true`)
	for i := range stops {
		b.do(chromedp.KeyEvent(kb.Tab))
		at := value[struct {
			What      string
			Seen, Top bool
		}](b, focused)
		switch {
		case at.What == "" && i > 0:
			return
		case i == 0 && !at.Top:
			b.t.Errorf("%s: the first stop is %q, not the way to the content", b.path(), at.What)
		case !at.Seen:
			b.t.Errorf("%s: the focus does not show on %s", b.path(), at.What)
		}
	}
	b.t.Errorf("%s: the Tab key stops more than %d times", b.path(), stops)
}
