// Package syndication is feeds, written as Atom (RFC 4287), RSS 2.0 and JSON
// Feed 1.1 from one neutral description, and lists of feeds (OPML 2.0).
package syndication

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Media types of the formats.
const (
	ContentTypeAtom = "application/atom+xml; charset=utf-8"
	ContentTypeRSS  = "application/rss+xml; charset=utf-8"
	ContentTypeJSON = "application/feed+json; charset=utf-8"
)

// ErrIncomplete means that a [Feed] lacks something both formats need.
var ErrIncomplete = errors.New("syndication: incomplete feed")

// A Feed is a list of entries, newest first, and what is known of the list.
type Feed struct {
	// ID never changes, even if the address does (RFC 4287 §4.2.6).
	ID string
	// URL is the page that the feed belongs to.
	URL string
	// SelfURL is where this format of the feed is served.
	SelfURL string
	// FirstURL and NextURL are the newest and the next older page of a feed
	// that is told in pages (RFC 5005 §3), "" where there is none.
	FirstURL, NextURL string
	// HubURLs are WebSub hubs; none if there are none.
	HubURLs []string
	// Title and Subtitle are plain text.
	Title, Subtitle string
	Author          Author
	// Image is the address of a picture of the feed; "" for none.
	Image string
	// Language is a BCP 47 tag; "" if unknown or mixed.
	Language string
	// Rights is plain text; License is the address of a document that says
	// the same, "" for none (RFC 4946).
	Rights, License string
	// Generator names the program; "" if not to be said.
	Generator string
	// Updated defaults to that of the newest entry.
	Updated time.Time
	Entries []Entry
}

// An Entry is one post or page.
type Entry struct {
	// ID never changes.
	ID string
	// URL is the page of the entry.
	URL string
	// Title is plain text; "" for a note.
	Title string
	// Summary is plain text that stands before the content or for it: of an
	// article its gist, of a folded post the warning. It may be "".
	Summary string
	// Content is HTML; it may be "".
	Content   string
	Published time.Time
	// Updated defaults to Published.
	Updated time.Time
	// Author defaults to that of the feed.
	Author     Author
	Categories []string
	Enclosures []Enclosure
	Language   string
	// Rights and License are as for the feed.
	Rights, License string
}

// An Author is who wrote something.
type Author struct {
	Name string
	// URL is a page about them; "" for none.
	URL string
}

// An Enclosure is a file that comes with an entry.
type Enclosure struct {
	URL       string
	MediaType string
	// Length is in bytes; 0 if unknown.
	Length int64
	// Title describes it in plain text.
	Title string
}

// complete fills in what has a default and checks the rest.
func (f Feed) complete() (Feed, error) {
	if f.ID == "" || f.URL == "" || f.SelfURL == "" || f.Title == "" {
		return f, fmt.Errorf("%w: id, page, own address and title are needed", ErrIncomplete)
	}
	entries := make([]Entry, len(f.Entries))
	for i, e := range f.Entries {
		if e.ID == "" || e.URL == "" || e.Published.IsZero() {
			return f, fmt.Errorf("%w: entry %d: id, page and date are needed", ErrIncomplete, i)
		}
		if e.Title == "" && e.Summary == "" && e.Content == "" && len(e.Enclosures) == 0 {
			return f, fmt.Errorf("%w: entry %d: is empty", ErrIncomplete, i)
		}
		if e.Updated.IsZero() {
			e.Updated = e.Published
		}
		if e.Author == (Author{}) {
			e.Author = f.Author
		}
		if e.Author.Name == "" {
			return f, fmt.Errorf("%w: entry %d: an author is needed", ErrIncomplete, i)
		}
		entries[i] = e
	}
	f.Entries = entries
	if f.Updated.IsZero() {
		f.Updated = newest(entries)
	}
	return f, nil
}

// newest is the latest change, or the Unix epoch if there are no entries.
func newest(entries []Entry) time.Time {
	latest := time.Unix(0, 0)
	for _, e := range entries {
		if e.Updated.After(latest) {
			latest = e.Updated
		}
	}
	return latest
}

// encode renders v with the XML declaration.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("syndication: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// legal is s without the characters that XML 1.0 §2.2 has no way to write, and
// without the controls that it advises against.
func legal(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x7F && r <= 0x9F:
			return -1
		case r == '\t', r == '\n', r == '\r',
			r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000 && r <= 0x10FFFF:
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
}

// isolated is a text of one line that stands among words of others: what it
// turns around or sets apart ends with it (Unicode UAX #9 §3.1).
func isolated(s string) string {
	depth, isolates := 0, 0
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u202A', '\u202B', '\u202D', '\u202E': // embeddings and overrides
			depth++
		case '\u202C': // their end
			if depth == 0 {
				return -1
			}
			depth--
		case '\u2066', '\u2067', '\u2068': // isolates
			isolates++
		case '\u2069': // their end
			if isolates == 0 {
				return -1
			}
			isolates--
		}
		return r
	}, legal(s))
	return s + strings.Repeat("\u202C", depth) + strings.Repeat("\u2069", isolates)
}
