package derive

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// secret is planted wherever a format can hold metadata.
const secret = "GPS 52.5163 13.3777 Device 0815"

// exifBlock is EXIF data with an orientation, in either byte order, and a secret.
func exifBlock(order binary.AppendByteOrder, orientation int) []byte {
	b := []byte("II*\x00")
	if order.String() == "BigEndian" {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	entry := func(tag, kind uint16, count, value uint32) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		if kind == 3 { // a short stands at the front of its field
			b = order.AppendUint16(b, uint16(value))
			b = order.AppendUint16(b, 0)
		} else {
			b = order.AppendUint32(b, value)
		}
	}
	entry(0x010f, 2, uint32(len(secret)), 38) // Make
	entry(0x0112, 3, 1, uint32(orientation))
	b = order.AppendUint32(b, 0)
	return append(b, secret...)
}

func jpegOf(t testing.TB, m image.Image, segments ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	b := append([]byte{}, out.Bytes()[:2]...)
	for _, s := range segments {
		b = append(b, s...)
	}
	return append(b, out.Bytes()[2:]...)
}

func segment(marker byte, body string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(2+len(body)))
	return append(b, body...)
}

func pngOf(t testing.TB, m image.Image, chunks ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	const headLen = 8 + 25 // signature and IHDR
	b := append([]byte{}, out.Bytes()[:headLen]...)
	for _, c := range chunks {
		b = append(b, c...)
	}
	return append(b, out.Bytes()[headLen:]...)
}

func chunk(name, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(b, name+body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(name+body)))
}

// gifOf is a GIF of n frames, w by h, with a comment.
func gifOf(t testing.TB, w, h, n int) []byte {
	t.Helper()
	colors := color.Palette{red, green, blue, white}
	g := &gif.GIF{LoopCount: 3}
	for range n {
		m := image.NewPaletted(image.Rect(0, 0, w, h), colors)
		for y := range h {
			for x := range w {
				m.SetColorIndex(x, y, uint8(2*x/w+2*y/h*2))
			}
		}
		g.Image = append(g.Image, m)
		g.Delay = append(g.Delay, 7)
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, g); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()
	comment := append([]byte{gifExtension, 0xfe, byte(len(secret))}, secret+"\x00"...)
	return append(append(bytes.Clone(b[:len(b)-1]), comment...), b[len(b)-1])
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// webpWith adds a chunk to a still WebP, or wraps it as an animation of n frames.
func webpWith(still []byte, exif []byte, n int) []byte {
	const exifFlag, animationFlag = 0x08, 0x02
	var bitmap []byte
	for id, body := range riffChunks(still[riffHeaderLen:]) {
		if id != "VP8X" {
			bitmap = appendChunk(bitmap, id, body)
		}
	}
	sides := []byte{63, 0, 0, 31, 0, 0}
	header := append([]byte{0, 0, 0, 0}, sides...)
	var chunks []byte
	if n > 0 {
		header[0] |= animationFlag
		chunks = appendChunk(chunks, "ANIM", make([]byte, 6))
		for range n {
			frame := append(make([]byte, 6), sides...)
			frame = append(frame, 50, 0, 0, 0)
			chunks = appendChunk(chunks, "ANMF", append(frame, bitmap...))
		}
	} else {
		chunks = bitmap
	}
	if exif != nil {
		header[0] |= exifFlag
		chunks = appendChunk(chunks, "EXIF", exif)
	}
	body := append([]byte("WEBP"), appendChunk(nil, "VP8X", header)...)
	return appendChunk(nil, "RIFF", append(body, chunks...))
}

// shared is a folder of real samples beside the repository, or a skipped test.
func shared(t testing.TB, folder string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	folder = filepath.Join(dir, "..", "shared", "testdata", folder)
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no samples beside the repository")
	}
	return folder
}
