package derive

import (
	"encoding/binary"
	"iter"
)

// Still WebP is decoded by x/image. It knows no animation, so the first frame
// of an animated picture is taken out as a still of its own. Nothing encodes
// WebP here: JPEG is what everyone shows.

const riffHeaderLen = 12

// riffChunks walks the chunks of a RIFF list (RFC 9649 §2.3), as far as they
// are whole.
func riffChunks(b []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for len(b) >= 8 {
			n := int(binary.LittleEndian.Uint32(b[4:]))
			if n > len(b)-8 {
				return
			}
			if !yield(string(b[:4]), b[8:8+n]) {
				return
			}
			b = skip(b, 8+n+n&1)
		}
	}
}

// webpExif is the EXIF chunk (RFC 9649 §2.7.1.5) of a WebP file, or nil.
func webpExif(data []byte) []byte {
	for id, body := range riffChunks(skip(data, riffHeaderLen)) {
		if id == "EXIF" {
			return body
		}
	}
	return nil
}

// firstFrame returns a still WebP as it is, and of an animated one the first
// frame as a still (RFC 9649 §2.7.1.1).
func firstFrame(data []byte) (still []byte, animated bool, err error) {
	for id, body := range riffChunks(skip(data, riffHeaderLen)) {
		if id != "ANMF" {
			continue
		}
		const headLen = 16
		if len(body) < headLen {
			return nil, true, refuse(broken, "frame too short")
		}
		return stillOf(body[6:12], body[headLen:]), true, nil
	}
	return data, false, nil
}

// stillOf wraps the bitmap chunks of a frame as a file. sides is its width
// and height, each less one, in three bytes, as the header wants them too.
func stillOf(sides, frame []byte) []byte {
	const alphaFlag = 0x10
	header := make([]byte, 4, 10) // flags, reserved, then the sides
	var chunks []byte
	for id, body := range riffChunks(frame) {
		switch id {
		case "ALPH":
			header[0] |= alphaFlag
		case "VP8 ", "VP8L":
		default:
			continue
		}
		chunks = appendChunk(chunks, id, body)
	}
	body := append([]byte("WEBP"), appendChunk(nil, "VP8X", append(header, sides...))...)
	return appendChunk(nil, "RIFF", append(body, chunks...))
}

func appendChunk(b []byte, id string, body []byte) []byte {
	b = append(b, id...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	b = append(b, body...)
	if len(body)&1 == 1 {
		b = append(b, 0)
	}
	return b
}
