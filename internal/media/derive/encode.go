package derive

import (
	"bytes"
	"errors"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"

	"github.com/bbrks/go-blurhash"
)

// JPEG is the one format for photographs that everyone who may receive a post
// shows. WebP is a third of the size but takes four times as long and a
// WebAssembly machine in the worker.
const jpegQuality = 82

// encode chooses the format. Transparency needs PNG. A source without loss
// may be a photograph or a drawing: the drawing, which PNG keeps crisp, is
// what PNG makes no more than twice as long as JPEG.
func encode(m *image.RGBA, alpha, lossless bool) (Variant, error) {
	v := Variant{Width: m.Bounds().Dx(), Height: m.Bounds().Dy()}
	if alpha {
		var out bytes.Buffer
		err := png.Encode(&out, m)
		v.Mime, v.Data = "image/png", out.Bytes()
		return v, err
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, m, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return v, err
	}
	v.Mime, v.Data = "image/jpeg", photo.Bytes()
	if !lossless {
		return v, nil
	}
	drawing := &capped{limit: 2 * photo.Len()}
	switch err := png.Encode(drawing, m); {
	case errors.Is(err, errCapped):
		return v, nil
	case err != nil:
		return v, err
	}
	v.Mime, v.Data = "image/png", drawing.buf.Bytes()
	return v, nil
}

var errCapped = errors.New("over the cap")

// capped is a buffer that takes no more than limit bytes.
type capped struct {
	buf   bytes.Buffer
	limit int
}

func (c *capped) Write(p []byte) (int, error) {
	if c.buf.Len()+len(p) > c.limit {
		return 0, errCapped
	}
	return c.buf.Write(p)
}

// blurSide is the size of the copy a blurhash is made of; a larger one takes
// hundreds of times as long and yields the same.
const blurSide = 64

// blur is the blurhash of a small picture, with more components along its
// longer side. Transparent parts count as white.
func blur(m *image.RGBA) (string, error) {
	onWhite := image.NewRGBA(m.Bounds())
	draw.Draw(onWhite, m.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(onWhite, m.Bounds(), m, image.Point{}, draw.Over)
	x, y := 4, 4
	switch w, h := m.Bounds().Dx(), m.Bounds().Dy(); {
	case 5*w > 6*h:
		x, y = 4, 3
	case 5*h > 6*w:
		x, y = 3, 4
	}
	return blurhash.Encode(x, y, onWhite)
}
