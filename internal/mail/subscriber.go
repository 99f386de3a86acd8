package mail

import (
	"context"
	"strings"

	"allod/internal/db"
	"allod/internal/locale"
	"allod/internal/markup"
	"allod/internal/post"
	"allod/internal/subscriber"
)

// The page of a subscriber, with the purpose of its pass.
const (
	HearPass = "hear"
	hearPath = "/hear/"
)

// hearPage is the page of a subscriber.
func (s *Service) hearPage(sub *subscriber.Subscriber) string {
	return s.Names.Origin + hearPath + s.Passes.Make(HearPass, sub.ID)
}

// Asked asks an address whether its owner wants to hear from a person, once a day for each person.
func (s *Service) Asked(ctx context.Context, tx *db.Tx, f subscriber.Asked) error {
	words := s.Bundle.Match("", f.Subscriber.Language)
	return s.confirm(ctx, tx, string(Follow)+f.Owner.ID.String(), &Letter{
		By: f.Owner.ID, Sender: s.Names.Host, Kind: Follow, Language: words.Tag(),
		Subject: words.T("mail.follow_subject", "name", f.Owner.Called()),
		Parts: []Part{
			{Text: words.T("mail.follow_text", "name", f.Owner.Called(), "host", s.Names.Host)},
			{Text: words.T("mail.follow_button"), Link: words.T("mail.follow_link"), URL: s.hearPage(f.Subscriber)},
			{Text: words.T("mail.follow_not_you")},
		},
	}, Recipient{Address: f.Subscriber.Address, Folded: f.Subscriber.Folded})
}

// Due puts a digest down for those who are to be told the same.
func (s *Service) Due(ctx context.Context, tx *db.Tx, f subscriber.Due) error {
	words := s.Bundle.Match("", f.Language)
	to := make([]Recipient, len(f.To))
	for i, sub := range f.To {
		to[i] = Recipient{Address: sub.Address, Folded: sub.Folded, Way: s.hearPage(sub)}
	}
	l := &Letter{By: f.Owner.ID, Sender: f.Owner.Called(), Kind: Digest, Language: words.Tag()}
	l.Subject = words.T("mail.digest_subject", "name", f.Owner.Called(), "n", len(f.Posts))
	if len(f.Posts) == 1 {
		if title := s.titleOf(f.Posts[0]); title != "" {
			l.Subject = words.T("mail.digest_one", "name", f.Owner.Called(), "title", title)
		}
	}
	l.Parts = s.digest(words, f)
	return s.Put(ctx, tx, l, to)
}

// digest is what was said, by kind: articles, then what has pictures, then the rest.
func (s *Service) digest(words *locale.Locale, f subscriber.Due) []Part {
	kinds := []struct {
		key  string
		mine func(p *post.Post) bool
	}{
		{"mail.digest_articles", func(p *post.Post) bool { return p.Title != "" }},
		{"mail.digest_pictures", func(p *post.Post) bool { return p.Title == "" && len(p.Media) > 0 }},
		{"mail.digest_notes", func(p *post.Post) bool { return p.Title == "" && len(p.Media) == 0 }},
	}
	var parts []Part
	for _, k := range kinds {
		head := words.T(k.key)
		for _, p := range f.Posts {
			if k.mine(p) {
				part := s.told(words, p)
				part.Head, head = head, ""
				parts = append(parts, part)
			}
		}
	}
	if f.More {
		parts = append(parts, Part{Text: words.T("mail.digest_more"), Link: f.Owner.Called(), URL: s.Names.Profile(f.Owner)})
	}
	return parts
}

// excerptMax is how much of a post a digest holds, in characters; the rest is on the page.
const excerptMax = 1500

// told is one post in a digest. What its writer folded stays folded.
func (s *Service) told(words *locale.Locale, p *post.Post) Part {
	text := s.Text.Plain(p.HTML)
	if p.Warning != "" {
		text = words.T("mail.digest_folded", "warning", p.Warning)
	}
	if runes := []rune(text); len(runes) > excerptMax {
		text = strings.TrimSpace(string(runes[:excerptMax])) + "…"
	}
	if p.Title != "" {
		text = p.Title + "\n\n" + text
	}
	return Part{Text: words.Date(p.PublishedAt) + "\n\n" + text, Link: words.T("mail.digest_open"), URL: post.Page(s.Names, p)}
}

// titleOf is a line that stands for a post, "" for one that is folded.
func (s *Service) titleOf(p *post.Post) string {
	switch {
	case p.Warning != "":
		return ""
	case p.Title != "":
		return markup.Line(p.Title, 80)
	}
	line := markup.Line(s.Text.Plain(p.HTML), 61)
	if runes := []rune(line); len(runes) > 60 {
		line = strings.TrimSpace(string(runes[:60])) + "…"
	}
	return line
}
