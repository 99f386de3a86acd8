package file_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
)

const ida, bo id.ID = 1 << 20, 2 << 20

// A tree is a service with what tests do to it.
type tree struct {
	*file.Service
	t     *testing.T
	db    *db.DB
	blobs *blob.Disk
	now   time.Time
}

func each(t *testing.T, fn func(t *testing.T, s *tree)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		blobs, err := blob.NewDisk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { blobs.Close() })
		s := &tree{t: t, db: d, blobs: blobs, now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
		clock := func() time.Time { return s.now }
		s.Service = file.New(d, blobs, id.NewSource(clock), clock)
		fn(t, s)
	})
}

func (s *tree) put(owner id.ID, path, text string) *file.Node {
	s.t.Helper()
	n, _, err := s.Put(s.t.Context(), owner, path, strings.NewReader(text), file.Write{Size: int64(len(text))})
	if err != nil {
		s.t.Fatalf("put %s: %v", path, err)
	}
	return n
}

func (s *tree) mkdir(owner id.ID, path string) *file.Node {
	s.t.Helper()
	n, err := s.MakeFolder(s.t.Context(), owner, path)
	if err != nil {
		s.t.Fatalf("make %s: %v", path, err)
	}
	return n
}

func (s *tree) at(owner id.ID, path string) *file.Node {
	s.t.Helper()
	n, err := s.At(s.t.Context(), owner, path)
	if err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	return n
}

func (s *tree) read(n *file.Node) string {
	s.t.Helper()
	r, err := s.Open(s.t.Context(), n)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b)
}

func (s *tree) missing(owner id.ID, path string) {
	s.t.Helper()
	if n, err := s.At(s.t.Context(), owner, path); !fault.Is(err, fault.NotFound) {
		s.t.Errorf("%s: %+v %v", path, n, err)
	}
}

// listing is the tree below a path: a line for each node with its size.
func (s *tree) listing(owner id.ID, path string) string {
	s.t.Helper()
	var b strings.Builder
	var walk func(path string)
	walk = func(path string) {
		_, held, err := s.List(s.t.Context(), owner, path, true)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, n := range held {
			at := strings.TrimPrefix(path+"/"+n.Name, "/")
			b.WriteString(at + " " + time.Duration(n.Size).String() + "\n")
			if n.Folder {
				walk(at)
			}
		}
	}
	walk(path)
	return b.String()
}

func TestPut(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "garden")
		before := s.at(ida, "")
		n := s.put(ida, "garden/beans.txt", "runner beans")
		if n.Size != 12 || n.Mime != "text/plain" || n.Number == 0 || s.read(n) != "runner beans" {
			t.Errorf("%+v", n)
		}
		sum := sha1.Sum([]byte("runner beans"))
		if n.Checksums != "SHA1:"+hex.EncodeToString(sum[:]) {
			t.Error(n.Checksums)
		}
		home, garden := s.at(ida, ""), s.at(ida, "garden")
		if home.Size != 12 || garden.Size != 12 || home.Etag == before.Etag || garden.Etag != home.Etag {
			t.Errorf("home %+v, garden %+v", home, garden)
		}
		again, fresh, err := s.Put(t.Context(), ida, "garden/BEANS.txt", strings.NewReader("broad beans, sown in autumn"), file.Write{Size: -1})
		if err != nil || fresh || again.ID != n.ID || again.Number != n.Number || again.Name != "beans.txt" || again.Etag == n.Etag {
			t.Errorf("%+v %v %v", again, fresh, err)
		}
		if s.at(ida, "").Size != 27 || s.read(s.at(ida, "garden/beans.txt")) != "broad beans, sown in autumn" {
			t.Error("not replaced")
		}
		s.missing(bo, "garden/beans.txt")
		if s.at(bo, "").ID == home.ID {
			t.Error("two people have one home")
		}
	})
}

func TestPutRefused(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "garden")
		s.put(ida, "plain", "x")
		said := s.listing(ida, "")
		for name, c := range map[string]struct {
			path string
			w    file.Write
			kind fault.Kind
			why  error
		}{
			"no folder":       {"cellar/a", file.Write{Size: 1}, fault.Conflict, file.ErrNoParent},
			"a file as one":   {"plain/a", file.Write{Size: 1}, fault.Conflict, file.ErrNoParent},
			"over a folder":   {"Garden", file.Write{Size: 1}, fault.Conflict, file.ErrExists},
			"the home":        {"", file.Write{Size: 1}, fault.Conflict, file.ErrExists},
			"climbs":          {"../bo/a", file.Write{Size: 1}, fault.Invalid, nil},
			"a zero byte":     {"garden/a\x00b", file.Write{Size: 1}, fault.Invalid, nil},
			"half a letter":   {"garden/\xc3", file.Write{Size: 1}, fault.Invalid, nil},
			"long":            {"garden/" + strings.Repeat("a", 256), file.Write{Size: 1}, fault.Invalid, nil},
			"cut off":         {"garden/a", file.Write{Size: 5}, fault.Invalid, nil},
			"another content": {"garden/a", file.Write{Size: 1, Sum: file.Sum{Kind: "MD5", Hex: strings.Repeat("0", 32)}}, fault.Invalid, file.ErrSum},
			"refused":         {"garden/a", file.Write{Size: 1, Check: func(*file.Node) error { return fault.New(fault.Denied, "") }}, fault.Denied, nil},
		} {
			_, _, err := s.Put(t.Context(), ida, c.path, strings.NewReader("a"), c.w)
			if !fault.Is(err, c.kind) || c.why != nil && !errors.Is(err, c.why) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if now := s.listing(ida, ""); now != said {
			t.Errorf("something is there: %s", now)
		}
	})
}

func TestQuota(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.Quota = 10
		s.put(ida, "a", "12345")
		if _, _, err := s.Put(t.Context(), ida, "b", strings.NewReader("123456"), file.Write{Size: -1}); !errors.Is(err, file.ErrFull) {
			t.Error(err)
		}
		if _, _, err := s.Put(t.Context(), ida, "b", failing{}, file.Write{Size: 20_000}); !errors.Is(err, file.ErrFull) {
			t.Errorf("its bytes were read: %v", err)
		}
		s.put(ida, "a", "54321") // what it was counts as well
		if u, err := s.Usage(t.Context(), ida); err != nil || u != (file.Usage{Files: 5, Versions: 5, Quota: 10}) || u.Left() != 0 {
			t.Errorf("%+v %v", u, err)
		}
		if _, _, err := s.Copy(t.Context(), ida, "a", file.Place{Path: "c"}); !errors.Is(err, file.ErrFull) {
			t.Error(err)
		}
		if err := s.SetQuota(t.Context(), ida, -1); err != nil {
			t.Fatal(err)
		}
		s.put(ida, "b", "123456")
	})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("read") }

// A move keeps who a file is; names that differ by case or Unicode form alone are one.
func TestMove(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "a")
		s.mkdir(ida, "b")
		s.mkdir(ida, "a/deep")
		n := s.put(ida, "a/deep/café.txt", "latte")
		folder := s.at(ida, "a/deep")
		etag := s.at(ida, "b").Etag
		if _, _, err := s.Move(t.Context(), ida, "a/deep", file.Place{Path: "b/Deeper"}); err != nil {
			t.Fatal(err)
		}
		moved := s.at(ida, "b/deeper/CAFE\u0301.TXT")
		if moved.ID != n.ID || moved.Etag != n.Etag || s.at(ida, "b/deeper").ID != folder.ID || s.at(ida, "b").Etag == etag {
			t.Errorf("%+v", moved)
		}
		if got, want := s.listing(ida, ""), "a 0s\nb 5ns\nb/Deeper 5ns\nb/Deeper/café.txt 5ns\n"; got != want {
			t.Error(got)
		}
		if _, fresh, err := s.Move(t.Context(), ida, "b/Deeper", file.Place{Path: "b/DEEPER"}); err != nil || !fresh || s.at(ida, "b/deeper").Name != "DEEPER" {
			t.Error(fresh, err)
		}
		for from, to := range map[string]string{"b": "b/deeper/b", "b/deeper/café.txt": "cellar/x", "": "b/home", "nothing": "b/x", "a": "b"} {
			if _, _, err := s.Move(t.Context(), ida, from, file.Place{Path: to}); err == nil {
				t.Errorf("%s went to %s", from, to)
			}
		}
		if _, _, err := s.Move(t.Context(), ida, "b/deeper", file.Place{Path: "b", Overwrite: true}); !fault.Is(err, fault.Denied) {
			t.Errorf("a folder took the place of the one it is in: %v", err)
		}
		s.put(ida, "a/other", "123")
		if _, fresh, err := s.Move(t.Context(), ida, "a", file.Place{Path: "b", Overwrite: true}); err != nil || fresh {
			t.Error(fresh, err)
		}
		if got, want := s.listing(ida, ""), "b 3ns\nb/other 3ns\n"; got != want {
			t.Error(got)
		}
		if u, err := s.Usage(t.Context(), ida); err != nil || u.Files != 3 || u.Trash != 5 {
			t.Errorf("%+v %v", u, err)
		}
	})
}

func TestCopy(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "a")
		s.mkdir(ida, "a/b")
		n := s.put(ida, "a/b/c", "123")
		if _, _, err := s.Copy(t.Context(), ida, "a", file.Place{Path: "z"}); err != nil {
			t.Fatal(err)
		}
		twin := s.at(ida, "z/b/c")
		if twin.ID == n.ID || twin.Number == n.Number || twin.Blob != n.Blob {
			t.Errorf("%+v", twin)
		}
		if got, want := s.listing(ida, ""), "a 3ns\na/b 3ns\na/b/c 3ns\nz 3ns\nz/b 3ns\nz/b/c 3ns\n"; got != want {
			t.Error(got)
		}
		if s.at(ida, "").Size != 6 {
			t.Error(s.at(ida, "").Size)
		}
		s.put(ida, "z/b/c", "other")
		if s.read(s.at(ida, "a/b/c")) != "123" {
			t.Error("a copy changed with it")
		}
	})
}

func TestTrash(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "a")
		n := s.put(ida, "a/notes.txt", "one")
		ctx := t.Context()
		drop := func(path string) {
			t.Helper()
			if err := s.Delete(ctx, ida, path, false, nil); err != nil {
				t.Fatal(err)
			}
		}
		drop("a/notes.txt")
		s.missing(ida, "a/notes.txt")
		if _, _, err := s.ByNumber(ctx, ida, n.Number); !fault.Is(err, fault.NotFound) {
			t.Errorf("found by its number: %v", err)
		}
		s.put(ida, "a/notes.txt", "other")
		drop("a/notes.txt")
		_, all, err := s.Trash(ctx, ida)
		if err != nil || len(all) != 2 || all[0].Name == all[1].Name || all[0].Was != "notes.txt" || all[0].From != "a" {
			t.Fatalf("%+v %v", all, err)
		}
		back, err := s.Restore(ctx, ida, n.Name+".d1795608000")
		if err != nil || back.ID != n.ID || s.read(s.at(ida, "a/notes.txt")) != "one" {
			t.Errorf("%+v %v", back, err)
		}
		_, all, _ = s.Trash(ctx, ida)
		if back, err = s.Restore(ctx, ida, all[0].Name); err != nil || back.Name != "notes (2).txt" {
			t.Errorf("%+v %v", back, err)
		}
		drop("a")
		if top, _, err := s.Trash(ctx, ida); err != nil || top.Size != 8 || s.at(ida, "").Size != 0 {
			t.Error(top, err)
		}
		if _, held, err := s.InTrash(ctx, ida, "a.d1795608000"); err != nil || len(held) != 2 {
			t.Error(held, err)
		}
		if _, err := s.Restore(ctx, bo, "a.d1795608000"); !fault.Is(err, fault.NotFound) {
			t.Errorf("another restored it: %v", err)
		}
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		s.now = s.now.Add(file.TrashFor + time.Second)
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if top, all, err := s.Trash(ctx, ida); err != nil || len(all) != 0 || top.Size != 0 {
			t.Error(top, all, err)
		}
		s.put(ida, "b", "x")
		if err := s.Delete(ctx, ida, "b", true, nil); err != nil {
			t.Fatal(err)
		}
		if u, err := s.Usage(ctx, ida); err != nil || u.Used() != 0 {
			t.Errorf("%+v %v", u, err)
		}
		if err := s.Delete(ctx, ida, "", false, nil); !fault.Is(err, fault.Denied) {
			t.Error(err)
		}
	})
}

func TestVersions(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		ctx := t.Context()
		n := s.put(ida, "letter", "")
		for _, text := range []string{"one", "two", "two", "three"} {
			s.put(ida, "letter", text)
		}
		_, all, err := s.Versions(ctx, ida, n.Number)
		if err != nil || len(all) != 2 || all[0].Size != 3 {
			t.Fatalf("%+v %v", all, err)
		}
		if _, err := s.RestoreVersion(ctx, ida, n.Number, all[1].ID); err != nil {
			t.Fatal(err)
		}
		if s.read(s.at(ida, "letter")) != "one" {
			t.Error("not restored")
		}
		if _, _, err := s.Versions(ctx, bo, n.Number); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		for i := range file.VersionsMax + 10 {
			s.put(ida, "letter", strings.Repeat("x", i+1))
		}
		if _, all, err = s.Versions(ctx, ida, n.Number); err != nil || len(all) != file.VersionsMax {
			t.Error(len(all), err)
		}
		var held int64
		for _, v := range all {
			held += v.Size
		}
		if u, err := s.Usage(ctx, ida); err != nil || u.Versions != held {
			t.Errorf("%+v, %d held, %v", u, held, err)
		}
	})
}

// Many write into one folder at once: sizes and etags still agree.
func TestManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "a")
		const writers, each = 8, 12
		done := make(chan error, writers)
		for w := range writers {
			go func() {
				for i := range each {
					path := "a/" + string(rune('a'+w)) + string(rune('a'+i))
					if _, _, err := s.Put(context.Background(), ida, path, bytes.NewReader(make([]byte, 10)), file.Write{Size: 10}); err != nil {
						done <- err
						return
					}
				}
				done <- nil
			}()
		}
		for range writers {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		if n := s.at(ida, ""); n.Size != writers*each*10 {
			t.Error(n.Size)
		}
		numbers := map[int64]bool{}
		_, held, err := s.List(t.Context(), ida, "a", true)
		for _, n := range held {
			numbers[n.Number] = true
		}
		if err != nil || len(numbers) != writers*each {
			t.Error(len(numbers), err)
		}
	})
}

func TestNames(t *testing.T) {
	for _, good := range []string{"a", ".hidden", "a b", "Ünï", "a\u202eb", "…", "con.txt", "#?&%", "a:b*c|d", strings.Repeat("ж", 127)} {
		if err := file.CheckName(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", ".", "..", "a/b", `a\b`, "a\nb", "\x7f", " ", "\xff", strings.Repeat("ж", 128)} {
		if err := file.CheckName(bad); !fault.Is(err, fault.Invalid) || fault.Field(err) != "name" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for a, b := range map[string]string{"Straße": "STRASSE", "É": "e\u0301", "a": "A", "ΣΑΣ": "σας"} {
		if file.Fold(a) != file.Fold(b) {
			t.Errorf("%q and %q do not clash", a, b)
		}
	}
}

func TestFilesKnowWhatStandsBesideThem(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "b")
		for _, name := range []string{"a.txt", "C.txt", "d.txt"} {
			s.put(ida, name, name)
		}
		for name, want := range map[string][2]string{"a.txt": {"", "C.txt"}, "C.txt": {"a.txt", "d.txt"}, "d.txt": {"C.txt", ""}} {
			before, after, err := s.Beside(t.Context(), s.at(ida, name))
			if err != nil || before != want[0] || after != want[1] {
				t.Errorf("beside %s are %q and %q: %v", name, before, after, err)
			}
		}
	})
}
