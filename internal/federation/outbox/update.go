package outbox

import (
	"context"
	"fmt"

	"allod/internal/account"
	"allod/internal/db"
	as "allod/protocol/activitystreams"
)

const verbUpdatePerson = "update_person"

// Changed tells followers of a changed profile.
func (s *Service) Changed(ctx context.Context, tx *db.Tx, f account.Changed) error {
	uri := f.Account.Under("update", f.Account.ID) + fmt.Sprintf("/%d", f.Account.UpdatedAt.UnixMicro())
	return s.send(ctx, tx, errand{Verb: verbUpdatePerson, Actor: f.Account.ID, URI: uri})
}

func (s *Service) updatePerson(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	actor, err := s.Actor(ctx, me)
	if err != nil {
		return nil, err
	}
	object, err := as.Decode(actor)
	if err != nil {
		return nil, err
	}
	doc := as.NewUpdate(s.Names.ID(me, e.URI), s.Names.Actor(me), object, []string{as.Public}, []string{s.Names.Below(me, "followers")}, moment(e.At))
	body, err := s.prove(ctx, me, doc, e.At)
	return &parcel{body: body, followers: true}, err
}
