package derive

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"testing"
	"time"

	"allod/internal/fault"
)

// declaredPNG says that it is w by h gray pixels and holds the data given.
func declaredPNG(w, h uint32, idat []byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, 8, 0, 0, 0, 0)
	b := append([]byte(pngMagic), chunk("IHDR", string(head))...)
	b = append(b, chunk("IDAT", string(idat))...)
	return append(b, chunk("IEND", "")...)
}

func zeros(t *testing.T, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, zlib.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 1<<16)
	for ; n > 0; n -= len(block) {
		if _, err := w.Write(block[:min(n, len(block))]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// wideGIF has a frame of the whole of a huge screen, again and again.
func wideGIF(side uint16, frames int) []byte {
	b := []byte("GIF89a")
	b = binary.LittleEndian.AppendUint16(b, side)
	b = binary.LittleEndian.AppendUint16(b, side)
	b = append(b, 0, 0, 0)
	for range frames {
		b = append(b, gifImage, 0, 0, 0, 0)
		b = binary.LittleEndian.AppendUint16(b, side)
		b = binary.LittleEndian.AppendUint16(b, side)
		b = append(b, 0, 2, 1, 0, 0)
	}
	return append(b, 0x3b)
}

func TestBombsAreRefusedByTheirHeaders(t *testing.T) {
	hugeJPEG := jpegOf(t, quadrants(8, 8))
	at := bytes.Index(hugeJPEG, []byte{0xff, 0xc0})
	copy(hugeJPEG[at+5:], []byte{0xff, 0xff, 0xff, 0xff})
	hugeWebP := webpWith(sample(t, "lossy.webp"), nil, 0)
	copy(hugeWebP[24:], []byte{0xff, 0xff, 0, 0xff, 0x3f, 0})

	for name, data := range map[string][]byte{
		"PNG that says 60000×60000":       declaredPNG(60000, 60000, nil),
		"PNG one pixel high and too wide": declaredPNG(16385, 1, nil),
		"PNG of 15000×15000 zeros":        declaredPNG(15000, 15000, zeros(t, 15000*15001)),
		"GIF of 10,000 frames":            gifOf(t, 2, 2, 10_000),
		"GIF of 200 huge frames":          wideGIF(7000, 200),
		"JPEG that says 65535×65535":      hugeJPEG,
		"WebP that says 65536×16384":      hugeWebP,
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := deriver(t, "derive-worker", nil).Picture(context.Background(), bytes.NewReader(data), sizes)
			wantFault(t, err, fault.TooLarge)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestPictureThatTakesTooMuchMemoryIsTooLarge(t *testing.T) {
	d := deriver(t, "derive-worker", func(c *Config) { c.Limits.Memory = 32 << 20 })
	data := declaredPNG(7000, 7000, zeros(t, 7000*7001))
	_, err := d.Picture(context.Background(), bytes.NewReader(data), sizes)
	wantFault(t, err, fault.TooLarge)
}

func TestLargestPictureFits(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes 49 megapixels")
	}
	p := picture(t, bytes.NewReader(declaredPNG(7000, 7000, zeros(t, 7000*7001))))
	if v := p.Variants[0]; v.Width != 2160 || v.Height != 2160 {
		t.Errorf("large is %d×%d", v.Width, v.Height)
	}
}
