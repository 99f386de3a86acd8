package nodeinfo

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func count(n int64) *int64 { return &n }

func TestDiscovery(t *testing.T) {
	raw, err := json.Marshal(Discover("https://harbor.example/nodeinfo/"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"links":[` +
		`{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0","href":"https://harbor.example/nodeinfo/2.0"},` +
		`{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.1","href":"https://harbor.example/nodeinfo/2.1"}]}`
	if diff := cmp.Diff(want, string(raw)); diff != "" {
		t.Error(diff)
	}
	d, err := ParseDiscovery(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Best(); got != "https://harbor.example/nodeinfo/2.1" {
		t.Errorf("best %q", got)
	}
	if got := (Discovery{Links: []Link{{Rel: "x", Href: "y"}}}).Best(); got != "" {
		t.Errorf("best of none %q", got)
	}
}

func TestDocumentsAreWritten(t *testing.T) {
	d := Document{
		Software:          Software{Name: "home", Version: "0.1.0", Repository: "https://harbor.example/source"},
		Protocols:         []string{"activitypub"},
		OpenRegistrations: true,
		Usage:             Usage{Users: Users{Total: count(2), ActiveMonth: count(0)}, LocalPosts: count(17)},
		Metadata:          map[string]any{"nodeName": "Harbor"},
	}
	const rest = `"protocols":["activitypub"],"services":{"inbound":[],"outbound":[]},"openRegistrations":true,` +
		`"usage":{"users":{"total":2,"activeMonth":0},"localPosts":17},"metadata":{"nodeName":"Harbor"}}`
	tests := map[Version]string{
		Version20: `{"version":"2.0","software":{"name":"home","version":"0.1.0"},` + rest,
		Version21: `{"version":"2.1","software":{"name":"home","version":"0.1.0","repository":"https://harbor.example/source"},` + rest,
	}
	for v, want := range tests {
		raw, err := d.JSON(v)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(raw)); diff != "" {
			t.Errorf("%s: %s", v, diff)
		}
		back, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d.Usage, back.Usage); diff != "" {
			t.Error(diff)
		}
	}
}

func TestEmptyPartsAreWrittenEmpty(t *testing.T) {
	raw, err := Document{Software: Software{Name: "home"}}.JSON(Version20)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"version":"2.0","software":{"name":"home","version":""},"protocols":[],` +
		`"services":{"inbound":[],"outbound":[]},"openRegistrations":false,"usage":{"users":{}},"metadata":{}}`
	if diff := cmp.Diff(want, string(raw)); diff != "" {
		t.Error(diff)
	}
}

func TestSoftwareNameMustFitTheSchema(t *testing.T) {
	for _, name := range []string{"", "Home", "my home", "дом"} {
		if _, err := (Document{Software: Software{Name: name}}).JSON(Version21); err == nil {
			t.Errorf("%q was written", name)
		}
	}
}

func TestLooseDocumentsAreRead(t *testing.T) {
	d, err := Parse([]byte(`{"version":2,"software":{"name":"misskey","version":"13"},
		"protocols":{"inbound":["diaspora"]},"services":[],"openRegistrations":"yes",
		"usage":{"users":{"total":"many"}},"metadata":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Document{Software: Software{Name: "misskey", Version: "13"}}, d); diff != "" {
		t.Error(diff)
	}
}

func TestHostileDocuments(t *testing.T) {
	for _, raw := range []string{"", "[]", "{}", `{"software":"x"}`, "<html>", strings.Repeat(" ", MaxDocument) + "{}"} {
		if _, err := Parse([]byte(raw)); !errors.Is(err, ErrDocument) {
			t.Errorf("%.20q: got %v", raw, err)
		}
	}
	if _, err := ParseDiscovery([]byte(`{"links":"x"}`)); !errors.Is(err, ErrDocument) {
		t.Errorf("got %v", err)
	}
}

func TestContentType(t *testing.T) {
	want := `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"`
	if got := Version21.ContentType(); got != want {
		t.Errorf("got %s", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":"2.0","software":{"name":"a","version":"1"},"metadata":{}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if d, err := Parse(raw); err == nil && d.Software.Name == "" {
			t.Fatal("no name")
		}
	})
}
