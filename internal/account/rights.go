package account

import (
	"strings"
	"unicode/utf8"
)

// Rights are what others may do with what somebody made: a word of the list
// below, or a sentence of the author's own. "" is not told.
type Rights string

// The words. Those of Creative Commons are the international 4.0 licences.
const (
	Reserved     Rights = "reserved"
	PublicDomain Rights = "cc0"
	BY           Rights = "by"
	BYSA         Rights = "by-sa"
	BYND         Rights = "by-nd"
	BYNC         Rights = "by-nc"
	BYNCSA       Rights = "by-nc-sa"
	BYNCND       Rights = "by-nc-nd"
)

// RightsMax is the longest sentence of one's own, in characters.
const RightsMax = 300

// licences are the words that have a document, from the freest.
var licences = []struct {
	rights    Rights
	name, url string
}{
	{PublicDomain, "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"},
	{BY, "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"},
	{BYSA, "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"},
	{BYND, "CC BY-ND 4.0", "https://creativecommons.org/licenses/by-nd/4.0/"},
	{BYNC, "CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc/4.0/"},
	{BYNCSA, "CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"},
	{BYNCND, "CC BY-NC-ND 4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"},
}

// Licences are the words that stand for a licence, from the freest.
func Licences() []Rights {
	out := make([]Rights, len(licences))
	for i, l := range licences {
		out[i] = l.rights
	}
	return out
}

// ParseRights reads a word or a sentence; ok is false for a sentence too long
// to be one, or one of several lines.
func ParseRights(s string) (r Rights, ok bool) {
	s = strings.TrimSpace(s)
	return Rights(s), utf8.ValidString(s) && utf8.RuneCountInString(s) <= RightsMax && !strings.ContainsAny(s, "\r\n")
}

// RightsOf reads what another server says: the address of a licence, by
// preference, or words.
func RightsOf(url, words string) Rights {
	plain := strings.TrimSuffix(strings.ToLower(strings.Replace(url, "http://", "https://", 1)), "/") + "/"
	for _, l := range licences {
		if plain == l.url {
			return l.rights
		}
	}
	words = strings.Join(strings.Fields(words), " ")
	for _, l := range licences {
		if strings.EqualFold(words, l.name) {
			return l.rights
		}
	}
	switch {
	case strings.EqualFold(words, "all rights reserved"):
		return Reserved
	case words == "":
		words = url
	}
	if utf8.RuneCountInString(words) > RightsMax {
		words = string([]rune(words)[:RightsMax])
	}
	return Rights(words)
}

// URL is the document of a licence, "" for any other.
func (r Rights) URL() string {
	for _, l := range licences {
		if l.rights == r {
			return l.url
		}
	}
	return ""
}

// Words are rights as programs and other servers are told them, in English
// where they are a word of ours.
func (r Rights) Words() string {
	if r == Reserved {
		return "All rights reserved"
	}
	for _, l := range licences {
		if l.rights == r {
			return l.name
		}
	}
	return string(r)
}

// Own reports whether they are a sentence of the author's own.
func (r Rights) Own() bool { return r != "" && r != Reserved && r.URL() == "" }
