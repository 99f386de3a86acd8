package activitystreams

// An ArticleDocument makes an Article of a [NoteDocument] (FEP-b2b8).
type ArticleDocument struct {
	// Title is plain.
	Title string
	// Preview is the HTML that stands for the article where it is not shown.
	Preview string
	// Image is a picture above the article; nil for none.
	Image *ImageDocument
}

// articleJSON is what documents of articles, and of rights, have beyond those of notes.
type articleJSON struct {
	Name    string            `json:"name,omitempty"`
	NameMap map[string]string `json:"nameMap,omitempty"`
	Preview *previewJSON      `json:"preview,omitempty"`
	Image   *imageJSON        `json:"image,omitempty"`
	License string            `json:"license,omitempty"`
	Rights  string            `json:"rights,omitempty"`
}

type previewJSON struct {
	Type         string `json:"type"`
	AttributedTo string `json:"attributedTo"`
	Summary      string `json:"summary,omitempty"`
	Sensitive    bool   `json:"sensitive,omitempty"`
	Content      string `json:"content"`
	Published    string `json:"published"`
	Updated      string `json:"updated,omitempty"`
	URL          string `json:"url,omitempty"`
}

// title makes an Article of a note. The language is told with the title alone:
// the content would stand there twice.
func (d *ArticleDocument) title(out *noteJSON, n NoteDocument, c *checker) {
	if d == nil {
		return
	}
	c.required("name", d.Title)
	c.text("preview.content", d.Preview)
	out.Type, out.Name, out.ContentMap = TypeArticle, d.Title, nil
	if n.Language != "" {
		out.NameMap = map[string]string{n.Language: d.Title}
	}
	out.Image = d.Image.wire(c)
	if d.Preview == "" {
		return
	}
	out.Preview = &previewJSON{
		Type: TypeNote, AttributedTo: n.AttributedTo, Sensitive: n.Sensitive, Content: d.Preview,
		Published: out.Published, Updated: out.Updated, URL: n.URL,
	}
	if n.Sensitive {
		out.Preview.Summary = n.Summary
	}
}

// claim says what others may do with the object (DCMI Metadata Terms).
func (d NoteDocument) claim(out *noteJSON, c *checker) {
	c.optional("license", d.License)
	c.text("rights", d.Rights)
	if d.License != "" {
		out.Context = withTerm(out.Context, `"license":{"@id":"http://purl.org/dc/terms/license","@type":"@id"}`)
		out.License = d.License
	}
	if d.Rights != "" {
		out.Context = withTerm(out.Context, `"rights":"http://purl.org/dc/terms/rights"`)
		out.Rights = d.Rights
	}
}
