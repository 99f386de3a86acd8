package derive

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"image/gif"
)

// decodeGIF decodes all frames. The still picture is the first one on the
// logical screen, transparent where it does not reach.
func (o *original) decodeGIF(data []byte) error {
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		return refuse(broken, "%v", err)
	}
	first := g.Image[0]
	screen := image.NewRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
	draw.Draw(screen, first.Bounds(), first, first.Bounds().Min, draw.Src)
	o.image = screen
	o.lossless = true
	if len(g.Image) > 1 {
		o.animated = true
		o.animation = g
	}
	return nil
}

// encodeAnimation writes frames, delays and loop count; the decoder has kept
// no comment, plain text or application extension (GIF89a §24–26).
func encodeAnimation(g *gif.GIF) (Variant, error) {
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, g); err != nil {
		return Variant{}, err
	}
	return Variant{
		Name: Animation, Mime: "image/gif",
		Width: g.Config.Width, Height: g.Config.Height, Data: out.Bytes(),
	}, nil
}

// Blocks of GIF89a, Appendix A.
const (
	gifExtension = 0x21
	gifImage     = 0x2c
)

// surveyGIF counts the frames of a GIF and their pixels without decoding
// any. It stops at the first thing that is no block; the decoder will too.
func surveyGIF(data []byte) (frames, pixels int) {
	const screenLen, descriptorLen = 13, 10 // with the signature; with the separator
	if len(data) < screenLen {
		return 0, 0
	}
	rest := skip(data, screenLen+tableLen(data[10]))
	for len(rest) > 0 {
		switch {
		case rest[0] == gifExtension && len(rest) >= 2:
			rest = skipSubBlocks(rest[2:])
		case rest[0] == gifImage && len(rest) >= descriptorLen:
			frames++
			pixels += int(binary.LittleEndian.Uint16(rest[5:])) * int(binary.LittleEndian.Uint16(rest[7:]))
			rest = skipSubBlocks(skip(rest, descriptorLen+tableLen(rest[9])+1)) // 1: minimum code size
		default:
			return frames, pixels
		}
	}
	return frames, pixels
}

// tableLen is the length of the color table that a packed field announces.
func tableLen(packed byte) int {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (packed&7 + 1)
}

func skipSubBlocks(b []byte) []byte {
	for len(b) > 0 && b[0] != 0 {
		b = skip(b, int(b[0])+1)
	}
	return skip(b, 1)
}

func skip(b []byte, n int) []byte { return b[min(n, len(b)):] }
