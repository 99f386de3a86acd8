package derive

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
	"time"
)

// Told is what a picture that was encoded here is to say: when it was taken, by
// the clock of the place, and where. It says nothing else.
type Told struct {
	Taken               time.Time // zero says nothing
	Zone                string    // of that clock, as +02:00; "" is not known
	Located             bool
	Latitude, Longitude float64
}

// Tell writes what a picture says into it, which Study or Picture made and
// which therefore says nothing yet. A type that cannot say anything stays as it is.
func Tell(data []byte, mime string, t Told) []byte {
	said := t.exif()
	switch {
	case mime == "image/jpeg" && len(data) > 2: // right behind the beginning (Exif 2.32 §4.5.4)
		body := append([]byte(exifPrefix), said...)
		segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
		return bytes.Join([][]byte{data[:2], segment, body, data[2:]}, nil)
	case mime == "image/png" && len(data) > pngHeader: // behind IHDR (PNG 3rd edition §11.3.4.5)
		chunk := append([]byte("eXIf"), said...)
		length := binary.BigEndian.AppendUint32(nil, uint32(len(said)))
		sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(chunk))
		return bytes.Join([][]byte{data[:pngHeader], length, chunk, sum, data[pngHeader:]}, nil)
	}
	return data
}

// pngHeader is where the first chunk after IHDR begins: the magic, and IHDR with its length, name and sum.
const pngHeader = 8 + 4 + 4 + 13 + 4

// Types of values (TIFF 6.0 §2).
const (
	tiffByte     = 1
	tiffASCII    = 2
	tiffLong     = 4
	tiffRational = 5
	tiffOpaque   = 7
)

// An entry is one of a directory.
type entry struct {
	tag, kind uint16
	count     int
	value     []byte
}

func ascii(tag uint16, s string) entry {
	return entry{tag, tiffASCII, len(s) + 1, append([]byte(s), 0)}
}

// exif is what is said, in TIFF (Exif 2.32 §4.6).
func (t Told) exif() []byte {
	const dir, first = 12, 8 // bytes of an entry, and where the first directory begins
	size := func(entries []entry) int {
		n := 2 + dir*len(entries) + 4
		for _, e := range entries {
			if len(e.value) > 4 {
				n += len(e.value) + len(e.value)%2
			}
		}
		return n
	}
	var when, where []entry
	if !t.Taken.IsZero() {
		when = []entry{{0x9000, tiffOpaque, 4, []byte("0232")}, ascii(0x9003, t.Taken.Format("2006:01:02 15:04:05"))}
		if _, err := time.Parse("-07:00", t.Zone); err == nil {
			when = append(when, ascii(0x9011, t.Zone))
		}
	}
	if t.Located {
		where = []entry{
			{0, tiffByte, 4, []byte{2, 3, 0, 0}},
			ascii(1, side(t.Latitude, "N", "S")), {2, tiffRational, 3, fractions(t.Latitude)},
			ascii(3, side(t.Longitude, "E", "W")), {4, tiffRational, 3, fractions(t.Longitude)},
		}
	}
	var top []entry
	parts := 0
	for _, part := range [][]entry{when, where} {
		if len(part) > 0 {
			parts++
		}
	}
	at := first + 2 + dir*parts + 4
	point := func(tag uint16, to []entry) {
		if len(to) > 0 {
			top = append(top, entry{tag, tiffLong, 1, binary.LittleEndian.AppendUint32(nil, uint32(at))})
			at += size(to)
		}
	}
	point(0x8769, when)
	point(0x8825, where)
	out := append([]byte("II*\x00"), first, 0, 0, 0)
	for _, entries := range [][]entry{top, when, where} {
		if len(entries) > 0 {
			out = directory(out, entries)
		}
	}
	return out
}

// directory appends one with its values behind it.
func directory(out []byte, entries []entry) []byte {
	at := len(out) + 2 + 12*len(entries) + 4
	out = binary.LittleEndian.AppendUint16(out, uint16(len(entries)))
	var behind []byte
	for _, e := range entries {
		out = binary.LittleEndian.AppendUint16(out, e.tag)
		out = binary.LittleEndian.AppendUint16(out, e.kind)
		out = binary.LittleEndian.AppendUint32(out, uint32(e.count))
		if len(e.value) <= 4 {
			out = append(append(out, e.value...), make([]byte, 4-len(e.value))...)
			continue
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(at+len(behind)))
		behind = append(behind, e.value...)
		if len(e.value)%2 == 1 {
			behind = append(behind, 0)
		}
	}
	return append(append(out, 0, 0, 0, 0), behind...)
}

func side(degrees float64, plus, minus string) string {
	if degrees < 0 {
		return minus
	}
	return plus
}

// fractions are degrees, minutes and seconds as three fractions.
func fractions(d float64) (out []byte) {
	const fine = 10_000 // of a second
	whole := int64(math.Round(math.Abs(d) * 3600 * fine))
	for _, f := range [][2]int64{{whole / (3600 * fine), 1}, {whole / (60 * fine) % 60, 1}, {whole % (60 * fine), fine}} {
		out = binary.LittleEndian.AppendUint32(out, uint32(f[0]))
		out = binary.LittleEndian.AppendUint32(out, uint32(f[1]))
	}
	return out
}
