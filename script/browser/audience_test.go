package browser

import "testing"

// TestAudience writes to a circle, filters a word, mutes a person for a day,
// and finds what was hidden again.
func TestAudience(t *testing.T) {
	needsBrowser(t)
	h := &home{data: t.TempDir(), origin: "https://fennmouth.example"}
	cert, key := certify(t, "fennmouth.example")
	h.serve(t, "--listen", named, "--tls-cert", cert, "--tls-key", key)
	ines := openTab(t, h.origin, way{language: "en", size: desk})
	settle(t, h, ines)
	live(t, h)

	ines.open("/circles")
	ines.fill("#title", "The quay")
	ines.press(".entry .button.primary")
	for _, who := range []string{"jonas", "mirela"} {
		ines.fill("#who", who)
		ines.press(".field .joined .button")
	}
	ines.look("audience-circle", desk)

	ines.open("/compose")
	ines.tap(`.audience label:has([value="direct"])`)
	ines.tap(`.groups label:has([name="circle-1"])`)
	ines.tap(".audience-fine > summary")
	ines.look("audience-choice", desk)
	ines.fill("#text", "Supper on the boat, Sunday at six. Bring a chair.")
	ines.press(".send")
	ines.says(".h-entry", "Supper on the boat")

	jonas := newNeighbor(t, h.origin, named, "jonas", town[1].password)
	jonas.post("Football on the marsh, Saturday.", "public", nil)
	otto := newNeighbor(t, h.origin, named, "otto", town[3].password)
	otto.post("The tide was early.", "public", nil)

	ines.open("/filters/new")
	ines.fill("#title", "Football")
	ines.fill("#words", "football")
	ines.look("audience-filter", desk)
	ines.press(".entry .button.primary")
	ines.await("/", ".warned")
	ines.says(".warned summary", "Football")
	ines.look("audience-folded", desk)

	ines.open("/@otto")
	ines.tap(".relation .menu > summary")
	ines.press(`.relation .menu a[href$="/mute"]`)
	value[bool](ines, `document.querySelector("#lasting").value = "24", true`)
	ines.look("audience-mute", desk)
	ines.press(".entry .button.primary")
	otto.post("The tide was late.", "public", nil)
	ines.await("/hidden", ".hidden-post:nth-of-type(2)")
	ines.look("audience-hidden", desk)
	ines.says(".page", "You have muted Otto Fenn.")

	ines.open("/limits")
	ines.fill("#host", "flood.example")
	ines.fill("#reason", "Sends adverts by the thousand.")
	ines.press("#server .button.primary")
	ines.look("audience-limits", desk)
	ines.open("/lists")
	ines.fill("#title", "Birds")
	ines.press(".entry .button.primary")
	ines.look("audience-list", desk)
}
