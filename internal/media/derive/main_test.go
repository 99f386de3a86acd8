package derive

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"allod/internal/fault"
)

// TestMain makes the test binary its own worker, and other children that
// behave as no worker should.
func TestMain(m *testing.M) {
	if len(os.Args) != 2 || strings.HasPrefix(os.Args[1], "-") {
		os.Exit(m.Run())
	}
	switch kind := os.Args[1]; kind {
	case "derive-worker":
		os.Exit(Worker(os.Stdin, os.Stdout))
	case "hang":
		time.Sleep(time.Hour)
	case "crash":
		os.Exit(3)
	case "suicide":
		p, _ := os.FindProcess(os.Getpid())
		_ = p.Kill()
		time.Sleep(time.Hour)
	case "nonsense":
		fmt.Print("\x00\x00\x00\x02{}")
	case "endless":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				os.Exit(1)
			}
		}
	case "liar":
		_ = writeResult(os.Stdout, result{Picture: &Picture{
			Format: "jpeg", Width: 10, Height: 10, Blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
			Variants: []Variant{{Name: "small", Mime: "image/jpeg", Width: 5, Height: 5, Data: []byte("<script>")}},
		}})
	default:
		misbehave(kind)
	}
	os.Exit(0)
}

// deriver runs this binary with the given argument as its worker.
func deriver(t testing.TB, as string, change func(*Config)) *Deriver {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Self: self, Args: []string{as}, MaxConcurrent: 4,
		Log: slog.New(slog.NewTextHandler(testWriter{t}, nil)),
	}
	if change != nil {
		change(&cfg)
	}
	return New(cfg)
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

var sizes = []Size{{"large", 3840, 2160}, {"small", 48, 48}}

func picture(t testing.TB, src io.Reader) *Picture {
	t.Helper()
	p, err := deriver(t, "derive-worker", nil).Picture(context.Background(), src, sizes)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wantFault(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.Of(err) != kind {
		t.Errorf("error is %v, want one of kind %v", err, kind)
	}
}

var (
	red   = color.NRGBA{220, 30, 30, 255}
	green = color.NRGBA{30, 200, 30, 255}
	blue  = color.NRGBA{30, 30, 220, 255}
	white = color.NRGBA{240, 240, 240, 255}
)

// quadrants is a picture whose corners cannot be confused.
func quadrants(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, []color.NRGBA{red, green, blue, white}[2*x/w+2*y/h*2])
		}
	}
	return m
}

// checkQuadrants compares the middles of the quadrants, within what
// compression does to them.
func checkQuadrants(t testing.TB, m image.Image) {
	t.Helper()
	b := m.Bounds()
	for i, want := range []color.NRGBA{red, green, blue, white} {
		x, y := b.Dx()/4+i%2*b.Dx()/2, b.Dy()/4+i/2*b.Dy()/2
		got := color.NRGBAModel.Convert(m.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
		if distance(got, want) > 24 {
			t.Errorf("pixel %d,%d of %v is %v, want %v", x, y, b, got, want)
		}
	}
}

func distance(a, b color.NRGBA) int {
	far := func(x, y uint8) int { return max(int(x)-int(y), int(y)-int(x)) }
	return max(far(a.R, b.R), far(a.G, b.G), far(a.B, b.B), far(a.A, b.A))
}
