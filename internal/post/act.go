package post

import (
	"context"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Like has me like a post that I may see. Liking again changes nothing.
func (s *Service) Like(ctx context.Context, me *account.Account, post id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.SeeOne(ctx, tx, me.ID, post)
		if err != nil {
			return err
		}
		l := Like{ID: s.ids.Next(), AccountID: me.ID, PostID: p.ID, CreatedAt: s.now()}
		l.URI = me.Under("like", l.ID)
		return s.like(ctx, tx, me, p, l)
	})
}

// reaches is a post that by, who lives elsewhere, may see; none that stays here.
func (s *Service) reaches(ctx context.Context, tx *db.Tx, by *account.Account, post id.ID) (*Post, error) {
	p, err := s.SeeOne(ctx, tx, by.ID, post)
	if err == nil && p.HereOnly {
		err = fault.New(fault.NotFound, "fault.post.unknown")
	}
	return p, err
}

// TakeLike is a like that came from elsewhere, of a post that by may see.
func (s *Service) TakeLike(ctx context.Context, tx *db.Tx, by *account.Account, post id.ID, uri string) error {
	p, err := s.reaches(ctx, tx, by, post)
	if err != nil {
		return err
	}
	return s.like(ctx, tx, by, p, Like{ID: s.ids.Next(), AccountID: by.ID, PostID: p.ID, URI: uri, CreatedAt: s.now()})
}

func (s *Service) like(ctx context.Context, tx *db.Tx, by *account.Account, p *Post, l Like) error {
	fresh, err := insertLike(ctx, tx, &l)
	if err != nil || !fresh {
		return err
	}
	p.Likes, p.Liked = p.Likes+1, true
	if err := count(ctx, tx, p.ID, likes, 1); err != nil {
		return err
	}
	return s.Liked.Record(ctx, tx, Liked{l, p, by})
}

// Unlike has me take a like back. None to take back is no error.
func (s *Service) Unlike(ctx context.Context, me *account.Account, post id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.TakeUnlike(ctx, tx, me, post) })
}

// TakeUnlike takes a like back.
func (s *Service) TakeUnlike(ctx context.Context, tx *db.Tx, by *account.Account, post id.ID) error {
	all, err := likesWith(ctx, tx, byPair, post, by.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	p, err := s.StoredID(ctx, tx, post)
	if err != nil {
		return err
	}
	if err := deleteLike(ctx, tx, all[0].ID); err != nil {
		return err
	}
	if err := count(ctx, tx, post, likes, -1); err != nil {
		return err
	}
	return s.Unliked.Record(ctx, tx, Unliked{*all[0], p, by})
}

// Boost has me pass a post on: one for everyone, or one of my own for those
// who follow me. Boosting again changes nothing. Denied for any other.
func (s *Service) Boost(ctx context.Context, me *account.Account, post id.ID, v Visibility) (b *Boost, err error) {
	if v != Unlisted && v != Followers {
		v = Public
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.SeeOne(ctx, tx, me.ID, post)
		if err != nil {
			return err
		}
		if p.Visibility == Followers && p.AuthorID == me.ID {
			v = Followers
		}
		b = &Boost{ID: s.ids.Next(), AccountID: me.ID, PostID: p.ID, Visibility: v, CreatedAt: s.now()}
		b.URI = me.Under("boost", b.ID)
		return s.boost(ctx, tx, me, p, b)
	})
	return b, err
}

// TakeBoost is a boost that came from elsewhere.
func (s *Service) TakeBoost(ctx context.Context, tx *db.Tx, by *account.Account, post id.ID, v Visibility, uri string) error {
	p, err := s.reaches(ctx, tx, by, post)
	if err != nil {
		return err
	}
	return s.boost(ctx, tx, by, p, &Boost{ID: s.ids.Next(), AccountID: by.ID, PostID: p.ID, Visibility: v, URI: uri, CreatedAt: s.now()})
}

func (s *Service) boost(ctx context.Context, tx *db.Tx, by *account.Account, p *Post, b *Boost) error {
	own := p.Visibility == Followers && p.AuthorID == by.ID
	if !p.Visibility.Open() && !own {
		return fault.New(fault.Denied, "fault.post.not_for_boosts")
	}
	if p.HereOnly {
		return fault.New(fault.Denied, "fault.post.stays_here")
	}
	fresh, err := insertBoost(ctx, tx, b)
	if err != nil {
		return err
	}
	if !fresh {
		if before, err := boostsWith(ctx, tx, byPair, p.ID, by.ID); err != nil || len(before) == 0 {
			return err
		} else {
			*b = *before[0]
		}
		return nil
	}
	p.Boosts, p.Boosted = p.Boosts+1, true
	if err := count(ctx, tx, p.ID, boosts, 1); err != nil {
		return err
	}
	return s.Boosted.Record(ctx, tx, Boosted{*b, p, by})
}

// Unboost has me take a boost back. None to take back is no error.
func (s *Service) Unboost(ctx context.Context, me *account.Account, post id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.TakeUnboost(ctx, tx, me, post) })
}

// TakeUnboost takes a boost back.
func (s *Service) TakeUnboost(ctx context.Context, tx *db.Tx, by *account.Account, post id.ID) error {
	all, err := boostsWith(ctx, tx, byPair, post, by.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	return s.unboost(ctx, tx, all[0])
}

func (s *Service) unboost(ctx context.Context, tx *db.Tx, b *Boost) error {
	p, err := s.StoredID(ctx, tx, b.PostID)
	if err != nil {
		return err
	}
	by, err := account.Get(ctx, tx, b.AccountID)
	if err != nil {
		return err
	}
	if err := deleteBoost(ctx, tx, b.ID); err != nil {
		return err
	}
	if err := count(ctx, tx, b.PostID, boosts, -1); err != nil {
		return err
	}
	return s.Unboosted.Record(ctx, tx, Unboosted{*b, p, by})
}
