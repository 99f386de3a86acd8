package preview

import (
	"io"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/language"

	"allod/internal/address"
	"allod/internal/fault"
)

// A page is what a page says of itself, as it says it.
type page struct {
	title, description, language string
	image, imageAlt              string
	published                    time.Time
}

// metas are the names by which pages say things of themselves, the best first
// (Open Graph; then what pages had before it).
var metas = map[string][]string{
	"title":       {"og:title", "twitter:title", "dc.title"},
	"description": {"og:description", "twitter:description", "description", "dc.description"},
	"image":       {"og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"},
	"alt":         {"og:image:alt", "twitter:image:alt"},
	"language":    {"og:locale"},
	"published":   {"article:published_time"},
}

// tokensMax is how many elements of a page are looked at: the head of any page is shorter.
const tokensMax = 20_000

// parse reads the head of a page that came from an address.
func parse(r io.Reader, contentType, from string) (*page, error) {
	read, err := charset.NewReader(io.LimitReader(r, pageRead), contentType)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "")
	}
	said, title, lang := map[string]string{}, "", ""
	z := html.NewTokenizer(read)
	z.SetMaxBuf(pageRead)
	inTitle := false
scan:
	for range tokensMax {
		switch z.Next() {
		case html.ErrorToken:
			break scan // the end of what is read, or of what can be
		case html.TextToken:
			if inTitle {
				title += string(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.DataAtom {
			case atom.Body:
				break scan
			case atom.Html:
				lang = attr(t, "lang")
			case atom.Title:
				inTitle = title == ""
			case atom.Meta:
				name := strings.ToLower(attr(t, "property"))
				if name == "" {
					name = strings.ToLower(attr(t, "name"))
				}
				if value := strings.TrimSpace(attr(t, "content")); said[name] == "" {
					said[name] = value
				}
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if string(name) == "title" {
				inTitle = false
			} else if string(name) == "head" {
				break scan
			}
		}
	}
	best := func(what string) string {
		for _, name := range metas[what] {
			if said[name] != "" {
				return said[name]
			}
		}
		return ""
	}
	p := &page{title: best("title"), description: best("description"), imageAlt: best("alt"), image: under(from, best("image"))}
	if p.title == "" {
		p.title = html.UnescapeString(title)
	}
	if lang == "" {
		lang = strings.ReplaceAll(best("language"), "_", "-")
	}
	if tag, err := language.Parse(lang); err == nil {
		p.language = tag.String()
	}
	if at, err := time.Parse(time.RFC3339, best("published")); err == nil && at.Year() >= 1990 && at.Before(time.Now().Add(24*time.Hour)) {
		p.published = at
	}
	return p, nil
}

func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// under is an address as a page at from has it, "" for none of the web.
func under(from, ref string) string {
	base, err := url.Parse(from)
	if err != nil || ref == "" || len(ref) > address.MaxURL {
		return ""
	}
	u, err := base.Parse(ref)
	if err != nil {
		return ""
	}
	u.Fragment = ""
	if _, err := address.Parse(u.String()); err != nil {
		return ""
	}
	return u.String()
}
