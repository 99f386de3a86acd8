package syndication

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 5, 6, 14, 0, 0, 0, time.FixedZone("", 2*3600))

func full() Feed {
	return Feed{
		ID:        "https://harbor.example/@tomas",
		URL:       "https://harbor.example/@tomas",
		SelfURL:   "https://harbor.example/@tomas/feed?a=1&b=2",
		FirstURL:  "https://harbor.example/@tomas/feed",
		NextURL:   "https://harbor.example/@tomas/feed?a=1&b=1",
		HubURLs:   []string{"https://hub.example/"},
		Title:     `Tomás & "co" <boats>`,
		Subtitle:  "Boats and tea",
		Author:    Author{Name: "Tomás", URL: "https://harbor.example/@tomas"},
		Image:     "https://harbor.example/tomas.webp",
		Language:  "en",
		Rights:    "CC BY 4.0",
		Generator: "home",
		Entries: []Entry{
			{
				ID:         "https://harbor.example/@tomas/2",
				URL:        "https://harbor.example/@tomas/2",
				Title:      "Rowing\x00 at dawn",
				Summary:    "Cold & \u202eclear",
				Content:    "<p>Cold &amp; clear ]]> <b>morning</b>\u0008</p>\n<p>🚣</p>",
				Published:  noon,
				Updated:    noon.Add(time.Hour),
				Author:     Author{Name: "Ilse"},
				Categories: []string{"boats", "früh"},
				Enclosures: []Enclosure{
					{URL: "https://harbor.example/3.webp", MediaType: "image/webp", Length: 1234, Title: "A red boat"},
					{URL: "https://harbor.example/4.mp3", MediaType: "audio/mpeg"},
				},
				Language: "de",
				Rights:   "All mine",
			},
			{
				ID:        "urn:uuid:7c0e1f0e-7a0f-4a2f-9a6c-0f1d2e3c4b5a",
				URL:       "https://harbor.example/@tomas/1",
				Content:   "<p>Just a note</p>",
				Published: noon.Add(-24 * time.Hour),
			},
		},
	}
}

func bare() Feed {
	return Feed{ID: "urn:x:1", URL: "https://a.example/", SelfURL: "https://a.example/feed", Title: "A"}
}

func TestGoldenFeeds(t *testing.T) {
	tests := map[string]func() ([]byte, error){
		"full.atom": full().Atom,
		"full.rss":  full().RSS,
		"full.json": full().JSON,
		"bare.atom": bare().Atom,
		"bare.rss":  bare().RSS,
		"bare.json": bare().JSON,
	}
	for name, render := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := render()
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, ".json") {
				if !json.Valid(got) {
					t.Fatalf("no JSON: %s", got)
				}
			} else {
				wellFormed(t, got)
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// wellFormed reads raw to its end with every namespace declared.
func wellFormed(t *testing.T, raw []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Space != "" && !strings.Contains(e.Name.Space, "://") {
			t.Fatalf("undeclared prefix %q", e.Name.Space)
		}
	}
}

func TestAtomRoundTrip(t *testing.T) {
	raw, err := full().Atom()
	if err != nil {
		t.Fatal(err)
	}
	var back atomFeed
	if err := xml.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	check(t, "title", back.Title, `Tomás & "co" <boats>`)
	check(t, "updated", back.Updated, "2026-05-06T13:00:00Z")
	check(t, "self", back.Links[0].Href, "https://harbor.example/@tomas/feed?a=1&b=2")
	check(t, "next", back.Links[3], atomLink{Rel: "next", Type: "application/atom+xml", Href: "https://harbor.example/@tomas/feed?a=1&b=1"})
	check(t, "hub", back.Links[4].Rel, "hub")
	first, second := back.Entries[0], back.Entries[1]
	check(t, "entry title", first.Title, "Rowing at dawn")
	check(t, "content", first.Content.Body, "<p>Cold &amp; clear ]]> <b>morning</b></p>\n<p>🚣</p>")
	check(t, "content type", first.Content.Type, "html")
	check(t, "author", first.Author.Name, "Ilse")
	check(t, "category", first.Categories[1].Term, "früh")
	check(t, "enclosure", first.Links[1], atomLink{
		Rel: "enclosure", Type: "image/webp", Href: "https://harbor.example/3.webp", Length: 1234, Title: "A red boat",
	})
	check(t, "author of the feed", second.Author.Name, "Tomás")
	check(t, "no summary", second.Summary, nil)
}

func TestRSSRoundTrip(t *testing.T) {
	raw, err := full().RSS()
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Channel struct {
			Self  []atomLink `xml:"http://www.w3.org/2005/Atom link"`
			Items []struct {
				Title       string `xml:"title"`
				GUID        rssGUID
				PubDate     string         `xml:"pubDate"`
				Creator     string         `xml:"http://purl.org/dc/elements/1.1/ creator"`
				Description string         `xml:"description"`
				Content     string         `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
				Enclosures  []rssEnclosure `xml:"enclosure"`
				Media       []rssMedia     `xml:"http://search.yahoo.com/mrss/ content"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	check(t, "self", back.Channel.Self[0].Href, "https://harbor.example/@tomas/feed?a=1&b=2")
	first, second := back.Channel.Items[0], back.Channel.Items[1]
	check(t, "date", first.PubDate, "Wed, 06 May 2026 12:00:00 +0000")
	check(t, "creator", first.Creator, "Ilse")
	check(t, "description", first.Description, "Cold &amp; \u202eclear\u202c")
	check(t, "content", first.Content, "<p>Cold &amp; clear ]]> <b>morning</b></p>\n<p>🚣</p>")
	check(t, "one enclosure", first.Enclosures, []rssEnclosure{{"https://harbor.example/3.webp", 1234, "image/webp"}})
	check(t, "all media", len(first.Media), 2)
	check(t, "a note has no title", second.Title, "")
	check(t, "a note's content", second.Description, "<p>Just a note</p>")
	check(t, "and only once", second.Content, "")
}

func check[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestIncompleteFeedsAreNotWritten(t *testing.T) {
	entry := Entry{ID: "urn:x:2", URL: "https://a.example/2", Content: "x", Published: noon, Author: Author{Name: "A"}}
	change := func(edit func(*Feed)) Feed {
		f := bare()
		f.Entries = []Entry{entry}
		edit(&f)
		return f
	}
	if _, err := change(func(*Feed) {}).Atom(); err != nil {
		t.Fatal(err)
	}
	tests := map[string]Feed{
		"id":           change(func(f *Feed) { f.ID = "" }),
		"page":         change(func(f *Feed) { f.URL = "" }),
		"own address":  change(func(f *Feed) { f.SelfURL = "" }),
		"title":        change(func(f *Feed) { f.Title = "" }),
		"entry id":     change(func(f *Feed) { f.Entries[0].ID = "" }),
		"entry page":   change(func(f *Feed) { f.Entries[0].URL = "" }),
		"entry date":   change(func(f *Feed) { f.Entries[0].Published = time.Time{} }),
		"entry author": change(func(f *Feed) { f.Entries[0].Author = Author{} }),
		"entry text":   change(func(f *Feed) { f.Entries[0].Content = "" }),
	}
	for name, f := range tests {
		if _, err := f.Atom(); !errors.Is(err, ErrIncomplete) {
			t.Errorf("Atom without %s: %v", name, err)
		}
		if _, err := f.RSS(); !errors.Is(err, ErrIncomplete) {
			t.Errorf("RSS without %s: %v", name, err)
		}
		if _, err := f.JSON(); !errors.Is(err, ErrIncomplete) {
			t.Errorf("JSON without %s: %v", name, err)
		}
	}
}

func TestFeedIsNotChangedByWriting(t *testing.T) {
	f := full()
	if _, err := f.Atom(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(full(), f); diff != "" {
		t.Error(diff)
	}
}

func FuzzText(f *testing.F) {
	f.Add("a<b>&\x00\x0b\ufffe]]>\xff")
	f.Fuzz(func(t *testing.T, s string) {
		feed := bare()
		feed.Language, feed.Subtitle = s, s
		feed.Entries = []Entry{{
			ID: "urn:x:2", URL: "https://a.example/" + s, Title: "t" + s, Summary: s, Content: "c" + s,
			Published: noon, Author: Author{Name: "A" + s}, Categories: []string{s},
		}}
		for _, render := range []func() ([]byte, error){feed.Atom, feed.RSS} {
			raw, err := render()
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, raw)
		}
		if raw, err := feed.JSON(); err != nil || !json.Valid(raw) {
			t.Fatalf("%v: %s", err, raw)
		}
	})
}
