package locale

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// english is the language every other one is held against.
const english = "en"

// A Bundle is all the languages a home speaks.
type Bundle struct {
	locales []*Locale // English first, the others by tag
	matcher language.Matcher
}

// Load reads every *.toml of fsys as one language named by its file, such as
// "ru.toml", and its chapters, the *.toml of the folder of that name, such as
// "ru/poll.toml". It fails without English, and on a catalogue that is
// malformed, says something twice, or lacks its own name, direction or calendar.
func Load(fsys fs.FS) (*Bundle, error) {
	files, err := fs.Glob(fsys, "*.toml")
	if err != nil {
		return nil, fmt.Errorf("load languages: %w", err)
	}
	b := new(Bundle)
	for _, file := range files {
		l, err := loadOne(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("load language %s: %w", file, err)
		}
		b.locales = append(b.locales, l)
	}
	slices.SortFunc(b.locales, func(x, y *Locale) int {
		if (x.Tag() == english) != (y.Tag() == english) {
			if x.Tag() == english {
				return -1
			}
			return 1
		}
		return strings.Compare(x.Tag(), y.Tag())
	})
	if len(b.locales) == 0 || b.locales[0].Tag() != english {
		return nil, errors.New("load languages: there is no English")
	}
	tags := make([]language.Tag, len(b.locales))
	for i, l := range b.locales {
		tags[i] = l.tag
		if i > 0 {
			l.english = b.locales[0]
		}
	}
	b.matcher = language.NewMatcher(tags)
	return b, nil
}

// loadOne reads one catalogue.
func loadOne(fsys fs.FS, file string) (*Locale, error) {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	tag, err := language.Parse(strings.TrimSuffix(path.Base(file), ".toml"))
	if err != nil {
		return nil, fmt.Errorf("its name is no language: %w", err)
	}
	c, err := readCatalogue(text)
	if err != nil {
		return nil, err
	}
	chapters, err := fs.Glob(fsys, strings.TrimSuffix(file, ".toml")+"/*.toml")
	if err != nil {
		return nil, err
	}
	for _, chapter := range chapters {
		text, err := fs.ReadFile(fsys, chapter)
		if err != nil {
			return nil, err
		}
		if err := c.add(text); err != nil {
			return nil, fmt.Errorf("%s: %w", chapter, err)
		}
	}
	return &Locale{
		tag: tag, name: c.Name, dir: c.Dir, group: c.Group,
		months: c.Months, weekdays: c.Weekdays, messages: c.messages,
	}, nil
}

// Locales are all languages, English first.
func (b *Bundle) Locales() []*Locale { return slices.Clone(b.locales) }

// English is the language everything exists in.
func (b *Bundle) English() *Locale { return b.locales[0] }

// Match is the language for a reader: the one they chose, if it is one of
// ours, else the first of their browser's Accept-Language (RFC 9110 §12.5.4)
// that is, else English. A neighboring language is not taken for theirs.
func (b *Bundle) Match(acceptLanguage, chosen string) *Locale {
	for _, l := range b.locales {
		if l.Tag() == chosen {
			return l
		}
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return b.locales[0]
	}
	for _, tag := range wanted {
		if _, i, confidence := b.matcher.Match(tag); confidence >= language.High {
			return b.locales[i]
		}
	}
	return b.locales[0]
}

// Missing lists what keeps the languages from saying the same: keys one of
// them lacks or has alone, different placeholders, and plural categories a
// language needs and a message does not have. It is empty when all is well.
func (b *Bundle) Missing() []string {
	var found []string
	reference := b.locales[0].messages
	for _, l := range b.locales {
		for _, key := range slices.Sorted(maps.Keys(reference)) {
			m, ok := l.messages[key]
			if !ok {
				found = append(found, fmt.Sprintf("%s: %s is missing", l.Tag(), key))
				continue
			}
			if have, want := m.holes(), reference[key].holes(); !slices.Equal(have, want) {
				found = append(found, fmt.Sprintf("%s: %s has placeholders %v, English %v", l.Tag(), key, have, want))
			}
		}
		for _, key := range slices.Sorted(maps.Keys(l.messages)) {
			if _, ok := reference[key]; !ok {
				found = append(found, fmt.Sprintf("%s: %s is not in English", l.Tag(), key))
			}
			for _, category := range l.lacks(l.messages[key]) {
				found = append(found, fmt.Sprintf("%s: %s lacks the form %q", l.Tag(), key, category))
			}
		}
	}
	return found
}

// holes are the names of a message's placeholders over all its forms, sorted;
// a plural message always has "n".
func (m message) holes() []string {
	set := map[string]bool{}
	collect := func(t template) {
		for _, p := range t {
			if p.Hole != "" {
				set[p.Hole] = true
			}
		}
	}
	collect(m.text)
	for _, t := range m.plural {
		collect(t)
		set["n"] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// lacks are the plural categories that whole numbers reach in this language
// and a plural message does not have, sorted by name.
func (l *Locale) lacks(m message) []string {
	if m.plural == nil {
		return nil
	}
	set := map[string]bool{}
	for n := range int64(1000) {
		if c := l.category(n); !m.has(c) {
			set[categories[c]] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// has reports whether a plural message has a form of its own for a category.
func (m message) has(c plural.Form) bool {
	_, ok := m.plural[c]
	return ok
}
