package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"

	"allod/internal/fault"
)

// SlugMax is the longest slug, in characters.
const SlugMax = 60

// reserved are steps below a person's site, or at the root of their own
// domain, that lead to something else. What has a dot in it is never a slug.
const reserved = " actor api articles assets authorize-interaction comment comments digest embed events feed feeds follow followers following inbox letter link login media me nodeinfo notes " +
	"oauth outbox pictures polls posts proxy reply replies search settings sitemaps subscribe subscription tag tags unsubscribe webmention well-known websub "

// CheckSlug is the last step of a page's address in the form it is kept, or
// what is wrong with it: letters and digits of one direction of writing, in lower case, with single
// hyphens between, that are no number and no word the house needs.
func CheckSlug(raw string) (string, error) {
	wrong := func(key string) error { return fault.New(fault.Invalid, key, "max", SlugMax).In("slug") }
	slug, ok := slugOf(raw)
	switch {
	case !ok:
		return "", wrong("fault.page.slug_letters")
	case slug == "":
		return "", wrong("fault.page.slug")
	case utf8.RuneCountInString(slug) > SlugMax:
		return "", wrong("fault.page.slug_long")
	case !strings.ContainsFunc(slug, unicode.IsLetter):
		return "", wrong("fault.page.slug_number")
	case mixed(slug):
		return "", wrong("fault.page.slug_mixed")
	case keeps(slug):
		return "", fault.New(fault.Invalid, "fault.page.slug_reserved", "slug", slug).In("slug")
	}
	return slug, nil
}

// keeps reports whether the house needs a word for something else.
func keeps(slug string) bool { return slug != "" && strings.Contains(reserved, " "+slug+" ") }

// slugOf is raw with compatible spellings made one, spaces, dashes and signs
// between words made one hyphen, and what cannot be seen left out.
func slugOf(raw string) (slug string, ok bool) {
	if len(raw) > 16*SlugMax || !utf8.ValidString(raw) {
		return "", false
	}
	var b strings.Builder
	gap := false
	for _, c := range strings.ToLower(norm.NFKC.String(raw)) {
		switch {
		case unseen(c), c == '\'', c == '’':
		case unicode.IsLetter(c), unicode.IsDigit(c), unicode.Is(unicode.M, c) && b.Len() > 0 && !gap:
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(c)
		default:
			gap = true
		}
	}
	return norm.NFC.String(b.String()), true
}

// unseen reports whether a character leaves no trace by itself (Unicode, Default_Ignorable_Code_Point).
func unseen(c rune) bool {
	return unicode.In(c, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// mixed reports whether a text has letters that are written from the left and
// others that are written from the right: on a line they would change places.
func mixed(s string) bool {
	left, right := false, false
	for _, c := range s {
		p, _ := bidi.LookupRune(c)
		switch p.Class() {
		case bidi.L:
			left = true
		case bidi.R, bidi.AL:
			right = true
		}
	}
	return left && right
}
