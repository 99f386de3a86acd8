package archtest

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// required lists what a go.mod asks for, by path, without what others brought in when direct is set.
func required(t *testing.T, gomod string, direct bool) map[string]string {
	t.Helper()
	out, err := exec.Command("go", "mod", "edit", "-json", gomod).Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path, Version string
			Indirect      bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, r := range mod.Require {
		if !direct || !r.Indirect {
			versions[r.Path] = r.Version
		}
	}
	return versions
}

// TestLibcIsTheOneSQLiteWasBuiltWith holds modernc.org/libc to the version
// that the driver's own go.mod names; any other breaks it at run time.
func TestLibcIsTheOneSQLiteWasBuiltWith(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatal(err)
	}
	want := required(t, strings.TrimSpace(string(out)), false)["modernc.org/libc"]
	if got := required(t, "../../go.mod", false)["modernc.org/libc"]; got != want || want == "" {
		t.Errorf("go.mod has modernc.org/libc %q, modernc.org/sqlite asks for %q", got, want)
	}
}

// TestEveryDependencyHasAReason looks for each module we asked for in docs/dependencies.md.
func TestEveryDependencyHasAReason(t *testing.T) {
	text, err := os.ReadFile("../../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	for module := range required(t, "../../go.mod", true) {
		if !strings.Contains(string(text), "`"+module+"`") {
			t.Errorf("%s has no reason in docs/dependencies.md", module)
		}
	}
}
