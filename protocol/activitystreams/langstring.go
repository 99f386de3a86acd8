package activitystreams

// A LangString is a natural-language value with its variants by language
// (Core §4.7): "content" and "contentMap".
type LangString struct {
	// Default is the value without a language, or "".
	Default string
	// Variants are the values by language in the order of the document.
	Variants []Variant
}

// A Variant is a text in one language.
type Variant struct {
	// Language is a BCP 47 tag as it was written, "und" if unknown.
	Language string
	Text     string
}

// langString reads key and the map that belongs to it.
func (n node) langString(key string, limit int) LangString {
	s := LangString{Default: n.text(key, limit)}
	m := n.get(key + "Map")
	for i := range m.members[:min(len(m.members), MaxLanguages)] {
		v := m.members[i]
		if text := clean(v.value.str(), limit); text != "" && len(v.key) <= MaxToken {
			s.Variants = append(s.Variants, Variant{Language: clean(v.key, MaxToken), Text: text})
		}
	}
	return s
}

// String is the value without a language, else that of the first language.
func (s LangString) String() string {
	if s.Default == "" && len(s.Variants) > 0 {
		return s.Variants[0].Text
	}
	return s.Default
}

// Language is the language of String: that of the variant with the same text,
// or of the only variant. It is "" if that cannot be told.
func (s LangString) Language() string {
	text := s.String()
	for _, v := range s.Variants {
		if v.Text == text || len(s.Variants) == 1 {
			return v.Language
		}
	}
	return ""
}
