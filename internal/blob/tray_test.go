package blob_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"allod/internal/blob"
	"allod/internal/blob/blobtest"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
)

// A laid store puts all content by way of a tray, in a transaction of its own.
type laid struct {
	*blob.Tray
	db      *db.DB
	cleared bool // the tray, after each Put
}

// Put receives and keeps.
func (l *laid) Put(ctx context.Context, r io.Reader) (blob.Ref, error) {
	c, err := l.Receive(ctx, r)
	if err == nil {
		err = l.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return l.Keep(ctx, tx, c) })
	}
	if err == nil && l.cleared {
		err = l.Clear(ctx)
	}
	return c.Ref, err
}

func newTray(t *testing.T, d *db.DB, under blob.Full) *blob.Tray {
	t.Helper()
	return blob.NewTray(d, under, id.NewSource(time.Now), slog.New(slog.NewTextHandler(t.Output(), nil)))
}

// truncated has a database of an earlier check be empty: making one for each takes long.
func truncated(t *testing.T, d *db.DB) *db.DB {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM blob_tray`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTray(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, cleared := range []bool{false, true} {
			t.Run(fmt.Sprint("cleared ", cleared), func(t *testing.T) {
				blobtest.Run(t, func(t *testing.T) blob.Store {
					return &laid{newTray(t, truncated(t, d), open(t, filepath.Join(t.TempDir(), "blobs"))), d, cleared}
				})
			})
		}
	})
}

func TestTrayBeforeABucket(t *testing.T) {
	d := dbtest.SQLite(t)
	blobtest.Run(t, func(t *testing.T) blob.Store { return &laid{newTray(t, truncated(t, d), openBucket(t)), d, true} })
}

func TestTrayDrafts(t *testing.T) {
	d := dbtest.SQLite(t)
	blobtest.RunDrafts(t, func(t *testing.T) blobtest.Workshop {
		return &laid{newTray(t, d, open(t, filepath.Join(t.TempDir(), "blobs"))), d, false}
	})
}

// TestTrayKeepsNothingOfWhatIsUndone has the transaction fail that was to refer to content.
func TestTrayKeepsNothingOfWhatIsUndone(t *testing.T) {
	d := dbtest.SQLite(t)
	tray := newTray(t, d, open(t, t.TempDir()))
	c, err := tray.Receive(t.Context(), strings.NewReader("undone"))
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no")
	err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return errors.Join(tray.Keep(ctx, tx, c), broken) })
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if _, _, err := tray.Open(t.Context(), c.Hash); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

// TestTrayIsReadWhileItIsCleared reads what is brought away at that moment.
func TestTrayIsReadWhileItIsCleared(t *testing.T) {
	d := dbtest.SQLite(t)
	tray := newTray(t, d, open(t, t.TempDir()))
	l := &laid{tray, d, false}
	var refs []blob.Ref
	for i := range 600 {
		ref, err := l.Put(t.Context(), strings.NewReader(fmt.Sprint("content ", i)))
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	var all sync.WaitGroup
	done := make(chan error, 1)
	all.Go(func() { done <- tray.Clear(t.Context()) })
	for range 3 {
		all.Go(func() {
			for _, ref := range refs {
				if err := blob.Verify(t.Context(), tray, ref.Hash); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := lying(t, d); n != 0 {
		t.Errorf("%d still lie on the tray", n)
	}
}

// TestTrayStaysFullWhereItCannotBeCleared has the other store refuse.
func TestTrayStaysFullWhereItCannotBeCleared(t *testing.T) {
	d := dbtest.SQLite(t)
	dir := t.TempDir()
	disk := open(t, dir)
	tray := newTray(t, d, disk)
	l := &laid{tray, d, false}
	ref, err := l.Put(t.Context(), strings.NewReader("has to stay"))
	if err != nil {
		t.Fatal(err)
	}
	shelf := filepath.Join(dir, ref.Hash[:2])
	if err := os.WriteFile(shelf, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := tray.Clear(t.Context()); err == nil {
		t.Fatal("it was cleared")
	}
	if err := blob.Verify(t.Context(), tray, ref.Hash); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "incoming", "*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if err := errors.Join(os.Remove(shelf), tray.Clear(t.Context()), blob.Verify(t.Context(), disk, ref.Hash)); err != nil {
		t.Error(err)
	}
}

// TestTrayIsClearedByItself waits for nobody to ask for it.
func TestTrayIsClearedByItself(t *testing.T) {
	d := dbtest.SQLite(t)
	disk := open(t, t.TempDir())
	before := newTray(t, d, disk) // of a process that has ended
	ref, err := (&laid{before, d, false}).Put(t.Context(), strings.NewReader("left behind"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { newTray(t, d, disk).Run(ctx) })
	for until := time.Now().Add(time.Minute); lying(t, d) > 0 && time.Now().Before(until); {
		time.Sleep(50 * time.Millisecond)
	}
	end()
	running.Wait()
	if err := blob.Verify(t.Context(), disk, ref.Hash); err != nil {
		t.Error(err)
	}
}

func lying(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT COUNT(*) FROM blob_tray`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// trayIn names the folder of a home in which a child of the test lays content on a tray until it is killed.
const trayIn = "ALLOD_TEST_TRAY_CHILD"

func openTray(dir string) (*db.DB, *blob.Disk, *blob.Tray, error) {
	d, err := db.Open(context.Background(), db.Config{URL: filepath.Join(dir, "allod.db")})
	if err != nil {
		return nil, nil, nil, err
	}
	disk, err := blob.NewDisk(filepath.Join(dir, "blobs"))
	if err != nil {
		return nil, nil, nil, err
	}
	return d, disk, blob.NewTray(d, disk, id.NewSource(time.Now), slog.New(slog.DiscardHandler)), nil
}

// layForever lays content on a tray that is cleared all the time, and says of each what it is once it is durable.
func layForever(dir string) {
	d, _, tray, err := openTray(dir)
	fail := func(err error) {
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	fail(err)
	ctx := context.Background()
	go func() {
		for {
			fail(tray.Clear(ctx))
		}
	}()
	for range 4 {
		go func() {
			for i := 0; ; i++ {
				content := make([]byte, []int{10, 4096, 4096, 100_000}[i%4])
				_, _ = rand.Read(content)
				if i%4 == 0 {
					content[0], content = byte(i), content[:1] // 256 that all share
				}
				ref, err := (&laid{tray, d, false}).Put(ctx, bytes.NewReader(content))
				fail(err)
				fmt.Println("kept", ref.Hash)
			}
		}()
	}
	select {}
}

// TestNothingOnTheTrayIsLostToKill kills a home again and again that lays content on its tray and clears it.
func TestNothingOnTheTrayIsLostToKill(t *testing.T) {
	dir := t.TempDir()
	if d, disk, _, err := openTray(dir); err != nil {
		t.Fatal(err)
	} else if err := errors.Join(d.Migrate(t.Context()), disk.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
	kept := map[string]bool{}
	rounds := 100
	if testing.Short() {
		rounds = 20
	}
	for round := range rounds {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), trayIn+"="+dir)
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
			if n == 3+round%13 {
				_ = child.Process.Kill()
			}
		}
		_ = child.Process.Kill()
		_ = child.Wait()
	}
	d, disk, tray, err := openTray(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	defer disk.Close()
	lay := lying(t, d)
	for hash := range kept {
		if err := blob.Verify(t.Context(), tray, hash); err != nil {
			t.Error(err)
		}
	}
	if err := tray.Walk(t.Context(), func(ref blob.Ref, _ time.Time) error { return blob.Verify(t.Context(), tray, ref.Hash) }); err != nil {
		t.Errorf("a half is taken for content: %v", err)
	}
	if err := tray.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d acknowledged in %d rounds, %d lay on the tray at the end", len(kept), rounds, lay)
	clearAll(t, filepath.Join(dir, "blobs"), disk, kept)
}
