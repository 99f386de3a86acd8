package media_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/media/derive"
)

// TestMain makes the test program its own decoder of pictures.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "derive-worker" {
		os.Exit(derive.Worker(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// A room is the service with a clock that can be turned.
type room struct {
	*media.Service
	t     *testing.T
	db    *db.DB
	blobs *blob.Disk
	now   time.Time
}

func each(t *testing.T, f func(t *testing.T, r *room)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		blobs, err := blob.NewDisk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		r := &room{t: t, db: d, blobs: blobs, now: time.Now()}
		clock := func() time.Time { return r.now }
		r.Service = media.New(d, blobs, derive.New(derive.Config{Self: self, Args: []string{"derive-worker"}}), id.NewSource(time.Now), clock)
		f(t, r)
	})
}

// picture is a JPEG with a comment that says where it was taken.
func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	secret := "taken at 43.4633 N, 11.8796 E"
	comment := append([]byte{0xff, 0xfe, 0, byte(len(secret) + 2)}, secret...)
	return append(append(b.Bytes()[:2:2], comment...), b.Bytes()[2:]...)
}

func (r *room) upload(owner id.ID, raw []byte) *media.Medium {
	r.t.Helper()
	m, err := r.Upload(r.t.Context(), owner, bytes.NewReader(raw), " Frost ", 0.5, 7)
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func (r *room) attach(owner, post id.ID, ids ...id.ID) error {
	return r.db.Update(r.t.Context(), func(ctx context.Context, tx *db.Tx) error { return media.Attach(ctx, tx, owner, post, ids) })
}

func (r *room) bytesAt(key string) ([]byte, error) {
	_, body, err := r.Open(r.t.Context(), key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

func TestUploadIsServedInSizesWithoutWhereItWasTaken(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		raw := picture(t, 900, 600)
		m := r.upload(1, raw)
		if m.Width != 900 || m.Height != 600 || m.Alt != "Frost" || m.Blurhash == "" || m.FocusX != 0.5 || m.FocusY != 0 {
			t.Errorf("%+v", m)
		}
		for _, f := range m.Files {
			got, err := r.bytesAt(f.Key)
			if f.Variant == media.Original {
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("the original is served: %v", err)
				}
				continue
			}
			if err != nil || bytes.Contains(got, []byte("taken at")) || len(f.Key) < 20 || strings.Contains(f.Key, f.Blob[:8]) {
				t.Errorf("%s: %v", f.Variant, err)
			}
			if f.Variant == media.Small && f.Width != 640 {
				t.Errorf("the small one is %d wide", f.Width)
			}
		}
		if _, err := r.bytesAt("nothing"); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

func TestAnimationStillMoves(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		g := &gif.GIF{}
		for i := range 3 {
			frame := image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Black, color.White})
			frame.Pix[i] = 1
			g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 10)
		}
		var b bytes.Buffer
		if err := gif.EncodeAll(&b, g); err != nil {
			t.Fatal(err)
		}
		m := r.upload(1, b.Bytes())
		large := m.Variant(media.Large)
		if large == nil || large.Mime != "image/gif" || m.Variant(media.Small).Mime == "image/gif" {
			t.Fatalf("%+v", m.Files)
		}
	})
}

func TestUploadThatIsNoPictureKeepsNothing(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		for name, c := range map[string]struct {
			raw  []byte
			kind fault.Kind
		}{
			"text":      {[]byte("<script>alert(1)</script>"), fault.Unsupported},
			"drawing":   {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), fault.Unsupported},
			"nothing":   {nil, fault.Unsupported},
			"cut short": {picture(t, 300, 300)[:2000], fault.Invalid},
			"large":     {make([]byte, media.PictureMax+1), fault.TooLarge},
		} {
			if _, err := r.Upload(t.Context(), 1, bytes.NewReader(c.raw), "", 0, 0); !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := r.Upload(t.Context(), 1, bytes.NewReader(picture(t, 9, 9)), strings.Repeat("a", media.AltMax+1), 0, 0); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		r.now = r.now.Add(48 * time.Hour)
		r.sweep()
		if n := r.kept(); n != 0 {
			t.Errorf("%d things are kept of what was refused", n)
		}
	})
}

// sweep is what a home does now and then.
func (r *room) sweep() {
	r.t.Helper()
	err := r.Sweep(r.t.Context())
	if err == nil {
		err = blob.Sweep(r.t.Context(), r.blobs, r.now, func(ctx context.Context, hashes []string) (used []string, err error) {
			err = r.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
				used, err = media.UsedBlobs(ctx, tx, hashes)
				return err
			})
			return used, err
		})
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// kept counts the bytes that the store keeps, by hash.
func (r *room) kept() (n int) {
	r.t.Helper()
	if err := r.blobs.Walk(r.t.Context(), func(blob.Ref, time.Time) error { n++; return nil }); err != nil {
		r.t.Fatal(err)
	}
	return n
}

func TestOnlyTheOwnerAttachesAndOnlyOnce(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		m := r.upload(1, picture(t, 20, 20))
		if err := r.attach(2, 10, m.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's picture: %v", err)
		}
		if err := r.attach(1, 10, m.ID); err != nil {
			t.Fatal(err)
		}
		if err := r.attach(1, 11, m.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a second post: %v", err)
		}
		if _, err := r.Mine(t.Context(), 2, m.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another looks: %v", err)
		}
	})
}

func TestWithdrawnPostEndsItsAddressesAndThenItsBytes(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		m, loose := r.upload(1, picture(t, 20, 20)), r.upload(1, picture(t, 30, 30))
		shared := r.upload(2, picture(t, 20, 20)) // the same bytes, of somebody else
		if err := r.attach(1, 10, m.ID); err != nil {
			t.Fatal(err)
		}
		if err := r.attach(2, 11, shared.ID); err != nil {
			t.Fatal(err)
		}
		err := r.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return media.Withdraw(ctx, tx, 10) })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.bytesAt(m.Variant(media.Large).Key); !fault.Is(err, fault.NotFound) {
			t.Errorf("the address still opens: %v", err)
		}
		if _, err := r.bytesAt(loose.Variant(media.Large).Key); err != nil {
			t.Errorf("one not yet attached: %v", err)
		}
		r.now = r.now.Add(48 * time.Hour)
		r.sweep()
		if _, err := r.bytesAt(loose.Variant(media.Large).Key); !fault.Is(err, fault.NotFound) {
			t.Errorf("one that was never attached, two days later: %v", err)
		}
		if _, err := r.bytesAt(shared.Variant(media.Large).Key); err != nil {
			t.Errorf("the same bytes in another's post: %v", err)
		}
	})
}

func TestRemotePictureIsMadeAnewBeforeItIsKept(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		a, err := r.Portrait(t.Context(), 7, "https://far.example/wren.jpg")
		if err != nil {
			t.Fatal(err)
		}
		b, err := r.Portrait(t.Context(), 7, "https://far.example/wren.jpg")
		if err != nil || a.ID != b.ID {
			t.Fatalf("asked twice, made twice: %v", err)
		}
		f, err := r.KeepCopy(t.Context(), a, bytes.NewReader(picture(t, 60, 60)))
		if err != nil {
			t.Fatal(err)
		}
		body, err := r.OpenCopy(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		if raw, err := io.ReadAll(body); err != nil || bytes.Contains(raw, []byte("taken at")) {
			t.Errorf("the copy is as it came: %v", err)
		}
		if _, err := r.bytesAt(f.Key); !fault.Is(err, fault.NotFound) {
			t.Errorf("a copy has an address of our own: %v", err)
		}
		if _, err := r.KeepCopy(t.Context(), a, strings.NewReader("<html>")); !fault.Is(err, fault.Unsupported) {
			t.Errorf("a page in place of a picture: %v", err)
		}
	})
}
