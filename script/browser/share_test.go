package browser

import "testing"

// TestShare shares files as a person does, and opens links as a stranger: on a
// desk and on a phone, in three languages and both directions.
func TestShare(t *testing.T) {
	needsBrowser(t)
	for _, c := range []cast{english, russian, arabic} {
		t.Run(c.language, func(t *testing.T) { shareFiles(t, c) })
	}
}

func shareFiles(t *testing.T, c cast) {
	h := startHome(t, "127.0.0.1")
	b := openTab(t, h.origin, way{language: c.language, size: desk})
	b.visit(h.link)
	b.fill("#name", c.ana.name)
	b.fill("#address", c.ana.handle)
	b.fill("#password", c.ana.password)
	b.press("form .button.primary")
	h.add(t, "bo", c.ana.password)
	look := func(name string) { b.look(name+"."+c.language, desk) }

	b.open("/file/shared")
	b.see(".nothing")
	b.open("/files")
	b.tap(".tool:has(#name) > summary")
	b.fill("#name", c.note)
	b.press(".tool:has(#name) form .primary")
	b.tap(".tool:has(#file) > summary")
	b.choose("#file", "pines.webp")
	b.see(".files > li a.name")

	b.press(`.tool-row > a[href^="/file/"]:not([download]):last-of-type`)
	b.press(`a[href$="/share"]`)
	look("share-dialog")
	b.fill("#who", "zoe")
	b.refusedBy(func() { b.press(`form:has(#who) .primary`) })
	b.see("#who-wrong")
	b.fill("#who", "bo")
	b.tap("#with-edit")
	b.press(`form:has(#who) .primary`)
	b.see("#people .rows li")
	b.tap("#link-drop")
	b.fill("#label", c.note)
	b.press(`form:has(#label) .primary`)
	b.see("#links .rows li")
	look("share-shared")
	drop := b.text("#links .link-line")
	b.tap("#link-edit")
	b.press(`form:has(#label) .primary`)
	edit := b.text("#links .link-line")
	b.open("/file/shared")
	b.see("#by .rows li")
	look("share-list")

	stranger := openTab(t, h.origin, way{language: c.language, size: phone})
	stranger.visit(drop)
	stranger.look("share-drop."+c.language, phone)
	plain := openTab(t, h.origin, way{language: c.language, size: phone, plain: true})
	plain.visit(drop)
	plain.choose("#file", "pines.webp")
	plain.press("form .primary")
	plain.see(".note")
	stranger.choose("#file", "pines.webp")
	stranger.press("form .primary")
	stranger.see(".note")
	stranger.look("share-dropped."+c.language, phone)
	if n := stranger.count(".files > li"); n != 0 {
		t.Errorf("a stranger sees %d files", n)
	}
	stranger.visit(edit)
	stranger.see(".files > li")
	stranger.look("share-opened."+c.language, phone)
}
