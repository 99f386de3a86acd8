package hometest_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// TestDataOfEveryReleasedVersionOpens serves what each version has left, and
// finds in it what was put there: a post for each level, and a picture.
func TestDataOfEveryReleasedVersionOpens(t *testing.T) {
	kept, err := filepath.Glob("testdata/released/*.tar.gz")
	if err != nil || len(kept) == 0 {
		t.Fatalf("%v %v", kept, err)
	}
	for _, archive := range kept {
		t.Run(strings.TrimSuffix(filepath.Base(archive), ".tar.gz"), func(t *testing.T) {
			h := hometest.Start(t, "")
			h.Down()
			h.Config.Data = t.TempDir()
			if out, err := exec.Command("tar", "-C", h.Config.Data, "-xzf", archive).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			h.Up()
			page := read(t, h.Origin+"/@ida", "text/html")
			for text, seen := range map[string]bool{
				"Kept since the first version, for public.": true, "A picture from then": true, "for followers.": false, "for self.": false,
			} {
				if strings.Contains(page, text) != seen {
					t.Errorf("%q is seen: %v", text, !seen)
				}
			}
			picture := regexp.MustCompile(`src="[^"]*(/media/[^"]+)"`).FindStringSubmatch(page)
			if picture == nil || read(t, h.Origin+picture[1], "") == "" {
				t.Errorf("the picture is lost: %v", picture)
			}
			ida := h.SignIn("ida")
			if own := ida.Page("/@ida"); !strings.Contains(own, "for self.") || !strings.Contains(own, "for followers.") {
				t.Error("ida does not see her own posts")
			}
			write(ida, map[string]any{"status": "written today", "visibility": "public"})
		})
	}
}
