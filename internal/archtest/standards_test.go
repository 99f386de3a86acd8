package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// cited is a specification as code names it.
var cited = regexp.MustCompile(`\b(?:RFC [1-9]\d*|FEP-[0-9a-f]{4})\b`)

// TestStandardsListWhatCodeCites holds docs/standards.md to being the way back
// from every specification that the program obeys.
func TestStandardsListWhatCodeCites(t *testing.T) {
	text, err := os.ReadFile("../../docs/standards.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, name := range cited.FindAllString(string(text), -1) {
		listed[name] = true
	}
	for _, folder := range []string{"../../protocol", "../../internal", "../../web", "../../cmd"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			code, err := os.ReadFile(path)
			for _, name := range cited.FindAllString(string(code), -1) {
				if !listed[name] {
					t.Errorf("%s cites %s, which docs/standards.md does not list", path, name)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
