package mastodon

import (
	"net/url"

	"allod/internal/address"
	"allod/internal/media"
	"allod/internal/post"
	"allod/protocol/mastodon"
)

// card is the page that a post links to, nil where there is nothing to show.
// Who provides it is told by the link alone.
func (r *Renderer) card(p *post.Post) *mastodon.PreviewCard {
	c := p.Card
	if !c.Shown() {
		return nil
	}
	u, err := address.Parse(c.URL)
	if err != nil {
		return nil
	}
	out := &mastodon.PreviewCard{
		URL: c.URL, Title: c.Title, Description: c.Description, Language: textOrNull(c.Language), Type: "link",
		ProviderName: u.Host, ProviderURL: (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}).String(), PublishedAt: mastodon.At(c.Published),
	}
	m := c.Picture
	if m == nil {
		return out
	}
	out.ImageDescription, out.Width, out.Height, out.Blurhash = m.Alt, m.Width, m.Height, textOrNull(m.Blurhash)
	if !m.Ours() {
		out.Image = new(r.pictures.Medium(m))
	} else if f := m.Variant(media.Small); f != nil {
		out.Image = new(r.names.File(f.Key))
	}
	return out
}
