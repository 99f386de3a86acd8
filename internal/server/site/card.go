package site

import (
	"allod/internal/address"
	"allod/internal/post"
	"allod/web"
)

// card is the page that a post links to, nil where there is nothing to show.
func (s *Site) card(p *post.Post) *web.Card {
	if !p.Card.Shown() {
		return nil
	}
	host, err := address.HostOf(p.Card.URL)
	if err != nil {
		return nil
	}
	c := &web.Card{URL: p.Card.URL, Host: host, Title: p.Card.Title, Text: p.Card.Description, Language: p.Card.Language}
	if p.Card.Picture != nil {
		m := s.medium(p.Card.Picture)
		c.Picture = &m
	}
	return c
}
