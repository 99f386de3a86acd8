package icalendar

import (
	"io"
	"unicode/utf8"
)

// foldAt is the longest line, in octets, without its break (RFC 5545 §3.1).
const foldAt = 75

// folded breaks long lines. It is handed whole lines, one at a time, as the encoder writes them.
type folded struct{ w io.Writer }

// Write writes one line, broken where it is too long but never within a character.
func (f *folded) Write(line []byte) (int, error) {
	rest, room := line[:len(line)-2], foldAt // without CR LF
	for len(rest) > room {
		at := room
		for at > 0 && !utf8.RuneStart(rest[at]) {
			at--
		}
		if _, err := f.w.Write(append(rest[:at:at], "\r\n "...)); err != nil {
			return 0, err
		}
		rest, room = rest[at:], foldAt-1
	}
	if _, err := f.w.Write(append(rest[:len(rest):len(rest)], "\r\n"...)); err != nil {
		return 0, err
	}
	return len(line), nil
}
