package post

import (
	"context"
	"errors"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/poll"
)

// See is the one way in which posts leave: those of ids that viewer may see,
// in the order of ids, with their authors, media, and what viewer did with
// them. A stranger is viewer 0. Unknown and hidden ids are left out alike.
func (s *Service) See(ctx context.Context, tx *db.Tx, viewer id.ID, ids []id.ID) ([]*Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := seen(ctx, tx, viewer, ids)
	if err != nil {
		return nil, err
	}
	by := make(map[id.ID]*Post, len(found))
	for _, p := range found {
		by[p.ID] = p
	}
	ordered := found[:0]
	for _, i := range ids {
		if p := by[i]; p != nil {
			ordered = append(ordered, p)
			delete(by, i)
		}
	}
	if err := s.complete(ctx, tx, viewer, ordered); err != nil {
		return nil, err
	}
	return s.open(ctx, tx, ordered)
}

// open are those of posts that are not of a server from which this home shows nothing.
func (s *Service) open(ctx context.Context, tx *db.Tx, all []*Post) ([]*Post, error) {
	kept := all[:0]
	for _, p := range all {
		if shut, err := s.ShutOut(ctx, tx, p.Author); err != nil {
			return nil, err
		} else if !shut {
			kept = append(kept, p)
		}
	}
	return kept, nil
}

// ShutOut reports whether this home shows nothing of somebody, because it takes nothing from their server.
func (s *Service) ShutOut(ctx context.Context, tx *db.Tx, who *account.Account) (bool, error) {
	if s.Shut == nil || who == nil || who.Local {
		return false, nil
	}
	return s.Shut(ctx, tx, who.Host)
}

// SeeOne is a post that viewer may see; NotFound for any other.
func (s *Service) SeeOne(ctx context.Context, tx *db.Tx, viewer, post id.ID) (*Post, error) {
	all, err := s.See(ctx, tx, viewer, []id.ID{post})
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "fault.post.unknown")
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// complete fills in what a post's own row does not hold.
func (s *Service) complete(ctx context.Context, tx *db.Tx, viewer id.ID, posts []*Post) error {
	var authors, ids, pictured, polled []id.ID
	met := map[id.ID]bool{}
	for _, p := range posts {
		ids = append(ids, p.ID)
		if p.mediaCount > 0 {
			pictured = append(pictured, p.ID)
		}
		if p.polled {
			polled = append(polled, p.ID)
		}
		if !met[p.AuthorID] {
			met[p.AuthorID] = true
			authors = append(authors, p.AuthorID)
		}
	}
	people, err := s.accounts.Authors(ctx, tx, authors)
	if err != nil {
		return err
	}
	pictures, err := media.OfPosts(ctx, tx, pictured)
	if err != nil {
		return err
	}
	polls, err := poll.OfPosts(ctx, tx, viewer, polled)
	if err != nil {
		return err
	}
	for _, p := range posts {
		p.Author, p.Media, p.Poll = people[p.AuthorID], pictures[p.ID], polls[p.ID]
		if p.clean != markup.Version {
			p.HTML = s.text.Sanitize(p.HTML)
		}
	}
	if err := addCards(ctx, tx, posts); err != nil {
		return err
	}
	if viewer == 0 || len(posts) == 0 {
		return nil
	}
	return addActs(ctx, tx, viewer, posts, ids)
}

// addActs marks what viewer did with posts.
func addActs(ctx context.Context, tx *db.Tx, viewer id.ID, posts []*Post, ids []id.ID) error {
	did, err := acted(ctx, tx, viewer, ids)
	for _, a := range did {
		for _, p := range posts {
			if p.ID == a.post {
				p.Liked, p.Boosted, p.Kept = p.Liked || a.act == actLiked, p.Boosted || a.act == actBoosted, p.Kept || a.act == actKept
			}
		}
	}
	return err
}

// Items sees the entries of a list, in their order; hidden ones are left out.
func (s *Service) Items(ctx context.Context, tx *db.Tx, viewer id.ID, entries []Entry) ([]Item, error) {
	var ids, boostIDs []id.ID
	for _, e := range entries {
		ids = append(ids, e.PostID)
		if e.BoostID != 0 {
			boostIDs = append(boostIDs, e.BoostID)
		}
	}
	posts, err := s.See(ctx, tx, viewer, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[id.ID]*Post, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	boosted, people, err := boostsByID(ctx, tx, boostIDs)
	if err != nil {
		return nil, err
	}
	items := make([]Item, 0, len(entries))
	for _, e := range entries {
		it := Item{ID: e.ID, Post: byID[e.PostID]}
		if e.BoostID != 0 {
			if it.Boost = boosted[e.BoostID]; it.Boost != nil {
				it.By = people[it.Boost.AccountID]
			}
		}
		if shut, err := s.ShutOut(ctx, tx, it.By); err != nil {
			return nil, err
		} else if shut {
			continue
		}
		if it.Post != nil && (e.BoostID == 0 || it.By != nil) {
			items = append(items, it)
		}
	}
	return items, nil
}

func boostsByID(ctx context.Context, tx *db.Tx, ids []id.ID) (map[id.ID]*Boost, map[id.ID]*account.Account, error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	all, err := boostsWith(ctx, tx, byIDs, ids)
	if err != nil {
		return nil, nil, err
	}
	by := make(map[id.ID]*Boost, len(all))
	var who []id.ID
	for _, b := range all {
		by[b.ID] = b
		who = append(who, b.AccountID)
	}
	people, err := account.List(ctx, tx, who)
	return by, people, err
}

// Get is a post that viewer may see; NotFound for any other, Gone for a deleted one.
func (s *Service) Get(ctx context.Context, viewer, post id.ID) (p *Post, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err = s.SeeOne(ctx, tx, viewer, post)
		return err
	})
	return p, err
}

// Stored is a post whoever asks, by its canonical id, for work that shows it
// to nobody or that has asked See for the one it shows it to. NotFound where it is unknown.
func (s *Service) Stored(ctx context.Context, tx *db.Tx, uri string) (*Post, error) {
	p, err := stored(ctx, tx, withURI, uri)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.Wrap(err, fault.NotFound, "fault.post.unknown")
	} else if err != nil {
		return nil, err
	}
	return p, s.complete(ctx, tx, 0, []*Post{p})
}

// StoredID is Stored by our own id.
func (s *Service) StoredID(ctx context.Context, tx *db.Tx, post id.ID) (*Post, error) {
	p, err := stored(ctx, tx, withID, post)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.Wrap(err, fault.NotFound, "fault.post.unknown")
	} else if err != nil {
		return nil, err
	}
	return p, s.complete(ctx, tx, 0, []*Post{p})
}

// Named are the people that a post names, of whom everybody who sees it is told.
func Named(ctx context.Context, tx *db.Tx, post id.ID) ([]*account.Account, error) {
	ids, err := namedIn(ctx, tx, post)
	if err != nil {
		return nil, err
	}
	return ordered(ctx, tx, ids)
}
