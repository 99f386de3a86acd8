// Package locale holds the languages Allod speaks: their messages, plural
// forms, dates, numbers and direction.
//
// A language is one TOML catalogue. Nested tables flatten to dotted keys, so
// that
//
//	[home]
//	empty = "Nobody lives on this page yet."
//	replies = { one = "{n} reply", other = "{n} replies" }
//
// is read as "home.empty" and "home.replies". Text between braces is replaced
// by the argument of that name; a table of plural categories (UTS #35, part 3,
// §5) is chosen by the argument "n". What comes out is plain text: whoever puts
// it on a page escapes it.
//
// Adding a language is adding a file; no code knows the languages by name but
// English, which is what a reader gets where a catalogue has no answer.
package locale

import (
	"golang.org/x/text/language"
)

// A Locale is one language as a reader meets it. It does not change once
// loaded and serves any number of goroutines.
type Locale struct {
	tag      language.Tag
	name     string
	dir      string
	group    string
	months   []string
	weekdays []string
	messages map[string]message
	english  *Locale
}

// Tag is the language as BCP 47 writes it, such as "ru".
func (l *Locale) Tag() string { return l.tag.String() }

// Name is the language's name in itself, such as "Русский".
func (l *Locale) Name() string { return l.name }

// Dir is the direction of its script, "ltr" or "rtl".
func (l *Locale) Dir() string { return l.dir }

// T is the message of a key with its named arguments filled in. Arguments are
// name, value pairs; whole numbers are written in the manner of the language,
// and the one named "n" chooses the plural form. A key this language lacks is
// answered in English, one that English lacks too by the key itself.
func (l *Locale) T(key string, args ...any) string {
	m, owner := l.find(key)
	if owner == nil {
		return key
	}
	return m.form(owner, args).fill(owner, args)
}

// Has reports whether the language itself, not English in its place, has the key.
func (l *Locale) Has(key string) bool {
	_, ok := l.messages[key]
	return ok
}

// Parts is the message of a key cut at the placeholders that args does not
// fill, for sentences with a link or a picture inside.
func (l *Locale) Parts(key string, args ...any) []Part {
	m, owner := l.find(key)
	if owner == nil {
		return []Part{{Text: key}}
	}
	return m.form(owner, args).parts(owner, args)
}

// Forms are the plural forms of a key by category, unfilled, for a script that
// counts on the page. A message without plural forms has only "other".
func (l *Locale) Forms(key string) map[string]string {
	m, owner := l.find(key)
	if owner == nil {
		return map[string]string{"other": key}
	}
	forms := make(map[string]string, len(m.plural))
	for category, t := range m.plural {
		forms[categories[category]] = t.String()
	}
	if len(forms) == 0 {
		forms["other"] = m.text.String()
	}
	return forms
}

// find is the message of a key and the language it was found in, nil for none.
func (l *Locale) find(key string) (message, *Locale) {
	if m, ok := l.messages[key]; ok {
		return m, l
	}
	if l.english != nil {
		if m, ok := l.english.messages[key]; ok {
			return m, l.english
		}
	}
	return message{}, nil
}
