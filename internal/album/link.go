package album

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// LinksMax is how many links lead to one album.
const LinksMax = 50

// A Link is that by which people without an account see an album. It ends
// when its owner takes it back, when its last day has come, and with the post of the album.
type Link struct {
	ID        id.ID
	AlbumID   id.ID
	Label     string // for whom, as the owner puts it; nobody else sees it
	Password  string // sealed, as package auth does; "" for none
	CreatedAt time.Time
	ExpiresAt time.Time // zero for never
}

// Terms are those of a new link.
type Terms struct {
	Label    string
	Password string        // sealed, "" for none
	For      time.Duration // 0 for ever
}

// labelMax is the longest label, in characters.
const labelMax = 100

// Link makes a link to an album of owner's. An album that nobody was shown is
// shown as for Invite. Invalid in the field "label", TooMany beyond LinksMax.
func (s *Service) Link(ctx context.Context, owner *account.Account, album id.ID, t Terms) (*Link, error) {
	label := strings.Join(strings.Fields(t.Label), " ")
	if utf8.RuneCountInString(label) > labelMax || !utf8.ValidString(label) {
		return nil, fault.New(fault.Invalid, "fault.share.label", "max", labelMax).In("label")
	}
	if err := s.between(ctx, owner, album); err != nil {
		return nil, err
	}
	l := &Link{ID: s.IDs.Next(), AlbumID: album, Label: label, Password: t.Password, CreatedAt: s.Now()}
	if t.For > 0 {
		l.ExpiresAt = l.CreatedAt.Add(t.For)
	}
	return l, s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := mine(ctx, tx, owner.ID, album); err != nil {
			return err
		}
		all, err := linksOf(ctx, tx, album, s.Now())
		if err == nil && len(all) >= LinksMax {
			err = fault.New(fault.TooMany, "fault.share.many", "max", LinksMax)
		}
		if err != nil {
			return err
		}
		return insertLink(ctx, tx, l)
	})
}

// Links are those to an album of owner's, the newest first, without those that have run out.
func (s *Service) Links(ctx context.Context, owner, album id.ID) (all []*Link, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := mine(ctx, tx, owner, album); err != nil {
			return err
		}
		all, err = linksOf(ctx, tx, album, s.Now())
		return err
	})
	return all, err
}

// EndLink takes a link back, at once.
func (s *Service) EndLink(ctx context.Context, owner, album, link id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := mine(ctx, tx, owner, album); err != nil {
			return err
		}
		return dropLink(ctx, tx, album, link)
	})
}
