package derive

import (
	"bytes"
	"encoding/binary"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNoMetadataSurvives(t *testing.T) {
	exif := string(exifBlock(binary.LittleEndian, 1))
	xmp := "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + secret
	m := quadrants(64, 32)
	for name, data := range map[string][]byte{
		"JPEG": jpegOf(t, m, segment(0xe1, exifPrefix+exif), segment(0xe1, xmp), segment(0xe2, "ICC_PROFILE\x00"+secret),
			segment(0xed, "Photoshop 3.0\x00"+secret), segment(0xfe, secret)),
		"PNG": pngOf(t, m, chunk("eXIf", exif), chunk("tEXt", "Comment\x00"+secret),
			chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+xmp), chunk("tIME", "\x07\xe9\x01\x01\x01\x01\x01")),
		"JPEG with a tail": append(jpegOf(t, m), secret...),
		"GIF":              gifOf(t, 64, 32, 3),
		"WebP":             webpWith(sample(t, "lossy.webp"), []byte(exif), 0),
	} {
		t.Run(name, func(t *testing.T) {
			if !bytes.Contains(data, []byte(secret)) {
				t.Fatal("the sample has no secret")
			}
			for _, v := range picture(t, bytes.NewReader(data)).Variants {
				checkBare(t, v)
			}
		})
	}
}

// checkBare looks for marks of metadata and for parts that hold no pixels.
func checkBare(t *testing.T, v Variant) {
	t.Helper()
	for _, mark := range []string{secret, "Exif", "GPSL", "http://", "xmpmeta", "ICC_PROFILE", "Photoshop", "JFIF", "Canon", "NIKON", "Nokia", "Jolla"} {
		if bytes.Contains(v.Data, []byte(mark)) {
			t.Errorf("%s (%s) contains %q", v.Name, v.Mime, mark)
		}
	}
	for _, part := range partsOf(v) {
		if !strings.Contains(" IHDR PLTE tRNS IDAT IEND db c0 c4 da f9 ff ", " "+part+" ") {
			t.Errorf("%s (%s) has a part %q", v.Name, v.Mime, part)
		}
	}
}

const hexDigits = "0123456789abcdef"

// partsOf names the chunks of a PNG, the segments of a JPEG up to its scan,
// or the extensions of a GIF.
func partsOf(v Variant) (names []string) {
	hex := func(b byte) string { return string([]byte{hexDigits[b>>4], hexDigits[b&15]}) }
	b := v.Data
	switch v.Mime {
	case "image/png":
		for b = b[8:]; len(b) >= 12; b = b[12+binary.BigEndian.Uint32(b):] {
			names = append(names, string(b[4:8]))
		}
	case "image/jpeg":
		for b = b[2:]; ; b = b[2+binary.BigEndian.Uint16(b[2:]):] {
			names = append(names, hex(b[1]))
			if b[1] == 0xda {
				return names
			}
		}
	case "image/gif":
		for b = b[13+tableLen(b[10]):]; len(b) > 1; {
			if b[0] == gifExtension {
				names = append(names, hex(b[1]))
				b = skipSubBlocks(b[2:])
			} else {
				b = skipSubBlocks(b[11+tableLen(b[9]):])
			}
		}
	}
	return names
}

func TestRealPicturesOfOneSceneLookAlike(t *testing.T) {
	folder := filepath.Join(shared(t, "photos"), "orientation")
	for _, scene := range []string{"landscape", "portrait"} {
		var first image.Image
		// The first of each was saved by another program in other colors.
		for _, number := range "2345678" {
			f, err := os.Open(filepath.Join(folder, scene+"_"+string(number)+".jpg"))
			if err != nil {
				t.Skip(err)
			}
			p := picture(t, f)
			f.Close()
			m, _, err := image.Decode(bytes.NewReader(p.Variants[1].Data))
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = m
			}
			if got := meanDifference(first, m); got > 3 {
				t.Errorf("%s %c differs from the second by %.1f", scene, number, got)
			}
		}
	}
}

func meanDifference(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 255
	}
	var sum, n float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			for _, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2)} {
				sum += float64(max(d, -d)) / 257
				n++
			}
		}
	}
	return sum / n
}
