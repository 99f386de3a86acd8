package derive

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/gif"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"allod/internal/fault"

	"github.com/bbrks/go-blurhash"
	"github.com/google/go-cmp/cmp"
)

func TestPictureOfEachFormat(t *testing.T) {
	gradient := image.NewGray(image.Rect(0, 0, 300, 200))
	for i := range gradient.Pix {
		gradient.Pix[i] = uint8(i * 7919 >> 5)
	}
	type facts struct {
		Format          string
		Alpha, Animated bool
		Mimes           string
	}
	for name, c := range map[string]struct {
		data []byte
		want facts
	}{
		"JPEG":                  {jpegOf(t, quadrants(64, 32)), facts{"jpeg", false, false, "image/jpeg image/jpeg"}},
		"PNG drawing":           {pngOf(t, quadrants(64, 32)), facts{"png", false, false, "image/png image/png"}},
		"GIF still":             {gifOf(t, 64, 32, 1), facts{"gif", false, false, "image/png image/png"}},
		"GIF animation":         {gifOf(t, 64, 32, 3), facts{"gif", false, true, "image/png image/png image/gif"}},
		"WebP lossy":            {sample(t, "lossy.webp"), facts{"webp", false, false, "image/jpeg image/jpeg"}},
		"WebP lossless":         {sample(t, "lossless.webp"), facts{"webp", false, false, "image/png image/png"}},
		"WebP animation":        {webpWith(sample(t, "lossy.webp"), nil, 2), facts{"webp", false, true, "image/jpeg image/jpeg"}},
		"WebP lossless moving":  {webpWith(sample(t, "lossless.webp"), nil, 2), facts{"webp", false, true, "image/png image/png"}},
		"WebP alpha":            {sample(t, "alpha.webp"), facts{"webp", true, false, "image/png image/png"}},
		"WebP alpha, animation": {webpWith(sample(t, "alpha.webp"), nil, 2), facts{"webp", true, true, "image/png image/png"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := picture(t, bytes.NewReader(c.data))
			got := facts{p.Format, p.Alpha, p.Animated, ""}
			var mimes []string
			for _, v := range p.Variants {
				mimes = append(mimes, v.Mime)
				checkVariant(t, v)
			}
			got.Mimes = strings.Join(mimes, " ")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if p.Width != 64 || p.Height != 32 {
				t.Errorf("size is %d×%d", p.Width, p.Height)
			}
			if x, y, err := blurhash.Components(p.Blurhash); err != nil || x != 4 || y != 3 {
				t.Errorf("blurhash %q: %d×%d, %v", p.Blurhash, x, y, err)
			}
		})
	}
}

// checkVariant decodes a variant of the quadrants. The last quadrant may be
// transparent, so it is not looked at closely.
func checkVariant(t *testing.T, v Variant) {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(v.Data))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Bounds().Size(); got != image.Pt(v.Width, v.Height) {
		t.Errorf("%s is %v, said to be %d×%d", v.Name, got, v.Width, v.Height)
	}
	if v.Name == "small" && (v.Width != 48 || v.Height != 24) {
		t.Errorf("small is %d×%d", v.Width, v.Height)
	}
	if opaque(m) {
		checkQuadrants(t, m)
	}
}

func TestPhotographKeptWithoutLossBecomesJPEG(t *testing.T) {
	m := quadrants(200, 200)
	seed := uint32(1)
	for i := range m.Pix {
		seed = seed*1664525 + 1013904223
		m.Pix[i] = m.Pix[i]&0xe0 | uint8(seed>>27)
		m.Pix[i|3] = 255
	}
	p := picture(t, bytes.NewReader(pngOf(t, m)))
	if got := p.Variants[0].Mime; got != "image/jpeg" {
		t.Errorf("type is %s", got)
	}
}

func TestAnimationKeepsFramesDelaysAndLoops(t *testing.T) {
	p := picture(t, bytes.NewReader(gifOf(t, 64, 32, 5)))
	v := p.Variants[len(p.Variants)-1]
	if v.Name != Animation || v.Width != 64 || v.Height != 32 {
		t.Fatalf("last variant is %s, %d×%d", v.Name, v.Width, v.Height)
	}
	g, err := gif.DecodeAll(bytes.NewReader(v.Data))
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Image) != 5 || g.Delay[4] != 7 || g.LoopCount != 3 {
		t.Errorf("%d frames, delays %v, %d loops", len(g.Image), g.Delay, g.LoopCount)
	}
}

func TestPictureIsNeverEnlarged(t *testing.T) {
	p := picture(t, bytes.NewReader(jpegOf(t, quadrants(20, 10))))
	for _, v := range p.Variants {
		if v.Width != 20 || v.Height != 10 {
			t.Errorf("%s is %d×%d", v.Name, v.Width, v.Height)
		}
	}
}

func TestWhatIsNoGoodPictureIsAFault(t *testing.T) {
	whole := jpegOf(t, quadrants(640, 480))
	for name, c := range map[string]struct {
		data []byte
		kind fault.Kind
	}{
		"nothing":           {nil, fault.Unsupported},
		"text":              {[]byte("GIF is what I am not"), fault.Unsupported},
		"SVG":               {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), fault.Unsupported},
		"BMP":               {append([]byte("BM"), make([]byte, 60)...), fault.Unsupported},
		"signature alone":   {[]byte(pngMagic), fault.Invalid},
		"truncated JPEG":    {whole[:len(whole)/2], fault.Invalid},
		"truncated PNG":     {pngOf(t, quadrants(64, 64))[:80], fault.Invalid},
		"truncated GIF":     {gifOf(t, 64, 64, 2)[:60], fault.Invalid},
		"truncated WebP":    {sample(t, "lossy.webp")[:70], fault.Invalid},
		"WebP, short frame": {appendChunk(nil, "RIFF", []byte("WEBPANMF\x02\x00\x00\x00ab")), fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := deriver(t, "derive-worker", nil).Picture(context.Background(), bytes.NewReader(c.data), sizes)
			wantFault(t, err, c.kind)
		})
	}
}

func TestWorkerThatFailsIsAFault(t *testing.T) {
	for as, kind := range map[string]fault.Kind{
		"hang":     fault.Timeout,
		"endless":  fault.Invalid,
		"crash":    fault.Invalid,
		"nonsense": fault.Invalid,
		"liar":     fault.Invalid,
		"suicide":  fault.Unavailable,
	} {
		t.Run(as, func(t *testing.T) {
			d := deriver(t, as, func(c *Config) { c.Timeout = time.Second })
			start := time.Now()
			_, err := d.Picture(context.Background(), bytes.NewReader(make([]byte, 1<<20)), []Size{{"small", 5, 5}})
			wantFault(t, err, kind)
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
	t.Run("cannot start", func(t *testing.T) {
		d := deriver(t, "", func(c *Config) { c.Self = "/nowhere/allod" })
		_, err := d.Picture(context.Background(), strings.NewReader(""), nil)
		wantFault(t, err, fault.Unavailable)
	})
}

func TestWorkerEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err := deriver(t, "hang", nil).Picture(ctx, strings.NewReader("x"), sizes)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

func TestErrorOfTheSourceIsReturned(t *testing.T) {
	lost := errors.New("disk lost")
	_, err := deriver(t, "derive-worker", nil).Picture(context.Background(), iotest.ErrReader(lost), sizes)
	if !errors.Is(err, lost) {
		t.Errorf("error is %v", err)
	}
}

func TestFourPicturesAtOnceThroughTwoWorkers(t *testing.T) {
	d := deriver(t, "derive-worker", func(c *Config) { c.MaxConcurrent = 2 })
	data := jpegOf(t, quadrants(800, 600))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			p, err := d.Picture(context.Background(), bytes.NewReader(data), sizes)
			if err != nil || p.Width != 800 {
				t.Errorf("picture %v, %v", p, err)
			}
		})
	}
	all.Wait()
}

func TestWaitingForAWorkerEndsWithTheContext(t *testing.T) {
	d := deriver(t, "hang", func(c *Config) { c.MaxConcurrent = 1; c.Timeout = time.Second })
	d.slots <- struct{}{}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := d.Picture(ctx, strings.NewReader("x"), sizes)
	wantFault(t, err, fault.Timeout)
}

func TestBigFileIsReadNoFurtherThanAllowed(t *testing.T) {
	d := deriver(t, "derive-worker", func(c *Config) { c.Limits.Bytes = 1000 })
	src := bytes.NewReader(append([]byte(jpegMagic), make([]byte, 1<<20)...))
	_, err := d.Picture(context.Background(), src, sizes)
	wantFault(t, err, fault.TooLarge)
	if read := int(src.Size()) - src.Len(); read > 1001 {
		t.Errorf("%d bytes read", read)
	}
}

func TestFileIsASource(t *testing.T) {
	f, err := os.Open("testdata/lossy.webp")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture(t, f)
}

func TestEveryOrientationComesOutUpright(t *testing.T) {
	for o := 1; o <= 8; o++ {
		stored := storedAs(quadrants(64, 32), o)
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			exif := exifBlock(order, o)
			for format, data := range map[string][]byte{
				"JPEG": jpegOf(t, stored, segment(0xe0, "JFIF\x00"), segment(0xe1, exifPrefix+string(exif))),
				"PNG":  pngOf(t, stored, chunk("eXIf", string(exif))),
			} {
				p := picture(t, bytes.NewReader(data))
				if p.Width != 64 || p.Height != 32 {
					t.Errorf("%s %d: size is %d×%d", format, o, p.Width, p.Height)
				}
				for _, v := range p.Variants {
					m, _, err := image.Decode(bytes.NewReader(v.Data))
					if err != nil {
						t.Fatal(err)
					}
					checkQuadrants(t, m)
				}
			}
		}
	}
}

func TestOrientationOfWebP(t *testing.T) {
	data := webpWith(sample(t, "lossy.webp"), exifBlock(binary.BigEndian, 6), 0)
	if p := picture(t, bytes.NewReader(data)); p.Width != 32 || p.Height != 64 {
		t.Errorf("size is %d×%d", p.Width, p.Height)
	}
}

// storedAs is how a camera stores an upright picture under an orientation,
// word for word after Exif 2.32 §4.6.4: where the 0th row and the 0th column
// are in what the eye sees.
func storedAs(m *image.NRGBA, orientation int) *image.NRGBA {
	sides := []struct{ row, column string }{
		{"top", "left"}, {"top", "right"}, {"bottom", "right"}, {"bottom", "left"},
		{"left", "top"}, {"right", "top"}, {"right", "bottom"}, {"left", "bottom"},
	}[orientation-1]
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewNRGBA(image.Rect(0, 0, h, w))
	}
	place := func(side string, n int, x, y *int) {
		switch side {
		case "top":
			*y = n
		case "bottom":
			*y = h - 1 - n
		case "left":
			*x = n
		case "right":
			*x = w - 1 - n
		}
	}
	for row := range out.Bounds().Dy() {
		for column := range out.Bounds().Dx() {
			var x, y int
			place(sides.row, row, &x, &y)
			place(sides.column, column, &x, &y)
			out.Set(column, row, m.At(x, y))
		}
	}
	return out
}
