package file_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"allod/internal/blob"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
)

func (s *tree) begin(name string) {
	s.t.Helper()
	if _, err := s.BeginUpload(s.t.Context(), ida, name, -1); err != nil {
		s.t.Fatal(err)
	}
}

func (s *tree) piece(upload, name, text string) {
	s.t.Helper()
	p, err := s.PutPiece(s.t.Context(), ida, upload, name, strings.NewReader(text), int64(len(text)))
	if err != nil || p.Size != int64(len(text)) {
		s.t.Fatalf("piece %s: %+v %v", name, p, err)
	}
}

func (s *tree) finish(upload, path string) *file.Node {
	s.t.Helper()
	n, _, err := s.FinishUpload(s.t.Context(), ida, upload, path, file.Write{Size: -1})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// state is what a device sees when it asks what came: name and content of each.
func (s *tree) state(upload string) string {
	s.t.Helper()
	u, all, err := s.Upload(s.t.Context(), ida, upload)
	if err != nil {
		s.t.Fatal(err)
	}
	var b strings.Builder
	sum := int64(0)
	for _, p := range all {
		b.WriteString(p.Name + ":" + time.Duration(p.Size).String() + " ")
		sum += p.Size
	}
	if u.Size != sum {
		s.t.Errorf("%d bytes are said to have come, not %d", u.Size, sum)
	}
	return strings.TrimSpace(b.String())
}

// drafts is how many there are on the disk.
func (s *tree) drafts() (n int) {
	s.t.Helper()
	if err := s.blobs.WalkDrafts(s.t.Context(), func(string, time.Time) error { n++; return nil }); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestPiecesBecomeAFile(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		for name, pieces := range map[string][]string{
			"one after another": {"00001", "00002", "00003", "00010", "00011"},
			"from zero":         {"0000000000000000", "0000000000000001", "0000000000000002"},
			"unpadded":          {"1", "2", "9", "10", "11"},
			"byte offsets":      {"0000000000000000", "0000000000000005", "0000000000000010"},
			"ranges":            {"000000000000000-000000000004", "000000000000005-000000000009", "000000000000010-000000000011"},
			"backwards":         {"3", "2", "1"},
			"mixed":             {"2", "1", "4", "3", "5"},
			"from the middle":   {"7", "8", "9"},
			"first comes late":  {"1", "2", "0"},
			"nothing":           nil,
		} {
			s.begin(name)
			for _, p := range pieces {
				s.piece(name, p, "<"+p+">")
			}
			sorted := map[string]string{"backwards": "123", "mixed": "12345", "first comes late": "012"}[name]
			order := pieces
			if sorted != "" {
				order = strings.Split(sorted, "")
			}
			want := ""
			for _, p := range order {
				want += "<" + p + ">"
			}
			n := s.finish(name, name+".txt")
			if got := s.read(n); got != want {
				t.Errorf("%s: %q, not %q", name, got, want)
			}
			sum := sha1.Sum([]byte(want))
			if n.Size != int64(len(want)) || n.Checksums != "SHA1:"+hex.EncodeToString(sum[:]) {
				t.Errorf("%s: %+v", name, n)
			}
			whole := sha256.Sum256([]byte(want))
			if n.Blob != hex.EncodeToString(whole[:]) {
				t.Errorf("%s: the content is under a wrong name", name)
			}
			if _, _, err := s.Upload(t.Context(), ida, name); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: it is still there: %v", name, err)
			}
		}
		if n := s.drafts(); n != 0 {
			t.Errorf("%d drafts are left", n)
		}
	})
}

// TestPiecesInOrderAreWrittenOnce looks at the disk: nothing lies apart that would be copied.
func TestPiecesInOrderAreWrittenOnce(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.begin("u")
		for _, p := range []string{"1", "2", "3", "10"} {
			s.piece("u", p, "piece "+p)
			if n := s.drafts(); n != 1 {
				t.Fatalf("%d drafts after piece %s", n, p)
			}
		}
		s.finish("u", "whole")
	})
}

func TestPieceSentAgainTakesTheOthersPlace(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.begin("u")
		for _, p := range [][2]string{{"1", "first"}, {"2", "old"}, {"2", "old"}, {"3", "third"}, {"2", "the new second"}, {"5", "x"}, {"5", "fifth"}, {"4", "4"}} {
			s.piece("u", p[0], p[1])
		}
		if got := s.state("u"); got != "1:5ns 2:14ns 3:5ns 4:1ns 5:5ns" {
			t.Error(got)
		}
		if got := s.read(s.finish("u", "whole")); got != "firstthe new secondthird4fifth" {
			t.Error(got)
		}
		if n := s.drafts(); n != 0 {
			t.Errorf("%d drafts are left", n)
		}
	})
}

// TestPieceSentAgainUnchangedKeepsItsPlace is a device that did not hear that its last piece had come.
func TestPieceSentAgainUnchangedKeepsItsPlace(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.begin("u")
		for _, p := range []string{"1", "2", "2", "3"} {
			s.piece("u", p, "piece "+p)
		}
		if n := s.drafts(); n != 1 {
			t.Errorf("%d drafts: what follows lies apart", n)
		}
		if got := s.read(s.finish("u", "whole")); got != "piece 1piece 2piece 3" {
			t.Error(got)
		}
	})
}

func TestTornPieceLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.begin("u")
		s.piece("u", "1", "first")
		broken := errors.New("the line went dead")
		for _, name := range []string{"1", "2", "9"} {
			_, err := s.PutPiece(t.Context(), ida, "u", name, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), 10)
			if !errors.Is(err, broken) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := s.PutPiece(t.Context(), ida, "u", name, strings.NewReader("half"), 10); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: less than was said: %v", name, err)
			}
		}
		if got := s.state("u"); got != "1:5ns" {
			t.Error(got)
		}
		s.piece("u", "2", "second")
		if got := s.read(s.finish("u", "whole")); got != "firstsecond" {
			t.Error(got)
		}
	})
}

// TestPieceIsTakenOverByWhoSendsItAgain is a device that lost its line and is
// back before the home knows.
func TestPieceIsTakenOverByWhoSendsItAgain(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.begin("u")
		s.piece("u", "1", "first")
		r, w := io.Pipe()
		dead := make(chan error, 1)
		go func() {
			_, err := s.PutPiece(context.Background(), ida, "u", "2", r, -1)
			dead <- err
		}()
		if _, err := w.Write([]byte("sec")); err != nil { // it is being read
			t.Fatal(err)
		}
		s.piece("u", "2", "second")
		s.piece("u", "3", "third")
		_, _ = w.Write([]byte("ONDXXXXX"))
		w.Close()
		if err := <-dead; !fault.Is(err, fault.Conflict) {
			t.Errorf("the one before: %v", err)
		}
		if got := s.read(s.finish("u", "whole")); got != "firstsecondthird" {
			t.Error(got)
		}
	})
}

func TestFinishingDoesNotWaitForADeadLine(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.begin("u")
		s.piece("u", "1", "first")
		r, w := io.Pipe()
		dead := make(chan error, 1)
		go func() {
			_, err := s.PutPiece(context.Background(), ida, "u", "2", r, -1)
			dead <- err
		}()
		if _, err := w.Write([]byte("sec")); err != nil {
			t.Fatal(err)
		}
		n := s.finish("u", "whole")
		_, _ = w.Write([]byte("ond"))
		w.Close()
		if err := <-dead; !fault.Is(err, fault.Conflict, fault.NotFound) {
			t.Errorf("a piece of what is whole: %v", err)
		}
		if got := s.read(n); got != "first" {
			t.Error(got)
		}
	})
}

func TestWhatIsSaidOfAnUploadIsChecked(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "folder")
		s.begin("u")
		s.piece("u", "1", "hello ")
		s.piece("u", "2", "world")
		right := func(kind string) file.Sum {
			h := map[string][]byte{}
			a, b, c := sha1.Sum([]byte("hello world")), md5.Sum([]byte("hello world")), sha256.Sum256([]byte("hello world"))
			h["SHA1"], h["MD5"], h["SHA256"] = a[:], b[:], c[:]
			return file.Sum{Kind: kind, Hex: hex.EncodeToString(h[kind])}
		}
		wrong := func(kind string) file.Sum {
			sum := right(kind)
			return file.Sum{Kind: kind, Hex: strings.Repeat("0", len(sum.Hex))}
		}
		refused := errors.New("not this one")
		for name, c := range map[string]struct {
			path string
			w    file.Write
			is   error
		}{
			"less than was said": {"f", file.Write{Size: 10}, nil},
			"more than was said": {"f", file.Write{Size: 12}, nil},
			"SHA-1":              {"f", file.Write{Size: 11, Sum: wrong("SHA1")}, file.ErrSum},
			"MD5":                {"f", file.Write{Size: 11, Sum: wrong("MD5")}, file.ErrSum},
			"SHA-256":            {"f", file.Write{Size: 11, Sum: wrong("SHA256")}, file.ErrSum},
			"no folder":          {"none/f", file.Write{Size: 11}, file.ErrNoParent},
			"a folder":           {"folder", file.Write{Size: 11}, file.ErrExists},
			"asked":              {"f", file.Write{Size: 11, Check: func(*file.Node) error { return refused }}, refused},
			"a name":             {"..", file.Write{Size: 11}, nil},
		} {
			_, _, err := s.FinishUpload(t.Context(), ida, "u", c.path, c.w)
			if err == nil || c.is != nil && !errors.Is(err, c.is) || fault.Of(err) == fault.Internal && c.is != refused {
				t.Errorf("%s: %v", name, err)
			}
		}
		s.missing(ida, "f")
		for _, kind := range []string{"SHA1", "MD5", "SHA256"} {
			name := "of " + kind
			s.begin(name)
			s.piece(name, "1", "hello world")
			if _, _, err := s.FinishUpload(t.Context(), ida, name, "f", file.Write{Size: 11, Sum: right(kind)}); err != nil {
				t.Error(kind, err)
			}
		}
		n, fresh, err := s.FinishUpload(t.Context(), ida, "u", "f", file.Write{Size: 11})
		if err != nil || fresh || s.read(n) != "hello world" {
			t.Errorf("%v %v", fresh, err)
		}
	})
}

func TestUploadsAreTheirOwnersAlone(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.begin("u")
		s.piece("u", "1", "secret")
		if _, _, err := s.Upload(t.Context(), bo, "u"); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if _, err := s.PutPiece(t.Context(), bo, "u", "2", strings.NewReader("x"), 1); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if _, _, err := s.FinishUpload(t.Context(), bo, "u", "mine", file.Write{Size: -1}); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if err := s.AbortUpload(t.Context(), bo, "u"); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if _, err := s.BeginUpload(t.Context(), bo, "u", -1); err != nil {
			t.Errorf("the same name, of somebody else: %v", err)
		}
		if _, err := s.BeginUpload(t.Context(), ida, "u", -1); !fault.Is(err, fault.Conflict) || !errors.Is(err, file.ErrExists) {
			t.Errorf("begun twice: %v", err)
		}
		for _, name := range []string{"", ".", "..", "a/b", "a\x00b", strings.Repeat("x", 300)} {
			if _, err := s.BeginUpload(t.Context(), ida, name, -1); !fault.Is(err, fault.Invalid) {
				t.Errorf("an upload %q: %v", name, err)
			}
			if _, err := s.PutPiece(t.Context(), ida, "u", name, strings.NewReader("x"), 1); !fault.Is(err, fault.Invalid) {
				t.Errorf("a piece %q: %v", name, err)
			}
		}
	})
}

func TestPiecesTakeUpRoom(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		if err := s.SetQuota(t.Context(), ida, 20); err != nil {
			t.Fatal(err)
		}
		if _, err := s.BeginUpload(t.Context(), ida, "large", 21); !errors.Is(err, file.ErrFull) {
			t.Errorf("21 bytes into 20: %v", err)
		}
		s.begin("u")
		s.piece("u", "1", "twelve bytes")
		for size, text := range map[int64]string{9: "nine byte", -1: "nine byte"} {
			for _, name := range []string{"2", "7"} {
				if _, err := s.PutPiece(t.Context(), ida, "u", name, strings.NewReader(text), size); !errors.Is(err, file.ErrFull) || !fault.Is(err, fault.TooLarge) {
					t.Errorf("21 bytes into 20: %v", err)
				}
			}
		}
		if _, _, err := s.Put(t.Context(), ida, "other", strings.NewReader("nine byte"), file.Write{Size: 9}); !errors.Is(err, file.ErrFull) {
			t.Errorf("a file beside it: %v", err)
		}
		s.piece("u", "1", "Twelve Bytes") // in place of the other one
		s.piece("u", "2", "8 bytes.")
		if u, err := s.Usage(t.Context(), ida); err != nil || u.Uploads != 20 || u.Left() != 0 {
			t.Errorf("%+v %v", u, err)
		}
		if n := s.finish("u", "whole"); s.read(n) != "Twelve Bytes8 bytes." {
			t.Error(s.read(n))
		}
		if u, err := s.Usage(t.Context(), ida); err != nil || u.Uploads != 0 || u.Files != 20 {
			t.Errorf("%+v %v", u, err)
		}
	})
}

func TestAbandonedUploadsAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.now = time.Now()
		sweep := func() {
			t.Helper()
			if err := s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, u := range []string{"idle", "used", "aborted"} {
			s.begin(u)
			s.piece(u, "1", "first")
			s.piece(u, "3", "third")
		}
		s.piece("idle", "2", "second")
		s.piece("idle", "2", "another second")
		if err := s.AbortUpload(t.Context(), ida, "aborted"); err != nil {
			t.Fatal(err)
		}
		s.now = s.now.Add(file.UploadFor - time.Minute)
		s.piece("used", "2", "second")
		sweep()
		if all, err := s.Uploads(t.Context(), ida); err != nil || len(all) != 2 {
			t.Errorf("%d of 2 are there: %v", len(all), err)
		}
		s.now = s.now.Add(2 * time.Minute)
		sweep()
		if all, err := s.Uploads(t.Context(), ida); err != nil || len(all) != 1 || all[0].Name != "used" {
			t.Errorf("%v %v", all, err)
		}
		if _, err := s.PutPiece(t.Context(), ida, "idle", "4", strings.NewReader("x"), 1); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if got := s.read(s.finish("used", "whole")); got != "firstsecondthird" {
			t.Error(got)
		}
		if n := s.drafts(); n != 0 {
			t.Errorf("%d drafts are left", n)
		}
	})
}

// TestDraftsOfNobodyAreSwept leaves a draft as a process does that dies before it tells the database.
func TestDraftsOfNobodyAreSwept(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.now = time.Now()
		if _, err := s.blobs.Extend(t.Context(), "ORPHAN", blob.Progress{}, strings.NewReader("nobody's")); err != nil {
			t.Fatal(err)
		}
		s.begin("u")
		s.piece("u", "1", "first")
		for _, c := range []struct {
			later time.Duration
			left  int
		}{{time.Hour, 2}, {23 * time.Hour, 2}, {23 * time.Hour, 2}, {23 * time.Hour, 1}} {
			s.now = s.now.Add(c.later)
			s.piece("u", "1", "first")
			if err := s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := s.drafts(); n != c.left {
				t.Errorf("%d drafts after %v more, not %d", n, c.later, c.left)
			}
		}
	})
}

// TestLargeUpload has pieces that do not fit the memory they are read through, in a wild order.
func TestLargeUpload(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		random := rand.NewChaCha8([32]byte{7})
		whole := make([]byte, 5<<20+17)
		_, _ = random.Read(whole)
		const step = 700_000
		var starts []int
		for at := 0; at < len(whole); at += step {
			starts = append(starts, at)
		}
		if _, err := s.BeginUpload(t.Context(), ida, "u", int64(len(whole))); err != nil {
			t.Fatal(err)
		}
		order := append([]int{0, 1, 2}, rand.New(random).Perm(len(starts))...)
		for _, i := range order {
			part := whole[starts[i]:min(starts[i]+step, len(whole))]
			name := id.ID(starts[i]).String()
			if _, err := s.PutPiece(t.Context(), ida, "u", name, iotest.HalfReader(bytes.NewReader(part)), int64(len(part))); err != nil {
				t.Fatal(err)
			}
		}
		n := s.finish("u", "whole")
		if got := s.read(n); got != string(whole) {
			t.Errorf("%d bytes came out otherwise", len(got))
		}
	})
}
