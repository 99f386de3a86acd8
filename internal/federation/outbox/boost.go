package outbox

import (
	"context"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/federation/translate"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

const (
	verbBoost   = "boost"
	verbUnboost = "unboost"
)

// Boosted passes a post on to those who follow the booster, and tells its author.
func (s *Service) Boosted(ctx context.Context, tx *db.Tx, f post.Boosted) error {
	if !f.By.Local {
		return nil
	}
	return s.send(ctx, tx, s.boostErrand(verbBoost, f.Boost, f.Post, f.By))
}

// Unboosted takes it back.
func (s *Service) Unboosted(ctx context.Context, tx *db.Tx, f post.Unboosted) error {
	if !f.By.Local {
		return nil
	}
	e := s.boostErrand(verbUnboost, f.Boost, f.Post, f.By)
	e.Inner, e.URI = e.URI, undoOf(e.URI)
	return s.send(ctx, tx, e)
}

func (s *Service) boostErrand(verb string, b post.Boost, p *post.Post, by *account.Account) errand {
	return errand{
		Verb: verb, Actor: by.ID, URI: b.URI, Object: post.Address(s.Names, p), Other: p.AuthorID,
		Level: string(b.Visibility), To: shared([]*account.Account{p.Author}),
	}
}

func (s *Service) boost(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	doc, err := s.boostDocument(ctx, e, e.URI, me)
	if err != nil {
		return nil, err
	}
	body, err := s.prove(ctx, me, doc, e.At)
	return &parcel{body: body, followers: true, to: e.To}, err
}

func (s *Service) boostDocument(ctx context.Context, e errand, uri string, me *account.Account) (as.ActivityDocument, error) {
	author, err := s.Accounts.Get(ctx, e.Other)
	if err != nil {
		return as.ActivityDocument{}, err
	}
	to, cc := translate.Audience(s.Names, me, post.Visibility(e.Level), []*account.Account{author})
	return as.NewAnnounce(s.Names.ID(me, uri), s.Names.Actor(me), e.Object, to, cc, moment(e.At)), nil
}

func (s *Service) unboost(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	inner, err := s.boostDocument(ctx, e, e.Inner, me)
	if err != nil {
		return nil, err
	}
	p, err := s.undo(ctx, e, me, inner)
	if p != nil {
		p.followers = true
	}
	return p, err
}
