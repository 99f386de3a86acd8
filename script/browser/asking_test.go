package browser

import (
	"net/url"
	"testing"
)

// TestAsking looks at what is asked, kept, begun and posted later in a home of several people.
func TestAsking(t *testing.T) {
	needsBrowser(t)
	h := &home{data: t.TempDir(), origin: "https://saltmarsh.example"}
	cert, key := certify(t, "saltmarsh.example")
	h.serve(t, "--listen", named, "--tls-cert", cert, "--tls-key", key)
	ines := openTab(t, h.origin, way{language: "en", size: desk})
	settle(t, h, ines)
	jonas := newNeighbor(t, h.origin, named, "jonas", town[1].password)
	jonas.press("/@ines", "follow")

	ines.open("/compose")
	ines.fill("#text", "The winter supper: which evening?")
	ines.tap("summary:has(~ .stack .answers)")
	ines.fill("#poll-option-1", "Friday 11 December")
	ines.fill("#poll-option-2", "Saturday 12 December")
	ines.fill("#poll-option-3", "Neither, I will bring soup to training")
	ines.look("asking-compose", desk)
	ines.press(".send")
	ines.see(".poll .bars")
	asked := ines.path()

	voter := openTab(t, h.origin, way{language: "en", size: desk})
	voter.open("/login?next=" + url.QueryEscape(asked))
	voter.fill("#username", "jonas")
	voter.fill("#password", town[1].password)
	voter.press("form .button.primary")
	voter.see(".the-post .poll form")
	voter.look("asking-choose", desk)
	voter.tap(`.the-post .poll [value="1"]`)
	voter.tap(".the-post .poll form .button")
	voter.says(".the-post .poll .good", "your answer")
	voter.tap(`.the-post [action$="/keep"] button`)
	voter.see(`.the-post [action$="/keep"] [aria-pressed="true"]`)
	voter.open("/kept")
	voter.see(".h-entry .poll .rod")
	voter.look("kept", desk)

	ines.open("/compose")
	ines.fill("#text", "Half a thought about the sluice")
	ines.press(`[name="keep"]`)
	ines.says(".excerpt", "Half a thought")
	ines.open("/compose")
	ines.fill("#text", "Low tide is at seven tomorrow.")
	value[bool](ines, `(document.querySelector("#later").value = "2030-05-01T07:30", true)`)
	ines.press(".send")
	ines.says(".ledger", "Low tide is at seven")
	ines.look("drafts", desk)
	ines.open("/settings/emoji")
	ines.look("emoji", desk)

	visitor := openTab(t, h.origin, way{language: "en", size: desk})
	visitor.open(asked)
	visitor.says(".poll", "1 person")
	visitor.look("asking-visitor", desk)
}
