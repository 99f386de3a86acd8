package post

import (
	"context"
	"slices"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Pin puts a post of one's own at the top of one's profile; pinning again
// changes nothing. Denied for another's and for one that only some may see,
// Invalid where PinnedMax are pinned.
func (s *Service) Pin(ctx context.Context, me, post id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.ownToPin(ctx, tx, me, post)
		if err != nil || !p.PinnedAt.IsZero() {
			return err
		}
		if !p.MayPin() {
			return fault.New(fault.Invalid, "fault.post.pin_few")
		}
		others, err := pinned(ctx, tx, me, PinnedMax)
		if err != nil {
			return err
		}
		if len(others) >= PinnedMax {
			return fault.New(fault.Invalid, "fault.post.pin_many", "max", PinnedMax)
		}
		return s.pin(ctx, tx, p, s.now())
	})
}

// MayPin reports whether a post may stand at the top of its author's profile.
func (p *Post) MayPin() bool {
	return p.Visibility == Public || p.Visibility == Unlisted || p.Visibility == Followers
}

// Unpin takes a post from the top of one's profile. One that is not there is no error.
func (s *Service) Unpin(ctx context.Context, me, post id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := s.ownToPin(ctx, tx, me, post)
		if err != nil || p.PinnedAt.IsZero() {
			return err
		}
		return s.pin(ctx, tx, p, time.Time{})
	})
}

func (s *Service) ownToPin(ctx context.Context, tx *db.Tx, me, post id.ID) (*Post, error) {
	p, err := s.SeeOne(ctx, tx, me, post)
	if err == nil && p.AuthorID != me {
		err = fault.New(fault.Denied, "fault.post.not_yours")
	}
	return p, err
}

func (s *Service) pin(ctx context.Context, tx *db.Tx, p *Post, at time.Time) error {
	if err := setPinned(ctx, tx, p.ID, at); err != nil {
		return err
	}
	p.PinnedAt = at
	return s.Pinned.Record(ctx, tx, Pinned{p})
}

// TakePin is that by, who lives elsewhere, pinned a post of theirs, or took it
// down. Denied for another's. Beyond PinnedMax the oldest pins are let go.
func (s *Service) TakePin(ctx context.Context, tx *db.Tx, by *account.Account, post id.ID, on bool) error {
	p, err := s.StoredID(ctx, tx, post)
	if err != nil {
		return err
	}
	if p.Local || p.AuthorID != by.ID {
		return fault.New(fault.Denied, "").Because("%s pins a post of another", by.URI)
	}
	if on == !p.PinnedAt.IsZero() {
		return nil
	}
	at := time.Time{}
	if on {
		at = s.now()
		all, err := pinned(ctx, tx, by.ID, 2*PinnedMax)
		if err != nil {
			return err
		}
		for i := PinnedMax - 1; i < len(all); i++ {
			if err := setPinned(ctx, tx, all[i], time.Time{}); err != nil {
				return err
			}
		}
	}
	return s.pin(ctx, tx, p, at)
}

// TakePins is that by, who lives elsewhere, pinned these posts of theirs and no
// others, the first above all. What is not theirs is left out.
func (s *Service) TakePins(ctx context.Context, tx *db.Tx, by *account.Account, posts []id.ID) error {
	before, err := pinned(ctx, tx, by.ID, 2*PinnedMax)
	if err != nil {
		return err
	}
	var now []id.ID
	for _, which := range posts {
		p, err := s.StoredID(ctx, tx, which)
		if fault.Is(err, fault.NotFound) {
			continue // deleted meanwhile
		} else if err != nil {
			return err
		}
		if !p.Local && p.AuthorID == by.ID && len(now) < PinnedMax && !slices.Contains(now, which) {
			now = append(now, which)
		}
	}
	if slices.Equal(before, now) {
		return nil
	}
	for _, which := range before {
		if !slices.Contains(now, which) {
			if err := setPinned(ctx, tx, which, time.Time{}); err != nil {
				return err
			}
		}
	}
	at := s.now()
	for i, which := range now {
		if err := setPinned(ctx, tx, which, at.Add(-time.Duration(i)*time.Microsecond)); err != nil {
			return err
		}
	}
	return nil
}

// PinnedBy are the posts an author pinned that viewer may see, the newest pin first.
func (s *Service) PinnedBy(ctx context.Context, viewer, author id.ID) (posts []*Post, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		ids, err := pinned(ctx, tx, author, PinnedMax)
		if err != nil {
			return err
		}
		posts, err = s.See(ctx, tx, viewer, ids)
		return err
	})
	return posts, err
}
