package blob_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"allod/internal/blob"
)

// childOf names the folder that a child of the test writes to until it is killed.
const childOf = "ALLOD_TEST_BLOB_CHILD"

// TestMain makes the test program its own writer.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childOf); dir != "" {
		writeForever(dir)
	}
	if dir := os.Getenv(trayIn); dir != "" {
		layForever(dir)
	}
	os.Exit(m.Run())
}

// writeForever puts content of all sizes, again and again some of it, and
// finishes drafts, and says of each what it is once it is durable.
func writeForever(dir string) {
	d, err := blob.NewDisk(dir)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	ctx := context.Background()
	for writer := range 6 {
		go func() {
			for i := 0; ; i++ {
				content := make([]byte, []int{10, 4096, 4096, 400_000}[i%4])
				_, _ = rand.Read(content)
				if i%4 == 0 {
					content[0], content = byte(i), content[:1] // 256 that all writers share
				}
				var ref blob.Ref
				var err error
				if writer == 0 {
					draft := blob.NewDraft()
					var at blob.Progress
					for _, half := range [][]byte{content[:len(content)/2], content[len(content)/2:]} {
						if at, err = d.Extend(ctx, draft, at, bytes.NewReader(half)); err != nil {
							break
						}
					}
					if err == nil {
						ref, err = d.Finish(ctx, draft, at)
					}
				} else {
					ref, err = d.Put(ctx, bytes.NewReader(content))
				}
				if err != nil {
					fmt.Println(err)
					os.Exit(1)
				}
				fmt.Println("kept", ref.Hash)
			}
		}()
	}
	select {}
}

// TestNothingAcknowledgedIsLostToKill kills a writer again and again.
func TestNothingAcknowledgedIsLostToKill(t *testing.T) {
	dir := t.TempDir()
	kept := map[string]bool{}
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	for round := range rounds {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childOf+"="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			hash, ok := strings.CutPrefix(lines.Text(), "kept ")
			if !ok || len(hash) != 64 {
				if len(lines.Text()) > 64 && !ok {
					t.Fatal(lines.Text())
				}
				continue // cut off
			}
			kept[hash] = true
			if n == 3+round%7 {
				_ = child.Process.Kill()
			}
		}
		_ = child.Process.Kill()
		_ = child.Wait()
	}
	d := open(t, dir)
	for hash := range kept {
		if err := blob.Verify(t.Context(), d, hash); err != nil {
			t.Error(err)
		}
	}
	if err := d.Walk(t.Context(), func(ref blob.Ref, _ time.Time) error { return blob.Verify(t.Context(), d, ref.Hash) }); err != nil {
		t.Errorf("a half is taken for content: %v", err)
	}
	t.Logf("%d acknowledged in %d rounds", len(kept), rounds)
	clearAll(t, dir, d, kept)
}

// clearAll has what was left behind be old, sweeps, and looks that nothing but kept is there.
func clearAll(t *testing.T, dir string, d *blob.Disk, kept map[string]bool) {
	t.Helper()
	old := time.Now().Add(-2 * time.Hour)
	left, err := filepath.Glob(filepath.Join(dir, "incoming", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range left {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir)
	if err := d.WalkDrafts(t.Context(), func(draft string, _ time.Time) error { return d.Discard(t.Context(), draft) }); err != nil {
		t.Fatal(err)
	}
	err = blob.Sweep(t.Context(), d, time.Now().Add(time.Hour), func(_ context.Context, hashes []string) (used []string, _ error) {
		for _, h := range hashes {
			if kept[h] {
				used = append(used, h)
			}
		}
		return used, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			if files++; !kept[filepath.Base(name)] {
				t.Errorf("an orphan: %s", name)
			}
		}
		return err
	})
	if err != nil || files != len(kept) {
		t.Errorf("%d files for %d that are kept: %v", files, len(kept), err)
	}
}

// TestTornContentIsNoContent has a power cut: the machine has been started
// anew, and of what was not acknowledged a part is there.
func TestTornContentIsNoContent(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	before := "00000000000000000000000000000000"
	torn, file := put(t, d, "not acknowledged")
	whole, wholeFile := put(t, d, "acknowledged just before")
	mended, mendedFile := put(t, d, "put again, durably")
	for hash, f := range map[string]string{torn: file, whole: wholeFile, mended: mendedFile} {
		if err := os.Link(filepath.Join(dir, f), filepath.Join(dir, "incoming", "new-"+before+"-"+hash+"-X")); err != nil {
			t.Fatal(err)
		}
	}
	put(t, d, "put again, durably") // now the second name is of another file
	if err := os.WriteFile(filepath.Join(dir, file), []byte("not ack"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "incoming", "new-"+before+"-"+mended+"-X"), []byte("put ag"), 0o600); err != nil {
		t.Fatal(err)
	}
	d = open(t, dir)
	if _, _, err := d.Open(t.Context(), torn); err == nil {
		t.Error("a torn leftover is taken for content")
	}
	for _, hash := range []string{whole, mended} {
		if err := blob.Verify(t.Context(), d, hash); err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "incoming", "*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// TestEqualContentAtOnce puts the same from many sides at the same time.
func TestEqualContentAtOnce(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	for i := range 20 {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				ref, err := d.Put(t.Context(), strings.NewReader(fmt.Sprint("the same ", i)))
				if err == nil {
					err = blob.Verify(t.Context(), d, ref.Hash)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	n := 0
	if err := d.Walk(t.Context(), func(blob.Ref, time.Time) error { n++; return nil }); err != nil || n != 20 {
		t.Errorf("%d, %v", n, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "incoming", "*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// TestFullDisk fills a disk: what does not fit is refused and leaves nothing, what was there stays.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m", "disk", disk).CombinedOutput(); err != nil {
		t.Skipf("a disk cannot be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	dir := filepath.Join(disk, "blobs")
	d, err := blob.NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	kept := map[string]bool{}
	first, _ := put(t, d, strings.Repeat("there before ", 1000))
	kept[first] = true
	if _, err := d.Put(t.Context(), io.LimitReader(zeros{}, 8<<20)); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("8 MiB on 4: %v", err)
	}
	at, err := d.Extend(t.Context(), "DRAFT", blob.Progress{}, io.LimitReader(zeros{}, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Extend(t.Context(), "DRAFT", at, io.LimitReader(zeros{}, 8<<20)); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("8 MiB more on 4: %v", err)
	}
	ref, err := d.Finish(t.Context(), "DRAFT", at)
	if err != nil || ref.Size != 1<<20 {
		t.Fatalf("what came of the draft before: %v %v", ref, err)
	}
	kept[ref.Hash] = true
	for i := 0; ; i++ {
		ref, err := d.Put(t.Context(), bytes.NewReader(small(int64(i))))
		if errors.Is(err, syscall.ENOSPC) {
			break
		}
		if err != nil || i > 2000 {
			t.Fatal(i, err)
		}
		kept[ref.Hash] = true
	}
	for hash := range kept {
		if err := blob.Verify(t.Context(), d, hash); err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "incoming", "*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	clearAll(t, dir, d, kept)
}
