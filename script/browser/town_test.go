package browser

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// The people of a town that shares one home.
var town = []struct {
	person
	hue int
	bio string
}{
	{person{"Ines Calder", "ines", "a long walk before breakfast"}, 5, "I keep a boat, a garden and a list of birds."},
	{person{"Jonas Weld", "jonas", "seven grey herons standing"}, 1, "Fences, gates, bees."},
	{person{"Mirela Sand", "mirela", "bread rising under a cloth"}, 9, "Baker on Quay Street. Open from six."},
	{person{"Otto Fenn", "otto", "the clock is always early"}, 7, "Retired surveyor. I walk and draw maps of what changed."},
}

// TestTown looks at a home that several people have lived in for a while.
func TestTown(t *testing.T) {
	needsBrowser(t)
	h := &home{data: t.TempDir(), origin: "https://fennmouth.example"}
	cert, key := certify(t, "fennmouth.example")
	h.serve(t, "--listen", named, "--tls-cert", cert, "--tls-key", key)
	ines := openTab(t, h.origin, way{language: "en", size: desk})
	settle(t, h, ines)
	live(t, h)

	ines.open("/")
	ines.await("/", ".h-entry:nth-of-type(6)")
	ines.look("town-home", desk)
	ines.keyboard()
	ines.open("/settings")
	ines.keyboard()
	ines.open("/news")
	ines.look("town-news", desk)
	ines.open("/@jonas")
	ines.look("town-profile", desk)
	ines.open("/@ines")
	ines.press(".h-entry:has(.photos) .gloss a")
	ines.see(".thread .thread")
	ines.look("town-conversation", desk)
	tour(t, ines)

	visitor := openTab(t, h.origin, way{language: "en", size: desk})
	visitor.open("/")
	visitor.look("porch", desk)
	visitor.open("/@mirela")
	visitor.look("town-public", desk)
	visitor.keyboard()
}

// settle lets the people of the town move in.
func settle(t *testing.T, h *home, first *tab) {
	t.Helper()
	first.visit(h.link)
	first.fill("#name", town[0].name)
	first.fill("#address", town[0].handle)
	first.fill("#password", town[0].password)
	first.press("form .button.primary")
	for _, p := range town[1:] {
		h.add(t, p.handle, p.password)
	}
	for _, p := range town {
		n := newNeighbor(t, h.origin, named, p.handle, p.password)
		n.send("/settings/profile", url.Values{
			"name": {p.name}, "bio": {p.bio}, "hue": {strconv.Itoa(p.hue)}, "visibility": {"public"}, "language": {"en"},
			"fact-name-1": {"Found at"}, "fact-value-1": {"https://fennmouth.example/@" + p.handle},
		})
	}
}

// live has them follow each other and say what a town says.
func live(t *testing.T, h *home) {
	t.Helper()
	var all []*neighbor
	for _, p := range town {
		all = append(all, newNeighbor(t, h.origin, named, p.handle, p.password))
	}
	ines, jonas, mirela, otto := all[0], all[1], all[2], all[3]
	for _, p := range town[1:] {
		ines.press("/@"+p.handle, "follow")
	}
	jonas.press("/@ines", "follow")
	mirela.press("/@ines", "follow")

	otto.post("Walked the old sea wall. Of its nine stones, *seven* are where the map of 1911 has them:\n\n"+
		"> “The eighth was a door step before it was a stone.”\n\n1. Take the ferry path\n2. Count from the sluice\n\n```\n52.61 N  1.73 E\n```", "public", nil)
	mirela.post("Rye is back on Thursday.", "unlisted", url.Values{"warning": {"Flour, in detail"}})
	jonas.post("Four mornings on the marsh.", "public", nil, "marsh.webp", "dunes.webp", "clouds.webp", "ridges.webp")
	ines.post("First frost on the beans. Note to self: the blue ones, before Friday.", "self", nil)
	mirela.post("Who took the long ladder? No questions asked, there is cake.", "followers", nil)
	fog := jonas.post("Fog in the pines until noon. We mended the fence by ear.", "public", nil, "pines.webp")
	dusk := ines.post("The sea at six, from the end of the mole. Nobody said a word for ten minutes. #fennmouth", "public", nil, "seadusk.webp")
	ines.press(fog, "like")
	jonas.press(dusk, "like")
	mirela.press(dusk, "boost")
	talk(ines, jonas, mirela, dusk)
}

// talk has two neighbors answer a post and each other.
func talk(author, one, two *neighbor, post string) {
	reply := func(n *neighbor, to, text string) string {
		return n.post(text, "public", url.Values{"reply_to": {to[strings.LastIndex(to, "/")+1:]}})
	}
	first := reply(one, post, "I could hear the bell buoy from the allotment.")
	second := reply(author, first, "That was no buoy. Otto has found a trumpet.")
	reply(two, second, "It came with the house.")
	reply(two, post, "Saving you a loaf.")
}
