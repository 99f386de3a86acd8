package derive

import (
	"encoding/json"
	"errors"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"allod/internal/fault"
)

// photoSizes are those a home makes of a photo.
var photoSizes = []Size{{"2048", 2048, 2048}, {"1024", 1024, 1024}, {"512", 512, 512}, {"256", 256, 256}}

// photos is the folder of photographs by many cameras, which are not ours to
// keep here; the tests that read them are skipped where it is not.
func photos(t testing.TB) string {
	root := os.Getenv("ALLOD_TEST_PHOTOS")
	if root == "" {
		root = "../../../../shared/testdata/photos"
	}
	if _, err := os.Stat(root); err != nil {
		t.Skip("no photographs: ALLOD_TEST_PHOTOS names no folder")
	}
	return root
}

// What cannot be read of the photographs, by the end of its path.
var unreadable = map[string]fault.Kind{
	"corrupted.jpg": fault.Invalid,
}

// How large some are, upright.
var heic = map[string]image.Point{
	"iphone_13_pro_max.HEIC": image.Pt(3024, 4032), "HMD_Nokia_8.3_5G.heif": image.Pt(3456, 4608), "samplefilehub.heif": image.Pt(640, 426),
}

// Everything made of a photo is looked at by a reader that is not ours: it
// may say nothing but what a picture needs in order to be shown.
func TestPhotosLeaveNothingOfTheirsBehind(t *testing.T) {
	root := photos(t)
	if watched {
		t.Skip("the race detector takes more memory than a worker may")
	}
	if _, err := exec.LookPath("exiftool"); err != nil {
		t.Skip("exiftool is not installed")
	}
	out := t.TempDir()
	d := deriver(t, "derive-worker", nil)
	var of []string
	var mu sync.Mutex
	var all []func() error
	look := func(path string, e os.DirEntry) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		p, err := d.Study(t.Context(), f, photoSizes)
		if want, ok := heic[e.Name()]; err == nil && ok && (p.Format != "heic" || image.Pt(p.Width, p.Height) != want) {
			t.Errorf("%s: %s, %d×%d, want %v upright", e.Name(), p.Format, p.Width, p.Height, want)
		}
		if err != nil {
			if kind, ok := unreadable[e.Name()]; !ok || fault.Of(err) != kind {
				t.Errorf("%s: %v", e.Name(), err)
			}
			return nil
		}
		for _, v := range p.Variants {
			checkBare(t, v)
			name := strings.ReplaceAll(strings.TrimPrefix(path, root+"/"), "/", "_") + "." + v.Name + map[string]string{"image/jpeg": ".jpg", "image/png": ".png"}[v.Mime]
			if err := os.WriteFile(filepath.Join(out, name), v.Data, 0o600); err != nil {
				return err
			}
		}
		mu.Lock()
		of = append(of, e.Name())
		mu.Unlock()
		return nil
	}
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !strings.HasPrefix(e.Name(), "README") {
			all = append(all, func() error { return look(path, e) })
		}
		return err
	})
	var looks errgroup.Group
	looks.SetLimit(4)
	for _, one := range all {
		looks.Go(one)
	}
	if err := errors.Join(err, looks.Wait()); err != nil {
		t.Fatal(err)
	}
	if len(of) < 40 {
		t.Errorf("only %d photographs were read", len(of))
	}
	raw, err := exec.Command("exiftool", "-json", "-a", "-G1", "-r", "-validate", out).Output()
	var bad *exec.ExitError
	if err != nil && !errors.As(err, &bad) {
		t.Fatal(err)
	}
	var read []map[string]any
	if err := json.Unmarshal(raw, &read); err != nil {
		t.Fatal(err)
	}
	if len(read) != len(of)*len(photoSizes) {
		t.Errorf("exiftool read %d of %d", len(read), len(of)*len(photoSizes))
	}
	// Groups that tell of the file on this disk and of how its pixels are written.
	harmless := map[string]bool{"System": true, "File": true, "Composite": true, "ExifTool": true, "PNG": true, "JFIF": true, "SourceFile": true}
	for _, one := range read {
		for key, value := range one {
			group, name, _ := strings.Cut(key, ":")
			if !harmless[group] || name == "Comment" || name == "Warning" || name == "Error" {
				t.Errorf("%s says %s: %.60v", one["SourceFile"], key, value)
			}
		}
	}
}
