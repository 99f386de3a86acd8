package derive

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"
)

// What is told stands where readers look for it, and the picture is what it was.
func TestPicturesTellWhenAndWhereAndNothingElse(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 20, 10))
	var photo, drawing bytes.Buffer
	if err := jpeg.Encode(&photo, m, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&drawing, m); err != nil {
		t.Fatal(err)
	}
	said := Told{Taken: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), Zone: "+02:00", Located: true, Latitude: -52.5, Longitude: 13.25}
	for kind, of := range map[string]struct {
		plain []byte
		exif  func([]byte) []byte
	}{"image/jpeg": {photo.Bytes(), jpegExif}, "image/png": {drawing.Bytes(), pngExif}} {
		told := Tell(of.plain, kind, said)
		if _, _, err := image.Decode(bytes.NewReader(told)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		block := string(of.exif(told))
		for _, part := range []string{"2026:02:03 04:05:06\x00", "+02:00\x00", "S\x00", "E\x00"} {
			if !strings.Contains(block, part) {
				t.Errorf("%s does not say %q", kind, part)
			}
		}
		if len(told) != len(of.plain)+len(block)+map[string]int{"image/jpeg": 4, "image/png": 12}[kind] {
			t.Errorf("%s says more than that", kind)
		}
		if orientation(strings.TrimPrefix(kind, "image/"), told) != 1 {
			t.Errorf("%s is turned", kind)
		}
		if where := string(of.exif(Tell(of.plain, kind, Told{Taken: said.Taken}))); strings.Contains(where, "S\x00") {
			t.Errorf("%s says where, unasked", kind)
		}
	}
	if got := Tell([]byte("GIF89a"), "image/gif", said); string(got) != "GIF89a" {
		t.Errorf("what can say nothing became %q", got)
	}
}
