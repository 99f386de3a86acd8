package derive

import (
	"image"
	"image/draw"
	"math"
)

// The scaler reads its source row by row and keeps only the rows its kernel
// spans. x/image/draw keeps 32 bytes for every source row and target column,
// 700 MB to halve 48 megapixels, which no worker has.

// fit is the size of a w by h picture within the bounds of s.
func fit(w, h int, s Size) (int, int) {
	ratio := 1.0
	if s.MaxWidth > 0 {
		ratio = min(ratio, float64(s.MaxWidth)/float64(w))
	}
	if s.MaxHeight > 0 {
		ratio = min(ratio, float64(s.MaxHeight)/float64(h))
	}
	scaled := func(n int) int { return max(1, int(math.Round(float64(n)*ratio))) }
	return scaled(w), scaled(h)
}

// resize makes src w by h pixels, in premultiplied RGBA. A large reduction is
// done first by averaging whole squares, then by the Catmull-Rom kernel.
func resize(src image.Image, w, h int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	b := src.Bounds()
	if b.Dx() == w && b.Dy() == h {
		draw.Draw(dst, dst.Bounds(), src, b.Min, draw.Src)
		return dst
	}
	// Leaving at least one and a half times the target keeps it sharp.
	square := max(1, 2*min(b.Dx()/w, b.Dy()/h)/3)
	in := newRows(src, square)
	columns := newKernel(in.width, float64(b.Dx())/float64(square), w)
	lines := newKernel(in.height, float64(b.Dy())/float64(square), h)

	window := make([][]uint8, lines.span)
	for i := range window {
		window[i] = make([]uint8, 4*in.width)
	}
	blended := make([]float32, 4*in.width)
	for y := range h {
		t := lines.taps[y]
		for in.read < t.first+len(t.weights) {
			in.next(window[in.read%len(window)])
		}
		clear(blended)
		for i, weight := range t.weights {
			blend(blended, window[(t.first+i)%len(window)], weight)
		}
		columns.apply(dst.Pix[y*dst.Stride:], blended)
	}
	return dst
}

func blend(sum []float32, row []uint8, weight float32) {
	for i, v := range row[:len(sum)] {
		sum[i] += weight * float32(v)
	}
}

// rows gives the rows of a picture in turn, each pixel the average of a
// square of source pixels.
type rows struct {
	src           image.Image
	square        int
	width, height int // in squares
	read          int // rows given so far
	strip         *image.RGBA
	sums          []uint32
}

func newRows(src image.Image, square int) *rows {
	b := src.Bounds()
	width := (b.Dx() + square - 1) / square
	return &rows{
		src: src, square: square,
		width: width, height: (b.Dy() + square - 1) / square,
		strip: image.NewRGBA(image.Rect(0, 0, b.Dx(), square)),
		sums:  make([]uint32, 4*width),
	}
}

// next writes the next row to out.
func (r *rows) next(out []uint8) {
	b := r.src.Bounds()
	top := r.read * r.square
	tall := min(r.square, b.Dy()-top) // the last squares may be cut off
	r.read++
	draw.Draw(r.strip, image.Rect(0, 0, b.Dx(), tall), r.src, image.Pt(b.Min.X, b.Min.Y+top), draw.Src)
	if r.square == 1 {
		copy(out, r.strip.Pix)
		return
	}
	clear(r.sums)
	for y := range tall {
		r.addLine(r.strip.Pix[y*r.strip.Stride : (y+1)*r.strip.Stride])
	}
	for x := range r.width {
		area := uint32(min(r.square, b.Dx()-x*r.square) * tall)
		for c := 4 * x; c < 4*x+4; c++ {
			out[c] = uint8((r.sums[c] + area/2) / area)
		}
	}
}

func (r *rows) addLine(line []uint8) {
	for x := 0; len(line) > 0; x += 4 {
		n := min(4*r.square, len(line))
		var red, green, blue, alpha uint32
		for i := 0; i+3 < n; i += 4 {
			red += uint32(line[i])
			green += uint32(line[i+1])
			blue += uint32(line[i+2])
			alpha += uint32(line[i+3])
		}
		sum := r.sums[x : x+4]
		sum[0] += red
		sum[1] += green
		sum[2] += blue
		sum[3] += alpha
		line = line[n:]
	}
}

// kernel says, for each target pixel along one axis, which source pixels make it.
type kernel struct {
	taps []taps
	span int // the most source pixels any target pixel needs
}

type taps struct {
	first   int
	weights []float32 // sum 1
}

// newKernel makes to pixels of from, the last of which may be cut off: they
// are extent pixels long.
func newKernel(from int, extent float64, to int) kernel {
	k := kernel{taps: make([]taps, to)}
	scale := extent / float64(to)
	stretch := max(1, scale)
	for i := range k.taps {
		center := (float64(i)+0.5)*scale - 0.5
		first := max(0, int(math.Ceil(center-2*stretch)))
		last := min(from-1, int(math.Floor(center+2*stretch)))
		weights := make([]float32, last-first+1)
		var sum float64
		for j := range weights {
			v := catmullRom(math.Abs(float64(first+j)-center) / stretch)
			weights[j] = float32(v)
			sum += v
		}
		for j := range weights {
			weights[j] /= float32(sum)
		}
		k.taps[i] = taps{first, weights}
		k.span = max(k.span, len(weights))
	}
	return k
}

// catmullRom is the cubic with B = 0, C = 1/2 of Mitchell and Netravali, 1988.
func catmullRom(t float64) float64 {
	switch {
	case t < 1:
		return (1.5*t-2.5)*t*t + 1
	case t < 2:
		return ((-0.5*t+2.5)*t-4)*t + 2
	}
	return 0
}

// apply writes one target row from one blended source row.
func (k kernel) apply(out []uint8, row []float32) {
	for x, t := range k.taps {
		var red, green, blue, alpha float32
		in := row[4*t.first:]
		for i, w := range t.weights {
			p := in[4*i : 4*i+4]
			red += w * p[0]
			green += w * p[1]
			blue += w * p[2]
			alpha += w * p[3]
		}
		a := clamp(alpha, 255)
		o := out[4*x : 4*x+4]
		o[0], o[1], o[2], o[3] = clamp(red, a), clamp(green, a), clamp(blue, a), a
	}
}

// clamp rounds v to 0 … high: the kernel overshoots at edges, and a
// premultiplied color never exceeds its alpha.
func clamp(v float32, high uint8) uint8 {
	if v <= 0 {
		return 0
	}
	return min(high, uint8(min(v+0.5, 255)))
}
