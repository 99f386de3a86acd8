package syndication

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestListsOfFeedsAreRead(t *testing.T) {
	const body = `<opml version="1.0"><head><title>x</title></head><body>
		<outline text="Folder"><outline text="Wren &amp; co" type="rss" xmlUrl="https://far.example/@wren.rss" htmlUrl="https://far.example/@wren"/></outline>
		<OUTLINE TITLE="Loud" XMLURL="https://loud.example/feed"/>
		<outline text="Mad" type="link" url="https://mad.example/@mad" description="mad@mad.example"/>
		<outline text="Nothing"/></body></opml>`
	want := []Source{
		{Name: "Wren & co", Page: "https://far.example/@wren", Feed: "https://far.example/@wren.rss"},
		{Name: "Loud", Feed: "https://loud.example/feed"},
		{Name: "Mad", Page: "https://mad.example/@mad", Handle: "mad@mad.example"},
	}
	wide := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(`<?xml version="1.0" encoding="UTF-16"?>` + body)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	for name, raw := range map[string][]byte{
		"plain":    []byte(body),
		"with BOM": []byte("\uFEFF" + `<?xml version="1.0" encoding="utf-8"?>` + body),
		"latin 1":  []byte(`<?xml version="1.0" encoding="ISO-8859-1"?>` + body),
		"UTF-16":   wide,
		"doctype":  []byte(`<!DOCTYPE opml SYSTEM "https://evil.example/opml.dtd">` + body),
	} {
		if got, err := ReadOPML(raw, 10); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	if got, err := ReadOPML([]byte(`<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="`+"\xcf\xf2\xe8\xf6\xe0"+`" xmlUrl="https://a.example/"/></body></opml>`), 10); err != nil || got[0].Name != "Птица" {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := ReadOPML([]byte(body), 2); err != nil || len(got) != 2 {
		t.Errorf("%d read of at most 2: %v", len(got), err)
	}
}

func TestListsThatCannotBeReadAreRefused(t *testing.T) {
	bomb := `<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><opml><body><outline text="&b;" xmlUrl="https://a.example/"/></body></opml>`
	for name, c := range map[string]struct {
		raw  string
		want error
	}{
		"entities":              {bomb, ErrEntities},
		"a file of the machine": {`<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml/>`, ErrEntities},
		"an unknown entity":     {`<opml><body><outline text="&b;"/></body></opml>`, ErrNotOPML},
		"deep":                  {"<opml>" + strings.Repeat("<outline>", 100_000), ErrDeep},
		"an unknown encoding":   {`<?xml version="1.0" encoding="x-runes"?><opml/>`, ErrEncoding},
		"letters of another":    {"<opml><body><outline text=\"\xcf\xf2\"/></body></opml>", ErrNotOPML},
		"no OPML":               {"<rss/>", ErrNotOPML},
		"no XML":                {"hello", ErrNotOPML},
		"nothing":               {"", ErrNotOPML},
		"cut off":               {`<opml><body><outline text="a" xmlUrl="https://a.example/"/>`, ErrNotOPML},
	} {
		if _, err := ReadOPML([]byte(c.raw), 10); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzReadOPML(f *testing.F) {
	f.Add([]byte(`<opml><body><outline text="a" xmlUrl="https://a.example/"/></body></opml>`))
	f.Add([]byte(`<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY a "b">]><opml/>`))
	f.Add(append([]byte{0xFE, 0xFF}, bytes.Repeat([]byte{0, '<'}, 9)...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := ReadOPML(raw, 5)
		if err == nil && len(got) > 5 {
			t.Errorf("%d sources", len(got))
		}
	})
}
