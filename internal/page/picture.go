package page

import (
	"context"
	"slices"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
)

// A Picture is one of a page.
type Picture struct {
	*media.Medium
	Title string
}

// A Caption is what is said of a picture anew.
type Caption struct {
	ID    id.ID
	Title string
	Alt   string
	Place int  // where it is to stand, from 1; 0 leaves it where it is
	Drop  bool // it goes
}

// Pictures are those of a page that has been seen, in order.
func (s *Service) Pictures(ctx context.Context, viewer id.ID, p *Page) (all []Picture, err error) {
	if !p.CanSee(viewer) {
		return nil, unknown()
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = pictures(ctx, tx, p.ID)
		return err
	})
	return all, err
}

func pictures(ctx context.Context, tx *db.Tx, page id.ID) ([]Picture, error) {
	by, err := media.OfPosts(ctx, tx, []id.ID{page})
	if err != nil || len(by[page]) == 0 {
		return nil, err
	}
	titles, err := titlesOf(ctx, tx, page)
	all := make([]Picture, len(by[page]))
	for i, m := range by[page] {
		all[i] = Picture{m, titles[m.ID]}
	}
	return all, err
}

// SaveWith is Save of a page whose words show pictures: those of ids, in that
// order, described anew. NotFound for one that is not the owner's.
func (s *Service) SaveWith(ctx context.Context, p Page, ids []id.ID, said []media.Description) (*Page, error) {
	if len(ids) > PicturesMax {
		return nil, fault.New(fault.Invalid, "fault.page.pictures_many", "max", PicturesMax).In("pictures")
	}
	return s.save(ctx, p, func(ctx context.Context, tx *db.Tx, p *Page) error { return show(ctx, tx, p, ids, said) })
}

// show has a page show these pictures and no others.
func show(ctx context.Context, tx *db.Tx, p *Page, ids []id.ID, said []media.Description) error {
	if _, err := media.Arrange(ctx, tx, p.AccountID, p.ID, ids, said); err != nil {
		return err
	}
	return media.Prune(ctx, tx, p.ID)
}

// AddPictures puts loose pictures of owner at the end of a portfolio.
func (s *Service) AddPictures(ctx context.Context, owner, page id.ID, ids []id.ID) error {
	return s.changePortfolio(ctx, owner, page, func(ctx context.Context, tx *db.Tx, p *Page, all []Picture) error {
		if len(all)+len(ids) > PortfolioMax {
			return fault.New(fault.Invalid, "fault.page.portfolio_many", "max", PortfolioMax).In("pictures")
		}
		return show(ctx, tx, p, append(idsOf(all), ids...), nil)
	})
}

func idsOf(all []Picture) []id.ID {
	ids := make([]id.ID, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	return ids
}

// ArrangePictures says anew what pictures of a portfolio show, where they
// stand, and which go. What is said of pictures that it has not is left out: they went meanwhile.
func (s *Service) ArrangePictures(ctx context.Context, owner, page id.ID, captions []Caption) error {
	for i := range captions {
		c := &captions[i]
		if c.Title = line(c.Title); utf8.RuneCountInString(c.Title) > TitleMax {
			return fault.New(fault.Invalid, "fault.page.title_long", "max", TitleMax).In("title-" + c.ID.String())
		}
	}
	return s.changePortfolio(ctx, owner, page, func(ctx context.Context, tx *db.Tx, p *Page, all []Picture) error {
		order, said := idsOf(all), []media.Description{}
		for i := range captions {
			c := &captions[i]
			at := slices.Index(order, c.ID)
			if at < 0 {
				continue
			}
			if c.Drop {
				order = slices.Delete(order, at, at+1)
				if p.Cover == c.ID {
					if err := setCover(ctx, tx, p.ID, CoverFirst); err != nil {
						return err
					}
				}
				continue
			}
			said = append(said, media.Description{ID: c.ID, Alt: &c.Alt})
			if err := putTitle(ctx, tx, p.ID, c.ID, c.Title); err != nil {
				return err
			}
		}
		for _, c := range captions {
			if at := slices.Index(order, c.ID); at >= 0 && c.Place > 0 {
				order = slices.Delete(order, at, at+1)
				order = slices.Insert(order, min(c.Place-1, len(order)), c.ID)
			}
		}
		return show(ctx, tx, p, order, said)
	})
}

// changePortfolio is a change of the pictures of owner's portfolio.
func (s *Service) changePortfolio(ctx context.Context, owner, page id.ID, f func(ctx context.Context, tx *db.Tx, p *Page, all []Picture) error) error {
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx) error {
		p, err := mine(ctx, tx, owner, page)
		if err != nil {
			return err
		}
		if p.Kind != Portfolio {
			return unknown()
		}
		all, err := pictures(ctx, tx, page)
		if err != nil {
			return err
		}
		if err := f(ctx, tx, p, all); err != nil {
			return err
		}
		if err := media.Seal(ctx, tx, page, p.Draft); err != nil {
			return err
		}
		return touch(ctx, tx, page, s.now())
	})
}

// CoverOf is the picture that links to a page show, nil for none.
func (p *Page) CoverOf(all []Picture) *Picture {
	if p.Cover == CoverNone || len(all) == 0 {
		return nil
	}
	at := max(0, slices.IndexFunc(all, func(one Picture) bool { return one.ID == p.Cover }))
	return &all[at]
}
