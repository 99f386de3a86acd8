package derive

import (
	"encoding/binary"
	"iter"
	"strings"
)

// Boxes of the ISO base media format (ISO/IEC 14496-12 §4.2), in which HEIC,
// AVIF, MP4 and QuickTime files are written.

// boxes walks the boxes of a file or of another box, as far as they are whole.
func boxes(b []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for len(b) >= 8 {
			size, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
			switch size {
			case 0: // to the end
				size = uint64(len(b))
			case 1:
				if len(b) < 16 {
					return
				}
				size, head = binary.BigEndian.Uint64(b[8:]), 16
			}
			if size < head || size > uint64(len(b)) {
				return
			}
			if !yield(string(b[4:8]), b[head:size]) {
				return
			}
			b = b[size:]
		}
	}
}

// box is the body of the box that a path of names leads to, or nil.
func box(b []byte, path ...string) []byte {
	for _, name := range path {
		var found []byte
		for n, body := range boxes(b) {
			if n == name {
				found = body
				break
			}
		}
		if found == nil {
			return nil
		}
		if b = found; name == "meta" { // a full box: version and flags first (§4.2.2)
			b = skip(b, 4)
		}
	}
	return b
}

// brand is the format that a file type box at the start tells of (§4.3): heic, avif or "".
func brand(b []byte) string {
	if len(b) < 16 || string(b[4:8]) != "ftyp" {
		return ""
	}
	end := min(uint64(binary.BigEndian.Uint32(b)), uint64(len(b)))
	brands := string(b[8:12])
	for at := uint64(16); at+4 <= end; at += 4 {
		brands += " " + string(b[at:at+4])
	}
	for _, known := range []struct{ brand, format string }{
		{"avif", "avif"}, {"avis", "avif"},
		{"heic", "heic"}, {"heix", "heic"}, {"heim", "heic"}, {"heis", "heic"}, {"hevc", "heic"}, {"hevx", "heic"}, {"mif1", "heic"},
	} {
		if strings.Contains(brands, known.brand) {
			return known.format
		}
	}
	return ""
}

// bmffOrientation is what the properties of the main item say about turning
// it, as an EXIF orientation (ISO/IEC 23008-12 §6.5.10 and §6.5.12): first it
// is turned counterclockwise, then mirrored.
func bmffOrientation(file []byte) int {
	meta := box(file, "meta")
	pitm, ipma := box(meta, "pitm"), box(meta, "iprp", "ipma")
	ipco := box(meta, "iprp", "ipco")
	if len(pitm) < 6 || len(ipma) < 8 {
		return 1
	}
	main := uint32(binary.BigEndian.Uint16(pitm[4:]))
	if pitm[0] > 0 && len(pitm) >= 8 {
		main = binary.BigEndian.Uint32(pitm[4:])
	}
	var all []struct {
		name string
		body []byte
	}
	for name, body := range boxes(ipco) {
		all = append(all, struct {
			name string
			body []byte
		}{name, body})
	}
	turns, mirror := 0, -1
	for _, i := range propertiesOf(ipma, main) {
		if i < 1 || i > len(all) || len(all[i-1].body) < 1 {
			continue
		}
		switch p := all[i-1]; p.name {
		case "irot":
			turns = int(p.body[0] & 3)
		case "imir":
			mirror = int(p.body[0] & 1)
		}
	}
	return [3][4]int{
		{1, 8, 3, 6},
		{4, 5, 2, 7}, // about a horizontal axis: top and bottom change places
		{2, 7, 4, 5},
	}[mirror+1][turns]
}

// propertiesOf are the numbers of an item's properties (ISO/IEC 23008-12 §9.3.2).
func propertiesOf(ipma []byte, item uint32) (found []int) {
	long, wide := ipma[0] > 0, ipma[3]&1 == 1
	count := binary.BigEndian.Uint32(ipma[4:])
	b := ipma[8:]
	for ; count > 0; count-- {
		var id uint32
		switch {
		case long && len(b) >= 5:
			id, b = binary.BigEndian.Uint32(b), b[4:]
		case !long && len(b) >= 3:
			id, b = uint32(binary.BigEndian.Uint16(b)), b[2:]
		default:
			return found
		}
		n := int(b[0])
		b = b[1:]
		for ; n > 0; n-- {
			switch {
			case wide && len(b) >= 2:
				if id == item {
					found = append(found, int(binary.BigEndian.Uint16(b)&0x7fff))
				}
				b = b[2:]
			case !wide && len(b) >= 1:
				if id == item {
					found = append(found, int(b[0]&0x7f))
				}
				b = b[1:]
			default:
				return found
			}
		}
	}
	return found
}
