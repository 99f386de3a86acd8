package browser

import "testing"

// TestDesk writes at the top of the home stream: by one field and one press,
// for oneself by one more, with a picture, and on in the whole composer.
func TestDesk(t *testing.T) {
	needsBrowser(t)
	for _, c := range []cast{english, arabic} {
		t.Run(c.language, func(t *testing.T) { writeAtHome(t, c) })
	}
}

func writeAtHome(t *testing.T, c cast) {
	h := startHome(t, "127.0.0.1")
	b := openTab(t, h.origin, way{language: c.language, size: desk})
	b.visit(h.link)
	b.fill("#name", c.ana.name)
	b.fill("#address", c.ana.handle)
	b.fill("#password", c.ana.password)
	b.press("form .button.primary")
	look := func(name string) { b.look(name+"."+c.language, desk) }

	look("desk-calm")
	b.fill("#text", c.note)
	look("desk-typed")
	b.press(".desk .send")
	b.says(".h-entry .prose", c.note)
	if b.path() != "/" {
		t.Errorf("posting at home led to %s", b.path())
	}

	b.fill("#text", c.reply)
	b.tap(`.choice-row label:has([value="self"])`)
	b.choose(".desk .attach > li:first-child .pick", "pines.webp")
	b.see(".desk canvas")
	b.fill("#alt-1", c.noteAlt)
	look("desk-self")
	b.press(".desk .send")
	b.see(".h-entry .photos img")
	b.says(".h-entry .lvl", b.text(`.choice-row label:has([value="self"]) span`))

	b.fill("#text", c.answer)
	b.tap(`.choice-row label:has([value="direct"])`)
	look("desk-named")
	b.press(`.desk [name="turn"]`)
	b.see("#later")
	if now := value[string](b, `document.querySelector("#text").value`); now != c.answer {
		t.Errorf("the whole composer holds %q", now)
	}
	b.open("/")
	b.press(".h-entry .gloss a")
	b.see("#reply .desk")
	look("desk-reply")

	goesOn(t, h, c, b, look)

	plain := openTab(t, h.origin, way{language: c.language, size: phone, plain: true})
	plain.open("/login")
	plain.fill("#username", c.ana.handle)
	plain.fill("#password", c.ana.password)
	plain.press("form .button.primary")
	plain.fits("desk-plain." + c.language)
	plain.picture("desk-plain."+c.language, light, phone)
	plain.fill("#text", c.bio)
	plain.press(".desk .send")
	plain.says(".h-entry .prose", c.bio)
}

// goesOn types, waits until it is kept at home, and goes on in another browser,
// where it is posted once.
func goesOn(t *testing.T, h *home, c cast, b *tab, look func(string)) {
	b.open("/")
	b.fill("#text", c.post)
	b.see(".desk input[name=draft]:not(:disabled), .desk:has(input[name=draft])")
	again := openTab(t, h.origin, way{language: c.language, size: phone})
	again.open("/login")
	again.fill("#username", c.ana.handle)
	again.fill("#password", c.ana.password)
	again.press("form .button.primary")
	again.see(".begun")
	again.look("desk-begun."+c.language, phone)
	again.press(".begun a")
	if now := value[string](again, `document.querySelector("#text").value`); now != c.post {
		t.Errorf("it goes on with %q", now)
	}
	again.press(".send")
	again.see(".the-post")
	again.open("/")
	if n := again.count(".begun"); n != 0 {
		t.Error("what was posted is offered again")
	}
	b.open("/") // where it still stands as it was typed
	b.see(".desk.awake")
	b.refusedBy(func() {
		b.tap(".desk .send")
		b.see(".bad-note")
	})
	look("desk-gone")
	b.open("/drafts")
	b.see(".nothing")
	value[bool](b, `(localStorage.clear(), true)`)
}
