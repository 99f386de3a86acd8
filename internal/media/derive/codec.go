package derive

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// HEIC and AVIF are decoded by C libraries in WebAssembly. Their machine code
// is made before the worker is confined, because no memory becomes executable
// afterward; the parent says which of them it will need.

//go:embed wasm/heif.wasm.gz
var heifModule []byte

//go:embed wasm/avif.wasm.gz
var avifModule []byte

// A codec is a library, compiled and ready.
type codec struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// pages bounds a library's memory: 64 KiB each.
const pages = 768 << 20 >> 16

// newCodec compiles the library for a format; nil for formats that need none.
func newCodec(format string) (*codec, error) {
	packed := map[string][]byte{"heic": heifModule, "avif": avifModule}[format]
	if packed == nil {
		return nil, nil
	}
	in, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	code, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	c := &codec{runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(pages))}
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, c.runtime); err != nil {
		return nil, err
	}
	c.module, err = c.runtime.CompileModule(ctx, code)
	return c, err
}

// A library is an instance of a codec with a picture in its memory.
type library struct {
	api.Module
	in, out uint64 // where the picture and the numbers said about it lie
	size    uint64
}

// numbers is how many of four bytes a library says about a picture.
const numbers = 5

var errLibrary = errors.New("the library gave up")

func (c *codec) open(data []byte) (*library, error) {
	if c == nil {
		return nil, errors.New("no library was made ready")
	}
	m, err := c.runtime.InstantiateModule(context.Background(), c.module, wazero.NewModuleConfig())
	if err != nil {
		return nil, err
	}
	l := &library{Module: m, size: uint64(len(data))}
	if l.in, err = l.alloc(len(data)); err != nil {
		return nil, err
	}
	if !m.Memory().Write(uint32(l.in), data) {
		return nil, errLibrary
	}
	l.out, err = l.alloc(4 * numbers)
	return l, err
}

func (l *library) call(name string, args ...uint64) (uint64, error) {
	f := l.ExportedFunction(name)
	if f == nil {
		return 0, fmt.Errorf("the library has no %s", name)
	}
	res, err := f.Call(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	if res[0] == 0 {
		return 0, errLibrary
	}
	return res[0], nil
}

func (l *library) alloc(n int) (uint64, error) { return l.call("malloc", uint64(n)) }

// said are the numbers that the library said about the picture.
func (l *library) said() ([numbers]int, error) {
	var n [numbers]int
	raw, ok := l.Memory().Read(uint32(l.out), 4*numbers)
	if !ok {
		return n, errLibrary
	}
	for i := range n {
		n[i] = int(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return n, nil
}

// heif asks libheif about a picture or, with out, to write its pixels there.
func (l *library) heif(out uint64) ([numbers]int, error) {
	ask := uint64(1)
	if out != 0 {
		ask = 0
	}
	if _, err := l.call("decode", l.in, l.size, ask, l.out, l.out+4, l.out+8, l.out+12, l.out+16, out); err != nil {
		return [numbers]int{}, err
	}
	return l.said()
}

// What libheif calls kinds of pixels.
const (
	heifYCbCr = 0
	heifRGB   = 1
	heifGray  = 2
)

// decodeHEIC reads the main picture of a HEIC file, upright: libheif turns it itself.
func decodeHEIC(c *codec, data []byte, l Limits) (image.Image, error) {
	lib, err := c.open(data)
	if err != nil {
		return nil, refuse(broken, "%v", err)
	}
	n, err := lib.heif(0)
	if err != nil {
		return nil, refuse(broken, "header: %v", err)
	}
	w, h := n[0], n[1]
	if err := checkSides(w, h, l); err != nil {
		return nil, err
	}
	wide := func(n int) int { return (n + 15) &^ 15 } // the library pads its rows so
	rect := image.Rect(0, 0, w, h)
	var m image.Image
	var planes [][]byte
	switch n[2] {
	case heifYCbCr:
		ratio, ok := map[int]image.YCbCrSubsampleRatio{
			1: image.YCbCrSubsampleRatio420, 2: image.YCbCrSubsampleRatio422, 3: image.YCbCrSubsampleRatio444,
		}[n[3]]
		if !ok {
			return nil, refuse(unsupported, "chroma %d", n[3])
		}
		cw, ch := w, h
		if ratio != image.YCbCrSubsampleRatio444 {
			cw = (w + 1) / 2
		}
		if ratio == image.YCbCrSubsampleRatio420 {
			ch = (h + 1) / 2
		}
		y := &image.YCbCr{SubsampleRatio: ratio, YStride: wide(w), CStride: wide(cw), Rect: rect}
		y.Y, y.Cb, y.Cr = make([]byte, wide(w)*h), make([]byte, wide(cw)*ch), make([]byte, wide(cw)*ch)
		m, planes = y, [][]byte{y.Y, y.Cb, y.Cr}
	case heifGray:
		g := &image.Gray{Pix: make([]byte, wide(w)*h), Stride: wide(w), Rect: rect}
		m, planes = g, [][]byte{g.Pix}
	case heifRGB:
		pix := make([]byte, wide(4*w)*h)
		if n[4] == 1 {
			m = &image.RGBA{Pix: pix, Stride: wide(4 * w), Rect: rect}
		} else {
			m = &image.NRGBA{Pix: pix, Stride: wide(4 * w), Rect: rect}
		}
		planes = [][]byte{pix}
	default:
		return nil, refuse(unsupported, "color space %d", n[2])
	}
	return m, lib.fetch(planes, func(out uint64) error { _, err := lib.heif(out); return err })
}

// decodeAVIF reads the first picture of an AVIF file as it is stored.
func decodeAVIF(c *codec, data []byte, l Limits) (m image.Image, animated bool, err error) {
	lib, err := c.open(data)
	if err != nil {
		return nil, false, refuse(broken, "%v", err)
	}
	delays, err := lib.alloc(8) // of the frames; only the first is asked for
	if err != nil {
		return nil, false, refuse(broken, "%v", err)
	}
	ask := func(head, out uint64) error {
		_, err := lib.call("decode", lib.in, lib.size, head, 0, lib.out, lib.out+4, lib.out+8, lib.out+12, delays, out)
		return err
	}
	if err := ask(1, 0); err != nil {
		return nil, false, refuse(broken, "header: %v", err)
	}
	n, err := lib.said()
	if err != nil {
		return nil, false, refuse(broken, "%v", err)
	}
	w, h, depth := n[0], n[1], n[2]
	if err := checkSides(w, h, l); err != nil {
		return nil, false, err
	}
	each := 4
	if depth > 8 {
		each = 8
	}
	pix := make([]byte, each*w*h)
	if err := lib.fetch([][]byte{pix}, func(out uint64) error { return ask(0, out) }); err != nil {
		return nil, false, err
	}
	if depth > 8 { // 16 bits of each color, the low byte first
		for i := range 4 * w * h {
			pix[i] = pix[2*i+1]
		}
		pix = pix[:4*w*h]
	}
	return &image.RGBA{Pix: pix, Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}, n[3] > 1, nil
}

// fetch has a library write pixels and copies them out of its memory, plane after plane.
func (l *library) fetch(planes [][]byte, write func(out uint64) error) error {
	size := 0
	for _, p := range planes {
		size += len(p)
	}
	out, err := l.alloc(size)
	if err != nil {
		return refuse(tooLarge, "no memory for %d bytes of pixels", size)
	}
	if err := write(out); err != nil {
		return refuse(broken, "%v", err)
	}
	for _, p := range planes {
		raw, ok := l.Memory().Read(uint32(out), uint32(len(p)))
		if !ok {
			return refuse(broken, "%v", errLibrary)
		}
		copy(p, raw)
		out += uint64(len(p))
	}
	return nil
}
