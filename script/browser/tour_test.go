package browser

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// rooms are the pages that docs/forms.md lists for those who live here and
// that need nothing said to be shown.
func rooms(t *testing.T) (paths []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/forms.md")
	if err != nil {
		t.Fatal(err)
	}
	_, inside, _ := strings.Cut(string(text), "## For those who live here")
	inside, _, _ = strings.Cut(inside, "\n## ")
	for _, m := range regexp.MustCompile("`GET (/[a-z/_-]*)`").FindAllStringSubmatch(inside, -1) {
		if m[1] != "/authorize_interaction" && m[1] != "/people/find" && m[1] != "/mentions" { // they lead on
			paths = append(paths, m[1])
		}
	}
	if len(paths) < 10 {
		t.Fatalf("only %d rooms", len(paths))
	}
	return paths
}

// tour goes through every room of the house, from right to left: at a desk in
// light, on a phone in the dark.
func tour(t *testing.T, b *tab) {
	t.Helper()
	for _, path := range rooms(t) {
		name := "tour" + strings.ReplaceAll(path, "/", "-")
		b.open(path + "?lang=ar")
		b.see(`html[dir="rtl"] main`)
		b.show(light, desk)
		b.fits(name)
		b.accessible(name + ".light")
		b.picture(name+".1280-light", light, desk)
		b.show(dark, phone)
		b.fits(name + ".390")
		b.accessible(name + ".dark")
		b.picture(name+".390-dark", dark, phone)
		b.show(light, small)
		b.fits(name + ".320")
		b.show(light, desk)
		b.quiet()
	}
}
