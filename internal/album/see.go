package album

import (
	"context"
	"errors"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/photo"
)

// A Seen album is one as somebody beside its owner may see it, or its owner.
type Seen struct {
	*Album
	Pieces []*Shown
	Adds   bool // who sees it may put photos into it
	Unseen int  // photos that are shown to their owner alone: videos, and what cannot be made into a picture
}

// A Shown photo is one of an album with what others see of it.
type Shown struct {
	*Piece
	Medium *media.Medium // nil while it is being made
}

// See is an album that viewer may see: its owner, and who may see its post, as
// those do who were invited. A stranger is viewer 0. NotFound for any other.
func (s *Service) See(ctx context.Context, viewer, album id.ID) (seen *Seen, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := found(get(ctx, tx, album))
		if err != nil {
			return err
		}
		seen = &Seen{Album: a, Adds: viewer == a.OwnerID && !a.Follows()}
		if viewer != a.OwnerID {
			if err := s.shownTo(ctx, tx, viewer, a); err != nil {
				return err
			}
			p, _, err := personOf(ctx, tx, album, viewer)
			if err != nil {
				return err
			}
			seen.Adds = p.Adds && !a.Follows()
		}
		return seen.fill(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	return seen, nil
}

// shownTo is NotFound for an album whose post a viewer may not see.
func (s *Service) shownTo(ctx context.Context, tx *db.Tx, viewer id.ID, a *Album) error {
	if a.PostID == 0 {
		return unknown()
	}
	_, err := s.Posts.SeeOne(ctx, tx, viewer, a.PostID)
	if fault.Is(err, fault.NotFound) {
		err = unknown()
	}
	return err
}

// ByLink is what a link shows. Gone for one that shows nothing any more.
func (s *Service) ByLink(ctx context.Context, link id.ID) (l *Link, seen *Seen, err error) {
	over := fault.New(fault.Gone, "fault.share.over")
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := getLink(ctx, tx, link)
		if err != nil {
			return err
		}
		if len(all) == 0 || !all[0].ExpiresAt.IsZero() && !s.Now().Before(all[0].ExpiresAt) {
			return over
		}
		l = all[0]
		a, err := get(ctx, tx, l.AlbumID)
		if errors.Is(err, db.ErrNoRows) || err == nil && !a.Shown {
			return over
		}
		if err != nil {
			return err
		}
		seen = &Seen{Album: a}
		return seen.fill(ctx, tx)
	})
	if err != nil {
		return nil, nil, err
	}
	return l, seen, nil
}

// fill reads what an album shows.
func (seen *Seen) fill(ctx context.Context, tx *db.Tx) error {
	all, err := pieces(ctx, tx, seen.Album)
	if err != nil {
		return err
	}
	made, err := piecesOf(ctx, tx, seen.ID)
	if err != nil {
		return err
	}
	with, err := media.OfPosts(ctx, tx, []id.ID{seen.ID})
	if err != nil {
		return err
	}
	by := make(map[id.ID]*media.Medium, len(all))
	for _, m := range with[seen.ID] {
		by[m.ID] = m
	}
	for _, p := range all {
		one := &Shown{Piece: p}
		at, ok := made[p.NodeID]
		if ok && fresh(seen.Album, p, at) {
			one.Medium = by[at.medium]
		}
		if p.Kind != photo.Image || ok && at.medium == 0 {
			seen.Unseen++
		}
		seen.Pieces = append(seen.Pieces, one)
	}
	return nil
}

// OfPost is the album that a post shows, nil for none.
func OfPost(ctx context.Context, tx *db.Tx, post id.ID) (*Album, error) {
	a, err := byPost(ctx, tx, post)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	return a, err
}
