package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// A size is the size of a window in CSS pixels.
type size struct{ width, height int }

var (
	desk  = size{1280, 900}
	phone = size{390, 844}
	small = size{320, 640} // the least that WCAG 2.2 SC 1.4.10 asks for
)

// The color schemes.
const (
	light = "light"
	dark  = "dark"
)

// longest is how much of a long page a picture shows.
const longest = 3200

// show gives the window of a tab a color scheme and a size. Nothing moves in it,
// so that nothing is measured on its way.
func (b *tab) show(scheme string, s size) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(s.width), Height: int64(s.height), DeviceScaleFactor: 1, Mobile: s.width < 600,
	})
}

// look holds the page a tab is on to the rules, in both schemes at every
// width, and leaves pictures of it. The window is then as it was.
func (b *tab) look(name string, was size) {
	b.t.Helper()
	for _, scheme := range []string{light, dark} {
		for _, s := range []size{desk, phone} {
			view := fmt.Sprintf("%s.%d-%s", name, s.width, scheme)
			b.show(scheme, s)
			b.fits(view)
			b.accessible(view)
			b.picture(view, scheme, s)
		}
	}
	b.show(light, small)
	b.fits(name + ".320")
	b.show(light, was)
	b.quiet()
}

// fits fails the test if the page must be moved sideways to be read.
func (b *tab) fits(view string) {
	b.t.Helper()
	wide := value[string](b, `(() => {
		const room = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= room) return "";
		const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > room + 1 || e.getBoundingClientRect().left < -1);
		return document.documentElement.scrollWidth + " px of " + room + ": " + out.slice(0, 4).map((e) => e.outerHTML.slice(0, 120)).join(" | ");
	})()`)
	if wide != "" {
		b.t.Errorf("%s is too wide: %s", view, wide)
	}
}

// A finding is a rule of axe that a page breaks, and where.
type finding struct {
	ID, Impact string
	Where      []string
}

// findings runs axe. Rules about landmarks and headings are among the best
// practices. What an open menu lies over may be small while it does, and so may
// what is below the bar of chosen rows: the page scrolls it clear.
const findings = `axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
	.then((r) => r.violations.map((v) => ({ ...v, nodes: v.nodes.filter((n) => v.id !== "target-size" ||
		![...document.querySelectorAll("details.menu[open], .selected")].some((e) => e.checkVisibility()) || !/obscured/.test(n.any[0]?.message)) })).filter((v) => v.nodes.length).map((v) => ({ ID: v.id, Impact: v.impact, Where: v.nodes.map((n) => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")) })))`

// accessible fails the test for every rule of accessibility that the page breaks.
func (b *tab) accessible(view string) {
	b.t.Helper()
	if !value[bool](b, `"axe" in window`) {
		axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
		if err != nil {
			b.t.Fatal(err)
		}
		value[bool](b, string(axe)+"; true")
	}
	var found []finding
	if err := json.Unmarshal(value[[]byte](b, findings), &found); err != nil {
		b.t.Fatal(err)
	}
	for _, f := range found {
		b.t.Errorf("%s: %s (%s)\n\t%s", view, f.ID, f.Impact, strings.Join(f.Where, "\n\t"))
	}
}

// picture leaves a picture of the whole page, in a window as tall as it is.
func (b *tab) picture(view, scheme string, s size) {
	b.t.Helper()
	height := value[int](b, `Math.ceil(document.documentElement.scrollHeight)`)
	b.show(scheme, size{s.width, min(max(height, s.height), longest)})
	value[bool](b, `Promise.all([...document.images].filter((i) => i.getBoundingClientRect().top < innerHeight).map((i) => i.decode().catch(() => 0))).then(() => true)`)
	keep(b.t, view, b.shot())
}

// keep leaves a picture in shots/.
func keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	if err := os.MkdirAll("shots", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("shots", name+".png"), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}
