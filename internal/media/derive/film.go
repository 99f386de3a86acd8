package derive

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
)

// A Film is what a video in an MP4 or QuickTime file says of itself.
type Film struct {
	Format        string // "mp4" or "mov"
	Width, Height int    // pixels, upright; 0 for sound alone
	Seconds       float64
	Facts
}

// movie is the format of a job that is to read a movie box.
const movie = "moov"

const (
	movieMax = 16 << 20 // bytes of a movie box
	boxesMax = 100_000  // at the top of a file
)

// Film reads what a video says of itself: of a file of any length, only the box that says it.
// Unsupported for what is no MP4 or QuickTime file; other faults as for Picture.
func (d *Deriver) Film(ctx context.Context, src io.ReadSeeker) (*Film, error) {
	format, body, err := findMovie(src)
	if err != nil {
		return nil, err
	}
	res, err := d.take(ctx, bytes.NewReader(body), job{Format: movie})
	if err != nil {
		return nil, err
	}
	res.Film.Format = format
	return res.Film, nil
}

// findMovie goes from box to box at the top of a file to the one named moov (ISO/IEC 14496-12 §8.2.1).
func findMovie(src io.ReadSeeker) (format string, body []byte, err error) {
	no := func(why string) error {
		return fault.New(fault.Unsupported, "fault.media.unsupported").Because("%s", why)
	}
	for range boxesMax {
		var head [16]byte
		if _, err := io.ReadFull(src, head[:8]); err == io.EOF || err == io.ErrUnexpectedEOF {
			return "", nil, no("no movie box")
		} else if err != nil {
			return "", nil, err
		}
		size, name, left := uint64(binary.BigEndian.Uint32(head[:])), string(head[4:8]), uint64(8)
		if size == 1 {
			if _, err := io.ReadFull(src, head[8:]); err != nil {
				return "", nil, no("a box without its size")
			}
			size, left = binary.BigEndian.Uint64(head[8:]), 16
		}
		if format == "" { // QuickTime files may begin with others than ftyp
			if name != "ftyp" && name != "moov" && name != "mdat" && name != "wide" && name != "free" && name != "skip" {
				return "", nil, no("not MP4 or QuickTime")
			}
			format = "mov"
		}
		if size < left && !(size == 0 && name == movie) || size > math.MaxInt64 {
			return "", nil, no("the movie box is missing")
		}
		if name == movie {
			if size == 0 || size-left > movieMax {
				return "", nil, fault.New(fault.TooLarge, "fault.media.too_large").Because("movie box of %d bytes", size)
			}
			body = make([]byte, size-left)
			_, err = io.ReadFull(src, body)
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				err = fault.New(fault.Invalid, "fault.media.broken").Because("the movie box is cut off")
			}
			return format, body, err
		}
		if name == "ftyp" && size-left >= 4 {
			var major [4]byte
			if _, err := io.ReadFull(src, major[:]); err != nil {
				return "", nil, no("cut off")
			}
			left += 4
			if string(major[:]) != "qt  " {
				format = "mp4"
			}
		}
		if _, err := src.Seek(int64(size-left), io.SeekCurrent); err != nil {
			return "", nil, err
		}
	}
	return "", nil, no("too many boxes")
}

// film reads the movie box of a job.
func film(src io.Reader, j job) (f *Film, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			f, err = nil, refuse(broken, "movie box: %.200s", fmt.Sprint(thrown))
		}
	}()
	data, err := io.ReadAll(io.LimitReader(src, movieMax))
	if err != nil {
		return nil, err
	}
	return filmOf(data), nil
}

func filmOf(moov []byte) *Film {
	f := &Film{}
	f.header(box(moov, "mvhd"))
	for name, trak := range boxes(moov) {
		if name == "trak" && f.Width == 0 {
			f.track(trak)
		}
	}
	said := quickTime(moov)
	for _, name := range []string{"com.apple.quicktime.creationdate", "\xa9day"} {
		if f.take(zoned(said[name]), "") {
			break
		}
	}
	f.Camera = strings.TrimSpace(first(said, "com.apple.quicktime.make", "\xa9mak") + " " + first(said, "com.apple.quicktime.model", "\xa9mod"))
	f.ContentID = said["com.apple.quicktime.content.identifier"]
	if lat, long, ok := iso6709(first(said, "com.apple.quicktime.location.ISO6709", "\xa9xyz")); ok {
		f.Located, f.Latitude, f.Longitude = true, lat, long
	}
	f.tidy()
	return f
}

func first(said map[string]string, names ...string) string {
	for _, n := range names {
		if said[n] != "" {
			return said[n]
		}
	}
	return ""
}

// zoned puts the colon into a zone like +0200, as QuickTime writes it.
func zoned(date string) string {
	if n := len(date); n > 5 && (date[n-5] == '+' || date[n-5] == '-') {
		return date[:n-2] + ":" + date[n-2:]
	}
	return date
}

// tidy makes what a film says fit to be kept.
func (f *Film) tidy() {
	if f.Width < 0 || f.Height < 0 || f.Width > 1<<15 || f.Height > 1<<15 {
		f.Width, f.Height = 0, 0
	}
	if !(f.Seconds >= 0 && f.Seconds < 1e7) {
		f.Seconds = 0
	}
	f.Facts.tidy()
}

// epoch is from when films count seconds, in UTC (ISO/IEC 14496-12 §8.2.2).
var epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)

// header reads how long a film is and when it was made, in UTC.
func (f *Film) header(b []byte) {
	if len(b) < 20 {
		return
	}
	made, scale, units := uint64(binary.BigEndian.Uint32(b[4:])), binary.BigEndian.Uint32(b[12:]), uint64(binary.BigEndian.Uint32(b[16:]))
	if b[0] == 1 {
		if len(b) < 32 {
			return
		}
		made, scale, units = binary.BigEndian.Uint64(b[4:]), binary.BigEndian.Uint32(b[20:]), binary.BigEndian.Uint64(b[24:])
	}
	if scale > 0 {
		f.Seconds = float64(units) / float64(scale)
	}
	if made > 0 && made < 1<<33 {
		if t := epoch.Add(time.Duration(made) * time.Second); t.Year() > 1970 {
			f.Taken, f.Zone = t.Format(takenLayout), "+00:00"
		}
	}
}

// track reads the size of a picture track and how it is turned (§8.3.2).
func (f *Film) track(trak []byte) {
	b := box(trak, "tkhd")
	at := 40
	if len(b) > 0 && b[0] == 1 {
		at = 52
	}
	if len(b) < at+44 {
		return
	}
	fixed := func(at int) int { return int(binary.BigEndian.Uint32(b[at:]) >> 16) }
	f.Width, f.Height = fixed(at+36), fixed(at+40)
	if a := int32(binary.BigEndian.Uint32(b[at:])); a == 0 { // a quarter turn
		f.Width, f.Height = f.Height, f.Width
	}
}

// quickTime is what the metadata of a movie box says, by key or by the name
// of its box (QuickTime File Format, Metadata and User Data Atoms).
func quickTime(moov []byte) map[string]string {
	said := map[string]string{}
	for name, body := range boxes(box(moov, "udta")) {
		if len(body) > 4 && name[0] == 0xa9 { // a length, a language, the text
			n := min(int(binary.BigEndian.Uint16(body)), len(body)-4)
			said[name] = string(body[4 : 4+n])
		}
	}
	var meta []byte
	for name, body := range boxes(moov) {
		if name == "meta" {
			meta = body
		}
	}
	if len(meta) >= 8 && string(meta[4:8]) != "hdlr" { // in MP4 a full box, in QuickTime none
		meta = skip(meta, 4)
	}
	var keys []string
	for name, body := range boxes(meta) {
		switch name {
		case "keys":
			for _, key := range boxes(skip(body, 8)) {
				keys = append(keys, string(key))
			}
		case "ilst":
			for name, item := range boxes(body) {
				i := int(binary.BigEndian.Uint32([]byte(name)))
				if data := box(item, "data"); len(data) > 8 && i >= 1 && i <= len(keys) {
					said[keys[i-1]] = string(data[8:])
				}
			}
		}
	}
	return said
}

// iso6709 reads a position like +52.5163+013.3777+034.5/ (ISO 6709 annex H).
func iso6709(s string) (lat, long float64, ok bool) {
	s = strings.TrimSuffix(strings.TrimSpace(s), "/")
	if len(s) < 2 || s[0] != '+' && s[0] != '-' {
		return 0, 0, false
	}
	i := strings.IndexAny(s[1:], "+-") + 1
	if i == 0 {
		return 0, 0, false
	}
	rest := s[i:]
	if end := strings.IndexAny(rest[1:], "+-") + 1; end > 0 {
		rest = rest[:end]
	}
	lat, err := strconv.ParseFloat(s[:i], 64)
	if err != nil {
		return 0, 0, false
	}
	long, err = strconv.ParseFloat(rest, 64)
	return lat, long, err == nil
}
