package outbox

import (
	"context"
	"fmt"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/federation/delivery"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
)

const verbLeave = "leave"

// Left tells the servers of those who followed somebody who lived here that
// they are gone. It runs while their followers are known still, so each errand brings its inboxes along.
func (s *Service) Left(ctx context.Context, tx *db.Tx, f account.Ended) error {
	if !f.Account.Local {
		return nil
	}
	uri, after := f.Account.Under("delete", f.Account.ID), ""
	for n := 0; ; n++ {
		to, err := relationship.FollowerInboxes(ctx, tx, f.Account.ID, after, delivery.Chunk)
		if err != nil || len(to) == 0 {
			return err
		}
		after = to[len(to)-1]
		if err := s.send(ctx, tx, errand{Verb: verbLeave, Actor: f.Account.ID, URI: fmt.Sprintf("%s/%d", uri, n), To: to}); err != nil {
			return err
		}
	}
}

func (s *Service) leave(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	doc := as.NewDelete(s.Names.ID(me, e.URI), s.Names.Actor(me), as.RefTo(s.Names.Actor(me)), []string{as.Public}, nil)
	body, err := s.prove(ctx, me, doc, e.At)
	return &parcel{body: body, to: e.To}, err
}
