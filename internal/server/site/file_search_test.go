package site_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
)

func TestFilesAreFoundByNameAndByWhatTheySay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ida, b := h.resident("ida")
		ben, other := h.resident("ben")
		h.keepFile(ida, "Box/Plot lease 2026.pdf", "%PDF-1.4")
		h.keepFile(ida, "Box/note.md", "Kofi borrowed the ladder.")
		h.keepFile(ben, "ladder.txt", "mine")
		h.indexed()
		b.get("/files?q=lease").want(http.StatusOK, "Plot lease 2026.pdf", `href="/files/Box"`)
		b.get("/files?q=ladd").want(http.StatusOK, "note.md")
		if strings.Contains(b.get("/files?q=ladder").text(), "ladder.txt") {
			t.Error("a file of another was found")
		}
		other.get("/files?q=lease").want(http.StatusOK, "Nothing is called so")
		if err := h.files.Delete(t.Context(), ida.ID, "Box/note.md", false, nil); err != nil {
			t.Fatal(err)
		}
		b.get("/files?q=ladder").want(http.StatusOK, "Nothing is called so")
		if _, err := h.files.Restore(t.Context(), ida.ID, trashName(h, ida.ID)); err != nil {
			t.Fatal(err)
		}
		h.keepFile(ida, "Box/note.md", "It came back.")
		h.indexed()
		b.get("/files?q=ladder").want(http.StatusOK, "Nothing is called so")
		b.get("/files?q=came+back").want(http.StatusOK, "note.md")
	})
}

func TestWhatLiesInTheTrashHidesNothingFromTheSearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ida, _ := h.resident("ida")
		for i := range 6 {
			name := fmt.Sprintf("lease %d.txt", i)
			h.keepFile(ida, name, name)
			if i > 1 {
				if err := h.files.Delete(t.Context(), ida.ID, name, false, nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		h.indexed()
		found, err := h.search.Files(t.Context(), ida.ID, "lease", 2)
		if err != nil || len(found) != 2 || found[0].Path != "lease 1.txt" || found[1].Path != "lease 0.txt" {
			t.Errorf("found %v: %v", found, err)
		}
	})
}

func trashName(h *house, owner ID) string {
	_, all, err := h.files.Trash(h.t.Context(), owner)
	if err != nil || len(all) == 0 {
		h.t.Fatal("nothing is in the trash", err)
	}
	return all[0].Name
}
