package post

import (
	"context"
	"errors"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/poll"
)

// A Tombstone is what is left of a deleted post: its name, so that it never comes back.
type Tombstone struct {
	URI       string
	AccountID id.ID
	PostID    id.ID // 0 when it was deleted before it came
	DeletedAt time.Time
}

// Delete takes back a post of one's own. NotFound for a post that is not here
// or not theirs to see, Denied for another's.
func (s *Service) Delete(ctx context.Context, me, post id.ID) (p *Post, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if p, err = s.SeeOne(ctx, tx, me, post); err != nil {
			return err
		}
		if p.AuthorID != me {
			return fault.New(fault.Denied, "fault.post.not_yours")
		}
		return s.remove(ctx, tx, p)
	})
	return p, err
}

// Retract is Delete within a transaction, of a post that its author's other things have no use for any more.
func (s *Service) Retract(ctx context.Context, tx *db.Tx, post id.ID) error {
	p, err := s.StoredID(ctx, tx, post)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.remove(ctx, tx, p)
}

// TakeDelete deletes a post of author that came from elsewhere. One that is
// unknown is remembered, in case it comes later. Denied for another's post.
func (s *Service) TakeDelete(ctx context.Context, tx *db.Tx, author *account.Account, uri string) error {
	p, err := s.Stored(ctx, tx, uri)
	if fault.Is(err, fault.NotFound) {
		return bury(ctx, tx, &Tombstone{URI: uri, AccountID: author.ID, DeletedAt: s.now()})
	} else if err != nil {
		return err
	}
	if p.Local || p.AuthorID != author.ID {
		return fault.New(fault.Denied, "").Because("%s deletes a post of another", author.URI)
	}
	return s.remove(ctx, tx, p)
}

func (s *Service) remove(ctx context.Context, tx *db.Tx, p *Post) error {
	named, err := Named(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	members, err := members(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if err := bury(ctx, tx, &Tombstone{URI: p.URI, AccountID: p.AuthorID, PostID: p.ID, DeletedAt: s.now()}); err != nil {
		return err
	}
	if err := media.Withdraw(ctx, tx, p.ID); err != nil {
		return err
	}
	if err := poll.Remove(ctx, tx, p.ID); err != nil {
		return err
	}
	if err := remove(ctx, tx, p.ID); err != nil {
		return err
	}
	if err := countForAll(ctx, tx, p, -1); err != nil {
		return err
	}
	return s.Deleted.Record(ctx, tx, Deleted{Post: p, Named: named, Members: members})
}

// Tombstone is what is left of a post by its canonical id; NotFound where nothing is.
func (s *Service) Tombstone(ctx context.Context, uri string) (t *Tombstone, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err = tombstone(ctx, tx, uri)
		if errors.Is(err, db.ErrNoRows) {
			return fault.Wrap(err, fault.NotFound, "fault.post.unknown")
		}
		return err
	})
	return t, err
}

// ForgetAuthor deletes at most limit posts of an account that is gone, and
// what it did with others' posts, and reports whether more is left.
func (s *Service) ForgetAuthor(ctx context.Context, tx *db.Tx, who id.ID, limit int) (more bool, err error) {
	ids, err := ofAuthor(ctx, tx, who, limit)
	if err != nil {
		return false, err
	}
	for _, i := range ids {
		p, err := s.StoredID(ctx, tx, i)
		if err != nil {
			return false, err
		}
		if err := s.remove(ctx, tx, p); err != nil {
			return false, err
		}
	}
	likesLeft, err := likesWith(ctx, tx, byAccount, who, limit)
	if err != nil {
		return false, err
	}
	for _, l := range likesLeft {
		if err := errors.Join(deleteLike(ctx, tx, l.ID), count(ctx, tx, l.PostID, likes, -1)); err != nil {
			return false, err
		}
	}
	boostsLeft, err := boostsWith(ctx, tx, byAccount, who, limit)
	if err != nil {
		return false, err
	}
	for _, b := range boostsLeft {
		if err := s.unboost(ctx, tx, b); err != nil {
			return false, err
		}
	}
	return len(ids) == limit || len(likesLeft) == limit || len(boostsLeft) == limit, nil
}
