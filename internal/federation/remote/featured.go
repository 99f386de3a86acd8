package remote

import (
	"context"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	"allod/internal/id"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// Pins has the posts that somebody elsewhere pinned to their profile fetched
// and kept as theirs, PinnedMax at most. Those that cannot be had are left
// out. It returns the faults of FetchObject about the collection itself, and
// Denied where that is another's.
func (s *Service) Pins(ctx context.Context, who id.ID, b *Budget) error {
	a, err := s.accounts.Get(ctx, who)
	if err != nil || a.Local || a.Gone() || a.FeaturedURI == "" {
		return err
	}
	b = b.orUsual()
	uris, err := s.featured(ctx, a, b)
	if err != nil {
		return err
	}
	var pins []id.ID
	for _, uri := range uris {
		p, err := s.Post(ctx, uri, b)
		if err != nil {
			s.log.Debug("a pinned post was not fetched", "uri", uri, "err", err)
			continue
		}
		pins = append(pins, p)
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.posts.TakePins(ctx, tx, a, pins) })
}

// featured are the ids of an actor's pinned posts, in their order: those that
// the collection lists, or its first page where it lists none itself.
func (s *Service) featured(ctx context.Context, a *account.Account, b *Budget) ([]string, error) {
	all, err := s.collection(ctx, a.FeaturedURI, b)
	if err != nil {
		return nil, err
	}
	if first := all.First; len(all.Items) == 0 && first.ID() != "" {
		if page, err := first.Collection(); err == nil {
			all = page
		} else if !translate.SameAuthority(first.ID(), a.URI) {
			return nil, fault.New(fault.Denied, "").Because("the page %.200q is not of %s", first.ID(), a.URI)
		} else if all, err = s.collection(ctx, first.ID(), b); err != nil {
			return nil, err
		}
	}
	var out []string
	for _, item := range all.Items {
		if len(out) < post.PinnedMax && translate.SameAuthority(item.ID(), a.URI) { // anything else is no post of theirs
			out = append(out, item.ID())
		}
	}
	return out, nil
}

// collection fetches a collection, or a page of one, that must be what was asked for.
func (s *Service) collection(ctx context.Context, uri string, b *Budget) (*as.Collection, error) {
	ref, err := s.FetchObject(ctx, uri, b)
	if err != nil {
		return nil, err
	}
	if !translate.Same(ref.ID(), uri) {
		return nil, fault.New(fault.Denied, "").Because("%.200q was asked for and %.200q came", uri, ref.ID())
	}
	c, err := ref.Collection()
	if err != nil {
		return nil, fault.New(fault.Invalid, "").Because("%.200q is a %.40q: %w", uri, ref.Type(), err)
	}
	return c, nil
}
