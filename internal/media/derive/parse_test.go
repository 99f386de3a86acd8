package derive

import (
	"bytes"
	"encoding/binary"
	"testing"
)

func TestOrientationIsUprightWithoutASoundWord(t *testing.T) {
	sound := exifBlock(binary.LittleEndian, 6)
	for name, b := range map[string][]byte{
		"nothing":            nil,
		"no byte order":      append([]byte("XX*\x00"), sound[4:]...),
		"value 0":            exifBlock(binary.LittleEndian, 0),
		"value 9":            exifBlock(binary.BigEndian, 9),
		"directory far away": append([]byte("II*\x00\xff\xff\xff\xff"), sound[8:]...),
		"cut in the entry":   sound[:30],
	} {
		if got := tiffOrientation(b); got != 1 {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := tiffOrientation(sound); got != 6 {
		t.Errorf("a sound block says %d", got)
	}
}

func TestSurveyCountsFramesAndPixels(t *testing.T) {
	if frames, pixels := surveyGIF(gifOf(t, 30, 20, 7)); frames != 7 || pixels != 7*600 {
		t.Errorf("%d frames, %d pixels", frames, pixels)
	}
	if frames, pixels := surveyGIF(wideGIF(7000, 3)); frames != 3 || pixels != 3*49_000_000 {
		t.Errorf("%d frames, %d pixels", frames, pixels)
	}
}

func TestLongResultIsNotRead(t *testing.T) {
	var pipe bytes.Buffer
	res := result{Picture: &Picture{Variants: []Variant{{Data: make([]byte, 100)}, {Data: make([]byte, 100)}}}}
	if err := writeResult(&pipe, res); err != nil {
		t.Fatal(err)
	}
	if _, err := readResult(bytes.NewReader(pipe.Bytes()), 199); err == nil {
		t.Error("200 bytes read where 199 are allowed")
	}
	got, err := readResult(bytes.NewReader(pipe.Bytes()), 200)
	if err != nil || len(got.Picture.Variants[1].Data) != 100 {
		t.Errorf("result %v, %v", got, err)
	}
}

func FuzzOrientation(f *testing.F) {
	m := quadrants(8, 8)
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		exif := exifBlock(order, 6)
		f.Add(exif)
		f.Add(jpegOf(f, m, segment(0xe1, exifPrefix+string(exif))))
		f.Add(pngOf(f, m, chunk("eXIf", string(exif))))
		f.Add(webpWith(sample(f, "lossy.webp"), exif, 1))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, got := range []int{
			tiffOrientation(b), orientation("jpeg", b), orientation("png", b), tiffOrientation(webpExif(b)),
		} {
			if got < 1 || got > 8 {
				t.Errorf("orientation %d", got)
			}
		}
	})
}

func FuzzContainers(f *testing.F) {
	f.Add(gifOf(f, 4, 4, 2))
	f.Add(wideGIF(7000, 2))
	f.Add(webpWith(sample(f, "alpha.webp"), nil, 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		surveyGIF(b)
		_, _, _ = firstFrame(b)
	})
}

func FuzzResult(f *testing.F) {
	var pipe bytes.Buffer
	if err := writeResult(&pipe, result{Picture: &Picture{Variants: []Variant{{Name: "small", Data: []byte("x")}}}}); err != nil {
		f.Fatal(err)
	}
	f.Add(pipe.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if res, err := readResult(bytes.NewReader(b), 1000); err == nil && res.Picture != nil {
			_ = check(res.Picture, job{Sizes: sizes, Limits: Limits{}.withDefaults()})
		}
	})
}
