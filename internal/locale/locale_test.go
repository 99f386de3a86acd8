package locale

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const englishFile = `
[language]
name = "English"
dir = "ltr"
group = ","
months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

[calendar]
day = "{weekday} {day} {month}"
long_day = "{weekday} {day} {month} {year}"
date = "{day} {month} {year}"
clock = "{hour}:{minute}"
moment = "{day} {month} {year}, {hour}:{minute}"
today = "Today"
yesterday = "Yesterday"

[home]
empty = "Nothing yet."
via = "{name} passed this on, {name} did"
deep.down = "Deep"
replies = { one = "{n} reply", other = "{n} replies" }
only = "English only"
`

const russianFile = `
[language]
name = "Русский"
dir = "ltr"
group = " "
months = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"]
weekdays = ["воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"]

[calendar]
day = "{weekday}, {day} {month}"
long_day = "{weekday}, {day} {month} {year}"
date = "{day} {month} {year}"
clock = "{hour}:{minute}"
moment = "{day} {month} {year}, {hour}:{minute}"
today = "Сегодня"
yesterday = "Вчера"

[home]
empty = "Пока пусто."
via = "Поделился {name}"
deep.down = "Глубоко"
replies = { one = "{n} ответ", few = "{n} ответа", many = "{n} ответов", other = "{n} ответа" }
`

func load(t *testing.T, files map[string]string) *Bundle {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	b, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func both(t *testing.T) (*Bundle, *Locale, *Locale) {
	b := load(t, map[string]string{"en.toml": englishFile, "ru.toml": russianFile})
	return b, b.Match("", "en"), b.Match("", "ru")
}

func TestMessagesAreFilledInTheReadersLanguage(t *testing.T) {
	_, en, ru := both(t)
	for _, c := range []struct {
		l    *Locale
		key  string
		args []any
		want string
	}{
		{en, "home.empty", nil, "Nothing yet."},
		{ru, "home.empty", nil, "Пока пусто."},
		{ru, "home.deep.down", nil, "Глубоко"},
		{en, "home.via", []any{"name", "Ida"}, "Ida passed this on, Ida did"},
		{en, "home.via", nil, "{name} passed this on, {name} did"},
		{en, "home.replies", []any{"n", 1}, "1 reply"},
		{en, "home.replies", []any{"n", 12345}, "12,345 replies"},
		{en, "home.replies", []any{"n", 2026}, "2026 replies"},
		{ru, "home.replies", []any{"n", 1}, "1 ответ"},
		{ru, "home.replies", []any{"n", 3}, "3 ответа"},
		{ru, "home.replies", []any{"n", 11}, "11 ответов"},
		{ru, "home.replies", []any{"n", 101}, "101 ответ"},
		{ru, "home.replies", []any{"n", int64(41872)}, "41 872 ответа"},
		{ru, "home.only", nil, "English only"},
		{ru, "home.nowhere", nil, "home.nowhere"},
		{en, "home.via", []any{"name", "<b>{name}"}, "<b>{name} passed this on, <b>{name} did"},
	} {
		if got := c.l.T(c.key, c.args...); got != c.want {
			t.Errorf("%s %s %v = %q, want %q", c.l.Tag(), c.key, c.args, got, c.want)
		}
	}
}

func TestOpenPlaceholdersBecomeParts(t *testing.T) {
	_, en, _ := both(t)
	want := []Part{{Hole: "name"}, {Text: " passed this on, "}, {Hole: "name"}, {Text: " did"}}
	if diff := cmp.Diff(want, en.Parts("home.via")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Part{{Text: "7"}, {Text: " replies"}}, en.Parts("home.replies", "n", 7)); diff != "" {
		t.Error(diff)
	}
}

func TestFormsAreHandedToScriptsUnfilled(t *testing.T) {
	_, en, ru := both(t)
	want := map[string]string{"one": "{n} ответ", "few": "{n} ответа", "many": "{n} ответов", "other": "{n} ответа"}
	if diff := cmp.Diff(want, ru.Forms("home.replies")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"other": "Nothing yet."}, en.Forms("home.empty")); diff != "" {
		t.Error(diff)
	}
}

func TestDatesAreRealDates(t *testing.T) {
	_, en, ru := both(t)
	at := time.Date(2026, time.November, 22, 7, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{en.Day(at), "Sunday 22 November"},
		{en.LongDay(at), "Sunday 22 November 2026"},
		{en.Date(at), "22 November 2026"},
		{en.Clock(at), "07:05"},
		{en.Moment(at), "22 November 2026, 07:05"},
		{en.Today(), "Today"},
		{ru.Day(at), "воскресенье, 22 ноября"},
		{ru.Date(at), "22 ноября 2026"},
		{ru.Yesterday(), "Вчера"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestReadersGetTheLanguageTheyAskFor(t *testing.T) {
	b, _, _ := both(t)
	for _, c := range []struct{ accept, chosen, want string }{
		{"", "", "en"},
		{"ru-RU,ru;q=0.9,en;q=0.8", "", "ru"},
		{"de,ru;q=0.5", "", "ru"},
		{"uk", "", "en"},
		{"uk,en;q=0.5,ru;q=0.3", "", "en"},
		{"ru", "en", "en"},
		{"ru", "xx", "ru"},
		{";;;q=nonsense", "", "en"},
		{"*", "", "en"},
	} {
		if got := b.Match(c.accept, c.chosen).Tag(); got != c.want {
			t.Errorf("Match(%q, %q) = %s, want %s", c.accept, c.chosen, got, c.want)
		}
	}
}

func TestMissingNamesEveryDifference(t *testing.T) {
	b, _, _ := both(t)
	if diff := cmp.Diff([]string{"ru: home.only is missing"}, b.Missing()); diff != "" {
		t.Error(diff)
	}
	b = load(t, map[string]string{
		"en.toml": englishFile,
		"ru.toml": strings.NewReplacer(`"Поделился {name}"`, `"Поделились {who}"`, `few = "{n} ответа", `, "", "[home]", "[home]\nown = \"Своё\"\nonly = \"Только\"").Replace(russianFile),
	})
	want := []string{
		"ru: home.via has placeholders [who], English [name]",
		"ru: home.own is not in English",
		`ru: home.replies lacks the form "few"`,
	}
	if diff := cmp.Diff(want, b.Missing()); diff != "" {
		t.Error(diff)
	}
}

func TestBrokenCataloguesAreRefused(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no English":        {"ru.toml": russianFile},
		"no language":       {"en.toml": englishFile, "not a language.toml": russianFile},
		"stray brace":       {"en.toml": englishFile + "\nbad = \"{ oh\""},
		"closing brace":     {"en.toml": englishFile + "\nbad = \"oh } no {\""},
		"not TOML":          {"en.toml": "[[["},
		"number":            {"en.toml": englishFile + "\nbad = 7"},
		"mixed plural":      {"en.toml": englishFile + "\nbad = { other = \"x\", else = \"y\" }"},
		"eleven months":     {"en.toml": strings.Replace(englishFile, `"May", `, "", 1)},
		"said twice":        {"en.toml": englishFile, "en/more.toml": "[home]\nreplies = \"x\""},
		"broken chapter":    {"en.toml": englishFile, "en/more.toml": "[[["},
		"unknown direction": {"en.toml": strings.Replace(englishFile, `"ltr"`, `"up"`, 1)},
	} {
		fsys := fstest.MapFS{}
		for file, text := range files {
			fsys[file] = &fstest.MapFile{Data: []byte(text)}
		}
		if _, err := Load(fsys); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func TestChaptersAddToTheirLanguage(t *testing.T) {
	b := load(t, map[string]string{"en.toml": englishFile, "en/poll.toml": "[poll]\nvote = \"Vote\"", "ru.toml": russianFile})
	if got := b.English().T("poll.vote"); got != "Vote" {
		t.Errorf("a chapter says %q", got)
	}
}

func FuzzReadCatalogue(f *testing.F) {
	f.Add([]byte(englishFile))
	f.Add([]byte(russianFile))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := readCatalogue(text)
		if err != nil {
			return
		}
		for key, m := range c.messages {
			l := &Locale{messages: c.messages}
			if m.plural == nil && !strings.Contains(l.T(key), strings.Trim(m.text.String(), "{}")) {
				t.Errorf("%s: %q does not print as itself", key, m.text)
			}
		}
	})
}

func BenchmarkT(b *testing.B) {
	l, err := Load(fstest.MapFS{"en.toml": {Data: []byte(englishFile)}})
	if err != nil {
		b.Fatal(err)
	}
	en := l.English()
	for b.Loop() {
		en.T("home.replies", "n", 12)
	}
}
