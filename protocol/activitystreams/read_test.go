package activitystreams

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sample decodes a file of testdata.
func sample(t *testing.T, name string) Ref {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Decode(raw)
	if err != nil {
		t.Fatalf("decode %s: %v", name, err)
	}
	return r
}

func object(t *testing.T, name string) *Object {
	t.Helper()
	o, err := sample(t, name).Object()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func activity(t *testing.T, name string) *Activity {
	t.Helper()
	a, err := sample(t, name).Activity()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func actor(t *testing.T, name string) *Actor {
	t.Helper()
	a, err := sample(t, name).Actor()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// same compares got with want.
func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestActorOfMastodon(t *testing.T) {
	a := actor(t, "mastodon_actor.json")
	same(t, "id", a.ID, "https://meadow.example/users/ilse")
	same(t, "name", a.PreferredUsername, "ilse")
	same(t, "webfinger", a.Webfinger, "ilse@meadow.example")
	same(t, "display name", a.Name.String(), "Ilse Varga :heron:")
	same(t, "page", a.URL.Page(), "https://meadow.example/@ilse")
	same(t, "inbox", a.Inbox, "https://meadow.example/users/ilse/inbox")
	same(t, "shared inbox", a.SharedInbox, "https://meadow.example/inbox")
	same(t, "featured", a.Featured, "https://meadow.example/users/ilse/collections/featured")
	same(t, "locked", a.ManuallyApprovesFollowers, true)
	same(t, "discoverable", a.Discoverable, true)
	same(t, "indexable", a.Indexable, false)
	same(t, "published", a.Published, time.Date(2021, 3, 4, 0, 0, 0, 0, time.UTC))
	same(t, "aliases", a.AlsoKnownAs, []string{"https://old.example/users/ilse"})
	same(t, "implements", a.Implements, []string{"https://datatracker.ietf.org/doc/html/rfc9421"})
	same(t, "icon", a.Icon[0].URL, "https://media.meadow.example/ilse.jpg")
	same(t, "icon text", a.Icon[0].Summary, "A drawn heron")
	same(t, "emoji", a.Tags[0].Icon, "https://media.meadow.example/heron.png")
	same(t, "keys", a.PublicKeys, []PublicKey{{
		ID:    "https://meadow.example/users/ilse#main-key",
		Owner: "https://meadow.example/users/ilse",
		PEM:   "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
	}})
	same(t, "multikeys", a.AssertionMethods, []Multikey{
		{ID: "https://meadow.example/users/ilse#ed25519-key", Controller: "https://meadow.example/users/ilse", Multibase: "z6MkExample"},
		{ID: "https://meadow.example/users/ilse#other-key"},
	})
	if len(a.Fields) != 1 || a.Fields[0].Name != "Site" {
		t.Errorf("fields are the attachments of type PropertyValue, got %+v", a.Fields)
	}
}

func TestPortableActor(t *testing.T) {
	a := actor(t, "portable_actor.json")
	same(t, "gateways", a.Gateways, []string{"https://harbor.example", "https://lighthouse.example"})
	same(t, "multikeys", a.AssertionMethods, []Multikey{{
		ID: "did:key:z6MkExample#z6MkExample", Controller: "did:key:z6MkExample", Multibase: "z6MkExample",
	}})
}

func TestActorMustBeAnActor(t *testing.T) {
	if _, err := sample(t, "mastodon_note.json").Actor(); err != ErrType {
		t.Errorf("a Note is no actor: got %v", err)
	}
}

func TestKeyServedApartFromItsOwner(t *testing.T) {
	a := actor(t, "key_stub.json")
	same(t, "stub", a.PublicKeys[0].Owner, a.ID)

	r, err := Decode([]byte(`{"id":"https://a.example/key","type":"CryptographicKey","owner":"https://a.example/u","publicKeyPem":"PEM"}`))
	if err != nil {
		t.Fatal(err)
	}
	k, err := r.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "key", k, PublicKey{ID: "https://a.example/key", Owner: "https://a.example/u", PEM: "PEM"})
}

func TestNoteOfMastodon(t *testing.T) {
	o := object(t, "mastodon_note.json")
	same(t, "type", o.Type, TypeNote)
	same(t, "author", o.AttributedTo.IDs(), []string{"https://meadow.example/users/ilse"})
	same(t, "parent", o.InReplyTo.First().ID(), "https://harbor.example/notes/3")
	same(t, "language", o.Content.Language(), "de")
	same(t, "warning", o.Summary.String(), "Bird pictures")
	same(t, "sensitive", o.Sensitive, true)
	same(t, "public", o.IsPublic(), true)
	same(t, "to", o.To, []string{Public})
	same(t, "recipients", o.Recipients(), []string{"https://meadow.example/users/ilse/followers", "https://harbor.example/users/tomas"})
	same(t, "updated", o.Updated, time.Date(2024, 5, 6, 8, 0, 0, 250e6, time.UTC))
	same(t, "thread", o.Context.ID(), "https://meadow.example/contexts/1")
	same(t, "quote", o.Quote.ID(), "https://lighthouse.example/notes/9")
	same(t, "stamp", o.QuoteAuthorization, "https://lighthouse.example/stamps/1")
	if o.InteractionPolicy == nil {
		t.Error("the interaction policy is kept raw")
	}

	likes, err := o.Likes.Collection()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "likes", likes.TotalItems, 4)
	replies, err := o.Replies.Collection()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "replies", replies.TotalItems, -1)
	first, err := replies.First.Collection()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "first replies", first.Items.IDs(), []string{"https://meadow.example/users/ilse/statuses/12"})
	same(t, "page", first.IsPage(), true)

	kinds := make([]string, 0, len(o.Tags))
	for _, tag := range o.Tags {
		kinds = append(kinds, tag.Type+" "+tag.Name)
	}
	same(t, "tags", kinds, []string{"Mention @tomas@harbor.example", "Hashtag #birds", "Emoji :heron:"})

	picture, link := o.Attachments[0], o.Attachments[1]
	same(t, "focal point", picture.FocalPoint, &[2]float64{-0.27, 1})
	same(t, "size", [2]int{picture.Width, picture.Height}, [2]int{1200, 800})
	same(t, "description", picture.Name, "A heron in reeds")
	same(t, "link", link.URL, "https://birds.example/heron")
}

func TestQuestion(t *testing.T) {
	same(t, "poll", object(t, "question.json").Poll, &Poll{
		Options:  []Option{{"Tea", 2}, {"Coffee", 1}},
		Multiple: true,
		Voters:   3,
		Closed:   time.Date(2024, 5, 7, 0, 0, 0, 0, time.UTC),
	})
}

func TestVideoWithTreeOfLinks(t *testing.T) {
	o := object(t, "video.json")
	same(t, "type", o.Type, TypeVideo)
	same(t, "duration", o.Duration, time.Hour+2*time.Minute+3500*time.Millisecond)
	same(t, "media type", o.MediaType, "text/markdown")
	same(t, "authors", o.AttributedTo.IDs(), []string{"https://tube.example/accounts/ilse", "https://tube.example/channels/birds"})
	same(t, "group", o.AttributedTo[1].Type(), TypeGroup)
	same(t, "page", o.URL.Page(), "https://tube.example/w/1")
	same(t, "file", o.URL.All().Of("video/mp4"), "https://tube.example/1-720.mp4")
	same(t, "links", len(o.URL.All()), 3)
}

func TestActivityInsideActivity(t *testing.T) {
	outer := activity(t, "group_announce.json")
	inner, err := outer.Object.Activity()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "inner", inner.Type, TypeCreate)
	page, err := inner.Object.Object()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "page", page.Name.String(), "Tomatoes")
}

func TestFurtherActivities(t *testing.T) {
	like := activity(t, "reaction.json")
	same(t, "reaction", like.Content.String(), ":heron:")
	same(t, "emoji", like.Tags[0].Icon, "https://fox.example/heron.png")

	flag := activity(t, "flag.json")
	same(t, "reported", flag.Objects.IDs(), []string{
		"https://harbor.example/users/spam", "https://harbor.example/notes/66", "https://harbor.example/notes/67",
	})

	move := activity(t, "move.json")
	same(t, "target", move.Target.ID(), "https://meadow.example/users/ilse")
	same(t, "to", move.To, []string{"https://old.example/users/ilse/followers"})

	gone := object(t, "tombstone.json")
	same(t, "was", gone.FormerType, TypeNote)
	same(t, "deleted", gone.Deleted, time.Date(2024, 5, 31, 22, 0, 0, 0, time.UTC))
}

func TestOddShapesAreAbsent(t *testing.T) {
	o := object(t, "odd_shapes.json")
	same(t, "id", o.ID, "https://odd.example/1")
	same(t, "type", o.Type, TypeNote)
	same(t, "types", o.Types, []string{"Thing", "Note"})
	same(t, "author", o.AttributedTo.IDs(), []string{"https://odd.example/users/a"})
	same(t, "content", o.Content.String(), "<p>first</p>")
	same(t, "name", o.Name, LangString{Variants: []Variant{{"en", "Here"}}})
	same(t, "summary", o.Summary.String(), "")
	same(t, "sensitive", o.Sensitive, true)
	same(t, "published", o.Published, time.Time{})
	same(t, "updated", o.Updated, time.Time{})
	same(t, "to", o.To, []string{Public})
	same(t, "cc", o.Cc, nil)
	same(t, "page", o.URL.Page(), "https://odd.example/page")
	same(t, "tags", o.Tags, nil)
	same(t, "likes", o.Likes.IsZero(), true)
	same(t, "attachments", len(o.Attachments), 2)
	dog := o.Attachments[1]
	same(t, "dog", dog.URL, "https://odd.example/dog.png")
	same(t, "dog's type", dog.MediaType, "image/png")
	same(t, "dog's size", [2]int{dog.Width, dog.Height}, [2]int{})
	same(t, "dog's focus", dog.FocalPoint, nil)
	same(t, "dog's length", dog.Duration, 0)
}

func TestReadsWhatItWasGiven(t *testing.T) {
	r := sample(t, "group_announce.json")
	a, err := r.Activity()
	if err != nil {
		t.Fatal(err)
	}
	inner, err := Decode(a.Object.Raw())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "inner bytes", string(inner.Raw()), string(a.Object.Raw()))
}

func TestReadOnlyAnID(t *testing.T) {
	r := RefTo("https://a.example/1")
	if _, err := r.Activity(); err != ErrNotEmbedded {
		t.Errorf("activity: %v", err)
	}
	if _, err := r.Object(); err != ErrNotEmbedded {
		t.Errorf("object: %v", err)
	}
	if _, err := r.Collection(); err != ErrNotEmbedded {
		t.Errorf("collection: %v", err)
	}
	same(t, "raw", r.Raw(), nil)
	same(t, "type", r.Type(), "")
}

func TestTimes(t *testing.T) {
	day := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	tests := map[string]time.Time{
		"2024-05-06T07:08:09Z":           day,
		"2024-05-06t07:08:09z":           day,
		"2024-05-06T09:08:09+02:00":      day,
		"2024-05-06T09:08:09+0200":       day,
		"2024-05-06T07:08:09":            day,
		"2024-05-06 07:08:09":            day,
		" 2024-05-06T07:08:09.5Z ":       day.Add(500 * time.Millisecond),
		"2024-05-06T07:08:09.123456789Z": day.Add(123456789),
		"2024-05-06T07:08Z":              day.Add(-9 * time.Second),
		"2024-05-06":                     day.Truncate(24 * time.Hour),
		"0000-01-01T00:00:00Z":           {},
		"yesterday":                      {},
		"":                               {},
	}
	for in, want := range tests {
		if got := parseTime(in); !got.Equal(want) {
			t.Errorf("%q: got %v, want %v", in, got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	tests := map[string]time.Duration{
		"PT2679S":                2679 * time.Second,
		"P0DT123S":               123 * time.Second,
		"P1DT1H":                 25 * time.Hour,
		"P2W":                    14 * 24 * time.Hour,
		"PT0.25S":                250 * time.Millisecond,
		"P1Y":                    0,
		"PT":                     0,
		"PT5":                    0,
		"PTS":                    0,
		"PT999999999999999H":     0,
		"PT1.2.3S":               0,
		"-PT5S":                  0,
		"5":                      0,
		"PT99999999S99999999999": 0,
	}
	for in, want := range tests {
		if got := parseDuration(in); got != want {
			t.Errorf("%q: got %v, want %v", in, got, want)
		}
	}
}

func TestPublicSpellings(t *testing.T) {
	for _, id := range []string{Public, "as:Public", "Public"} {
		if !IsPublic(id) {
			t.Errorf("%q is public", id)
		}
	}
	for _, id := range []string{"", "public", Public + "/", "https://a.example/#Public"} {
		if IsPublic(id) {
			t.Errorf("%q is not public", id)
		}
	}
}

func TestContentTypes(t *testing.T) {
	good := []string{
		ContentType, ContentTypeLD, "application/activity+json; charset=utf-8",
		`application/ld+json; charset=utf-8; profile="https://example.com https://www.w3.org/ns/activitystreams"`,
	}
	for _, h := range good {
		if !IsContentType(h) {
			t.Errorf("%s is ActivityStreams", h)
		}
	}
	for _, h := range []string{"", "application/json", "application/ld+json", "text/html", `application/ld+json; profile="https://example.com"`} {
		if IsContentType(h) {
			t.Errorf("%s is not ActivityStreams", h)
		}
	}
}
