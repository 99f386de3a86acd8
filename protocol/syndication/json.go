package syndication

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// jsonVersion names the format (JSON Feed 1.1, "version").
const jsonVersion = "https://jsonfeed.org/version/1.1"

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePage    string       `json:"home_page_url"`
	FeedURL     string       `json:"feed_url"`
	Description string       `json:"description,omitempty"`
	NextURL     string       `json:"next_url,omitempty"`
	Icon        string       `json:"icon,omitempty"`
	Authors     []jsonAuthor `json:"authors,omitempty"`
	Language    string       `json:"language,omitempty"`
	Hubs        []jsonHub    `json:"hubs,omitempty"`
	Rights      *jsonRights  `json:"_rights,omitempty"`
	Items       []jsonItem   `json:"items"`
}

type jsonItem struct {
	ID          string           `json:"id"`
	URL         string           `json:"url"`
	Title       string           `json:"title,omitempty"`
	Content     string           `json:"content_html"`
	Summary     string           `json:"summary,omitempty"`
	Published   string           `json:"date_published"`
	Modified    string           `json:"date_modified,omitempty"`
	Authors     []jsonAuthor     `json:"authors,omitempty"`
	Tags        []string         `json:"tags,omitempty"`
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Rights      *jsonRights      `json:"_rights,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonHub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonAttachment struct {
	URL   string `json:"url"`
	Type  string `json:"mime_type"`
	Title string `json:"title,omitempty"`
	Size  int64  `json:"size_in_bytes,omitempty"`
}

// jsonRights is our extension: the format has no word for a statement of
// rights, and readers pass over what begins with an underscore.
type jsonRights struct {
	About   string `json:"about"`
	Text    string `json:"text"`
	License string `json:"license,omitempty"`
}

// JSON renders the feed as JSON Feed 1.1. It fails with [ErrIncomplete].
func (f Feed) JSON() ([]byte, error) {
	f, err := f.complete()
	if err != nil {
		return nil, err
	}
	out := jsonFeed{
		Version: jsonVersion, Title: isolated(f.Title), HomePage: legal(f.URL), FeedURL: legal(f.SelfURL), Description: legal(f.Subtitle),
		NextURL: legal(f.NextURL), Icon: legal(f.Image), Authors: f.Author.json(), Language: legal(f.Language), Rights: rightsJSON(f.Rights, f.License),
		Items: []jsonItem{},
	}
	for _, hub := range f.HubURLs {
		out.Hubs = append(out.Hubs, jsonHub{"WebSub", legal(hub)})
	}
	for _, e := range f.Entries {
		out.Items = append(out.Items, e.json(f))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("syndication: %w", err)
	}
	return b.Bytes(), nil
}

func (e Entry) json(f Feed) jsonItem {
	out := jsonItem{
		ID: legal(e.ID), URL: legal(e.URL), Title: isolated(e.Title), Content: legal(e.Content), Summary: isolated(e.Summary),
		Published: jsonTime(e.Published), Language: legal(e.Language),
	}
	if e.Updated.After(e.Published) {
		out.Modified = jsonTime(e.Updated)
	}
	if e.Author != f.Author {
		out.Authors = e.Author.json()
	}
	if e.Rights != f.Rights || e.License != f.License {
		out.Rights = rightsJSON(e.Rights, e.License)
	}
	for _, c := range e.Categories {
		out.Tags = append(out.Tags, legal(c))
	}
	for _, x := range e.Enclosures {
		out.Attachments = append(out.Attachments, jsonAttachment{legal(x.URL), legal(x.MediaType), legal(x.Title), x.Length})
	}
	return out
}

func (a Author) json() []jsonAuthor {
	if a.Name == "" {
		return nil
	}
	return []jsonAuthor{{isolated(a.Name), legal(a.URL)}}
}

func rightsJSON(text, license string) *jsonRights {
	if text == "" && license == "" {
		return nil
	}
	return &jsonRights{"https://www.rfc-editor.org/rfc/rfc4287#section-4.2.10", legal(text), legal(license)}
}

// jsonTime is the date form of RFC 3339.
func jsonTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
