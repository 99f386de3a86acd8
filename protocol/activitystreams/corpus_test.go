package activitystreams

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus is the folder of documents collected from other servers, or "" where
// it is not there: it lies beside the repository, not in it.
func corpus() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
	found := filepath.Join(dir, "..", "shared", "testdata", "activitypub")
	if _, err := os.Stat(found); err != nil {
		return ""
	}
	return found
}

// documents are the JSON files below dir, by path.
func documents(tb testing.TB, dir string) map[string][]byte {
	tb.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		raw, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = raw
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// samples are the seeds for fuzzing.
func samples(tb testing.TB) [][]byte {
	tb.Helper()
	var out [][]byte
	for _, raw := range documents(tb, "testdata") {
		out = append(out, raw)
	}
	return out
}

func TestCorpusIsRead(t *testing.T) {
	dir := corpus()
	if dir == "" {
		t.Skip("no corpus beside this repository")
	}
	docs := documents(t, dir)
	if len(docs) < 80 {
		t.Fatalf("only %d documents", len(docs))
	}
	for name, raw := range docs {
		t.Run(name, func(t *testing.T) {
			r, err := Decode(raw)
			if err != nil {
				t.Fatal(err)
			}
			readAll(t, r)
			readAs(t, r)
		})
	}
}

// readAs reads r as what its type says it is.
func readAs(t *testing.T, r Ref) {
	t.Helper()
	var err error
	switch kind := r.Type(); {
	case IsActivityType(kind):
		_, err = r.Activity()
	case IsActorType(kind):
		_, err = r.Actor()
	case IsCollectionType(kind):
		_, err = r.Collection()
	default:
		_, err = r.Object()
	}
	if err != nil {
		t.Error(err)
	}
}

func TestCorpusFacts(t *testing.T) {
	dir := corpus()
	if dir == "" {
		t.Skip("no corpus beside this repository")
	}
	docs := documents(t, dir)
	read := func(name string) Ref {
		r, err := Decode(docs[name])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return r
	}

	create, _ := read("bovine/mastodon_flow_1_create_note.json").Activity()
	same(t, "activity", create.ID, "https://mastodon/users/john/statuses/9876/activity")
	note, err := create.Object.Object()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "content", note.Content, LangString{
		Default:  "<p>Creating Test Data!!! :)</p>",
		Variants: []Variant{{"en", "<p>Creating Test Data!!! :)</p>"}},
	})
	same(t, "no parent", note.InReplyTo, nil)
	same(t, "public", note.IsPublic(), true)

	undo, _ := read("bovine/mastodon_announce_1_undo.json").Activity()
	same(t, "undone", undo.Object.Type(), TypeAnnounce)
	same(t, "undone id", undo.Object.ID(), "https://first_domain/users/first/statuses/1097854/activity")

	video, _ := read("bovine/peertube_create_video_1.json").Object()
	same(t, "video page", video.URL.Page(), "https://peertube/videos/watch/some3456-uuid")
	same(t, "video icons", len(video.Icon), 2)
	same(t, "video length", video.Duration.Seconds(), 2679)

	person, _ := read("fedify/example.com/person2.json").Actor()
	same(t, "keys", len(person.PublicKeys), 2)
	same(t, "multikeys", len(person.AssertionMethods), 2)

	page, _ := read("fedify/example.com/orderedcollectionpage.json").Collection()
	same(t, "items", page.Items.IDs(), []string{"https://example.com/activities/1"})
	same(t, "total", page.TotalItems, 1)

	rsvp, _ := read("granary/rsvp_multiple_events.as2.json").Activity()
	same(t, "events", rsvp.Objects.IDs(), []string{"http://example.com/event", "http://other.event"})

	quote, _ := read("granary/quote.as2.json").Object()
	same(t, "quote", quote.Quote.ID(), "https://bsky.app/orig/post")

	poll, _ := read("granary/question_multiple_choice.as2.json").Object()
	same(t, "votes", poll.Poll.Options[1].Votes, 27)
}

func BenchmarkDecodeNote(b *testing.B) {
	raw, err := os.ReadFile(filepath.Join("testdata", "mastodon_note.json"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeObject(raw); err != nil {
			b.Fatal(err)
		}
	}
}
