package activitystreams

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	base = "https://harbor.example/.well-known/apgateway/did:key:z6MkExample"
	me   = base + "/actor"
	her  = "https://meadow.example/users/ilse"
)

var noon = time.Date(2026, 5, 6, 12, 0, 0, 120e6, time.FixedZone("", 2*3600))

// golden compares raw, indented, with a file, and checks that it can be read
// back.
func golden(t *testing.T, name string, raw []byte) Ref {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, raw, "", "  "); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, raw)
	}
	indented.WriteByte('\n')
	path := filepath.Join("testdata", "golden", name+".json")
	if *update {
		if err := os.WriteFile(path, indented.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	same(t, name, indented.String(), string(want))
	r, err := Decode(raw)
	if err != nil {
		t.Fatalf("%s cannot be read back: %v", name, err)
	}
	return r
}

// render gives the JSON of a document that must be complete.
func render(t *testing.T, d interface{ JSON() ([]byte, error) }) []byte {
	t.Helper()
	raw, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func fullActor() ActorDocument {
	return ActorDocument{
		Type:              TypePerson,
		ID:                me,
		PreferredUsername: "tomas",
		Webfinger:         "tomas@harbor.example",
		Name:              "Tomás & co",
		Summary:           "<p>Boats</p>",
		URL:               "https://harbor.example/@tomas",
		Inbox:             me + "/inbox",
		Outbox:            me + "/outbox",
		SharedInbox:       "https://harbor.example/inbox",
		Followers:         me + "/followers",
		Following:         me + "/following",
		Featured:          me + "/featured",
		PublicKey:         PublicKeyDocument{ID: me + "#main-key", PEM: "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"},
		AssertionMethods:  []MultikeyDocument{{ID: me + "#ed25519-key", Multibase: "z6MkExample"}},
		Icon:              &ImageDocument{MediaType: "image/webp", URL: "https://harbor.example/media/1.webp", Summary: "A boat"},
		Image:             &ImageDocument{MediaType: "image/webp", URL: "https://harbor.example/media/2.webp"},
		Fields:            []FieldDocument{{Name: "Site", Value: `<a href="https://boats.example">boats.example</a>`}},
		Tags:              []TagDocument{{Type: TypeEmoji, ID: "https://harbor.example/emoji/boat", Name: ":boat:", Icon: &ImageDocument{URL: "https://harbor.example/boat.png"}}},
		Discoverable:      true,
		AlsoKnownAs:       []string{"https://old.example/users/tomas"},
		Gateways:          []string{"https://harbor.example"},
		Implements:        []CapabilityDocument{{Href: "https://datatracker.ietf.org/doc/html/rfc9421", Name: "RFC-9421: HTTP Message Signatures"}},
		Published:         noon,
	}
}

func fullNote() NoteDocument {
	return NoteDocument{
		ID:           base + "/objects/1",
		AttributedTo: me,
		InReplyTo:    her + "/statuses/11",
		Context:      "https://meadow.example/contexts/1",
		Content:      `<p>Hi <a href="https://meadow.example/@ilse">@ilse</a> &amp; all</p>`,
		Language:     "en",
		Summary:      "Boats",
		Sensitive:    true,
		Published:    noon,
		Updated:      noon.Add(time.Hour),
		URL:          "https://harbor.example/@tomas/1",
		To:           []string{Public},
		Cc:           []string{me + "/followers", her},
		Tags: []TagDocument{
			{Type: TypeMention, Href: her, Name: "@ilse@meadow.example"},
			{Type: TypeHashtag, Href: "https://harbor.example/tags/boats", Name: "#boats"},
			{Type: TypeEmoji, ID: "https://harbor.example/emoji/1", Name: ":boat:", Icon: &ImageDocument{MediaType: "image/png", URL: "https://harbor.example/boat.png"}, Updated: noon},
		},
		Attachments: []AttachmentDocument{
			{MediaType: "image/webp", URL: "https://harbor.example/media/3.webp", Name: "A red boat", Blurhash: "UBL_:rOpGG-oBUNG", FocalPoint: &[2]float64{0.5, -0.25}, Width: 800, Height: 600},
			{MediaType: "video/mp4", URL: "https://harbor.example/media/4.mp4", Duration: 88654 * time.Millisecond, Icon: &ImageDocument{URL: "https://harbor.example/media/4.webp"}},
		},
		Replies: base + "/objects/1/replies",
		Likes:   base + "/objects/1/likes",
		Shares:  base + "/objects/1/shares",
	}
}

func TestWriteActor(t *testing.T) {
	a, err := golden(t, "person", render(t, fullActor())).Actor()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "username", a.PreferredUsername, "tomas")
	same(t, "webfinger", a.Webfinger, "tomas@harbor.example")
	same(t, "shared inbox", a.SharedInbox, "https://harbor.example/inbox")
	same(t, "owner", a.PublicKeys[0].Owner, me)
	same(t, "controller", a.AssertionMethods[0].Controller, me)
	same(t, "gateways", a.Gateways, []string{"https://harbor.example"})
	same(t, "implements", a.Implements, []string{"https://datatracker.ietf.org/doc/html/rfc9421"})
	same(t, "field", a.Fields[0].Name, "Site")
	same(t, "published", a.Published, noon.UTC())
}

func TestWriteInstanceActor(t *testing.T) {
	golden(t, "application", render(t, ActorDocument{
		Type:              TypeApplication,
		ID:                "https://harbor.example/actor",
		PreferredUsername: "harbor.example",
		Inbox:             "https://harbor.example/inbox",
		Outbox:            "https://harbor.example/actor/outbox",
		PublicKey:         PublicKeyDocument{ID: "https://harbor.example/actor#main-key", PEM: "PEM"},
	}))
}

func TestWriteNote(t *testing.T) {
	o, err := golden(t, "note", render(t, fullNote())).Object()
	if err != nil {
		t.Fatal(err)
	}
	d := fullNote()
	same(t, "content", o.Content.String(), d.Content)
	same(t, "language", o.Content.Language(), "en")
	same(t, "author", o.AttributedTo.First().ID(), me)
	same(t, "cc", o.Cc, d.Cc)
	same(t, "focal point", o.Attachments[0].FocalPoint, d.Attachments[0].FocalPoint)
	same(t, "length", o.Attachments[1].Duration, d.Attachments[1].Duration)
	same(t, "preview", o.Attachments[1].Icon, "https://harbor.example/media/4.webp")
	same(t, "emoji", o.Tags[2].Icon, "https://harbor.example/boat.png")
	same(t, "replies", o.Replies.ID(), d.Replies)

	golden(t, "note_plain", render(t, NoteDocument{
		ID: base + "/objects/2", AttributedTo: me, Content: "<p>Hi</p>", Published: noon, To: []string{me + "/followers"},
	}))
}

func TestWriteActivities(t *testing.T) {
	note, err := Decode(render(t, fullNote()))
	if err != nil {
		t.Fatal(err)
	}
	person, err := Decode(render(t, fullActor()))
	if err != nil {
		t.Fatal(err)
	}
	gone, err := Decode(render(t, TombstoneDocument{ID: note.ID(), AttributedTo: me, FormerType: TypeNote, Published: noon, Deleted: noon}))
	if err != nil {
		t.Fatal(err)
	}
	follow, err := Decode(render(t, NewFollow(her+"#follows/1", her, me)))
	if err != nil {
		t.Fatal(err)
	}
	id := base + "/activities/1"
	to, cc := []string{Public}, []string{me + "/followers", her}
	tests := map[string]ActivityDocument{
		"create":          NewCreate(id, me, note, to, cc, noon),
		"update":          NewUpdate(id, me, person, to, cc, noon),
		"delete":          NewDelete(id, me, gone, to, nil),
		"delete_actor":    NewDelete(id, me, RefTo(me), to, nil),
		"follow":          NewFollow(id, me, her),
		"accept_id":       NewAccept(id, me, RefTo(follow.ID()), her),
		"accept_embedded": NewAccept(id, me, follow, her),
		"reject":          NewReject(id, me, follow, her),
		"undo":            NewUndo(id, her, follow, []string{me}, nil),
		"like":            NewLike(id, me, her+"/statuses/11", her),
		"announce":        NewAnnounce(id, me, her+"/statuses/11", to, cc, noon),
		"block":           NewBlock(id, me, her),
	}
	for name, d := range tests {
		t.Run(name, func(t *testing.T) {
			a, err := golden(t, name, render(t, d)).Activity()
			if err != nil {
				t.Fatal(err)
			}
			same(t, "type", a.Type, d.Type)
			same(t, "actor", a.Actor.ID(), d.Actor)
			same(t, "object", a.Object.ID(), d.Object.ID())
			same(t, "embedded bytes", string(a.Object.Raw()), string(d.Object.Raw()))
		})
	}
}

func TestWriteCollections(t *testing.T) {
	c, err := golden(t, "collection", render(t, CollectionDocument{
		ID: me + "/followers", AttributedTo: me, TotalItems: 3, First: me + "/followers?page=1",
	})).Collection()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "total", c.TotalItems, 3)
	same(t, "first", c.First.ID(), me+"/followers?page=1")
	same(t, "ordered", c.IsOrdered(), true)

	golden(t, "collection_empty", render(t, CollectionDocument{ID: me + "/featured", Items: Refs{}}))
	p, err := golden(t, "collection_page", render(t, CollectionPageDocument{
		ID: me + "/followers?page=1", PartOf: me + "/followers", Next: me + "/followers?page=2", TotalItems: 3,
		Items: Refs{RefTo(her), RefTo("https://creek.example/users/noor")},
	})).Collection()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "items", p.Items.IDs(), []string{her, "https://creek.example/users/noor"})
	golden(t, "collection_page_empty", render(t, CollectionPageDocument{ID: me + "/outbox?page=9", PartOf: me + "/outbox"}))
}

func TestSameValuesGiveSameBytes(t *testing.T) {
	first := render(t, fullNote())
	for range 10 {
		if again := render(t, fullNote()); !bytes.Equal(first, again) {
			t.Fatalf("%s\n%s", first, again)
		}
	}
}

func TestContextsAreJSONWithSortedTerms(t *testing.T) {
	for _, raw := range []json.RawMessage{contextActivity, contextNote, contextActor} {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		sorted, err := encode(v)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "context", string(raw), string(sorted))
	}
	if !strings.HasPrefix(OwnTerm("tally"), "urn:uuid:") {
		t.Error("our terms are bound to no host")
	}
}

func TestIncompleteDocumentsAreNotWritten(t *testing.T) {
	note := func(change func(*NoteDocument)) NoteDocument {
		d := fullNote()
		change(&d)
		return d
	}
	person := func(change func(*ActorDocument)) ActorDocument {
		d := fullActor()
		change(&d)
		return d
	}
	tests := []struct {
		property string
		doc      interface{ JSON() ([]byte, error) }
	}{
		{"id", note(func(d *NoteDocument) { d.ID = "" })},
		{"id", note(func(d *NoteDocument) { d.ID = "/objects/1" })},
		{"attributedTo", note(func(d *NoteDocument) { d.AttributedTo = "not an id" })},
		{"published", note(func(d *NoteDocument) { d.Published = time.Time{} })},
		{"content", note(func(d *NoteDocument) { d.Content = "\xff" })},
		{"summary", note(func(d *NoteDocument) { d.Summary = "a\x00b" })},
		{"to", note(func(d *NoteDocument) { d.To = []string{""} })},
		{"tag.type", note(func(d *NoteDocument) { d.Tags[0].Type = "Tag" })},
		{"tag.href", note(func(d *NoteDocument) { d.Tags[0].Href = "" })},
		{"tag.icon", note(func(d *NoteDocument) { d.Tags[2].Icon = nil })},
		{"attachment.mediaType", note(func(d *NoteDocument) { d.Attachments[0].MediaType = "" })},
		{"attachment.url", note(func(d *NoteDocument) { d.Attachments[0].URL = "javascript" })},
		{"type", person(func(d *ActorDocument) { d.Type = TypeNote })},
		{"inbox", person(func(d *ActorDocument) { d.Inbox = "" })},
		{"preferredUsername", person(func(d *ActorDocument) { d.PreferredUsername = "" })},
		{"publicKey.publicKeyPem", person(func(d *ActorDocument) { d.PublicKey.PEM = "" })},
		{"assertionMethod.publicKeyMultibase", person(func(d *ActorDocument) { d.AssertionMethods[0].Multibase = "" })},
		{"image.url", person(func(d *ActorDocument) { d.Icon.URL = "" })},
		{"object", NewCreate(base+"/1", me, RefTo(base+"/objects/1"), nil, nil, noon)},
		{"object", NewFollow(base+"/1", me, "")},
		{"actor", NewLike(base+"/1", "", her+"/1", her)},
		{"type", ActivityDocument{Type: "Frobnicate", ID: base, Actor: me, Object: RefTo(her)}},
		{"id", TombstoneDocument{}},
		{"totalItems", CollectionDocument{ID: me + "/followers", TotalItems: -1}},
		{"orderedItems", CollectionPageDocument{ID: me + "/a", PartOf: me + "/b", Items: Refs{{}}}},
	}
	for _, tt := range tests {
		_, err := tt.doc.JSON()
		var invalid *InvalidError
		if !errors.As(err, &invalid) || invalid.Property != tt.property {
			t.Errorf("want a fault of %s, got %v", tt.property, err)
		}
	}
}
