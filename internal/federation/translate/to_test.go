package translate_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/federation/translate"
	"allod/internal/media"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

func names(t *testing.T) account.Names {
	t.Helper()
	n, err := account.NewNames("https://home.example")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func ida() *account.Account {
	return &account.Account{
		ID: 1, Local: true, Kind: account.KindPerson, Name: "ida", URI: "ap://did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK/actor", DisplayName: "Ida Marrow",
		Discoverable: true, CreatedAt: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
	}
}

func wren() *account.Account {
	return &account.Account{ID: 2, Name: "wren", Host: "harbor.example", URI: "https://harbor.example/u/wren", Location: "https://harbor.example/u/wren"}
}

const gateway = "https://home.example/.well-known/apgateway/did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"

func TestActorTellsHowItIsReachedAndProved(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys := []*account.Key{{Kind: account.RSA, Public: &key.PublicKey}, {Kind: account.Ed25519, Public: public}, {Kind: account.Publishing, Public: public}}
	me := ida()
	me.Emoji = []account.Emoji{{Shortcode: "oar", URL: "https://home.example/media/oar"}}
	raw, err := translate.ActorDocument(names(t), me, keys, translate.Face{Bio: "<p>Ferries</p>", Fields: []account.Field{{Name: "Town", Value: "Arezzo"}}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := as.DecodeActor(raw)
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		a.ID: gateway + "/actor", a.Type: "Person", a.Inbox: gateway + "/actor/inbox", a.Outbox: gateway + "/actor/outbox",
		a.Followers: gateway + "/actor/followers", a.SharedInbox: "https://home.example/inbox", a.Webfinger: "ida@home.example",
		a.URL.Page(): "https://home.example/@ida", a.Summary.String(): "<p>Ferries</p>",
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	if len(a.PublicKeys) != 1 || a.PublicKeys[0].ID != gateway+"/actor#main-key" || a.PublicKeys[0].Owner != a.ID || !strings.Contains(a.PublicKeys[0].PEM, "PUBLIC KEY") {
		t.Errorf("%+v", a.PublicKeys)
	}
	if len(a.AssertionMethods) != 1 || a.AssertionMethods[0].Controller != a.ID || !slices.Equal(a.Gateways, []string{"https://home.example"}) {
		t.Errorf("%+v %v", a.AssertionMethods, a.Gateways)
	}
	back, _, err := translate.Account(a)
	if err != nil || back.URI != ida().URI || len(back.Fields) != 1 || !slices.Equal(back.Emoji, me.Emoji) {
		t.Errorf("read back: %+v %v", back, err)
	}
}

func TestHouseItselfIsNotPortable(t *testing.T) {
	house := &account.Account{ID: 9, Local: true, Kind: account.KindApplication, Name: account.HomeName, URI: account.HomeURI}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := translate.ActorDocument(names(t), house, []*account.Key{{Kind: account.RSA, Public: &key.PublicKey}}, translate.Face{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := as.DecodeActor(raw)
	if err != nil || a.ID != "https://home.example/actor" || a.Type != "Application" || len(a.Gateways) != 0 || a.PublicKeys[0].ID != "https://home.example/actor#main-key" {
		t.Errorf("%+v %v", a, err)
	}
}

// TestEveryLevelIsAddressedAsOthersReadIt writes each level and reads it back as another server does.
func TestEveryLevelIsAddressedAsOthersReadIt(t *testing.T) {
	n := names(t)
	for _, level := range []post.Visibility{post.Public, post.Unlisted, post.Followers, post.Direct} {
		p := &post.Post{ID: 7, Author: ida(), Local: true, Visibility: level, URI: "ap://did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK/post/7", HTML: "<p>x</p>", PublishedAt: time.Now()}
		raw, err := translate.NoteDocument(n, translate.Told{Post: p, Named: []*account.Account{wren()}})
		if err != nil {
			t.Fatal(err)
		}
		obj, err := as.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		note, err := obj.Object()
		if err != nil {
			t.Fatal(err)
		}
		if got := translate.Visibility(note.Addressing, gateway+"/actor/followers"); got != level {
			t.Errorf("%s is read as %s: to %v, cc %v", level, got, note.To, note.Cc)
		}
		if !note.Addresses("https://harbor.example/u/wren") {
			t.Errorf("%s: one it names is not addressed", level)
		}
		if open := note.IsPublic(); open != level.Open() {
			t.Errorf("%s addresses everyone: %v", level, open)
		}
	}
}

func TestNoteCarriesAllThatWasSaid(t *testing.T) {
	p := &post.Post{
		ID: 7, Author: ida(), Local: true, Visibility: post.Public, URI: "ap://did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK/post/7", Warning: "weather", Sensitive: true, Language: "ru",
		HTML: "<p>Иней</p>", PublishedAt: time.Date(2026, 11, 22, 17, 40, 0, 0, time.UTC), EditedAt: time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC),
		Tags: post.Tags{Mentions: []post.Mention{{AccountID: 2, Handle: "wren@harbor.example"}}, Hashtags: []string{"Иней"}},
		Media: []*media.Medium{
			{Alt: "Frost", Blurhash: "LEHV6nWB2yk8", FocusX: 0.5, FocusY: -0.25, Files: []media.File{{Key: "k1", Variant: media.Large, Mime: "image/jpeg", Width: 800, Height: 600}, {Key: "secret", Variant: media.Original}}},
			{Alt: "still on its way"},
		},
	}
	raw, err := translate.NoteDocument(names(t), translate.Told{Post: p, Named: []*account.Account{wren()}, Parent: "https://harbor.example/notes/1"})
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		ID, InReplyTo, URL, Summary, Published, Updated string
		Sensitive                                       bool
		ContentMap                                      map[string]string
		Tag                                             []struct{ Type, Href, Name string }
		Attachment                                      []struct {
			Type, MediaType, URL, Name, Blurhash string
			FocalPoint                           []float64
			Width, Height                        int
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.ID != gateway+"/post/7" || doc.InReplyTo != "https://harbor.example/notes/1" || doc.URL != "https://home.example/@ida/7" ||
		doc.Summary != "weather" || !doc.Sensitive || doc.ContentMap["ru"] != "<p>Иней</p>" || !strings.HasPrefix(doc.Updated, "2026-11-22T18:00:00") {
		t.Errorf("%+v", doc)
	}
	if len(doc.Tag) != 2 || doc.Tag[0].Href != "https://harbor.example/u/wren" || doc.Tag[0].Name != "@wren@harbor.example" || doc.Tag[1].Name != "#Иней" {
		t.Errorf("%+v", doc.Tag)
	}
	if len(doc.Attachment) != 1 || doc.Attachment[0].URL != "https://home.example/media/k1" || doc.Attachment[0].Name != "Frost" || doc.Attachment[0].Width != 800 ||
		!slices.Equal(doc.Attachment[0].FocalPoint, []float64{0.5, -0.25}) {
		t.Errorf("%+v", doc.Attachment)
	}
	if strings.Contains(string(raw), "secret") {
		t.Error("the original's address leaves the house")
	}
}
