package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	parser "github.com/a-h/templ/parser/v2"
	"github.com/a-h/templ/parser/v2/visitor"
)

func TestLanguagesSayTheSame(t *testing.T) {
	for _, problem := range languages(t).Missing() {
		t.Error(problem)
	}
}

// sources are the texts of this package by file name, without tests and
// generated code.
func sources(t *testing.T, pattern string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = string(text)
	}
	return texts
}

// quotedKey is a string that looks like the key of a message.
var quotedKey = regexp.MustCompile(`"([a-z]+(?:\.[a-z_]+)+)"`)

func TestEveryKeyUsedHasAMessage(t *testing.T) {
	english := languages(t).English()
	for _, pattern := range []string{"*.go", "*.templ"} {
		for file, text := range sources(t, pattern) {
			for _, m := range quotedKey.FindAllStringSubmatch(text, -1) {
				key := m[1]
				if ext := filepath.Ext(key); ext == ".css" || ext == ".js" || ext == ".svg" {
					continue
				}
				if !english.Has(key) {
					t.Errorf("%s: no message has the key %q", file, key)
				}
			}
		}
	}
}

// saidElsewhere is a message the rest of the house asks for: a fault, a notice,
// or what a door says by itself.
var saidElsewhere = regexp.MustCompile(`"((?:fault|notice)(?:\.[a-z_]+)+)"|\bT\("([a-z]+(?:\.[a-z_]+)+)"`)

func TestEveryMessageTheHouseAsksForExists(t *testing.T) {
	english := languages(t).English()
	err := filepath.WalkDir("../internal", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		if strings.HasPrefix(file, filepath.FromSlash("../internal/fault/")) {
			return nil // its documentation has examples
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, m := range saidElsewhere.FindAllStringSubmatch(string(text), -1) {
			if key := m[1] + m[2]; !english.Has(key) {
				t.Errorf("%s: no message has the key %q", file, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryDrawingUsedExists(t *testing.T) {
	sprite, err := assetFiles.ReadFile("assets/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`id="([a-z]+)"`).FindAllStringSubmatch(string(sprite), -1) {
		if !usesDrawing(t, m[1]) {
			t.Errorf("nothing uses the drawing %q", m[1])
		}
	}
	used := regexp.MustCompile(`icon\((?:f|p\.Frame), "([a-z]+)"\)`)
	for file, text := range sources(t, "*.templ") {
		for _, m := range used.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(string(sprite), `id="`+m[1]+`"`) {
				t.Errorf("%s: there is no drawing %q", file, m[1])
			}
		}
	}
}

func usesDrawing(t *testing.T, name string) bool {
	for _, pattern := range []string{"*.go", "*.templ"} {
		for _, text := range sources(t, pattern) {
			if strings.Contains(text, `"`+name+`"`) {
				return true
			}
		}
	}
	return false
}

// spoken are the attributes whose value a reader sees or hears.
var spoken = map[string]bool{"alt": true, "title": true, "placeholder": true, "aria-label": true}

func TestNoWordsAreWrittenIntoComponents(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		tree, err := parser.Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Visit(hardCoded(t, file)); err != nil {
			t.Fatal(err)
		}
	}
}

// hardCoded reports words that stand in a component instead of the catalogues.
func hardCoded(t *testing.T, file string) *visitor.Visitor {
	v := visitor.New()
	say := func(words string) {
		if strings.ContainsFunc(words, unicode.IsLetter) {
			t.Errorf("%s: %q is written into a component", file, strings.TrimSpace(words))
		}
	}
	v.Text = func(n *parser.Text) error {
		say(n.Value)
		return nil
	}
	v.StringExpression = func(n *parser.StringExpression) error {
		if words, ok := strings.CutPrefix(n.Expression.Value, `"`); ok {
			words, _, _ = strings.Cut(words, `"`)
			say(words)
		}
		return nil
	}
	v.ConstantAttribute = func(n *parser.ConstantAttribute) error {
		if spoken[n.Key.String()] {
			say(n.Value)
		}
		return nil
	}
	return v
}
