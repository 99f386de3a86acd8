package file_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"allod/internal/fault"
	"allod/internal/file"
)

// TestFullDisk fills the disk of a home: what does not fit is refused in
// words, nothing half is to be seen, and an upload goes on when there is room.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=12m", "disk", disk).CombinedOutput(); err != nil {
		t.Skipf("a disk cannot be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	service, _, end, err := openHome(disk)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	}()
	s := &tree{Service: service, t: t}
	s.put(ida, "before", "there before")
	large := func() io.Reader { return strings.NewReader(strings.Repeat("too large ", 2<<20)) }
	refused := func(what string, err error) {
		t.Helper()
		if !fault.Is(err, fault.TooLarge) || !errors.Is(err, file.ErrFull) {
			t.Errorf("%s: %v", what, err)
		}
		if key, _ := fault.Message(err); key != "fault.file.disk" {
			t.Errorf("%s is said as %q", what, key)
		}
	}
	_, _, err = s.Put(t.Context(), ida, "new", large(), file.Write{Size: -1})
	refused("a new file", err)
	_, _, err = s.Put(t.Context(), ida, "before", large(), file.Write{Size: -1})
	refused("a file in place of another", err)
	s.missing(ida, "new")
	s.begin("u")
	s.piece("u", "1", "first")
	for _, name := range []string{"2", "3"} { // in its place, and apart
		_, err = s.PutPiece(t.Context(), ida, "u", name, large(), -1)
		refused("a piece", err)
	}

	rest := filepath.Join(disk, "everything else")
	fill, err := os.Create(rest)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 4096); err == nil; {
		_, err = fill.Write(block)
	}
	fill.Close()
	for i := 0; ; i++ { // the database may have room left in its own file
		_, _, err = s.Put(t.Context(), ida, fmt.Sprint("small ", i), strings.NewReader(fmt.Sprint("small ", i)), file.Write{Size: -1})
		if err != nil {
			break
		}
	}
	refused("a small file where not a byte is left", err)
	if got := s.read(s.at(ida, "before")); got != "there before" {
		t.Error(got)
	}
	if err := os.Remove(rest); err != nil {
		t.Fatal(err)
	}
	s.piece("u", "2", "second")
	if got := s.read(s.finish("u", "whole")); got != "firstsecond" {
		t.Error(got)
	}
}
