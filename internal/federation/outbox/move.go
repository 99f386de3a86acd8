package outbox

import (
	"context"
	"fmt"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
)

const verbMove = "move"

// Moved tells followers that one who lives here is found by another id, by
// the id they know, and asks those followed to be followed by the new one.
func (s *Service) Moved(ctx context.Context, tx *db.Tx, f account.Moved) error {
	me := f.Account
	stamp := fmt.Sprintf("/%d", me.UpdatedAt.UnixMicro())
	ties, err := relationship.FollowedElsewhere(ctx, tx, me)
	if err != nil {
		return err
	}
	all := []errand{{Verb: verbMove, Actor: me.ID, URI: me.Under("move", me.ID) + stamp, Object: f.From}}
	for _, t := range ties {
		e := followErrand(verbFollow, t)
		e.URI += stamp // another follow to those who do not know that both ids are one
		all = append(all, e)
	}
	return s.send(ctx, tx, all...)
}

// move speaks by the old id: a server that knows it alone believes nobody else about it.
func (s *Service) move(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	host, err := address.HostOf(e.Object)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "")
	}
	was := s.Names.At(me, host)
	if was == me {
		return nil, nil // moved back meanwhile
	}
	doc := as.NewMove(s.Names.ID(was, e.URI), s.Names.Actor(was), was.MovedTo, []string{s.Names.Below(was, "followers")}, moment(e.At))
	body, err := s.prove(ctx, was, doc, e.At)
	return &parcel{body: body, followers: true}, err
}
