package page

import (
	"context"
	"errors"
	"slices"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
)

// Service makes, changes and finds the pages of people's sites.
type Service struct {
	db    *db.DB
	ids   *id.Source
	now   func() time.Time
	posts *post.Service
	sites sites

	// Changed is recorded when it happens.
	Changed fact.Fact[Changed]
}

// New returns the service.
func New(d *db.DB, ids *id.Source, now func() time.Time, posts *post.Service) *Service {
	return &Service{db: d, ids: ids, now: now, posts: posts}
}

// Menu are the pages of owner's site that viewer may see and that stand in its menu, in order.
func (s *Service) Menu(ctx context.Context, viewer, owner id.ID) ([]*Page, error) {
	all, err := s.All(ctx, viewer, owner)
	return slices.DeleteFunc(all, func(p *Page) bool { return !p.Listed || p.Draft }), err
}

// All are the pages of owner's site that viewer may see, in order.
func (s *Service) All(ctx context.Context, viewer, owner id.ID) (all []*Page, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = list(ctx, tx, ofOwner, owner)
		return err
	})
	return slices.DeleteFunc(all, func(p *Page) bool { return !p.CanSee(viewer) }), err
}

// Mine is a page of owner's; NotFound for any other.
func (s *Service) Mine(ctx context.Context, owner, which id.ID) (p *Page, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err = mine(ctx, tx, owner, which)
		return err
	})
	return p, err
}

func mine(ctx context.Context, tx *db.Tx, owner, which id.ID) (*Page, error) {
	all, err := list(ctx, tx, ofOwnerWithID, owner, which)
	if err == nil && len(all) == 0 {
		err = unknown()
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func unknown() error { return fault.New(fault.NotFound, "fault.page.unknown") }

// Save keeps a page as its owner wrote it: a new one where it has no id. Its
// kind, and its place in the menu, stay what they were. An address it had
// leads on to the new one. Invalid for what cannot be kept, Conflict for an address
// that another page has.
func (s *Service) Save(ctx context.Context, p Page) (*Page, error) {
	return s.save(ctx, p, func(context.Context, *db.Tx, *Page) error { return nil })
}

// save is Save, and what belongs to it.
func (s *Service) save(ctx context.Context, p Page, and func(ctx context.Context, tx *db.Tx, p *Page) error) (*Page, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	p.UpdatedAt = s.now()
	err := s.change(ctx, p.AccountID, func(ctx context.Context, tx *db.Tx) error {
		others, err := list(ctx, tx, ofOwnerWithSlug, p.AccountID, p.Slug)
		if err != nil {
			return err
		}
		if len(others) > 0 && others[0].ID != p.ID {
			return fault.New(fault.Conflict, "fault.page.slug_taken", "title", others[0].Title).In("slug")
		}
		if err := unmove(ctx, tx, p.AccountID, p.Slug); err != nil {
			return err
		}
		if p.ID == 0 {
			if err := s.add(ctx, tx, &p); err != nil {
				return err
			}
			return s.finish(ctx, tx, &p, and)
		}
		was, err := mine(ctx, tx, p.AccountID, p.ID)
		if err != nil {
			return err
		}
		p.Kind, p.Position, p.CreatedAt = was.Kind, was.Position, was.CreatedAt
		if was.Slug != p.Slug && !was.Draft {
			if err := move(ctx, tx, Moved{AccountID: p.AccountID, Path: was.Slug, PageID: p.ID, CreatedAt: p.UpdatedAt}); err != nil {
				return err
			}
		}
		if err := update(ctx, tx, &p); err != nil {
			return err
		}
		return s.finish(ctx, tx, &p, and)
	})
	return &p, err
}

// finish does what belongs to a page that was kept. The pictures of a draft are for its owner alone.
func (s *Service) finish(ctx context.Context, tx *db.Tx, p *Page, and func(ctx context.Context, tx *db.Tx, p *Page) error) error {
	if err := and(ctx, tx, p); err != nil {
		return err
	}
	return media.Seal(ctx, tx, p.ID, p.Draft)
}

// add puts a new page at the end of the menu.
func (s *Service) add(ctx context.Context, tx *db.Tx, p *Page) error {
	all, err := list(ctx, tx, ofOwner, p.AccountID)
	if err != nil {
		return err
	}
	if len(all) >= PagesMax {
		return fault.New(fault.Invalid, "fault.page.many", "max", PagesMax)
	}
	p.ID, p.CreatedAt, p.Position = s.ids.Next(), p.UpdatedAt, 1
	if len(all) > 0 {
		p.Position = all[len(all)-1].Position + 1
	}
	return insert(ctx, tx, p)
}

// Step moves a page one place towards the beginning of the menu, or towards its end.
func (s *Service) Step(ctx context.Context, owner, which id.ID, up bool) error {
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx) error {
		all, err := list(ctx, tx, ofOwner, owner)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(p *Page) bool { return p.ID == which })
		if at < 0 {
			return unknown()
		}
		to := at + 1
		if up {
			to = at - 1
		}
		if to < 0 || to >= len(all) {
			return nil
		}
		all[at], all[to] = all[to], all[at]
		for i, p := range all {
			if p.Position == int64(i+1) {
				continue
			}
			if err := place(ctx, tx, p.ID, int64(i+1)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Delete takes a page away, with its dates and pictures. Its address says that it is gone.
func (s *Service) Delete(ctx context.Context, owner, which id.ID) error {
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx) error {
		p, err := mine(ctx, tx, owner, which)
		if err != nil {
			return err
		}
		if err := media.Withdraw(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := remove(ctx, tx, p.ID); err != nil || p.Draft {
			return err
		}
		return move(ctx, tx, Moved{AccountID: owner, Path: p.Slug, CreatedAt: s.now()})
	})
}

// change is an Update of something of owner's site, with the fact of it.
func (s *Service) change(ctx context.Context, owner id.ID, f func(ctx context.Context, tx *db.Tx) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := f(ctx, tx); err != nil {
			return err
		}
		return s.Changed.Record(ctx, tx, Changed{owner})
	})
}

// Leave takes away the site of an account that is gone: a reaction to account.Ended.
func (s *Service) Leave(ctx context.Context, tx *db.Tx, gone account.Ended) error {
	all, err := list(ctx, tx, ofOwner, gone.Account.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := errors.Join(media.Withdraw(ctx, tx, p.ID), remove(ctx, tx, p.ID)); err != nil {
			return err
		}
	}
	return leave(ctx, tx, gone.Account.ID)
}
