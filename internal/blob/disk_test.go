package blob_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allod/internal/blob"
	"allod/internal/blob/blobtest"
	"allod/internal/fault"
)

func open(t testing.TB, dir string) *blob.Disk {
	t.Helper()
	d, err := blob.NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestDisk(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return open(t, filepath.Join(t.TempDir(), "blobs")) })
}

func TestDrafts(t *testing.T) {
	blobtest.RunDrafts(t, func(t *testing.T) blobtest.Workshop { return open(t, filepath.Join(t.TempDir(), "blobs")) })
}

func put(t *testing.T, d *blob.Disk, content string) (hash, file string) {
	t.Helper()
	ref, err := d.Put(t.Context(), strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return ref.Hash, filepath.Join(ref.Hash[:2], ref.Hash[2:4], ref.Hash)
}

func TestDiskSurvivesReopening(t *testing.T) {
	dir := t.TempDir()
	hash, _ := put(t, open(t, dir), "kept")
	if err := blob.Verify(t.Context(), open(t, dir), hash); err != nil {
		t.Fatal(err)
	}
}

func TestDiskFilesAreTheOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	_, file := put(t, open(t, dir), "private")
	info, err := os.Stat(filepath.Join(dir, file))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
}

func TestDiskFollowsNoLinks(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	hash, file := put(t, d, "original")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(dir, "inside")
	if err := os.WriteFile(inside, []byte("inside"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{secret, inside, "../../inside"} {
		path := filepath.Join(dir, file)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
		if r, _, err := d.Open(t.Context(), hash); err == nil {
			r.Close()
			t.Errorf("opened a link to %s", target)
		}
	}
	visit := func(ref blob.Ref, _ time.Time) error {
		t.Errorf("walked into %v", ref)
		return nil
	}
	if err := d.Walk(t.Context(), visit); err != nil {
		t.Fatal(err)
	}
}

func TestDiskFoldersThatLeadOutsideAreRefused(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	d := open(t, dir)
	hash, _ := put(t, open(t, t.TempDir()), "elsewhere")
	if err := os.Symlink(outside, filepath.Join(dir, hash[:2])); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), strings.NewReader("elsewhere")); err == nil {
		t.Error("put through a link")
	}
	if entries, _ := os.ReadDir(outside); len(entries) != 0 {
		t.Errorf("wrote %v outside", entries)
	}
}

func TestDamageIsFound(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	hash, file := put(t, d, "content")
	for _, damage := range []string{"contenT", "conten", "content and more"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := blob.Verify(t.Context(), d, hash); !fault.Is(err, fault.Internal) {
			t.Errorf("%q passes: %v", damage, err)
		}
	}
	put(t, d, "content")
	if err := blob.Verify(t.Context(), d, hash); err != nil {
		t.Errorf("a new put does not mend: %v", err)
	}
}

func TestOldLeftoversAreCleared(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	old := time.Now().Add(-2 * time.Hour)
	for name, stays := range map[string]bool{"put-old": false, "put-new": true, "notes.txt": true} {
		path := filepath.Join(dir, "incoming", name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if name != "put-new" {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
		open(t, dir)
		if _, err := os.Stat(path); (err == nil) != stays {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestForeignFilesAreNotBlobs(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	hash, _ := put(t, d, "mine")
	for _, name := range []string{"README", "lost+found/x", "zz/yy/" + hash, "00/" + hash, hash[:2] + "/" + hash} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	if err := d.Walk(t.Context(), func(blob.Ref, time.Time) error { n++; return nil }); err != nil || n != 1 {
		t.Fatalf("%d blobs, %v", n, err)
	}
}
