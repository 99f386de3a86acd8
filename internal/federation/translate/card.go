package translate

import (
	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/media"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// card is what the document of a post says of the page it links to. Where
// nothing is known of the page it says just that, so that no home of ours looks for itself.
func card(n account.Names, p *post.Post) *as.Card {
	to := p.Linked()
	if to == "" {
		return nil
	}
	c := &as.Card{URL: to}
	if !p.Card.Shown() || p.Card.URL != to {
		return c
	}
	c.Title, c.Description, c.Language, c.Published = p.Card.Title, p.Card.Description, p.Card.Language, p.Card.Published
	if m := p.Card.Picture; m != nil {
		if f := m.Variant(media.Small); f != nil {
			c.Image, c.ImageType, c.ImageAlt, c.Width, c.Height = n.File(f.Key), f.Mime, m.Alt, f.Width, f.Height
		}
	}
	return c
}

// cardOf reads the card of an object whose author decides about it. Its
// picture must lie where the object does: else a home could have all others
// fetch something from a third.
func cardOf(obj *as.Object, location string) *media.Card {
	if obj.Card == nil {
		return nil
	}
	c := &media.Card{
		URL: obj.Card.URL, Title: obj.Card.Title, Description: obj.Card.Description, Language: obj.Card.Language, Published: obj.Card.Published,
	}
	at, err := address.HostOf(obj.Card.Image)
	if here, problem := address.HostOf(location); err == nil && problem == nil && at == here {
		c.Picture = &media.Medium{
			Kind: media.Image, RemoteURL: obj.Card.Image, Mime: obj.Card.ImageType, Alt: obj.Card.ImageAlt, Width: obj.Card.Width, Height: obj.Card.Height,
		}
	}
	return c
}
