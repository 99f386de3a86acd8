package derive

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	xdraw "golang.org/x/image/draw"
)

func TestFitKeepsProportionsAndNeverEnlarges(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		s     Size
		wantW int
		wantH int
	}{
		{4000, 3000, Size{"", 1200, 0}, 1200, 900},
		{4000, 3000, Size{"", 0, 300}, 400, 300},
		{4000, 3000, Size{"", 1000, 100}, 133, 100},
		{100, 50, Size{"", 1000, 1000}, 100, 50},
		{100, 50, Size{}, 100, 50},
		{10000, 3, Size{"", 64, 64}, 64, 1},
	} {
		if w, h := fit(c.w, c.h, c.s); w != c.wantW || h != c.wantH {
			t.Errorf("%d×%d in %v is %d×%d, want %d×%d", c.w, c.h, c.s, w, h, c.wantW, c.wantH)
		}
	}
}

// The scaler must agree with x/image's of the same kernel where the squares
// are single pixels, and nearly so where they are not.
func TestResizeAgreesWithTheReference(t *testing.T) {
	src := image.NewRGBA(image.Rect(0, 0, 317, 211))
	for y := range 211 {
		for x := range 317 {
			src.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y * 255 / 211), uint8((x/16 + y/16) % 2 * 200), 255})
		}
	}
	for _, size := range []image.Point{{300, 200}, {160, 107}, {100, 67}, {32, 21}, {8, 5}} {
		want := image.NewRGBA(image.Rectangle{Max: size})
		xdraw.CatmullRom.Scale(want, want.Bounds(), src, src.Bounds(), draw.Src, nil)
		if got := meanDifference(want, resize(src, size.X, size.Y)); got > 3 {
			t.Errorf("to %v: mean difference %.2f", size, got)
		}
	}
}

func TestResizeBleedsNoColorOutOfTransparency(t *testing.T) {
	src := image.NewNRGBA(image.Rect(0, 0, 200, 200))
	for y := range 200 {
		for x := range 200 {
			if c := (color.NRGBA{0, 255, 0, 0}); x < 100 {
				src.SetNRGBA(x, y, color.NRGBA{255, 0, 0, 255})
			} else {
				src.SetNRGBA(x, y, c) // green that nobody sees
			}
		}
	}
	for _, side := range []int{150, 70, 9} {
		m := resize(src, side, side)
		for i := 0; i < len(m.Pix); i += 4 {
			if p := m.Pix[i : i+4]; p[1] != 0 || p[0] > p[3] {
				t.Fatalf("side %d: pixel %v", side, p)
			}
		}
	}
}

func TestResizeKeepsOpaqueOpaque(t *testing.T) {
	src := image.NewGray(image.Rect(5, 7, 505, 407)) // not at the origin
	for w := 1; w < 500; w += 37 {
		if m := resize(src, w, max(1, w*4/5)); !m.Opaque() {
			t.Errorf("%d wide is not opaque", w)
		}
	}
}
