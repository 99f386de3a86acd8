package post

import (
	"context"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/markup"
)

// ListMax is the most a page of posts holds.
const ListMax = 40

// A Choice narrows a list of one author's posts.
type Choice struct {
	Replies   bool // also replies to others
	Boosts    bool // also what they passed on
	MediaOnly bool
	Public    bool   // only what is announced to everyone
	Abroad    bool   // only what may leave this home's pages
	Kind      string // only those of one kind: "note", "article"; "" for all
	Tag       string // only those with a hashtag; "" for all
	Elsewhere bool   // without those that stay on this home's pages: for feeds and other servers
}

// ByAuthor are the posts of one author that viewer may see, newest first.
func (s *Service) ByAuthor(ctx context.Context, viewer, author id.ID, c Choice, p id.Page) (items []Item, err error) {
	p = p.Bounded(20, ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		entries, err := entriesByAuthor(ctx, tx, viewer, author, c, p)
		if err != nil {
			return err
		}
		items, err = s.Items(ctx, tx, viewer, entries)
		return err
	})
	return items, err
}

// A Ground narrows the list of what everybody may see by where it was said.
type Ground struct {
	Local     bool // only by those who live here
	Remote    bool // only by those who do not; with Local, neither narrows
	MediaOnly bool
}

// Everyones are the public posts that viewer may see, newest first, without
// replies to others. What came from elsewhere shows whom people here follow,
// so a stranger sees none of it.
func (s *Service) Everyones(ctx context.Context, viewer id.ID, g Ground, p id.Page) (items []Item, err error) {
	p = p.Bounded(20, ListMax)
	if g.Local && g.Remote {
		g.Local, g.Remote = false, false
	}
	if viewer == 0 {
		if g.Remote {
			return nil, nil
		}
		g.Local = true
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		entries, err := entriesOfAll(ctx, tx, viewer, g, p)
		if err != nil {
			return err
		}
		items, err = s.Items(ctx, tx, viewer, entries)
		return err
	})
	return items, err
}

// ByTag are the public posts with a hashtag that viewer may see, newest first.
func (s *Service) ByTag(ctx context.Context, viewer id.ID, tag string, p id.Page) (items []Item, err error) {
	p = p.Bounded(20, ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		entries, err := entriesByTag(ctx, tx, viewer, markup.FoldTag(tag), p)
		if err != nil {
			return err
		}
		items, err = s.Items(ctx, tx, viewer, entries)
		return err
	})
	return items, err
}

// ByTagHere are the public posts with a hashtag by those who live here, newest first.
func (s *Service) ByTagHere(ctx context.Context, tag string, p id.Page) (items []Item, err error) {
	p = p.Bounded(20, ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		entries, err := entriesByTagHere(ctx, tx, markup.FoldTag(tag), p)
		if err != nil {
			return err
		}
		items, err = s.Items(ctx, tx, 0, entries)
		return err
	})
	return items, err
}

// The bounds of a conversation as it is shown.
const (
	ancestorsMax = 40
	threadMax    = 500
)

// A Thread is a post in its conversation.
type Thread struct {
	Ancestors   []*Post // from the oldest down
	Post        *Post
	Descendants []*Post // a reply after what it answers, older branches first
	Veils       []Veil  // where replies are hidden from the one who asks
}

// Thread is the conversation around a post, as viewer may see it.
func (s *Service) Thread(ctx context.Context, viewer, post id.ID) (*Thread, error) {
	t := &Thread{}
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if t.Post, err = s.SeeOne(ctx, tx, viewer, post); err != nil {
			return err
		}
		up, err := ancestors(ctx, tx, post, ancestorsMax)
		if err != nil {
			return err
		}
		if t.Ancestors, err = s.See(ctx, tx, viewer, up); err != nil {
			return err
		}
		all, err := threadIDs(ctx, tx, viewer, t.Post.ThreadID, threadMax)
		if err != nil {
			return err
		}
		posts, err := s.See(ctx, tx, viewer, all)
		if err != nil {
			return err
		}
		t.Descendants = branch(posts, post)
		return t.veil(ctx, tx, viewer)
	})
	return t, err
}

// branch are the posts below root, each after the one it answers.
func branch(posts []*Post, root id.ID) []*Post {
	children := map[id.ID][]*Post{}
	for _, p := range posts {
		if p.ReplyToID != 0 {
			children[p.ReplyToID] = append(children[p.ReplyToID], p)
		}
	}
	var out []*Post
	stack := []id.ID{root}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		below := children[top]
		delete(children, top) // a loop of replies ends here
		if top != root {
			for _, p := range posts {
				if p.ID == top {
					out = append(out, p)
					break
				}
			}
		}
		for i := len(below) - 1; i >= 0; i-- {
			stack = append(stack, below[i].ID)
		}
	}
	return out
}

// ThreadOf is the conversation a post is in, whoever may see it; 0 for one that is not here.
func ThreadOf(ctx context.Context, tx *db.Tx, post id.ID) (id.ID, error) {
	return threadOf(ctx, tx, post)
}

// Recent are the ids of an author's newest posts that followers may see, for a stream that begins to show them.
func Recent(ctx context.Context, tx *db.Tx, author id.ID, limit int) ([]id.ID, error) {
	return openIDs(ctx, tx, author, limit)
}

// LikedBy and BoostedBy are the people who liked, or passed on, a post that
// viewer may see, newest first; the ids to page by come beside them.
func (s *Service) LikedBy(ctx context.Context, viewer, post id.ID, p id.Page) ([]*account.Account, []id.ID, error) {
	return s.actors(ctx, "liked", viewer, post, p)
}

// BoostedBy is described at LikedBy.
func (s *Service) BoostedBy(ctx context.Context, viewer, post id.ID, p id.Page) ([]*account.Account, []id.ID, error) {
	return s.actors(ctx, "boost", viewer, post, p)
}

func (s *Service) actors(ctx context.Context, table string, viewer, post id.ID, p id.Page) (who []*account.Account, at []id.ID, err error) {
	p = p.Bounded(40, 80)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := s.SeeOne(ctx, tx, viewer, post); err != nil {
			return err
		}
		entries, err := actorsOf(ctx, tx, table, post, p)
		if err != nil {
			return err
		}
		var ids []id.ID
		for _, e := range entries {
			ids = append(ids, e.PostID)
		}
		people, err := account.List(ctx, tx, ids)
		for _, e := range entries {
			if a := people[e.PostID]; a != nil {
				who, at = append(who, a), append(at, e.ID)
			}
		}
		return err
	})
	return who, at, err
}
