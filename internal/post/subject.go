package post

import (
	"allod/internal/markup"
	"allod/internal/moderation"
)

// Subject is a post as a veil is held against it: with every text that its reader would see.
func (p *Post) Subject(text *markup.Engine) moderation.Subject {
	return moderation.Subject{
		Author: p.AuthorID, Host: p.Author.Host, Post: p.ID,
		Words: func() []string { return p.texts(text) },
	}
}

// Subject is a line of a list as a veil is held against it.
func (it Item) Subject(text *markup.Engine) moderation.Subject {
	s := it.Post.Subject(text)
	if it.Boost != nil {
		s.By, s.ByHost = it.By.ID, it.By.Host
	}
	return s
}

func (p *Post) texts(text *markup.Engine) []string {
	out := []string{p.Title, p.Warning, text.Plain(p.HTML)}
	for _, t := range p.Tags.Hashtags {
		out = append(out, "#"+t)
	}
	for _, m := range p.Media {
		out = append(out, m.Alt)
	}
	if p.Poll != nil {
		for _, o := range p.Poll.Options {
			out = append(out, o.Name)
		}
	}
	return out
}
