package locale

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
)

// categories names the plural categories as catalogues write them.
var categories = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two",
	plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

// A message is one sentence, or one per plural category.
type message struct {
	text   template
	plural map[plural.Form]template
}

// form is the template the arguments choose.
func (m message) form(l *Locale, args []any) template {
	if m.plural == nil {
		return m.text
	}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != "n" {
			continue
		}
		if n, ok := integer(args[i+1]); ok {
			if t, ok := m.plural[l.category(n)]; ok {
				return t
			}
		}
	}
	return m.plural[plural.Other]
}

// category is the plural category of a whole number (UTS #35, part 3, §5.1.1).
func (l *Locale) category(n int64) plural.Form {
	if n < 0 {
		n = -n
	}
	return plural.Cardinal.MatchPlural(l.tag, int(n%10_000_000), 0, 0, 0, 0)
}

// A Part is a stretch of a message: words, or the name of a placeholder that
// was left open.
type Part struct {
	Text string
	Hole string
}

// A template is a message cut at its placeholders.
type template []Part

// parse cuts text at {name}. A brace that opens nothing is an error, so that a
// slip in a catalogue is found when it is loaded.
func parse(text string) (template, error) {
	var t template
	for rest := text; rest != ""; {
		open := strings.IndexAny(rest, "{}")
		if open < 0 {
			t = append(t, Part{Text: rest})
			break
		}
		end := strings.IndexByte(rest, '}')
		if rest[open] == '}' || end < 0 || !isName(rest[open+1:end]) {
			return nil, fmt.Errorf("stray brace in %q", text)
		}
		if open > 0 {
			t = append(t, Part{Text: rest[:open]})
		}
		t = append(t, Part{Hole: rest[open+1 : end]})
		rest = rest[end+1:]
	}
	return t, nil
}

// isName reports whether s may name a placeholder: lower-case letters and underscores.
func isName(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '_' {
			return false
		}
	}
	return s != ""
}

// fill writes the template out. A placeholder nobody filled stays visible.
func (t template) fill(l *Locale, args []any) string {
	if len(t) == 1 && t[0].Hole == "" {
		return t[0].Text
	}
	var b strings.Builder
	for _, p := range t {
		switch value, ok := l.argument(args, p.Hole); {
		case p.Hole == "":
			b.WriteString(p.Text)
		case ok:
			b.WriteString(value)
		default:
			b.WriteString("{" + p.Hole + "}")
		}
	}
	return b.String()
}

// parts is fill that leaves open what args does not name.
func (t template) parts(l *Locale, args []any) []Part {
	out := make([]Part, 0, len(t))
	for _, p := range t {
		if value, ok := l.argument(args, p.Hole); ok {
			p = Part{Text: value}
		}
		out = append(out, p)
	}
	return out
}

// String is the template as its catalogue wrote it.
func (t template) String() string { return t.fill(nil, nil) }

// argument is the value of a name among name, value pairs, in words.
func (l *Locale) argument(args []any, name string) (string, bool) {
	if name == "" {
		return "", false
	}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return l.write(args[i+1]), true
		}
	}
	return "", false
}

// write is a value in words: whole numbers grouped, everything else as it prints.
func (l *Locale) write(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	if n, ok := integer(value); ok {
		return l.Number(n)
	}
	return fmt.Sprint(value)
}

// integer is the value as a whole number, if it is one.
func integer(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	case uint32:
		return int64(n), true
	}
	return 0, false
}

// Number is a whole number in digits, grouped by threes from five digits on,
// as both English and Russian typesetting allow, so that years never are.
func (l *Locale) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if len(digits) < 5 || l.group == "" {
		return sign + digits
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(l.group)
		}
		b.WriteRune(d)
	}
	return b.String()
}
