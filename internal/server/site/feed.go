package site

import (
	"html"
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/protocol/syndication"
	"allod/web"
)

// feedSize is how many posts a feed holds at most.
const feedSize = 40

// feeds are the feeds of one who lives here.
func (s *Site) feeds(v *reader, a *account.Account) []web.Feed {
	at := personPath(a)
	return []web.Feed{
		{Title: v.words.T("profile.atom"), URL: at + "/feed.atom", Type: "application/atom+xml"},
		{Title: v.words.T("profile.rss"), URL: at + "/feed.rss", Type: "application/rss+xml"},
	}
}

// feed is what one who lives here said to everyone, in a format. It is the
// same for every reader.
func (s *Site) feed(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, format func(syndication.Feed) ([]byte, error), name, kind string) error {
	visitor := *v
	visitor.me = nil
	return s.publish(w, r, &visitor, func() (*sheet, error) {
		a, err := s.known(r.Context(), h)
		if err != nil {
			return nil, err
		}
		if !a.Local {
			return nil, nothingHere()
		}
		items, err := s.Posts.ByAuthor(r.Context(), 0, a.ID, post.Choice{}, id.Page{Limit: feedSize})
		if err != nil {
			return nil, err
		}
		f := s.syndicate(a, items)
		f.SelfURL = s.Names.Profile(a) + "/" + name
		body, err := format(f)
		return &sheet{feed: body, kind: kind, about: []id.ID{a.ID}}, err
	})
}

// syndicate is a feed of those of the posts that are for everyone.
func (s *Site) syndicate(a *account.Account, items []post.Item) syndication.Feed {
	page := s.Names.Profile(a)
	f := syndication.Feed{
		ID: a.DID(), URL: page, Title: a.Called(), Subtitle: clip(s.Text.Plain(s.bio(a)), descriptionMax),
		Author: syndication.Author{Name: a.Called(), URL: page}, Generator: s.Product, Updated: a.CreatedAt,
	}
	if a.Avatar != "" {
		f.Image = s.Names.File(a.Avatar)
	}
	for _, it := range items {
		if it.Post.Visibility == post.Public {
			f.Entries = append(f.Entries, s.syndicated(it.Post))
		}
	}
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Published
	}
	return f
}

// syndicated is a post as an entry. Readers of feeds fold nothing, so a
// warning stands before the words. The id is the DID URL of the post.
func (s *Site) syndicated(p *post.Post) syndication.Entry {
	e := syndication.Entry{
		ID: strings.TrimPrefix(p.URI, "ap://"), URL: post.Page(s.Names, p), Title: p.Title, Content: p.HTML,
		Published: p.PublishedAt, Updated: p.EditedAt, Categories: p.Tags.Hashtags, Language: p.Language,
	}
	if e.Updated.IsZero() {
		e.Updated = p.PublishedAt
	}
	if p.Warning != "" {
		e.Title = p.Warning
		e.Content = "<p><strong>" + html.EscapeString(p.Warning) + "</strong></p><hr>" + p.HTML
	}
	for _, m := range p.Media {
		if f := m.Variant(media.Large); f != nil {
			e.Enclosures = append(e.Enclosures, syndication.Enclosure{URL: s.Names.File(f.Key), MediaType: f.Mime, Length: f.Size, Title: m.Alt})
		}
	}
	return e
}
