package derive

import (
	"bytes"
	"encoding/binary"
)

// exifPrefix starts the EXIF segment of a JPEG (Exif 2.32 §4.7.2).
const exifPrefix = "Exif\x00\x00"

// orientation is the EXIF orientation of a JPEG or PNG, 1 to 8. It is 1,
// upright, when nothing sound says otherwise.
func orientation(format string, data []byte) int {
	switch format {
	case "jpeg":
		return tiffOrientation(jpegExif(data))
	case "png":
		return tiffOrientation(pngExif(data))
	}
	return 1
}

// jpegExif is the EXIF data before the first scan of a JPEG, or nil
// (ITU-T T.81 §B.1.1).
func jpegExif(b []byte) []byte {
	const (
		startOfScan = 0xda
		app1        = 0xe1
	)
	b = skip(b, 2)
	for len(b) >= 4 && b[0] == 0xff {
		if b[1] == 0xff { // fill byte
			b = b[1:]
			continue
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if b[1] == startOfScan || n < 2 || n > len(b)-2 {
			return nil
		}
		if body := b[4 : 2+n]; b[1] == app1 && bytes.HasPrefix(body, []byte(exifPrefix)) {
			return body
		}
		b = b[2+n:]
	}
	return nil
}

// pngExif is the body of the eXIf chunk of a PNG, or nil (PNG 3rd edition §11.3.4.5).
func pngExif(b []byte) []byte {
	b = skip(b, len(pngMagic))
	for len(b) >= 12 {
		n := int(binary.BigEndian.Uint32(b))
		if n > len(b)-12 {
			return nil
		}
		if string(b[4:8]) == "eXIf" {
			return b[8 : 8+n]
		}
		b = b[12+n:]
	}
	return nil
}

// tiffOrientation is the orientation in EXIF data, with or without the prefix
// that JPEG gives it, or 1 (TIFF 6.0 §2, Exif 2.32 §4.6.4).
func tiffOrientation(b []byte) int {
	const (
		tag      = 0x0112
		short    = 3
		entryLen = 12
	)
	b = bytes.TrimPrefix(b, []byte(exifPrefix))
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := order.Uint32(b[4:])
	if uint64(at)+2 > uint64(len(b)) {
		return 1
	}
	count := int(order.Uint16(b[at:]))
	for entries := b[at+2:]; count > 0 && len(entries) >= entryLen; count-- {
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if v := int(order.Uint16(entries[8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
		entries = entries[entryLen:]
	}
	return 1
}
