package post

import (
	"context"
	"html"
	"strconv"
	"strings"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
)

// A Body is the whole of a post of which lists show the beginning. Lists
// never read it.
type Body struct {
	Summary  string // as its author wrote it, plain; "" for none
	Text     string // Markdown of ours
	HTML     string // pictures in it are named by their medium: see Illustrated
	Contents []markup.Heading

	clean int
}

// mediumAt begins the address of a picture in a Body's HTML. The door that
// sends it out puts the address in that its readers can use.
const mediumAt = "medium:"

// inText is how the text of a post names a medium.
func inText(m id.ID) string { return mediumAt + m.String() }

// Unfold fills in the whole of posts that have been seen, where they are folded.
func (s *Service) Unfold(ctx context.Context, tx *db.Tx, posts ...*Post) error {
	var folded []id.ID
	for _, p := range posts {
		if p.Words > 0 {
			folded = append(folded, p.ID)
		}
	}
	if len(folded) == 0 {
		return nil
	}
	all, err := bodies(ctx, tx, folded)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if p.Body = all[p.ID]; p.Body != nil && p.Body.clean != markup.Version {
			p.Body.HTML = s.sanitizeBody(p.Body.HTML, p.Media).HTML
		}
	}
	return nil
}

// Whole is a post that viewer may see, with all of its text; NotFound for any other.
func (s *Service) Whole(ctx context.Context, viewer, post id.ID) (p *Post, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if p, err = s.SeeOne(ctx, tx, viewer, post); err != nil {
			return err
		}
		return s.Unfold(ctx, tx, p)
	})
	return p, err
}

// sanitizeBody cleans HTML of an article, whose pictures are named by media or
// by where they are.
func (s *Service) sanitizeBody(source string, all []*media.Medium) markup.Article {
	return s.text.SanitizeArticle(source, func(src string) (markup.Picture, bool) {
		for _, m := range all {
			if m.RemoteURL != "" && m.RemoteURL == src || src == inText(m.ID) {
				return markup.Picture{Source: inText(m.ID), Alt: m.Alt, Width: m.Width, Height: m.Height}, m.Kind == media.Image
			}
		}
		return markup.Picture{}, false
	})
}

// Said is the whole text of a post in HTML as far as it was asked for, with
// pictures at the addresses that at gives, and the media that do not stand in the text.
func (p *Post) Said(at func(*media.Medium) string) (text string, beside []*media.Medium) {
	if p.Body == nil {
		return p.HTML, p.Media
	}
	return illustrate(p.Body.HTML, p.Media, at)
}

func illustrate(source string, all []*media.Medium, at func(*media.Medium) string) (text string, beside []*media.Medium) {
	const begin = `src="` + mediumAt
	if !strings.Contains(source, begin) {
		return source, all
	}
	by := make(map[string]*media.Medium, len(all))
	for _, m := range all {
		by[m.ID.String()] = m
	}
	var b strings.Builder
	b.Grow(len(source) + 64*len(all))
	for rest := source; ; {
		before, after, ok := strings.Cut(rest, begin)
		b.WriteString(before)
		if !ok {
			break
		}
		var which string
		which, rest, _ = strings.Cut(after, `"`)
		where := ""
		if m := by[which]; m != nil {
			where = at(m)
		}
		b.WriteString(`src="` + html.EscapeString(where) + `"`)
		by[which] = nil
	}
	for _, m := range all {
		if by[m.ID.String()] != nil {
			beside = append(beside, m)
		}
	}
	return b.String(), beside
}

// write renders the text of a post of ours, in which pictures are named by
// their number: ![what it shows](1).
func (s *Service) write(p *Post, summary string, links markup.Links, pictures []*media.Medium) {
	if p.Kind != Article {
		p.HTML = s.text.Render(p.Text, links)
		return
	}
	links.Picture = func(destination string) (markup.Picture, bool) {
		n, err := strconv.Atoi(destination)
		if err != nil || n < 1 || n > len(pictures) || pictures[n-1].Kind != media.Image {
			return markup.Picture{}, false
		}
		m := pictures[n-1]
		return markup.Picture{Source: inText(m.ID), Alt: m.Alt, Width: m.Width, Height: m.Height}, true
	}
	p.fold(s.text.RenderArticle(p.Text, links), summary)
	p.Body.Text, p.Text = p.Text, ""
}

// fold makes an article of p: what lists show is its summary, or how it begins.
func (p *Post) fold(a markup.Article, summary string) {
	p.Body = &Body{Summary: summary, HTML: a.HTML, Contents: a.Contents, clean: markup.Version}
	p.Words = max(a.Words, 1)
	begin := summary
	if begin == "" {
		begin = a.Excerpt
	}
	p.HTML = ""
	if begin != "" {
		p.HTML = "<p>" + html.EscapeString(begin) + "</p>"
	}
}

// Typed is the text of a post of ours as it was written.
func (p *Post) Typed() string {
	if p.Body != nil {
		return p.Body.Text
	}
	return p.Text
}

// Summary is what its author says an article is about; "" for any other post.
func (p *Post) Summary() string {
	if p.Body != nil {
		return p.Body.Summary
	}
	return ""
}
