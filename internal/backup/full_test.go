package backup_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"allod/internal/backup"
	"allod/internal/db/dbtest"
)

// smallDisk is a disk of its own, which only root can have.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "disk", disk).CombinedOutput(); err != nil {
		t.Skipf("a disk cannot be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	return disk
}

// TestFullDiskOfCopiesKeepsWhatItHas makes copies where the files do not fit,
// and where not a byte is free: what was complete stays so, and nothing half is left.
func TestFullDiskOfCopiesKeepsWhatItHas(t *testing.T) {
	h, disk := newHouse(t, dbtest.SQLite(t)), smallDisk(t, "80m")
	h.put("a picture")
	dir, rest := filepath.Join(disk, "copies"), filepath.Join(disk, "everything else")
	first := h.take(dir)
	refused := func(what string) {
		t.Helper()
		if _, err := backup.Take(t.Context(), h.Source, dir); sentence(err) != "fault.backup.full" {
			t.Errorf("%s: %v", what, err)
		}
		if r := whole(t, dir); !r.Manifest.MadeAt.Equal(first.MadeAt) {
			t.Errorf("%s: the newest copy is of %v", what, r.Manifest.MadeAt)
		}
		all, err := os.ReadDir(filepath.Join(dir, "copies"))
		if err != nil || len(all) != 1 {
			t.Errorf("%s: %v is left: %v", what, all, err)
		}
	}

	h.put(strings.Repeat("a picture that is too large for the disk ", 3<<20))
	before, _, err := backup.Space(disk)
	if err != nil {
		t.Fatal(err)
	}
	refused("files that do not fit")
	if after, _, err := backup.Space(disk); err != nil || after < before-1<<20 {
		t.Errorf("%d bytes are free of %d: %v", after, before, err)
	}

	f, err := os.Create(rest)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 1<<20); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	refused("not a byte is free")
}
