package backup_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"allod/internal/backup"
	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/job"
)

// A house is what is copied: a database, files and a key.
type house struct {
	backup.Source
	t     *testing.T
	blobs *blob.Disk
	clock time.Time
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, backup.Key), []byte("the key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.NewDisk(filepath.Join(data, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	if err := job.New(d, slog.New(slog.DiscardHandler)).Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, blobs: blobs, clock: time.Date(2026, 6, 1, 3, 0, 0, 0, time.UTC)}
	h.Source = backup.Source{
		DB: d, Blobs: blobs, Data: data, Instance: "one", Host: "home.example", Program: "test",
		Now: func() time.Time { h.clock = h.clock.Add(time.Minute); return h.clock },
	}
	return h
}

// put keeps a file and says so in the database.
func (h *house) put(content string) string {
	h.t.Helper()
	ref, err := h.blobs.Put(h.t.Context(), strings.NewReader(content))
	if err != nil {
		h.t.Fatal(err)
	}
	h.say(ref.Hash)
	return ref.Hash
}

func (h *house) say(word string) {
	h.t.Helper()
	err := h.DB.Update(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO seen (uri, seen_at) VALUES ($1, 1)", word)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) take(dir string) *backup.Manifest {
	h.t.Helper()
	m, err := backup.Take(h.t.Context(), h.Source, dir)
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

func words(t *testing.T, file string) (out []string) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{URL: file})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, "SELECT uri FROM seen ORDER BY uri")
		out, err = db.Collect(rows, err, db.Scalar[string])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func whole(t *testing.T, dir string) *backup.Report {
	t.Helper()
	r, err := backup.Check(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if !r.Whole() || r.Fault() != nil {
		t.Errorf("%+v", r)
	}
	return r
}

func TestCopyComesBackOnEveryWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.Settings = filepath.Join(t.TempDir(), "elsewhere.toml")
		if err := os.WriteFile(h.Settings, []byte("name = \"Marrow\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		hash := h.put("a picture")
		dir := filepath.Join(t.TempDir(), "copies")
		h.take(dir)
		h.say("later")
		if r := whole(t, dir); r.Files != 1 {
			t.Errorf("%d files", r.Files)
		}
		into := filepath.Join(t.TempDir(), "restored")
		if _, err := backup.Restore(t.Context(), dir, "", into); err != nil {
			t.Fatal(err)
		}
		// And as somebody does who copies the folder and knows nothing else.
		copied := filepath.Join(t.TempDir(), "copied")
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if m, err := backup.Settle(t.Context(), copied); err != nil || m == nil || m.Host != "home.example" {
			t.Fatalf("%v %v", m, err)
		}
		if m, err := backup.Settle(t.Context(), copied); err != nil || m != nil {
			t.Errorf("a home is settled again: %v %v", m, err)
		}
		for _, home := range []string{into, copied} {
			if !backup.Restored(home) {
				t.Errorf("%s does not know that it was restored", home)
			}
			if err := backup.Noticed(home); err != nil || backup.Restored(home) {
				t.Errorf("%s does not forget that it was restored: %v", home, err)
			}
			if got := words(t, filepath.Join(home, backup.Database)); len(got) != 1 || got[0] != hash {
				t.Errorf("%s holds %q", home, got)
			}
			pool, err := blob.OpenDisk(filepath.Join(home, "blobs"))
			if err != nil {
				t.Fatal(err)
			}
			if err := blob.Verify(t.Context(), pool, hash); err != nil {
				t.Error(err)
			}
			pool.Close()
			for file, want := range map[string]string{backup.Key: "the key\n", backup.Settings: "name = \"Marrow\"\n"} {
				if got, err := os.ReadFile(filepath.Join(home, file)); err != nil || string(got) != want {
					t.Errorf("%s: %q %v", file, got, err)
				}
			}
		}
		if _, err := backup.Restore(t.Context(), dir, "", into); sentence(err) != "fault.backup.taken" {
			t.Errorf("restored over a home: %v", err)
		}
	})
}

// sentence is the key of what a person is told.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	key, _ := fault.Message(err)
	return key
}

func TestFilesAreCopiedOnceAndGoWithTheLastCopyThatHasThem(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	dir := filepath.Join(t.TempDir(), "copies")
	old, stays := h.put("old"), h.put("stays")
	h.take(dir)
	pooled := func(hash string) os.FileInfo {
		info, err := os.Stat(filepath.Join(dir, "blobs", hash[:2], hash[2:4], hash))
		if err != nil {
			return nil
		}
		return info
	}
	before := pooled(stays)
	if err := h.blobs.Delete(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	h.take(dir)
	if after := pooled(stays); !os.SameFile(before, after) {
		t.Error("what is there is copied again")
	}
	if err := backup.Prune(t.Context(), dir, 2); err != nil || pooled(old) == nil {
		t.Errorf("a file of a copy that stays is gone: %v", err)
	}
	if err := backup.Prune(t.Context(), dir, 1); err != nil || pooled(old) != nil || pooled(stays) == nil {
		t.Errorf("%v: old %v, stays %v", err, pooled(old), pooled(stays))
	}
	whole(t, dir)
}

// TestEachDamageIsNamedWithWhatIsSafe breaks one part after the other.
func TestEachDamageIsNamedWithWhatIsSafe(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	if err := os.MkdirAll(filepath.Join(h.Data, backup.Certificates, "a"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.Data, backup.Certificates, "a", "home.crt"), []byte("certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	hash := h.put("a picture")
	h.put("another")
	for n := range 500 {
		h.say("https://far.example/" + strconv.Itoa(n))
	}
	dir := filepath.Join(t.TempDir(), "copies")
	name := h.take(dir).MadeAt.Format("2006-01-02T150405Z")
	part := func(name2 string) string { return filepath.Join(dir, "copies", name, name2) }
	pooled := filepath.Join(dir, "blobs", hash[:2], hash[2:4], hash)
	for file, want := range map[string]struct {
		key    string
		serves bool
	}{
		part("backup.json"):             {"fault.backup.damaged_list", false},
		part(backup.Database):           {"fault.backup.damaged_database", false},
		part(backup.Key):                {"fault.backup.damaged_key", false},
		part("blobs.txt"):               {"fault.backup.damaged_files_list", true},
		part("certificates/a/home.crt"): {"fault.backup.damaged_part", true},
		pooled:                          {"fault.backup.damaged_files", true},
	} {
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bad := append([]byte{}, good...)
		bad[len(bad)/2] ^= 1
		for _, damage := range []func() error{
			func() error { return os.WriteFile(file, bad, 0o600) },
			func() error { return os.WriteFile(file, good[:len(good)/2], 0o600) },
			func() error { return os.Remove(file) },
		} {
			if err := damage(); err != nil {
				t.Fatal(err)
			}
			r, err := backup.Check(t.Context(), dir, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := sentence(r.Fault()); got != want.key || r.Serves() != want.serves {
				t.Errorf("%s: %s, serves %v", file, got, r.Serves())
			}
			into := filepath.Join(t.TempDir(), "restored")
			_, err = backup.Restore(t.Context(), dir, "", into)
			_, made := os.Stat(filepath.Join(into, backup.Database))
			if (err == nil) != want.serves || (made == nil) != want.serves {
				t.Errorf("%s: restored with %v, a home %v", file, err, made)
			}
		}
		if err := os.WriteFile(file, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	whole(t, dir)
}

func TestPlacesThatAreNotForCopies(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.put("a picture")
	taken := t.TempDir()
	if err := os.WriteFile(filepath.Join(taken, backup.Database), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(t.TempDir(), "copies")
	h.Instance = "two"
	h.take(theirs)
	h.Instance = "one"
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(h.Data, link); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		"copies": "fault.backup.relative", h.Data: "fault.backup.own", filepath.Join(h.Data, "copies"): "fault.backup.own", link: "fault.backup.own",
		filepath.Dir(h.Data): "fault.backup.own", taken: "fault.backup.home", theirs: "fault.backup.foreign",
		filepath.Join(t.TempDir(), "no", "such"): "fault.backup.away",
	} {
		if _, err := backup.Take(t.Context(), h.Source, dir); sentence(err) != want {
			t.Errorf("%s: %v, not %s", dir, err, want)
		}
	}
	if _, err := backup.Check(t.Context(), t.TempDir(), ""); sentence(err) != "fault.backup.none" {
		t.Error(err)
	}
}

func TestCutOffCopyDoesNotCount(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.put("a picture")
	dir := filepath.Join(t.TempDir(), "copies")
	h.take(dir)
	half := filepath.Join(dir, "copies", ".unfinished-1")
	if err := os.Mkdir(half, 0o700); err != nil {
		t.Fatal(err)
	}
	if r := whole(t, dir); r.Name == filepath.Base(half) {
		t.Error("half a copy counts")
	}
	h.take(dir)
	if _, err := os.Stat(half); err == nil {
		t.Error("half a copy stays for ever")
	}
}

func TestStandingBackup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.put("a picture")
		s := backup.New(backup.Config{Source: h.Source, Log: slog.New(slog.DiscardHandler)})
		disk := t.TempDir()
		dir := filepath.Join(disk, "copies")
		for _, bad := range []struct {
			folder string
			every  time.Duration
			keep   int64
			field  string
		}{
			{"copies", backup.Day, 3, "folder"}, {filepath.Join(disk, "no", "copies"), backup.Day, 3, "folder"}, {h.Data, backup.Day, 3, "folder"},
			{dir, time.Minute, 3, "every"}, {dir, 99 * backup.Day, 3, "every"}, {dir, backup.Day, 0, "keep"}, {dir, backup.Day, 61, "keep"},
		} {
			if err := s.Choose(t.Context(), bad.folder, bad.every, bad.keep); !fault.Is(err, fault.Invalid) || fault.Field(err) != bad.field {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if st, err := s.Standing(t.Context()); err != nil || st.Due(h.Now()) || st.Keep != backup.KeepDefault {
			t.Fatalf("%+v %v", st, err)
		}
		if err := s.Choose(t.Context(), dir+"/", backup.Day, 2); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if st, err := s.Standing(t.Context()); err != nil || !st.Due(h.Now()) {
				t.Fatalf("%+v %v", st, err)
			}
			if err := s.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.clock = h.clock.Add(backup.Day)
		}
		st, err := s.Standing(t.Context())
		if err != nil || st.Copies != 2 || st.Fault() != nil || st.Bytes == 0 || st.Folder != dir {
			t.Fatalf("%+v %v", st, err)
		}
		whole(t, dir)

		// The disk is pulled out: its place is not filled.
		away := dir + "-away"
		if err := os.Rename(dir, away); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := s.Run(t.Context()); sentence(err) != "fault.backup.away" {
			t.Errorf("%v", err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("%v was put where the disk is not", entries)
		}
		st, err = s.Standing(t.Context())
		if err != nil || sentence(st.Fault()) != "fault.backup.away" || st.Copies != 2 || st.Due(h.clock) || !st.Due(h.clock.Add(time.Hour)) {
			t.Errorf("%+v %v", st, err)
		}
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(away, dir); err != nil {
			t.Fatal(err)
		}
		if err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if st, err := s.Standing(t.Context()); err != nil || st.Fault() != nil || st.Copies != 2 {
			t.Errorf("%+v %v", st, err)
		}
		if err := s.Choose(t.Context(), "", backup.Day, 2); err != nil {
			t.Fatal(err)
		}
		if st, err := s.Standing(t.Context()); err != nil || st.Due(h.clock.Add(99*backup.Day)) {
			t.Errorf("%+v %v", st, err)
		}
	})
}
