package file_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
)

// deviceIn names the folder of a home to which a child of the test uploads until it is killed.
const deviceIn = "ALLOD_TEST_FILE_CHILD"

// TestMain makes the test program its own device.
func TestMain(m *testing.M) {
	if dir := os.Getenv(deviceIn); dir != "" {
		if err := uploadAll(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// orders are those in which the pieces of an upload come, one order for each upload.
var orders = [][]int{{1, 2, 3, 4, 5}, {5, 4, 3, 2, 1}, {2, 1, 2, 4, 3, 5}, {3, 4, 5, 1, 2}, {1, 3, 5, 2, 4}, {1, 2, 3, 3, 4, 5}}

func pieceOf(upload, piece int) string {
	return strings.Repeat(fmt.Sprintf("<%d %d>", upload, piece), 3000*piece)
}

// openHome opens the files of a home as a process does.
func openHome(dir string) (*file.Service, *blob.Tray, func() error, error) {
	d, err := db.Open(context.Background(), db.Config{URL: filepath.Join(dir, "allod.db")})
	if err == nil {
		err = d.Migrate(context.Background())
	}
	if err != nil {
		return nil, nil, nil, err
	}
	disk, err := blob.NewDisk(filepath.Join(dir, "blobs"))
	if err != nil {
		return nil, nil, nil, err
	}
	ids := id.NewSource(time.Now)
	blobs := blob.NewTray(d, disk, ids, slog.New(slog.DiscardHandler))
	return file.New(d, blobs, ids, time.Now), blobs, func() error { return errors.Join(blobs.Close(), d.Close()) }, nil
}

// uploadAll is a device: it asks what came and sends the rest, and says what it was told is there.
func uploadAll(dir string) error {
	s, _, end, err := openHome(dir)
	if err != nil {
		return err
	}
	ctx := context.Background()
	for u, order := range orders {
		name := fmt.Sprint("upload-", u)
		if _, err := s.At(ctx, ida, name); err == nil {
			continue
		}
		_, there, err := s.Upload(ctx, ida, name)
		if fault.Is(err, fault.NotFound) {
			_, err = s.BeginUpload(ctx, ida, name, -1)
		}
		if err != nil {
			return err
		}
		for _, p := range order {
			if slices.ContainsFunc(there, func(t *file.Piece) bool { return t.Name == fmt.Sprint(p) }) {
				continue
			}
			if _, err := s.PutPiece(ctx, ida, name, fmt.Sprint(p), strings.NewReader(pieceOf(u, p)), -1); err != nil {
				return err
			}
			fmt.Println("piece", u, p)
		}
		if _, _, err := s.FinishUpload(ctx, ida, name, name, file.Write{Size: -1}); err != nil {
			return err
		}
		fmt.Println("whole", u)
	}
	return end()
}

// TestUploadsSurviveKill kills a home in the middle of uploads until all are whole.
func TestUploadsSurviveKill(t *testing.T) {
	dir := t.TempDir()
	_, _, end, err := openHome(dir)
	if err == nil {
		err = end()
	}
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	rounds, whole := 0, false
	for ; !whole; rounds++ {
		if rounds > 200 {
			t.Fatal("it comes to no end")
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), deviceIn+"="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			var what string
			var u, p int
			if k, _ := fmt.Sscan(lines.Text(), &what, &u, &p); k < 2 {
				t.Fatal(lines.Text())
			}
			told[lines.Text()] = true
			if n == rounds%3 {
				time.Sleep(rand.N(4 * time.Millisecond)) // somewhere in the next step
				_ = child.Process.Kill()
			}
		}
		whole = child.Wait() == nil
		acknowledged(t, dir, told)
	}
	t.Logf("killed %d times", rounds-1)
	if rounds < 8 {
		t.Errorf("%d rounds are too few to tell", rounds)
	}

	s, blobs, end, err := openHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	home := &tree{Service: s, t: t}
	used := map[string]bool{}
	for u := range orders {
		want := ""
		for p := 1; p <= 5; p++ {
			want += pieceOf(u, p)
		}
		n := home.at(ida, fmt.Sprint("upload-", u))
		if got := home.read(n); got != want {
			t.Errorf("upload %d: %d bytes came out otherwise than %d", u, len(got), len(want))
		}
		used[n.Blob] = true
	}
	drafts := 0
	if err := blobs.WalkDrafts(t.Context(), func(draft string, _ time.Time) error { drafts++; return blobs.Discard(t.Context(), draft) }); err != nil {
		t.Fatal(err)
	}
	if drafts > rounds {
		t.Errorf("%d drafts are left of %d deaths", drafts, rounds)
	}
	err = blob.Sweep(t.Context(), blobs, time.Now().Add(time.Hour), func(_ context.Context, hashes []string) (kept []string, _ error) {
		for _, h := range hashes {
			if used[h] {
				kept = append(kept, h)
			}
		}
		return kept, nil
	})
	if err := errors.Join(err, end()); err != nil {
		t.Fatal(err)
	}
	for hash := range used {
		if _, err := os.Stat(filepath.Join(dir, "blobs", hash[:2], hash[2:4], hash)); err != nil {
			t.Error(err)
		}
	}
}

// acknowledged looks in a home that was killed for what its device was told is there.
func acknowledged(t *testing.T, dir string, told map[string]bool) {
	t.Helper()
	s, _, end, err := openHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	for line := range told {
		var what string
		var u, p int
		_, _ = fmt.Sscan(line, &what, &u, &p)
		name := fmt.Sprint("upload-", u)
		if _, err := s.At(t.Context(), ida, name); err == nil {
			continue
		} else if what == "whole" {
			t.Errorf("upload %d was whole: %v", u, err)
			continue
		}
		_, all, err := s.Upload(t.Context(), ida, name)
		if err != nil || !slices.ContainsFunc(all, func(x *file.Piece) bool {
			return x.Name == fmt.Sprint(p) && x.Size == int64(len(pieceOf(u, p)))
		}) {
			t.Errorf("piece %d of upload %d was there: %v", p, u, err)
		}
	}
}
