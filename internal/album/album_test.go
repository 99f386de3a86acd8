package album_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"allod/internal/album"
	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/media/derive"
	"allod/internal/photo"
)

const ida, bo id.ID = 1 << 20, 2 << 20

// TestMain makes the test binary its own worker.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "derive-worker" {
		os.Exit(derive.Worker(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// A house is albums over photos over files.
type house struct {
	*album.Service
	t      *testing.T
	files  *file.Service
	photos *photo.Service
	shade  uint8
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		blobs, err := blob.NewDisk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { blobs.Close() })
		h := &house{t: t}
		clock := func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }
		ids := id.NewSource(clock)
		h.files = file.New(d, blobs, ids, clock)
		h.photos = photo.New(photo.Config{
			DB: d, Blobs: blobs, Now: clock, Zone: time.UTC, Log: slog.New(slog.DiscardHandler),
			Derive: derive.New(derive.Config{Self: self, Args: []string{"derive-worker"}}),
		})
		h.Service = album.New(album.Config{DB: d, IDs: ids, Now: clock})
		h.files.Changed.Then(h.FileChanged, h.photos.Changed)
		fn(t, h)
	})
}

// put keeps a photo of its own shade among somebody's files, and returns its number.
func (h *house) put(owner id.ID, path string) int64 {
	h.t.Helper()
	h.shade += 10
	m := image.NewGray(image.Rect(0, 0, 60, 40))
	for i := range m.Pix {
		m.Pix[i] = color.Gray{h.shade}.Y
	}
	var b bytes.Buffer
	h.do(jpeg.Encode(&b, m, nil))
	n, _, err := h.files.Put(h.t.Context(), owner, path, &b, file.Write{Size: int64(b.Len()), Parents: true})
	if err != nil {
		h.t.Fatalf("put %s: %v", path, err)
	}
	return n.Number
}

func (h *house) do(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) make(a album.Album) *album.Album {
	h.t.Helper()
	made, err := h.Make(h.t.Context(), a)
	h.do(err)
	return made
}

// shows fails the test unless an album shows photos called so, in that order.
func (h *house) shows(a *album.Album, want ...string) {
	h.t.Helper()
	a, err := h.Mine(h.t.Context(), a.OwnerID, a.ID)
	h.do(err)
	all, err := h.Pieces(h.t.Context(), a)
	h.do(err)
	var names []string
	for _, p := range all {
		names = append(names, p.Name)
	}
	if got := strings.Join(names, " "); got != strings.Join(want, " ") {
		h.t.Errorf("the album shows %q, not %q", got, strings.Join(want, " "))
	}
}

func is(t *testing.T, err error, kind fault.Kind, what string) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v", what, err)
	}
}

func place(number int64, at int) album.Caption { return album.Caption{Number: number, Place: at} }

func TestPhotosStandAsTheyWereChosenOrByDate(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.make(album.Album{OwnerID: ida, Title: " Two  trains "})
		if a.Title != "Two trains" {
			t.Error(a.Title)
		}
		one, two, three := h.put(ida, "20260103.jpg"), h.put(ida, "20260101.jpg"), h.put(ida, "20260102.jpg")
		h.do(h.Add(t.Context(), ida, a.ID, []int64{one, two, three}))
		h.do(h.Add(t.Context(), ida, a.ID, []int64{two})) // is there
		h.shows(a, "20260103.jpg", "20260101.jpg", "20260102.jpg")

		alt := "A lane"
		h.do(h.Arrange(t.Context(), ida, a.ID, []album.Caption{place(three, 1), {Number: one, Alt: &alt}, place(999, 1)}))
		h.shows(a, "20260102.jpg", "20260103.jpg", "20260101.jpg")
		h.do(h.Arrange(t.Context(), ida, a.ID, []album.Caption{place(three, 3), place(one, 2), place(two, 1)}))
		h.shows(a, "20260101.jpg", "20260103.jpg", "20260102.jpg")
		h.do(h.Arrange(t.Context(), ida, a.ID, []album.Caption{place(two, 50)}))
		h.shows(a, "20260103.jpg", "20260102.jpg", "20260101.jpg")

		byDate := func(a *album.Album) { a.ByDate = true }
		_, err := h.Change(t.Context(), ida, a.ID, byDate)
		h.do(err)
		h.shows(a, "20260101.jpg", "20260102.jpg", "20260103.jpg")

		h.do(h.Arrange(t.Context(), ida, a.ID, []album.Caption{{Number: two, Drop: true}}))
		h.shows(a, "20260102.jpg", "20260103.jpg")
		if _, _, err := h.files.ByNumber(t.Context(), ida, two); err != nil {
			t.Errorf("what left the album is no file any more: %v", err)
		}
		all, err := h.Pieces(t.Context(), a)
		h.do(err)
		for _, p := range all {
			if p.Number == one && p.Alt != alt {
				t.Errorf("it shows %q", p.Alt)
			}
		}
	})
}

func TestWhatIsThrownAwayLeavesAlbumsUntilItComesBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a, b := h.make(album.Album{OwnerID: ida, Title: "one"}), h.make(album.Album{OwnerID: ida, Title: "other"})
		first, second := h.put(ida, "in/first.jpg"), h.put(ida, "in/second.jpg")
		for _, one := range []*album.Album{a, b} {
			h.do(h.Add(t.Context(), ida, one.ID, []int64{second, first}))
		}
		in, err := h.files.At(t.Context(), ida, "in")
		h.do(err)
		live := h.make(album.Album{OwnerID: ida, Title: "live", FolderID: in.ID})
		h.shows(live, "first.jpg", "second.jpg")
		third := h.put(ida, "in/third.jpg")
		h.shows(live, "first.jpg", "second.jpg", "third.jpg")
		is(t, h.Add(t.Context(), ida, live.ID, []int64{third}), fault.Denied, "a photo is chosen for an album of a folder")

		h.do(h.files.Delete(t.Context(), ida, "in/second.jpg", false, nil))
		h.shows(a, "first.jpg")
		h.shows(live, "first.jpg", "third.jpg")
		is(t, h.Add(t.Context(), ida, a.ID, []int64{second}), fault.NotFound, "what lies in the trash is chosen")
		_, lies, err := h.files.Trash(t.Context(), ida)
		h.do(err)
		_, err = h.files.Restore(t.Context(), ida, lies[0].Name)
		h.do(err)
		h.shows(a, "second.jpg", "first.jpg")
		h.shows(b, "second.jpg", "first.jpg")

		h.do(h.files.Delete(t.Context(), ida, "in", true, nil))
		h.shows(a)
		h.shows(b)
		h.shows(live)
		gone, err := h.Mine(t.Context(), ida, live.ID)
		h.do(err)
		if gone.Follows() {
			t.Error("it follows a folder that is gone")
		}
	})
}

func TestAlbumsAreTheirOwners(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.make(album.Album{OwnerID: ida, Title: "Ida's"})
		own, others := h.put(ida, "a.jpg"), h.put(bo, "b.jpg")
		is(t, h.Add(t.Context(), ida, a.ID, []int64{own, others}), fault.NotFound, "a photo of another is chosen")
		h.shows(a)
		is(t, h.Add(t.Context(), bo, a.ID, []int64{others}), fault.NotFound, "another adds")
		is(t, h.Drop(t.Context(), bo, a.ID, []int64{own}), fault.NotFound, "another takes out")
		is(t, h.Arrange(t.Context(), bo, a.ID, nil), fault.NotFound, "another arranges")
		is(t, h.Remove(t.Context(), bo, a.ID), fault.NotFound, "another deletes")
		_, err := h.Change(t.Context(), bo, a.ID, func(a *album.Album) { a.Title = "Bo's" })
		is(t, err, fault.NotFound, "another renames")
		_, err = h.Called(t.Context(), bo, "Ida's")
		is(t, err, fault.NotFound, "another finds it by name")

		_, err = h.Make(t.Context(), album.Album{OwnerID: ida, Title: "IDA'S"})
		is(t, err, fault.Conflict, "two are called the same")
		h.make(album.Album{OwnerID: bo, Title: "Ida's"})
		for _, title := range []string{"", " ", "a/b", "..", "a\x00b", strings.Repeat("a", album.TitleMax+1), "\xff"} {
			_, err = h.Make(t.Context(), album.Album{OwnerID: ida, Title: title})
			is(t, err, fault.Invalid, strconv.Quote(title))
		}
		node, err := h.files.At(t.Context(), bo, "b.jpg")
		h.do(err)
		_, err = h.Make(t.Context(), album.Album{OwnerID: ida, Title: "of a file", FolderID: node.ID})
		is(t, err, fault.NotFound, "a file of another is followed")
		h.do(h.Remove(t.Context(), ida, a.ID))
	})
}

func TestOneQuestionTellsWhatStandsForEachAlbum(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		empty := h.make(album.Album{OwnerID: ida, Title: "empty"})
		a := h.make(album.Album{OwnerID: ida, Title: "a"})
		one, two := h.put(ida, "p/20260103.jpg"), h.put(ida, "p/20260101.jpg")
		h.do(h.Add(t.Context(), ida, a.ID, []int64{one, two}))
		p, err := h.files.At(t.Context(), ida, "p")
		h.do(err)
		live := h.make(album.Album{OwnerID: ida, Title: "live", FolderID: p.ID})
		told := func() map[id.ID]*album.Summary {
			all, err := h.All(t.Context(), ida)
			h.do(err)
			by := map[id.ID]*album.Summary{}
			for _, s := range all {
				by[s.ID] = s
			}
			return by
		}
		by := told()
		if s := by[empty.ID]; s.Count != 0 || s.Front != nil || s.Last != 0 {
			t.Errorf("%+v", s)
		}
		if s := by[a.ID]; s.Count != 2 || s.Front.Number != one || s.Last != two || s.From.Day() != 1 || s.To.Day() != 3 {
			t.Errorf("%+v", s)
		}
		if s := by[live.ID]; s.Count != 2 || s.Front.Number != two || s.Last != one {
			t.Errorf("%+v", s)
		}
		all, err := h.Pieces(t.Context(), a)
		h.do(err)
		_, err = h.Change(t.Context(), ida, a.ID, func(a *album.Album) { a.Cover = all[1].NodeID })
		h.do(err)
		if s := told()[a.ID]; s.Front.Number != two {
			t.Errorf("%+v", s.Front)
		}
		_, err = h.Change(t.Context(), ida, a.ID, func(a *album.Album) { a.Cover = 12345 })
		is(t, err, fault.NotFound, "what is not in it stands for it")
		h.do(h.Drop(t.Context(), ida, a.ID, []int64{two}))
		if s := told()[a.ID]; s.Front.Number != one || s.Count != 1 {
			t.Errorf("%+v", s)
		}
	})
}
