package photo_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

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

// A house is files with the photos among them.
type house struct {
	*photo.Service
	t     *testing.T
	files *file.Service
	now   time.Time
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
		h := &house{t: t, now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
		clock := func() time.Time { return h.now }
		h.files = file.New(d, blobs, id.NewSource(clock), clock)
		h.Service = photo.New(photo.Config{
			DB: d, Blobs: blobs, Now: clock, Zone: time.FixedZone("", 3600), Log: slog.New(slog.DiscardHandler),
			Derive: derive.New(derive.Config{Self: self, Args: []string{"derive-worker"}}),
		})
		h.files.Changed.Then(h.Changed)
		fn(t, h)
	})
}

func (h *house) put(owner id.ID, path string, data []byte) *file.Node {
	h.t.Helper()
	n, _, err := h.files.Put(h.t.Context(), owner, path, bytes.NewReader(data), file.Write{
		Size: int64(len(data)), Parents: true, ModifiedAt: time.Date(2025, 3, 1, 23, 30, 0, 0, time.UTC),
	})
	if err != nil {
		h.t.Fatalf("put %s: %v", path, err)
	}
	return n
}

func (h *house) work() {
	h.t.Helper()
	if err := h.Work(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) do(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// timeline is what somebody sees, the latest first: names with dates.
func (h *house) timeline(owner id.ID) string {
	h.t.Helper()
	all, err := h.Before(h.t.Context(), owner, photo.Latest(), 100)
	if err != nil {
		h.t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range all {
		b.WriteString(p.Name + " " + p.TakenAt.Format("2006-01-02 15:04") + " " + string(p.Dated) + "\n")
	}
	return b.String()
}

func (h *house) sees(owner id.ID, lines ...string) {
	h.t.Helper()
	want := strings.Join(append(lines, ""), "\n")
	if got := h.timeline(owner); got != want {
		h.t.Errorf("the timeline is\n%swant\n%s", got, want)
	}
}

// jpegOf is a small photograph of a shade, taken at a moment by its camera's clock, "" for none.
func jpegOf(t *testing.T, shade uint8, taken string) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 600, 400))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	m.Set(1, 1, color.White)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	if taken == "" {
		return out.Bytes()
	}
	// One directory that leads to another with the date, and positions.
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08")
	entry := func(tag, kind uint16, count, value uint32) {
		exif = binary.BigEndian.AppendUint16(exif, tag)
		exif = binary.BigEndian.AppendUint16(exif, kind)
		exif = binary.BigEndian.AppendUint32(exif, count)
		exif = binary.BigEndian.AppendUint32(exif, value)
	}
	exif = append(exif, 0, 1)
	entry(0x8769, 4, 1, 26)
	exif = append(exif, 0, 0, 0, 0, 0, 1)
	entry(0x9003, 2, 20, 44)
	exif = append(exif, 0, 0, 0, 0)
	exif = append(exif, taken+"\x00"...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return bytes.Join([][]byte{out.Bytes()[:2], segment, exif, out.Bytes()[2:]}, nil)
}

// filmOf is a video of so many seconds without a single picture.
func filmOf(seconds uint32, made time.Time) []byte {
	box := func(name string, body ...[]byte) []byte {
		all := bytes.Join(body, nil)
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(all))), name...), all...)
	}
	mvhd := make([]byte, 100)
	binary.BigEndian.PutUint32(mvhd[4:], uint32(made.Sub(time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC))/time.Second))
	binary.BigEndian.PutUint32(mvhd[12:], 1)
	binary.BigEndian.PutUint32(mvhd[16:], seconds)
	tkhd := make([]byte, 84)
	binary.BigEndian.PutUint32(tkhd[40:], 1<<16)
	binary.BigEndian.PutUint32(tkhd[76:], 1920<<16)
	binary.BigEndian.PutUint32(tkhd[80:], 1080<<16)
	return bytes.Join([][]byte{
		box("ftyp", []byte("qt  \x00\x00\x00\x00")), box("mdat", make([]byte, 64)),
		box("moov", box("mvhd", mvhd), box("trak", box("tkhd", tkhd))),
	}, nil)
}

// When a photo was taken is what its camera says, else its name, else the file.
func TestTimelineIsByWhenPhotosWereTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(ida, "a/one.jpg", jpegOf(t, 10, "2024:05:06 07:08:09"))
		h.put(ida, "a/IMG_20230203_040506.jpg", jpegOf(t, 20, ""))
		h.put(ida, "scan.jpg", jpegOf(t, 30, ""))
		h.put(ida, "notes.txt", []byte("no photo"))
		h.put(ida, "drawing.svg", []byte("<svg/>"))
		h.put(ida, "film.mov", filmOf(90, time.Date(2024, 8, 1, 22, 30, 0, 0, time.UTC)))
		h.put(bo, "his.jpg", jpegOf(t, 10, "2024:05:06 07:08:09"))
		h.work()
		h.sees(ida, "scan.jpg 2025-03-02 00:30 file", "film.mov 2024-08-01 23:30 camera", "one.jpg 2024-05-06 07:08 camera", "IMG_20230203_040506.jpg 2023-02-03 04:05 name")
		h.sees(bo, "his.jpg 2024-05-06 07:08 camera")
		months, err := h.Months(t.Context(), ida)
		if err != nil || len(months) != 4 || months[0] != (photo.Month{Year: 2025, Month: time.March}) || months[3].Year != 2023 {
			t.Errorf("%+v %v", months, err)
		}
		counts, err := h.Counts(t.Context(), ida, months[3], months[0])
		if err != nil || len(counts) != 4 || counts[months[0]] != 1 {
			t.Errorf("%+v %v", counts, err)
		}
		n := h.put(ida, "a/one.jpg", jpegOf(t, 40, "2022:05:06 07:08:09"))
		h.work()
		all, err := h.Before(t.Context(), ida, photo.EndOf(2022, time.May), 10)
		if err != nil || len(all) != 1 || all[0].Number != n.Number || all[0].Width != 600 || all[0].State != photo.Ready {
			t.Errorf("%+v %v", all, err)
		}
		v, err := h.Look(t.Context(), ida, n.Number)
		if err != nil || v.Earlier != nil || v.Later == nil || v.Later.Name != "IMG_20230203_040506.jpg" {
			t.Errorf("%+v %v", v, err)
		}
		if _, err := h.Get(t.Context(), bo, n.Number); !fault.Is(err, fault.NotFound) {
			t.Errorf("another has it: %v", err)
		}
	})
}

// Whoever moves, throws away, restores or deletes, the index follows.
func TestTimelineFollowsTheTree(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		one, two := "one.jpg 2024-05-06 07:08 camera", "two.jpg 2024-06-06 07:08 camera"
		h.put(ida, "a/b/one.jpg", jpegOf(t, 10, "2024:05:06 07:08:09"))
		h.put(ida, "a/two.jpg", jpegOf(t, 20, "2024:06:06 07:08:09"))
		h.work()
		_, _, err := h.files.Move(ctx, ida, "a", file.Place{Path: "z"})
		h.do(err)
		h.work()
		h.sees(ida, two, one)
		h.do(h.files.Delete(ctx, ida, "z/b", false, nil))
		h.sees(ida, two)
		_, all, err := h.files.Trash(ctx, ida)
		h.do(err)
		_, err = h.files.Restore(ctx, ida, all[0].Name)
		h.do(err)
		h.sees(ida, two, one)
		_, _, err = h.files.Move(ctx, ida, "z/two.jpg", file.Place{Path: "z/two.txt"})
		h.do(err)
		h.sees(ida, one)
		_, _, err = h.files.Move(ctx, ida, "z/two.txt", file.Place{Path: "z/two.jpg"})
		h.do(err)
		h.work()
		h.sees(ida, two, one)
		h.do(h.files.Delete(ctx, ida, "z", false, nil))
		h.sees(ida)
		h.do(h.files.Discard(ctx, ida, ""))
		h.do(h.Sweep(ctx))
		h.work()
		h.sees(ida)
	})
}

// One photo stands for its copies and its moving part; what is left stands for itself.
func TestOnePhotoStandsForCopiesAndItsMovingPart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		photoOf := jpegOf(t, 10, "2024:05:06 07:08:09")
		h.put(ida, "a/IMG_1.jpg", photoOf)
		h.put(ida, "a/IMG_1.mov", filmOf(2, time.Date(2024, 5, 6, 6, 8, 9, 0, time.UTC)))
		h.put(ida, "b/copy.jpg", photoOf)
		h.put(ida, "a/IMG_2.jpg", jpegOf(t, 20, "2024:05:07 07:08:09"))
		h.put(ida, "a/IMG_2.mov", filmOf(200, time.Date(2024, 5, 7, 6, 8, 9, 0, time.UTC)))
		h.work()
		h.sees(ida, "IMG_2.mov 2024-05-07 07:08 camera", "IMG_2.jpg 2024-05-07 07:08 camera", "IMG_1.jpg 2024-05-06 07:08 camera")
		n, err := h.files.At(ctx, ida, "a/IMG_1.jpg")
		h.do(err)
		v, err := h.Look(ctx, ida, n.Number)
		if err != nil || len(v.Parts) != 2 {
			t.Fatalf("%+v %v", v, err)
		}
		parts := map[photo.Part]string{}
		for _, p := range v.Parts {
			parts[p.Part] = p.Name
		}
		if parts[photo.Motion] != "IMG_1.mov" || parts[photo.Copy] != "copy.jpg" {
			t.Errorf("%v", parts)
		}
		h.do(h.files.Delete(ctx, ida, "a/IMG_1.jpg", false, nil))
		h.work()
		h.sees(ida, "IMG_2.mov 2024-05-07 07:08 camera", "IMG_2.jpg 2024-05-07 07:08 camera", "copy.jpg 2024-05-06 07:08 camera", "IMG_1.mov 2024-05-06 07:08 camera")
		_, all, err := h.files.Trash(ctx, ida)
		h.do(err)
		_, err = h.files.Restore(ctx, ida, all[0].Name)
		h.do(err)
		h.work()
		h.sees(ida, "IMG_2.mov 2024-05-07 07:08 camera", "IMG_2.jpg 2024-05-07 07:08 camera", "IMG_1.jpg 2024-05-06 07:08 camera")
	})
}

// A preview is the smallest that is large enough; what is no picture has none and says so.
func TestPreviews(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		n := h.put(ida, "one.jpg", jpegOf(t, 10, ""))
		bad := h.put(ida, "bad.jpg", []byte("this is no picture"))
		for _, c := range []struct {
			x, y  int
			cover bool
			width int
		}{{200, 200, false, 256}, {200, 200, true, 512}, {400, 10, true, 512}, {5000, 5000, true, 600}, {0, 0, false, 256}} {
			p, r, err := h.Preview(ctx, ida, n.Number, c.x, c.y, c.cover) // the first is made now
			if err != nil {
				t.Fatal(err)
			}
			m, err := jpeg.Decode(r)
			r.Close()
			if err != nil || m.Bounds().Dx() != c.width || p.Width != c.width || p.Etag() == "" {
				t.Errorf("%+v: %+v %v", c, p, err)
			}
		}
		if _, _, err := h.Preview(ctx, ida, bad.Number, 100, 100, false); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if p, err := h.Get(ctx, ida, bad.Number); err != nil || p.State != photo.None || p.Why != "fault.media.unsupported" {
			t.Errorf("%+v %v", p, err)
		}
		if _, _, err := h.Preview(ctx, bo, n.Number, 100, 100, false); !fault.Is(err, fault.NotFound) {
			t.Errorf("another sees it: %v", err)
		}
	})
}

// A look that fails for a reason of the machine's is tried again, and given up in the end.
func TestLookIsTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		real := h.Derive
		h.Derive = broken{}
		n := h.put(ida, "one.jpg", jpegOf(t, 10, "2024:05:06 07:08:09"))
		h.work()
		if p, err := h.Get(t.Context(), ida, n.Number); err != nil || p.State != photo.Due {
			t.Errorf("%+v %v", p, err)
		}
		h.Derive = real
		h.work()
		h.sees(ida, "one.jpg 2025-03-02 00:30 file")
		h.now = h.now.Add(2 * time.Minute)
		h.work()
		h.sees(ida, "one.jpg 2024-05-06 07:08 camera")
		h.Derive = broken{}
		n = h.put(ida, "two.jpg", jpegOf(t, 20, ""))
		for range 10 {
			h.work()
			h.now = h.now.Add(10 * time.Minute)
		}
		if p, err := h.Get(t.Context(), ida, n.Number); err != nil || p.State != photo.None {
			t.Errorf("%+v %v", p, err)
		}
	})
}

// broken is a machine on which no process can be started.
type broken struct{}

func (broken) Study(context.Context, io.Reader, []derive.Size) (*derive.Picture, error) {
	return nil, fault.New(fault.Unavailable, "fault.media.unavailable")
}

func (broken) Film(context.Context, io.ReadSeeker) (*derive.Film, error) {
	return nil, fault.New(fault.Unavailable, "fault.media.unavailable")
}

// A video stands among photos by the picture that is made of it, also one that nothing but that is known of.
func TestVideoIsShownByItsPicture(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		known := h.put(ida, "a.mp4", filmOf(12, time.Date(2021, 5, 6, 7, 8, 9, 0, time.UTC)))
		other := h.put(ida, "b.mkv", []byte("nothing that we read"))
		h.work()
		shown := func(n *file.Node) photo.State {
			p, err := h.Get(t.Context(), ida, n.Number)
			h.do(err)
			return p.State
		}
		if shown(known) != photo.None || shown(other) != photo.None {
			t.Fatalf("%s %s", shown(known), shown(other))
		}
		ref, err := h.Blobs.Put(t.Context(), bytes.NewReader(jpegOf(t, 90, "")))
		h.do(err)
		for _, n := range []*file.Node{known, other} {
			h.do(h.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return h.Illustrated(ctx, tx, n.Blob, ref.Hash) }))
		}
		h.work()
		for _, n := range []*file.Node{known, other} {
			if shown(n) != photo.Ready {
				t.Errorf("%s is %s", n.Name, shown(n))
			}
			_, r, err := h.Preview(t.Context(), ida, n.Number, 256, 256, false)
			h.do(err)
			h.do(r.Close())
		}
		p, err := h.Get(t.Context(), ida, known.Number)
		h.do(err)
		if p.Seconds != 12 || p.TakenAt.Year() != 2021 {
			t.Errorf("what the video says of itself is lost: %+v", p)
		}
	})
}
