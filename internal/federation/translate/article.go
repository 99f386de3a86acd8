package translate

import (
	"html"
	"strings"

	"allod/internal/account"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// contentMax is how much of an article goes out in one document, in bytes of
// HTML: others refuse documents of a megabyte, and cut what is longer than they
// keep. The rest is on its page.
const contentMax = 400_000

// article makes the document of a post one of an article (FEP-b2b8): its title
// as name, what it is about as summary, and a note that stands for it. Mastodon
// shows title, summary and link.
func article(doc *as.NoteDocument, n account.Names, p *post.Post) {
	page := post.Page(n, p)
	about := p.Summary()
	if about == "" {
		about = html.UnescapeString(strings.TrimSuffix(strings.TrimPrefix(p.HTML, "<p>"), "</p>"))
	}
	if p.Warning == "" {
		doc.Summary = about
	}
	link := `<a href="` + html.EscapeString(page) + `">` + html.EscapeString(page) + `</a>`
	if len(doc.Content) > contentMax {
		doc.Content = markup.Cut(doc.Content, contentMax) + "<p>… " + link + "</p>"
	}
	doc.Article = &as.ArticleDocument{
		Title:   p.Title,
		Preview: "<p><strong>" + html.EscapeString(p.Title) + "</strong></p><p>" + html.EscapeString(about) + "</p><p>" + link + "</p>",
	}
	for _, m := range p.Media {
		if at := fileOf(n, m); at != "" && m.Kind == media.Image && !p.Sensitive {
			doc.Article.Image = &as.ImageDocument{MediaType: m.Variant(media.Large).Mime, URL: at, Summary: m.Alt}
			break
		}
	}
}

// fileOf is the address of a picture of ours, "" where it has none.
func fileOf(n account.Names, m *media.Medium) string {
	if f := m.Variant(media.Large); f != nil {
		return n.File(f.Key)
	}
	return ""
}

// reserve says what others may do with a post of ours.
func reserve(doc *as.NoteDocument, p *post.Post) {
	rights := p.Rights
	if rights == "" {
		rights = account.Reserved
	}
	doc.License, doc.Rights = rights.URL(), rights.Words()
}

// summaryOf is what an article from elsewhere is about, plain.
func summaryOf(obj *as.Object) string {
	if obj.Type != as.TypeArticle || obj.Sensitive {
		return ""
	}
	return cut(line(plain(obj.Summary.String())), warningMax)
}

// plain is the text of HTML, roughly: what is in it is written as text again.
func plain(s string) string {
	var b strings.Builder
	for s != "" {
		before, rest, tag := strings.Cut(s, "<")
		b.WriteString(before)
		if !tag {
			break
		}
		if _, s, tag = strings.Cut(rest, ">"); !tag {
			break
		}
		b.WriteByte(' ')
	}
	return html.UnescapeString(b.String())
}

// inText are the pictures inside the text of an article that are not among
// its attachments, in their order.
func inText(obj *as.Object, attached []media.Medium) (out []media.Medium) {
	if obj.Type != as.TypeArticle {
		return nil
	}
	known := map[string]bool{}
	for _, m := range attached {
		known[m.RemoteURL] = true
	}
	for rest := obj.Content.String(); len(attached)+len(out) < media.RemotePerPost; {
		_, after, ok := strings.Cut(rest, "<img ")
		if !ok {
			break
		}
		tag, left, _ := strings.Cut(after, ">")
		rest = left
		src := webAddress(attributeOf(tag, "src"))
		if src != "" && !known[src] {
			known[src] = true
			out = append(out, media.Medium{Kind: media.Image, RemoteURL: src, Alt: attributeOf(tag, "alt")})
		}
	}
	return out
}

// attributeOf is the value of an attribute in quotation marks, "" where there is none.
func attributeOf(tag, name string) string {
	for _, quote := range []string{`"`, `'`} {
		if _, after, ok := strings.Cut(" "+tag, " "+name+"="+quote); ok {
			value, _, _ := strings.Cut(after, quote)
			return html.UnescapeString(value)
		}
	}
	return ""
}
