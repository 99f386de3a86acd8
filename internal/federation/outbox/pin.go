package outbox

import (
	"context"
	"fmt"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

const verbPin = "pin"

// Pinned tells followers that a post was put to the top of its author's
// profile, or taken down. Only what everyone may see stands in that collection.
func (s *Service) Pinned(ctx context.Context, tx *db.Tx, f post.Pinned) error {
	p := f.Post
	if !p.Local || !leaves(p) || !p.Visibility.Open() {
		return nil
	}
	at, level := s.Now(), ""
	if !p.PinnedAt.IsZero() {
		at, level = p.PinnedAt, verbPin
	}
	uri := p.Author.Under("pin", p.ID) + fmt.Sprintf("/%d", at.UnixMicro())
	return s.send(ctx, tx, errand{Verb: verbPin, Actor: p.AuthorID, URI: uri, Object: post.Address(s.Names, p), Level: level})
}

func (s *Service) pin(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	change := as.NewRemove
	if e.Level == verbPin {
		change = as.NewAdd
	}
	doc := change(s.Names.ID(me, e.URI), s.Names.Actor(me), e.Object, s.Names.Below(me, "featured"),
		[]string{as.Public}, []string{s.Names.Below(me, "followers")})
	body, err := s.prove(ctx, me, doc, e.At)
	return &parcel{body: body, followers: true}, err
}
