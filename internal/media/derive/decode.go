package derive

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/webp"
)

// How the formats begin.
const (
	jpegMagic = "\xff\xd8\xff"
	pngMagic  = "\x89PNG\r\n\x1a\n"
	gifMagic  = "GIF8"
)

// original is a decoded picture as it was stored.
type original struct {
	format      string
	image       image.Image
	orientation int // EXIF, 1 to 8
	lossless    bool
	animated    bool
	animation   *gif.GIF // all frames, if the format is GIF and there are several
}

// sniff is the format of data by its first bytes, or "".
func sniff(data []byte) string {
	switch s := string(data[:min(len(data), 12)]); {
	case strings.HasPrefix(s, jpegMagic):
		return "jpeg"
	case strings.HasPrefix(s, pngMagic):
		return "png"
	case strings.HasPrefix(s, gifMagic):
		return "gif"
	case len(s) == 12 && s[:4] == "RIFF" && s[8:] == "WEBP":
		return "webp"
	}
	return brand(data)
}

// decode reads a picture whose header keeps within the limits.
func decode(data []byte, c *codec, l Limits) (*original, error) {
	o := &original{format: sniff(data)}
	switch o.format {
	case "":
		return nil, refuse(unsupported, "not JPEG, PNG, GIF, WebP, HEIC or AVIF")
	case "heic":
		var err error
		o.orientation = 1
		o.image, err = decodeHEIC(c, data, l)
		return o, err
	case "avif":
		var err error
		o.orientation = bmffOrientation(data)
		o.image, o.animated, err = decodeAVIF(c, data, l)
		return o, err
	case "webp":
		exif := webpExif(data)
		var err error
		if data, o.animated, err = firstFrame(data); err != nil {
			return nil, err
		}
		o.orientation = tiffOrientation(exif)
	default:
		o.orientation = orientation(o.format, data)
	}
	if err := checkHeader(o.format, data, l); err != nil {
		return nil, err
	}
	if o.format == "gif" {
		return o, o.decodeGIF(data)
	}
	var err error
	switch in := bytes.NewReader(data); o.format {
	case "jpeg":
		o.image, err = jpeg.Decode(in)
	case "png":
		o.image, err = png.Decode(in)
		o.lossless = true
	case "webp":
		o.image, err = webp.Decode(in)
		_, o.lossless = o.image.(*image.NRGBA) // what VP8L decodes to
	}
	if err != nil {
		return nil, refuse(broken, "%v", err)
	}
	return o, nil
}

// checkHeader refuses by the header what would take more room than allowed.
func checkHeader(format string, data []byte, l Limits) error {
	var c image.Config
	var err error
	switch in := bytes.NewReader(data); format {
	case "jpeg":
		c, err = jpeg.DecodeConfig(in)
	case "png":
		c, err = png.DecodeConfig(in)
	case "gif":
		c, err = gif.DecodeConfig(in)
	case "webp":
		c, err = webp.DecodeConfig(in)
	}
	if err != nil {
		return refuse(broken, "header: %v", err)
	}
	if err := checkSides(c.Width, c.Height, l); err != nil || format != "gif" {
		return err
	}
	frames, pixels := surveyGIF(data)
	if frames > l.Frames || pixels > l.FramePixels {
		return refuse(tooLarge, "%d frames of %d pixels together", frames, pixels)
	}
	return nil
}

// checkSides refuses a picture by its width and height.
func checkSides(w, h int, l Limits) error {
	switch {
	case w <= 0 || h <= 0:
		return refuse(broken, "no pixels")
	case w > l.Side || h > l.Side || w*h > l.Pixels:
		return refuse(tooLarge, "%d×%d pixels", w, h)
	}
	return nil
}

func opaque(m image.Image) bool {
	o, ok := m.(interface{ Opaque() bool })
	return ok && o.Opaque()
}
