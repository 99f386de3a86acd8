package outbox

import (
	"context"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

const (
	verbLike   = "like"
	verbUnlike = "unlike"
)

// Liked tells an author elsewhere of a like.
func (s *Service) Liked(ctx context.Context, tx *db.Tx, f post.Liked) error {
	if !f.By.Local || f.Post.Local {
		return nil
	}
	return s.send(ctx, tx, s.likeErrand(verbLike, f.Like, f.Post, f.By))
}

// Unliked takes it back.
func (s *Service) Unliked(ctx context.Context, tx *db.Tx, f post.Unliked) error {
	if !f.By.Local || f.Post.Local {
		return nil
	}
	e := s.likeErrand(verbUnlike, f.Like, f.Post, f.By)
	e.Inner, e.URI = e.URI, undoOf(e.URI)
	return s.send(ctx, tx, e)
}

func (s *Service) likeErrand(verb string, l post.Like, p *post.Post, by *account.Account) errand {
	return errand{Verb: verb, Actor: by.ID, URI: l.URI, Object: post.Address(s.Names, p), Other: p.AuthorID, To: inboxes([]*account.Account{p.Author})}
}

// undoOf is the id of what takes an activity back.
func undoOf(uri string) string { return uri + "/undo" }

func (s *Service) like(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	doc, err := s.likeDocument(ctx, e, e.URI, me)
	if err != nil {
		return nil, err
	}
	body, err := s.prove(ctx, me, doc, e.At)
	return &parcel{body: body, to: e.To}, err
}

func (s *Service) likeDocument(ctx context.Context, e errand, uri string, me *account.Account) (as.ActivityDocument, error) {
	author, err := s.Accounts.Get(ctx, e.Other)
	if err != nil {
		return as.ActivityDocument{}, err
	}
	return as.NewLike(s.Names.ID(me, uri), s.Names.Actor(me), e.Object, s.Names.Actor(author)), nil
}

func (s *Service) unlike(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	inner, err := s.likeDocument(ctx, e, e.Inner, me)
	if err != nil {
		return nil, err
	}
	return s.undo(ctx, e, me, inner)
}

// undo takes an activity back, addressed like it.
func (s *Service) undo(ctx context.Context, e errand, me *account.Account, inner as.ActivityDocument) (*parcel, error) {
	raw, err := s.prove(ctx, me, inner, e.At)
	if err != nil {
		return nil, err
	}
	object, err := as.Decode(raw)
	if err != nil {
		return nil, err
	}
	body, err := s.prove(ctx, me, as.NewUndo(s.Names.ID(me, e.URI), s.Names.Actor(me), object, inner.To, inner.Cc), e.At)
	return &parcel{body: body, to: e.To}, err
}
