package timeline

import (
	"context"
	"errors"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/internal/relationship"
)

// keptFor is how long what was hidden can be found again.
const keptFor = 30 * 24 * time.Hour

// A HiddenItem is what would have come into a home stream.
type HiddenItem struct {
	post.Item
	Why moderation.Why
}

// shunned are the readers who do not want to see what is by these people, and why.
func (s *Service) shunned(ctx context.Context, tx *db.Tx, readers []id.ID, by []*account.Account) (map[id.ID]moderation.Why, error) {
	out := map[id.ID]moderation.Why{}
	if len(readers) == 0 {
		return out, nil
	}
	ids := make([]id.ID, len(by))
	for i, a := range by {
		ids[i] = a.ID
	}
	for _, a := range by {
		all, err := relationship.Shunning(ctx, tx, readers, ids, a.Host, s.now())
		if err != nil {
			return nil, err
		}
		for who, why := range all {
			if out[who] = moderation.ByMute; why.Host {
				out[who] = moderation.ByHost
			}
		}
		if a.Host == "" && len(by) == 1 {
			break
		}
	}
	return out, nil
}

// Hidden is a page of what was kept out of a reader's home stream when it
// came, newest first. Bounded like Home.
func (s *Service) Hidden(ctx context.Context, reader id.ID, p id.Page) (out []HiddenItem, err error) {
	p = p.Bounded(20, post.ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		entries, why, err := hiddenEntries(ctx, tx, reader, p)
		if err != nil {
			return err
		}
		items, err := s.posts.Items(ctx, tx, reader, entries)
		for _, it := range items {
			out = append(out, HiddenItem{it, moderation.Why(why[it.ID])})
		}
		return err
	})
	return out, err
}

// List is a page of what came to a reader's home from the people of a list of
// theirs, newest first, with the answers to others that the list wants.
func (s *Service) List(ctx context.Context, reader, list id.ID, p id.Page) (items []post.Item, err error) {
	p = p.Bounded(20, post.ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err := relationship.OwnList(ctx, tx, reader, list)
		if err != nil {
			return err
		}
		members, err := relationship.Members(ctx, tx, list)
		if err != nil || len(members) == 0 {
			return err
		}
		for _, bound := range []*id.ID{&p.Max, &p.Since, &p.Min} {
			if *bound, err = itemID(ctx, tx, reader, *bound); err != nil {
				return err
			}
		}
		entries, err := listEntries(ctx, tx, reader, members, p)
		if err != nil {
			return err
		}
		if items, err = s.posts.Items(ctx, tx, reader, entries); err != nil {
			return err
		}
		items, err = s.answers(ctx, tx, l, members, items)
		return err
	})
	return items, err
}

// answers leaves out the answers to others that a list does not want.
func (s *Service) answers(ctx context.Context, tx *db.Tx, l *relationship.List, members []id.ID, items []post.Item) ([]post.Item, error) {
	wanted := map[id.ID]bool{l.Owner: true}
	switch l.Replies {
	case relationship.RepliesInList:
		for _, m := range members {
			wanted[m] = true
		}
	case relationship.RepliesToFollowed:
		var asked []id.ID
		for _, it := range items {
			asked = append(asked, it.Post.ReplyToAccountID)
		}
		followed, err := relationship.FollowedOf(ctx, tx, l.Owner, asked)
		if err != nil {
			return nil, err
		}
		for who := range followed {
			wanted[who] = true
		}
	case relationship.RepliesNone:
		clear(wanted)
	}
	out := items[:0]
	for _, it := range items {
		p := it.Post
		if it.Boost != nil || p.ReplyToURI == "" || p.ReplyToAccountID == p.AuthorID || wanted[p.ReplyToAccountID] {
			out = append(out, it)
		}
	}
	return out, nil
}

// Sweep forgets what was hidden long ago.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(forgetHidden(ctx, tx, s.ids.At(s.now().Add(-keptFor))))
	})
}
