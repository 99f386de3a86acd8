package derive

import (
	"bytes"
	"context"
	"image"
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/unix"
)

// children is what all ended workers have used.
func children(b *testing.B) (used unix.Rusage) {
	if err := unix.Getrusage(unix.RUSAGE_CHILDREN, &used); err != nil {
		b.Fatal(err)
	}
	return used
}

// reportChildren adds what workers cost in CPU time since the given usage,
// and the most memory any of them ever held.
func reportChildren(b *testing.B, before unix.Rusage) {
	after := children(b)
	cpu := func(r unix.Rusage) int64 { return r.Utime.Nano() + r.Stime.Nano() }
	b.ReportMetric(float64(cpu(after)-cpu(before))/1e6/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(after.Maxrss)/1024, "peak-MiB")
}

// photograph is a noisy picture with large shapes, as a camera makes.
func photograph(w, h int) image.Image {
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	dice := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			m.Y[y*m.YStride+x] = uint8(40 + 150*x/w + dice.IntN(24) + (x/97+y/61)%2*20)
		}
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = uint8(128+i%37), uint8(110+i%53)
	}
	return m
}

func BenchmarkPhotographOf12Megapixels(b *testing.B) {
	data := jpegOf(b, photograph(4000, 3000))
	d := deriver(b, "derive-worker", nil)
	for name, want := range map[string][]Size{
		"1200":         {{"large", 1200, 1200}},
		"3840 and 640": {{"large", 3840, 2160}, {"small", 640, 640}},
	} {
		b.Run(name, func(b *testing.B) {
			before := children(b)
			for b.Loop() {
				p, err := d.Picture(context.Background(), bytes.NewReader(data), want)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(p.Variants[0].Data)), "bytes")
			}
			reportChildren(b, before)
		})
	}
}

// BenchmarkStart is what a worker costs before it decodes anything.
func BenchmarkStart(b *testing.B) {
	data := jpegOf(b, quadrants(8, 8))
	d := deriver(b, "derive-worker", nil)
	before := children(b)
	for b.Loop() {
		if _, err := d.Picture(context.Background(), bytes.NewReader(data), nil); err != nil {
			b.Fatal(err)
		}
	}
	reportChildren(b, before)
}

func BenchmarkResize(b *testing.B) {
	m := photograph(4000, 3000)
	for b.Loop() {
		resize(m, 1200, 900)
	}
}
