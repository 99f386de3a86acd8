package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestFiles keeps files as a person does: a folder is made, files arrive by a
// script and by a form, are looked at, chosen by keys, renamed in place, moved,
// thrown away and put back, in three languages and both directions.
func TestFiles(t *testing.T) {
	needsBrowser(t)
	for _, c := range []cast{english, russian, arabic} {
		t.Run(c.language, func(t *testing.T) { keepFiles(t, c) })
	}
}

func keepFiles(t *testing.T, c cast) {
	h := startHome(t, "127.0.0.1")
	b := openTab(t, h.origin, way{language: c.language, size: desk})
	b.visit(h.link)
	b.fill("#name", c.ana.name)
	b.fill("#address", c.ana.handle)
	b.fill("#password", c.ana.password)
	b.press("form .button.primary")
	look := func(name string) { b.look(name+"."+c.language, desk) }

	b.press(`.places a[href="/files"]`)
	b.see(".nothing .steps")
	look("files-empty")
	b.tap(".tool:has(#name) > summary")
	b.fill("#name", "a/b")
	b.refusedBy(func() { b.press(".tool:has(#name) form .primary") })
	b.see("#name-wrong")
	b.fill("#name", c.note)
	b.press(".tool:has(#name) form .primary")

	b.tap(".tool:has(#file) > summary")
	b.choose("#file", "pines.webp")
	b.see(`[data-how="kept"]`)
	b.see(`.files > li a.name`)
	b.tap(".tool:has(#file) > summary")
	b.refusedBy(func() {
		b.choose("#file", "pines.webp")
		b.see("dialog[open]")
	})
	look("files-clash")
	b.tap(`dialog [value="beside"]`)
	b.see(`.files > li + li a.name`)
	look("files-folder")

	b.do(chromedp.Focus(".files > li:first-child a.name"))
	b.do(chromedp.KeyEvent(" "))
	b.see(".files > li:first-child :checked")
	look("files-chosen")
	b.do(chromedp.KeyEvent("\ue001"))
	b.press(".files > li:last-child a.name")
	b.see(".file-picture img")
	look("file-picture")
	b.fill("#name", "pines, framed.webp")
	b.press("#about form .button")
	b.says("h1", "pines, framed.webp")
	b.press(`#about a[href*="/move?do=move"]`)
	look("files-place")
	b.tap(".crumb")
	b.see(".pick button")
	b.press("form .button.primary")
	b.see(`.files a.name[href$="framed.webp"]`)

	b.tap(".files > li:last-child input")
	b.press(`.selected [value="trash"]`)
	b.press(`.tabs a[href="/file/trash"]`)
	look("files-trash")
	b.tap(".files > li:first-child input")
	b.press(".selected button")
	b.see(".nothing")

	plain := openTab(t, h.origin, way{language: c.language, size: phone, plain: true})
	plain.open("/login")
	plain.fill("#username", c.ana.handle)
	plain.fill("#password", c.ana.password)
	plain.press("form .button.primary")
	plain.tap(".bar > .menu > summary")
	plain.press(`.bar .menu a[href="/files"]`)
	plain.tap(".tool:has(#file) > summary")
	plain.choose("#file", "pines.webp")
	plain.press("form[data-add] .primary")
	plain.see(".files > li")
	plain.fits("files-plain." + c.language)
}
