package media

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media/derive"
)

// A Card is what is known of a page that a post links to: in plain text, with
// a picture of it. Who told it may be wrong or lie, so a card is shown with the
// host of its link, which nobody but the link decides.
type Card struct {
	ID          id.ID
	URL         string // of the page, as the link has it
	State       CardState
	Title       string
	Description string
	Language    string
	Picture     *Medium // nil for none
	Published   time.Time
	Tries       int
	LookedAt    time.Time

	pictureID id.ID
}

// CardState is how far a card is.
type CardState string

// The states of a card.
const (
	CardDue   CardState = "due"   // to be looked at
	CardReady CardState = "ready" // there is something to show
	CardNone  CardState = "none"  // there is nothing to show
)

// Shown reports whether there is something to show.
func (c *Card) Shown() bool { return c != nil && c.State == CardReady && c.Title != "" }

// Limits of a card's words, in characters.
const (
	CardTitleMax       = 200
	CardDescriptionMax = 400
)

const (
	cardsDue   = 2_000               // pages that wait to be looked at, in all
	cardStale  = 14 * 24 * time.Hour // after which a page is looked at again where it is linked anew
	cardEmpty  = 24 * time.Hour      // the same for one that had nothing to show
	cardUnused = 24 * time.Hour      // after which one that no post shows is forgotten
)

// Link gives a post the card of a page, which all posts share. due says that
// the page must be looked at. Nothing is kept where too many pages wait.
func Link(ctx context.Context, tx *db.Tx, ids *id.Source, now time.Time, post id.ID, url string) (c *Card, due bool, err error) {
	if c, err = cardAt(ctx, tx, url); err != nil {
		return nil, false, err
	}
	if c == nil {
		waiting, err := countDue(ctx, tx)
		if err != nil || waiting >= cardsDue {
			return nil, false, err
		}
		c, due = &Card{ID: ids.Next(), URL: url, State: CardDue, LookedAt: now}, true
		if err := insertCard(ctx, tx, 0, c); err != nil {
			return nil, false, err
		}
	} else if age := now.Sub(c.LookedAt); c.State == CardNone && age > cardEmpty || age > cardStale {
		if due = true; c.State == CardNone {
			c.State = CardDue
		}
		if err := dueAgain(ctx, tx, c.ID, c.State); err != nil {
			return nil, false, err
		}
	}
	return c, due, putOnPost(ctx, tx, post, c.ID)
}

// TellCard gives a post of another server the card that came with it.
func TellCard(ctx context.Context, tx *db.Tx, ids *id.Source, now time.Time, owner, post id.ID, c Card) error {
	c.ID, c.State, c.LookedAt = ids.Next(), CardReady, now
	c.Title, c.Description = Line(c.Title, CardTitleMax), Line(c.Description, CardDescriptionMax)
	if c.Picture != nil {
		m := *c.Picture
		m.ID, m.OwnerID, m.Kind, m.CreatedAt, m.Alt = ids.Next(), owner, Image, now, Line(m.Alt, CardDescriptionMax)
		if err := insert(ctx, tx, &m); err != nil {
			return err
		}
		c.pictureID = m.ID
	}
	if err := insertCard(ctx, tx, post, &c); err != nil {
		return err
	}
	return putOnPost(ctx, tx, post, c.ID)
}

// Unlink takes the card of a post away.
func Unlink(ctx context.Context, tx *db.Tx, post id.ID) error { return takeOffPost(ctx, tx, post) }

// CardsOf are the cards of posts, by post.
func CardsOf(ctx context.Context, tx *db.Tx, posts []id.ID) (map[id.ID]*Card, error) {
	if len(posts) == 0 {
		return nil, nil
	}
	by, err := cardsOf(ctx, tx, posts)
	if err != nil || len(by) == 0 {
		return nil, err
	}
	var pictures []id.ID
	for _, c := range by {
		if c.pictureID != 0 {
			pictures = append(pictures, c.pictureID)
		}
	}
	if len(pictures) == 0 {
		return by, nil
	}
	all, err := with(ctx, tx, withIDs, pictures)
	for _, c := range by {
		for _, m := range all {
			if m.ID == c.pictureID {
				c.Picture = m
			}
		}
	}
	return by, err
}

// DueCard is a card that is to be looked at; NotFound for any other.
func (s *Service) DueCard(ctx context.Context, card id.ID) (c *Card, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err = cardByID(ctx, tx, card)
		return err
	})
	if err == nil && c == nil {
		err = fault.New(fault.NotFound, "")
	}
	return c, err
}

// SettleCard keeps what a look at a page found. Without a title there is
// nothing to show.
func (s *Service) SettleCard(ctx context.Context, c *Card) error {
	c.Title, c.Description = Line(c.Title, CardTitleMax), Line(c.Description, CardDescriptionMax)
	c.State, c.LookedAt = CardReady, s.now()
	if c.Title == "" {
		c.State = CardNone
	}
	if c.Picture != nil {
		c.pictureID = c.Picture.ID
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return settleCard(ctx, tx, c) })
}

// TryCard counts a look that came to nothing and is tried again.
func (s *Service) TryCard(ctx context.Context, card id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return tryCard(ctx, tx, card) })
}

// CardPicture keeps a small copy of a page's picture, made safe like all
// others, at an address that other homes may fetch.
func (s *Service) CardPicture(ctx context.Context, r io.Reader, alt string) (*Medium, error) {
	picture, err := s.derive.Picture(ctx, r, []derive.Size{sizes[1]})
	if err != nil {
		return nil, err
	}
	v := picture.Variants[0]
	ref, err := s.blobs.Put(ctx, bytes.NewReader(v.Data))
	if err != nil {
		return nil, err
	}
	m := &Medium{
		ID: s.ids.Next(), Kind: Image, Mime: v.Mime, Width: v.Width, Height: v.Height, Alt: Line(alt, CardDescriptionMax),
		Blurhash: picture.Blurhash, CreatedAt: s.now(),
	}
	s.file(m, File{Variant: Small, Blob: ref.Hash, Size: ref.Size, Mime: v.Mime, Width: v.Width, Height: v.Height})
	return m, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insert(ctx, tx, m); err != nil {
			return err
		}
		return insertFile(ctx, tx, &m.Files[0])
	})
}

// sweepCards forgets cards that no post shows, a batch at a time.
func (s *Service) sweepCards(ctx context.Context) error {
	for n := sweepBatch; n == sweepBatch; {
		err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			ids, err := unusedCards(ctx, tx, s.now().Add(-cardUnused), sweepBatch)
			if err != nil || len(ids) == 0 {
				n = 0
				return err
			}
			n = len(ids)
			return deleteCards(ctx, tx, ids)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Line is plain text on one line, cut at most characters, without what is
// not to be seen or turns around what stands beside it.
func Line(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\uFEFF', r == '\u200E', r == '\u200F', r == '\u061C':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:most-1]), " .,;:–—") + "…"
}
