package derive

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bep/imagemeta"
)

// Facts are what a picture or video says of itself besides what it shows.
// They are for its owner: nothing of them is in what is derived.
type Facts struct {
	Taken     string  // by the camera's clock, as in 2006-01-02T15:04:05; "" unknown
	Zone      string  // of that clock, as in +02:00; "" unknown
	Camera    string  // maker and model
	Lens      string  //
	Exposure  string  // seconds, as in 1/250
	Aperture  float64 // the f-number
	ISO       int     //
	Focal     float64 // length in mm
	Located   bool    // Latitude and Longitude are known
	Latitude  float64 // degrees north
	Longitude float64 // degrees east
	Place     string  // as the file names it
	ContentID string  // that the still and the moving part of a live photo share
	Burst     string  // that pictures taken in one burst share
	Motion    int64   // bytes at the end of the file that are its moving part
}

// wordsMax is the longest word taken from a file, in characters.
const wordsMax = 120

const takenLayout = "2006-01-02T15:04:05"

// tidy makes facts fit to be kept: a file may say what it likes.
func (f *Facts) tidy() {
	for _, s := range []*string{&f.Camera, &f.Lens, &f.Exposure, &f.Place, &f.ContentID, &f.Burst} {
		*s = words(*s)
	}
	if t, err := time.Parse(takenLayout, f.Taken); err != nil || t.Year() < 1826 || t.Year() > 9000 {
		f.Taken, f.Zone = "", ""
	}
	if _, err := time.Parse("-07:00", f.Zone); err != nil {
		f.Zone = ""
	}
	sound := func(x, most float64) bool { return !math.IsNaN(x) && x >= -most && x <= most }
	if !f.Located || !sound(f.Latitude, 90) || !sound(f.Longitude, 180) || f.Latitude == 0 && f.Longitude == 0 {
		f.Located, f.Latitude, f.Longitude = false, 0, 0
	}
	if !sound(f.Aperture, 1000) || f.Aperture < 0 {
		f.Aperture = 0
	}
	if !sound(f.Focal, 10_000) || f.Focal < 0 {
		f.Focal = 0
	}
	f.ISO, f.Motion = max(f.ISO, 0), max(f.Motion, 0)
}

// words is one line of plain text.
func words(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > wordsMax {
		s = string([]rune(s)[:wordsMax])
	}
	return s
}

// factsOf reads EXIF, XMP and IPTC. What cannot be read is left out.
func factsOf(format string, data []byte) *Facts {
	f := &Facts{}
	known := map[string]imagemeta.ImageFormat{
		"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.WebP, "heic": imagemeta.HEIF, "avif": imagemeta.AVIF,
	}[format]
	if known == imagemeta.ImageFormatAuto {
		return f
	}
	var tags imagemeta.Tags
	said := xmp{}
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: known, Sources: imagemeta.EXIF | imagemeta.IPTC | imagemeta.XMP,
		LimitTagSize: 64 << 10,
		HandleTag: func(t imagemeta.TagInfo) error {
			if !tags.Has(t) {
				tags.Add(t)
			}
			return nil
		},
		HandleXMP: func(r io.Reader) error {
			said.read(r)
			_, err := io.Copy(io.Discard, r)
			return err
		},
	})
	f.exif(&tags)
	f.xmp(said)
	f.tidy()
	if f.Motion >= int64(len(data)) {
		f.Motion = 0
	}
	return f
}

func (f *Facts) exif(tags *imagemeta.Tags) {
	exif := tags.EXIF()
	text := func(name string) string { s, _ := exif[name].Value.(string); return strings.TrimSpace(s) }
	for _, names := range [][2]string{{"DateTimeOriginal", "OffsetTimeOriginal"}, {"CreateDate", "OffsetTimeDigitized"}, {"DateTimeDigitized", "OffsetTimeDigitized"}, {"DateTime", "OffsetTime"}, {"ModifyDate", "OffsetTime"}} {
		if f.take(text(names[0]), text(names[1])) {
			break
		}
	}
	maker, model := text("Make"), text("Model")
	if f.Camera = model; maker != "" && !strings.HasPrefix(strings.ToLower(model), strings.ToLower(strings.Fields(maker)[0])) {
		f.Camera = strings.TrimSpace(maker + " " + model)
	}
	f.Lens = text("LensModel")
	if s := number(exif["ExposureTime"].Value); s > 0 && s < 1 {
		f.Exposure = "1/" + strconv.Itoa(int(math.Round(1/s)))
	} else if s >= 1 && s < 100_000 {
		f.Exposure = strconv.FormatFloat(s, 'g', 4, 64)
	}
	f.Aperture, f.Focal = round(number(exif["FNumber"].Value)), round(number(exif["FocalLength"].Value))
	if f.ISO = int(number(exif["ISO"].Value)); f.ISO == 0 {
		f.ISO = int(number(exif["ISOSpeedRatings"].Value))
	}
	if lat, long, err := latLong(*tags); err == nil && (lat != 0 || long != 0) {
		f.Located, f.Latitude, f.Longitude = true, lat, long
	}
	iptc := tags.IPTC()
	var place []string
	for _, name := range []string{"Sublocation", "City", "Province-State", "ProvinceState", "Country-PrimaryLocationName", "CountryPrimaryLocationName"} {
		if s, _ := iptc[name].Value.(string); words(s) != "" {
			place = append(place, words(s))
		}
	}
	f.Place = strings.Join(place, ", ")
	for name, t := range exif {
		if raw, ok := t.Value.([]byte); ok && strings.HasPrefix(name, "MakerNote") {
			f.apple(raw)
		}
	}
}

// latLong is a position; the library panics where a tag is of another type than it should be.
func latLong(tags imagemeta.Tags) (lat, long float64, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("no position")
		}
	}()
	return tags.GetLatLong()
}

// take notes a date as EXIF or XMP writes it, and reports whether it is one.
func (f *Facts) take(date, zone string) bool {
	m := dateForm.FindStringSubmatch(date)
	if m == nil {
		return false
	}
	taken := m[1] + "-" + m[2] + "-" + m[3] + "T" + m[4] + ":" + m[5] + ":" + m[6]
	if m[6] == "" {
		taken += "00"
	}
	if t, err := time.Parse(takenLayout, taken); err != nil || t.Year() < 1826 {
		return false
	}
	if zone == "" {
		zone = m[7]
	}
	if zone == "Z" {
		zone = "+00:00"
	}
	f.Taken, f.Zone = taken, zone
	return true
}

// dateForm is a date and time in EXIF (Exif 2.32 §4.6.5) or XMP (ISO 16684-1 §8.2.1.2).
var dateForm = regexp.MustCompile(`^(\d{4})[:-](\d\d)[:-](\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)?`)

func number(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case float32:
		return float64(v)
	case uint8:
		return float64(v)
	case uint16:
		return float64(v)
	case uint32:
		return float64(v)
	case int32:
		return float64(v)
	case interface{ Float64() float64 }:
		return v.Float64()
	case string:
		n, _ := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return n
	}
	return 0
}

func round(x float64) float64 { return math.Round(x*10) / 10 }

// apple reads a maker note of Apple's: a header of 14 bytes, then a directory
// whose offsets count from the note's beginning. Tag 17 is what the parts of
// a live photo share, tag 11 what a burst does.
func (f *Facts) apple(note []byte) {
	const entry = 12
	if !bytes.HasPrefix(note, []byte("Apple iOS\x00")) || len(note) < 16 {
		return
	}
	count := int(binary.BigEndian.Uint16(note[14:]))
	for b := note[16:]; count > 0 && len(b) >= entry; count-- {
		tag, kind := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
		n, at := uint64(binary.BigEndian.Uint32(b[4:])), uint64(binary.BigEndian.Uint32(b[8:]))
		if kind == 2 && n > 4 && at+n <= uint64(len(note)) {
			text := strings.TrimRight(string(note[at:at+n]), "\x00")
			switch tag {
			case 11:
				f.Burst = text
			case 17:
				f.ContentID = text
			}
		}
		b = b[entry:]
	}
}

// xmp is what an XMP packet says, by local name: the first of each.
type xmp map[string]string

// read takes a packet apart. Attributes and elements of plain text are equal
// in XMP (ISO 16684-1 §7.4). Of the items of a container, the length of the moving one is noted.
func (x xmp) read(r io.Reader) {
	const tokensMax = 20_000
	d := xml.NewDecoder(io.LimitReader(r, 1<<20))
	d.Strict = false
	var within []string
	for range tokensMax {
		t, err := d.Token()
		if err != nil {
			return
		}
		switch t := t.(type) {
		case xml.StartElement:
			within = append(within, t.Name.Local)
			here := map[string]string{}
			for _, a := range t.Attr {
				x.say(a.Name.Local, a.Value)
				here[a.Name.Local] = a.Value
			}
			if here["Semantic"] == "MotionPhoto" {
				x.say("MotionLength", here["Length"])
			}
		case xml.EndElement:
			if len(within) > 0 {
				within = within[:len(within)-1]
			}
		case xml.CharData:
			for i := len(within) - 1; i >= 0; i-- {
				if name := within[i]; name != "li" && name != "Alt" && name != "Seq" && name != "Bag" {
					x.say(name, string(t))
					break
				}
			}
		}
	}
}

func (x xmp) say(name, value string) {
	if value = strings.TrimSpace(value); value != "" && x[name] == "" && len(value) < 1000 {
		x[name] = value
	}
}

func (f *Facts) xmp(x xmp) {
	if f.Taken == "" {
		for _, name := range []string{"DateTimeOriginal", "DateCreated", "CreateDate"} {
			if f.take(x[name], "") {
				break
			}
		}
	}
	if f.Camera == "" {
		f.Camera = strings.TrimSpace(x["Model"])
	}
	if f.Lens == "" {
		f.Lens = x["Lens"]
	}
	if f.Place == "" {
		var place []string
		for _, name := range []string{"Location", "City", "State", "Country"} {
			if w := words(x[name]); w != "" {
				place = append(place, w)
			}
		}
		f.Place = strings.Join(place, ", ")
	}
	if f.Burst == "" {
		f.Burst = x["BurstID"]
	}
	for _, name := range []string{"MotionLength", "MicroVideoOffset"} {
		if n, err := strconv.ParseInt(x[name], 10, 64); err == nil && n > 0 && f.Motion == 0 {
			f.Motion = n
		}
	}
	if !f.Located {
		lat, okLat := degrees(x["GPSLatitude"])
		long, okLong := degrees(x["GPSLongitude"])
		if okLat && okLong {
			f.Located, f.Latitude, f.Longitude = true, lat, long
		}
	}
}

// degrees reads a coordinate as XMP writes it: "52,30.978N" or "52,30,58N" (Exif 2.32 for XMP §3).
func degrees(s string) (float64, bool) {
	if len(s) < 2 {
		return 0, false
	}
	side := s[len(s)-1]
	if !strings.ContainsRune("NSEW", rune(side)) {
		n, err := strconv.ParseFloat(s, 64)
		return n, err == nil
	}
	sum, unit := 0.0, 1.0
	for part := range strings.SplitSeq(s[:len(s)-1], ",") {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || n < 0 {
			return 0, false
		}
		sum += n / unit
		unit *= 60
	}
	if side == 'S' || side == 'W' {
		sum = -sum
	}
	return sum, true
}
