package file

import (
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"allod/internal/fault"
)

// Limits of names and trees.
const (
	NameMax  = 255  // bytes of a name, as most file systems have it
	PathMax  = 4000 // bytes of a path
	DepthMax = 100  // folders in each other
)

// forbidden are characters that no name may have: it could not be kept on the
// devices that sync it, or would not be one name.
const forbidden = "/\\\x00"

// CheckName tells why something cannot be called so: Invalid in the field "name".
func CheckName(name string) error {
	bad := func(key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In("name") }
	switch {
	case name == "" || name == "." || name == "..":
		return bad("fault.file.name_empty")
	case len(name) > NameMax:
		return bad("fault.file.name_long", "n", NameMax)
	case !utf8.ValidString(name):
		return bad("fault.file.name_bytes")
	case strings.ContainsAny(name, forbidden):
		return bad("fault.file.name_slash")
	case strings.TrimSpace(name) == "":
		return bad("fault.file.name_empty")
	}
	for _, c := range name {
		if c < ' ' || c == 0x7f {
			return bad("fault.file.name_bytes")
		}
	}
	return nil
}

var folding = cases.Fold()

// Fold is the form by which names in one folder clash: case and Unicode form
// do not tell two names apart, since they do not on the devices of many.
func Fold(name string) string {
	if plain(name) {
		return strings.ToLower(name)
	}
	return norm.NFC.String(folding.String(norm.NFC.String(name)))
}

// plain reports whether a name is ASCII.
func plain(name string) bool {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Split takes a path from a person's home apart: "" and "/" are the home
// itself. Invalid for a path that leads elsewhere, as through "..", and for names that cannot be.
func Split(p string) ([]string, error) {
	p = strings.Trim(p, "/")
	if p == "" {
		return nil, nil
	}
	if len(p) > PathMax {
		return nil, fault.New(fault.Invalid, "fault.file.path_long").In("path")
	}
	names := strings.Split(p, "/")
	if len(names) > DepthMax {
		return nil, fault.New(fault.Invalid, "fault.file.path_deep", "n", DepthMax).In("path")
	}
	for _, n := range names {
		if err := CheckName(n); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// numbered is a name with a number before its ending, for a second one of the same name.
func numbered(name, number string) string {
	ext := path.Ext(name)
	if ext == name {
		ext = ""
	}
	stem := strings.TrimSuffix(name, ext)
	for len(stem)+len(number)+len(ext)+3 > NameMax && stem != "" {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + " (" + number + ")" + ext
}

// clipped is a name with an ending, its own part cut where both would be too long.
func clipped(name, ending string) string {
	for len(name)+len(ending) > NameMax {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name + ending
}
