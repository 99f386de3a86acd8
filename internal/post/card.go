package post

import (
	"context"

	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
)

// Linked is the first page that a post for everyone links to, "" for none:
// the one that its card shows. What links of others are about is not asked,
// for a link may open something only once; what stays on this home is not told of outside. Articles show many pages, and none before others.
func (p *Post) Linked() string {
	if !p.Visibility.Open() || p.HereOnly || p.Kind == Article {
		return ""
	}
	if all := markup.Outward(p.HTML, 1); len(all) > 0 {
		return all[0]
	}
	return ""
}

// addCards gives posts the cards of what they link to.
func addCards(ctx context.Context, tx *db.Tx, posts []*Post) error {
	var linked []id.ID
	for _, p := range posts {
		if p.Linked() != "" {
			linked = append(linked, p.ID)
		}
	}
	if len(linked) == 0 {
		return nil
	}
	cards, err := media.CardsOf(ctx, tx, linked)
	for _, p := range posts {
		p.Card = cards[p.ID]
	}
	return err
}

// takeCard keeps the card that came with a post, if it is of the page that the
// post links to.
func (s *Service) takeCard(ctx context.Context, tx *db.Tx, p *Post, c *media.Card) error {
	p.Previewed = c != nil
	if c == nil || c.Title == "" || c.URL != p.Linked() {
		return nil
	}
	return media.TellCard(ctx, tx, s.ids, s.now(), p.AuthorID, p.ID, *c)
}
