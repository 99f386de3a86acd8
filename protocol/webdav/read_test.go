package webdav

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestFindIsRead(t *testing.T) {
	f, err := ParseFind(strings.NewReader(`<?xml version="1.0"?><D:propfind xmlns:D="DAV:" xmlns="http://owncloud.org/ns"><D:prop><D:getetag/><id/><id/><x:a xmlns:x="urn:a"/></D:prop></D:propfind>`))
	want := Find{Props: []Name{D("getetag"), OC("id"), {"urn:a", "a"}}}
	if err != nil || !reflect.DeepEqual(f, want) {
		t.Errorf("%v %v", f, err)
	}
	if f, err := ParseFind(strings.NewReader("")); err != nil || !f.All {
		t.Errorf("an empty body: %v %v", f, err)
	}
}

func TestBodiesThatLieAreRefused(t *testing.T) {
	for name, body := range map[string]string{
		"a document type":      `<!DOCTYPE x [<!ENTITY a "aaaa">]><d:propfind xmlns:d="DAV:"><d:allprop/></d:propfind>`,
		"an entity":            `<d:propfind xmlns:d="DAV:"><d:prop><d:x>&a;</d:x></d:prop></d:propfind>`,
		"an empty prefix":      `<d:propfind xmlns:d="DAV:"><d:prop><x:a xmlns:x=""/></d:prop></d:propfind>`,
		"no prefix":            `<d:propfind xmlns:d="DAV:"><d:prop><x:a/></d:prop></d:propfind>`,
		"another root":         `<d:lockinfo xmlns:d="DAV:"/>`,
		"two roots":            `<d:propfind xmlns:d="DAV:"><d:allprop/></d:propfind><d:propfind xmlns:d="DAV:"/>`,
		"an end that is other": `<d:propfind xmlns:d="DAV:"><d:allprop></d:propname></d:propfind>`,
		"a body cut off":       `<d:propfind xmlns:d="DAV:"><d:allprop/>`,
		"two questions":        `<d:propfind xmlns:d="DAV:"><d:allprop/><d:propname/></d:propfind>`,
		"a deep one":           `<d:propfind xmlns:d="DAV:">` + strings.Repeat("<d:a>", 40),
		"a wide one":           `<d:propfind xmlns:d="DAV:"><d:prop>` + strings.Repeat("<d:a/>", elementMax+1) + `</d:prop></d:propfind>`,
		"a long one":           `<d:propfind xmlns:d="DAV:"><d:prop><d:a>` + strings.Repeat("a", BodyMax) + `</d:a></d:prop></d:propfind>`,
		"text outside":         `<d:propfind xmlns:d="DAV:"><d:allprop/></d:propfind>x`,
	} {
		if f, err := ParseFind(strings.NewReader(body)); err == nil {
			t.Errorf("%s is read: %v", name, f)
		}
	}
}

func TestWhatIsSaidReadsTheSameWhereverItStands(t *testing.T) {
	const body = `<d:propertyupdate xmlns:d="DAV:" xmlns:z="urn:z" xml:lang="ar"><d:set><d:prop><z:a z:k="1 &lt; 2" plain="x"><b xmlns="">т&amp;</b><c xmlns="urn:c"/></z:a></d:prop></d:set><d:remove><d:prop><z:b/></d:prop></d:remove></d:propertyupdate>`
	all, err := ParsePatch(strings.NewReader(body))
	if err != nil || len(all) != 2 || all[1].Value != nil || all[1].Name != (Name{"urn:z", "b"}) {
		t.Fatalf("%v %v", all, err)
	}
	kept := all[0].Value.XML()
	again, err := ParsePatch(strings.NewReader(`<d:propertyupdate xmlns:d="DAV:" xmlns="urn:other"><d:set><d:prop>` + kept + `</d:prop></d:set></d:propertyupdate>`))
	if err != nil || !reflect.DeepEqual(all[0].Value, again[0].Value) {
		t.Errorf("%s: %v", kept, err)
	}
	if again[0].Value.Lang != "ar" {
		t.Errorf("the language is lost: %s", kept)
	}
}

func TestLocksAreRead(t *testing.T) {
	in, err := ParseLock(strings.NewReader(`<d:lockinfo xmlns:d="DAV:"><d:lockscope><d:shared/></d:lockscope><d:locktype><d:write/></d:locktype><d:owner><d:href>ida</d:href></d:owner></d:lockinfo>`))
	if err != nil || !in.Shared || !strings.Contains(in.Owner, ">ida<") {
		t.Errorf("%+v %v", in, err)
	}
	if in, err := ParseLock(strings.NewReader("")); err != nil || !in.Refresh {
		t.Errorf("%+v %v", in, err)
	}
	if _, err := ParseLock(strings.NewReader(`<d:lockinfo xmlns:d="DAV:"><d:lockscope/></d:lockinfo>`)); err == nil {
		t.Error("a lock of no scope")
	}
}

func TestIfIsRead(t *testing.T) {
	const host = "marrow.example"
	for header, want := range map[string]If{
		`(<urn:uuid:1> ["a"])`:                                            {{"", []Condition{{Token: "urn:uuid:1"}, {Etag: "a"}}}},
		`(Not <DAV:no-lock>)(["b"])`:                                      {{"", []Condition{{Not: true, Token: "DAV:no-lock"}}}, {"", []Condition{{Etag: "b"}}}},
		`</remote.php/dav/files/ida/a%20b> (["x"])`:                       {{"/remote.php/dav/files/ida/a%20b", []Condition{{Etag: "x"}}}}, // the desktop app
		`<https://marrow.example/a> (["x"]) (<t:1>) <http://o/b> (["y"])`: {{"/a", []Condition{{Etag: "x"}}}, {"/a", []Condition{{Token: "t:1"}}}, {"http://o/b", []Condition{{Etag: "y"}}}},
		`([W/"x"])`: {{"", []Condition{{Etag: "x"}}}},
		"":          nil,
	} {
		if got, err := ParseIf(header, host); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v %v", header, got, err)
		}
	}
	for _, header := range []string{`(`, `()`, `(Not)`, `(<>)`, `([])`, `x`, `</a>`, `</a> x`, `(["a"]`, `(["a"]) </b> (["c"])`, `(Not Not <a:b>)`} {
		if got, err := ParseIf(header, host); err == nil {
			t.Errorf("%s is read: %v", header, got)
		}
	}
}

func TestIfHoldsWhereAListDoes(t *testing.T) {
	has := func(resource string, c Condition) bool { return resource == "/a" && c.Etag == "x" || c.Token == "t:1" }
	for header, want := range map[string]bool{
		`</a> (["x"])`: true, `</b> (["x"])`: false, `</b> (["x"]) (<t:1>)`: true, `(Not <t:1>)`: false, `(<t:2>) (Not ["x"])`: true, ``: true,
	} {
		f, err := ParseIf(header, "h")
		if err != nil || f.Holds(has) != want {
			t.Errorf("%s does not hold as it should (%v)", header, err)
		}
	}
}

func TestDestinationsAreOfThisServer(t *testing.T) {
	for in, want := range map[string]string{
		"/a%20b": "/a%20b", "https://marrow.example/x": "/x", "http://MARROW.example:80/x?y": "/x", "/%D1%84/#": "/%D1%84/",
	} {
		if got, err := Destination(http.Header{"Destination": {in}}, "marrow.example"); err != nil || got != want {
			t.Errorf("%s: %q %v", in, got, err)
		}
	}
	if _, err := Destination(http.Header{"Destination": {"https://far.example/x"}}, "marrow.example"); !errors.Is(err, ErrElsewhere) {
		t.Error(err)
	}
	for _, in := range []string{"", "x", "https://marrow.example", "%zz"} {
		if got, err := Destination(http.Header{"Destination": {in}}, "marrow.example"); err == nil {
			t.Errorf("%q leads to %q", in, got)
		}
	}
}

func TestPathsDoNotClimb(t *testing.T) {
	for in, want := range map[string][]string{"/a/b%20c//d/": {"a", "b c", "d"}, "/": nil, "/a%2e": {"a."}, "/...": {"..."}} {
		if got, err := Clean(in); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q %v", in, got, err)
		}
	}
	for _, in := range []string{"/../a", "/a/%2e%2E", "/a%2Fb", "/a%00", "/.", "/%zz"} {
		if got, err := Clean(in); err == nil {
			t.Errorf("%s: %q", in, got)
		}
	}
}

func TestTimeouts(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"": time.Hour, "Infinite": time.Hour, "Second-60": time.Minute, "Infinite, Second-60": time.Minute, "Second-999999999": time.Hour, "Second-x": time.Hour,
	} {
		if got := Timeout(http.Header{"Timeout": {in}}, time.Hour); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}

// plainXML fails a test if what was written is not XML.
func plainXML(t *testing.T, b []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, b)
		}
	}
}

func TestAnswersHaveThePrefixesThatAppsRead(t *testing.T) {
	var b bytes.Buffer
	m := NewMultistatus(&b)
	m.Begin(Escape("/remote.php/dav/files/ida/a & ф.txt"))
	m.Text(TagOf(D("displayname")), "a & <ф>\x01")
	m.Int(TagOf(OC("size")), 7)
	m.Raw(TagOf(NC("is-encrypted")), "0")
	m.Missing(TagOf(OC("downloadURL")))
	m.Missing(TagOf(Name{"urn:x&", "y"}))
	m.End()
	m.Status("/b", "404 Not Found")
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	plainXML(t, b.Bytes())
	want := `<?xml version="1.0" encoding="utf-8"?>
<d:multistatus xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns">` +
		`<d:response><d:href>/remote.php/dav/files/ida/a%20%26%20%D1%84.txt</d:href><d:propstat><d:prop><d:displayname>a &amp; &lt;ф&gt;` + "\uFFFD" + `</d:displayname>` +
		`<oc:size>7</oc:size><nc:is-encrypted>0</nc:is-encrypted></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>` +
		`<d:propstat><d:prop><oc:downloadURL/><x:y xmlns:x="urn:x&amp;"/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>` +
		`<d:response><d:href>/b</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response></d:multistatus>`
	if b.String() != want {
		t.Errorf("%s", b.String())
	}
}

func FuzzBodies(f *testing.F) {
	for _, s := range []string{
		`<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/><a xmlns="urn:b" c="d"/></d:prop></d:propfind>`,
		`<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><x:a xmlns:x="urn:x">t</x:a></d:prop></d:set></d:propertyupdate>`,
		`<d:lockinfo xmlns:d="DAV:"><d:lockscope><d:exclusive/></d:lockscope><d:locktype><d:write/></d:locktype></d:lockinfo>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		_, _ = ParseFind(strings.NewReader(body))
		_, _ = ParseLock(strings.NewReader(body))
		_, _ = ParseMake(strings.NewReader(body))
		all, err := ParsePatch(strings.NewReader(body))
		if err != nil {
			return
		}
		for _, p := range all {
			if p.Value == nil {
				continue
			}
			kept := p.Value.XML()
			again, err := parse(strings.NewReader(kept))
			if err != nil {
				if len(kept) > BodyMax {
					return
				}
				t.Fatalf("%q does not read again: %v", kept, err)
			}
			if again.XML() != kept {
				t.Fatalf("%q becomes %q", kept, again.XML())
			}
		}
	})
}

func FuzzIf(f *testing.F) {
	f.Add(`</a> (["x"] Not <t:1>) ([W/"y"])`)
	f.Fuzz(func(t *testing.T, header string) {
		list, err := ParseIf(header, "h")
		if err == nil {
			list.Holds(func(string, Condition) bool { return true })
		}
		_, _ = Clean(header)
		_, _ = Destination(http.Header{"Destination": {header}}, "h")
	})
}
