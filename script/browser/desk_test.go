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
