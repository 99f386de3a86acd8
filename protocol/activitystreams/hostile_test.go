package activitystreams

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHostileDocumentsAreRefused(t *testing.T) {
	wide := func(n int) string {
		var b strings.Builder
		b.WriteString(`{"id":"https://a.example/1"`)
		for i := range n {
			fmt.Fprintf(&b, `,"k%d":0`, i)
		}
		return b.String()
	}
	tests := []struct {
		name, doc string
		want      error
	}{
		{"empty", "", ErrSyntax},
		{"cut off", `{"id":"https://a.example/1"`, ErrSyntax},
		{"two values", `{} {}`, ErrSyntax},
		{"comment", `{} // hi`, ErrSyntax},
		{"byte order mark", "\ufeff{}", ErrSyntax},
		{"not UTF-8", "{\"id\":\"https://a.example/\xff\"}", ErrSyntax},
		{"list", `[{"id":"https://a.example/1"}]`, ErrNotObject},
		{"string", `"https://a.example/1"`, ErrNotObject},
		{"null", `null`, ErrNotObject},
		{"same key twice", `{"id":"https://a.example/1","id":"https://b.example/1"}`, ErrDuplicateKey},
		{"same key, escaped", `{"id":"https://a.example/1","\u0069d":"https://b.example/1"}`, ErrDuplicateKey},
		{"same key deep inside", `{"object":[{"tag":{"a":1,"b":2,"a":3}}]}`, ErrDuplicateKey},
		{"same key among many", wide(200) + `,"k150":1}`, ErrDuplicateKey},
		{"graph", `{"id":"https://a.example/1","@graph":[{"id":"https://b.example/1"}]}`, ErrKeyword},
		{"included", `{"object":{"@included":{}}}`, ErrKeyword},
		{"reverse in a context", `{"@context":{"x":{"@reverse":"as:actor"}}}`, ErrKeyword},
		{"reverse, escaped", `{"@revers\u0065":{}}`, ErrKeyword},
		{"deep arrays", `{"a":` + strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth) + `}`, ErrTooDeep},
		{"deep objects", strings.Repeat(`{"a":`, MaxDepth+1) + "1" + strings.Repeat("}", MaxDepth+1), ErrTooDeep},
		{"very deep", `{"a":` + strings.Repeat("[", 500000) + strings.Repeat("]", 500000) + `}`, ErrSyntax},
		{"many values", `{"a":[` + strings.Repeat("0,", MaxValues) + `0]}`, ErrTooMany},
		{"id is a number", `{"id":7}`, ErrID},
		{"id is a list", `{"id":["https://a.example/1"]}`, ErrID},
		{"id is empty", `{"id":""}`, ErrID},
		{"id with a space", `{"id":"https://a.example/ 1"}`, ErrID},
		{"id with a line break", `{"id":"https://a.example/\n"}`, ErrID},
		{"long id", `{"id":"https://a.example/` + strings.Repeat("a", MaxURI) + `"}`, ErrID},
		{"type is a number", `{"type":1}`, ErrType},
		{"type in a type", `{"type":[["Note"]]}`, ErrType},
		{"long type", `{"type":"` + strings.Repeat("a", MaxToken+1) + `"}`, ErrType},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Decode([]byte(tt.doc)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestActivityWithoutTypeIsRefused(t *testing.T) {
	if _, err := DecodeActivity([]byte(`{"id":"https://a.example/1"}`)); err != ErrType {
		t.Errorf("got %v", err)
	}
}

func TestUnknownActivityIsRead(t *testing.T) {
	a, err := DecodeActivity([]byte(`{"id":"https://a.example/1","type":"Frobnicate","actor":"https://a.example/u"}`))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "type", a.Type, "Frobnicate")
}

func TestDeepestAllowedNesting(t *testing.T) {
	doc := strings.Repeat(`{"a":`, MaxDepth) + "1" + strings.Repeat("}", MaxDepth)
	if _, err := Decode([]byte(doc)); err != nil {
		t.Error(err)
	}
}

func TestKeysAreCaseSensitive(t *testing.T) {
	a, err := DecodeActivity([]byte(`{"type":"Like","actor":"https://a.example/u","Actor":"https://b.example/u","TYPE":"Delete"}`))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "actor", a.Actor.ID(), "https://a.example/u")
	same(t, "type", a.Type, TypeLike)
}

func TestListsAndTextsAreCut(t *testing.T) {
	list := func(n int, item string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
	}
	doc := `{"type":"Note"` +
		`,"name":"` + strings.Repeat("é", MaxName) + `"` +
		`,"content":"` + strings.Repeat("a", MaxContent+1) + `"` +
		`,"to":` + list(MaxAudience+5, `"https://a.example/u"`) +
		`,"tag":` + list(MaxTags+5, `{"type":"Hashtag","name":"#a"}`) +
		`,"attachment":` + list(MaxAttachments+5, `{"type":"Image","url":"https://a.example/i"}`) +
		`,"url":` + list(MaxLinks+5, `"https://a.example/p"`) +
		`,"oneOf":` + list(MaxOptions+5, `{"name":"x"}`) + `}`
	o, err := DecodeObject([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "content", len(o.Content.String()), MaxContent)
	same(t, "name", len(o.Name.String()), MaxName)
	same(t, "name is whole characters", utf8.ValidString(o.Name.String()), true)
	same(t, "to", len(o.To), MaxAudience)
	same(t, "tags", len(o.Tags), MaxTags)
	same(t, "attachments", len(o.Attachments), MaxAttachments)
	same(t, "links", len(o.URL), MaxLinks)
	same(t, "options", len(o.Poll.Options), MaxOptions)
}

func TestTreeOfLinksIsBounded(t *testing.T) {
	inner := strings.Repeat(`{"href":"https://a.example/f"},`, 200) + `{"href":"https://a.example/f"}`
	outer := strings.Repeat(`{"href":"https://a.example/p","tag":[`+inner+`]},`, 5)
	o, err := DecodeObject([]byte(`{"type":"Video","url":[` + strings.TrimSuffix(outer, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(o.URL.All()); n > MaxLinks {
		t.Errorf("%d links", n)
	}
}

func TestLongKeyIsNotCut(t *testing.T) {
	doc := `{"type":"Person","publicKey":{"id":"https://a.example/k","publicKeyPem":"` + strings.Repeat("A", MaxKey+1) + `"}}`
	a, err := DecodeActor([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "keys", a.PublicKeys, []PublicKey{{ID: "https://a.example/k"}})
}

func FuzzDecode(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Decode(raw)
		if err != nil {
			return
		}
		readAll(t, r)
	})
}

// readAll reads r in every way and checks what holds for any document.
func readAll(t *testing.T, r Ref) {
	if !utf8.Valid(r.Raw()) {
		t.Fatal("raw is not UTF-8")
	}
	if a, err := r.Activity(); err == nil {
		checkAddressing(t, a.Addressing)
	}
	if o, err := r.Object(); err == nil {
		checkAddressing(t, o.Addressing)
		if len(o.Content.String()) > MaxContent || len(o.URL.All()) > MaxLinks {
			t.Fatal("beyond the limits")
		}
		if strings.ContainsRune(o.Content.String(), 0) {
			t.Fatal("NUL in content")
		}
	}
	if a, err := r.Actor(); err == nil && len(a.PublicKeys) > MaxKeys {
		t.Fatal("too many keys")
	}
	if c, err := r.Collection(); err == nil && len(c.Items) > MaxItems {
		t.Fatal("too many items")
	}
	if k, err := r.PublicKey(); err == nil && len(k.PEM) > MaxKey {
		t.Fatal("key too long")
	}
}

func checkAddressing(t *testing.T, a Addressing) {
	for _, id := range a.Recipients() {
		if IsPublic(id) || !fitURI(id) {
			t.Fatalf("recipient %q", id)
		}
	}
}
