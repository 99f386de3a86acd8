package activitystreams

import "time"

// A VideoDocument makes a Video of a [NoteDocument], in the shape that PeerTube
// gives and reads (https://docs.joinpeertube.org/api/activitypub).
type VideoDocument struct {
	// Title is plain.
	Title    string
	Duration time.Duration
	// Files are where it plays, beside the page of the note.
	Files []FileDocument
	// Icon is a picture of it, of IconWidth and IconHeight pixels; nil for none.
	Icon                  *ImageDocument
	IconWidth, IconHeight int
	Captions              []CaptionDocument
}

// A FileDocument is one way to play a video.
type FileDocument struct {
	MediaType string
	URL       string
	// Width and Height are in pixels, Size in bytes; 0 of a playlist.
	Width, Height int
	Size          int64
	// Files are those that a playlist names.
	Files []FileDocument
}

// A CaptionDocument is captions of a video in a language.
type CaptionDocument struct {
	// Language is its BCP 47 tag, Name what it calls itself.
	Language, Name string
	URL            string
}

// videoJSON is what documents of videos have beyond those of notes.
type videoJSON struct {
	Duration string        `json:"duration,omitempty"`
	Icon     []iconJSON    `json:"icon,omitempty"`
	Captions []captionJSON `json:"subtitleLanguage,omitempty"`
	Comments string        `json:"comments,omitempty"`
}

type iconJSON struct {
	imageJSON
	Width  int `json:"width,omitempty"`
	Height int `json:"height,omitempty"`
}

type captionJSON struct {
	Identifier string `json:"identifier"`
	Name       string `json:"name,omitempty"`
	URL        string `json:"url"`
}

type fileJSON struct {
	Type      string     `json:"type"`
	MediaType string     `json:"mediaType"`
	Href      string     `json:"href"`
	Width     int        `json:"width,omitempty"`
	Height    int        `json:"height,omitempty"`
	Size      int64      `json:"size,omitempty"`
	Tag       []fileJSON `json:"tag,omitempty"`
}

// videoTerms are PeerTube's, for what ActivityStreams has no word.
const videoTerms = `"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/","size":{"@id":"pt:size","@type":"sc:Number"},` +
	`"subtitleLanguage":{"@id":"pt:subtitleLanguage","@type":"@id"},"identifier":"sc:identifier","comments":{"@id":"pt:comments","@type":"@id"}`

// film makes a Video of a note.
func (d *VideoDocument) film(out *noteJSON, n NoteDocument, c *checker) {
	if d == nil {
		return
	}
	c.required("name", d.Title)
	out.Context = withTerm(out.Context, videoTerms)
	out.Type, out.Name, out.Duration, out.Comments = TypeVideo, d.Title, formatDuration(d.Duration), n.Replies
	if n.Language != "" {
		out.NameMap = map[string]string{n.Language: d.Title}
	}
	if icon := d.Icon.wire(c); icon != nil {
		out.Icon = []iconJSON{{*icon, d.IconWidth, d.IconHeight}}
	}
	out.URL = append([]fileJSON{{Type: TypeLink, MediaType: "text/html", Href: n.URL}}, files(d.Files, c)...)
	for _, w := range d.Captions {
		c.id("subtitleLanguage.url", w.URL)
		out.Captions = append(out.Captions, captionJSON{w.Language, w.Name, w.URL})
	}
}

func files(all []FileDocument, c *checker) (out []fileJSON) {
	for _, f := range all {
		c.id("url.href", f.URL)
		c.required("url.mediaType", f.MediaType)
		out = append(out, fileJSON{TypeLink, f.MediaType, f.URL, f.Width, f.Height, f.Size, files(f.Files, c)})
	}
	return out
}
