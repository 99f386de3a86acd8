package remote

import (
	"context"
	"errors"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/federation/translate"
	as "allod/protocol/activitystreams"
)

// Actor is the account of an actor id: a known one as it is, or else what its
// server says. It returns the faults of FetchObject, and NotFound for an
// unknown id of this home.
func (s *Service) Actor(ctx context.Context, id string, b *Budget) (*account.Account, error) {
	a, err := s.known(ctx, id)
	if !fault.Is(err, fault.NotFound) {
		return a, err
	}
	return s.fetchActor(ctx, id, b.orUsual())
}

// Refresh fetches an actor again, known or not. It returns the faults of
// FetchObject, and Conflict for a document older than the one known.
func (s *Service) Refresh(ctx context.Context, id string, b *Budget) (*account.Account, error) {
	if a, err := s.known(ctx, id); err == nil && a.Local {
		return a, nil
	}
	return s.fetchActor(ctx, id, b.orUsual())
}

// known is the account of an actor id without asking anybody.
func (s *Service) known(ctx context.Context, id string) (*account.Account, error) {
	uri, err := translate.Canonical(id)
	if err != nil {
		return nil, err
	}
	if uri == s.names.Origin+account.HomeURI {
		uri = account.HomeURI
	}
	return s.accounts.ByURI(ctx, uri)
}

// fetchActor fetches an actor and keeps what it says. Those who ask for the
// same one at the same time wait for one answer.
func (s *Service) fetchActor(ctx context.Context, id string, b *Budget) (*account.Account, error) {
	return together(ctx, s, "actor "+id, b, func(ctx context.Context) (*account.Account, error) {
		d, err := s.object(ctx, id, b)
		if err != nil {
			return nil, err
		}
		return s.actorIn(ctx, d, b)
	})
}

// actorIn keeps what a fetched document says of an actor.
func (s *Service) actorIn(ctx context.Context, d document, b *Budget) (*account.Account, error) {
	if d.Type() == as.TypeTombstone {
		return nil, fault.New(fault.Gone, "").Because("%.200q is gone", d.ID())
	}
	doc, err := d.Actor()
	if err != nil {
		return nil, fault.New(fault.Invalid, "").Because("%.200q: %w", d.ID(), err)
	}
	return s.meet(ctx, doc, d, b)
}

// together runs an errand for all who ask for the same thing at the same
// time. It does not end with the context of whoever asked first. One whose
// budget still reaches is not told that another's was spent.
func together[T any](ctx context.Context, s *Service, key string, b *Budget, do func(context.Context) (T, error)) (T, error) {
	for {
		mine := false
		done := s.flights.DoChan(key, func() (any, error) {
			mine = true
			return do(context.WithoutCancel(ctx))
		})
		var none T
		select {
		case <-ctx.Done():
			return none, ctx.Err()
		case r := <-done:
			if errors.Is(r.Err, ErrSpent) && !mine && !b.Spent() {
				continue
			}
			if r.Err != nil {
				return none, r.Err
			}
			return r.Val.(T), nil
		}
	}
}

// meet keeps what an actor document says, whose authority is established.
func (s *Service) meet(ctx context.Context, doc *as.Actor, d document, b *Budget) (*account.Account, error) {
	a, keys, err := translate.Account(doc)
	if err != nil {
		return nil, err
	}
	a.ProvedAt = d.proved
	if err := s.confirm(ctx, a, doc, b); err != nil {
		return nil, err
	}
	if a, err = s.accounts.Meet(ctx, a, keys); err != nil {
		return nil, err
	}
	return a, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.SaveDocument(ctx, tx, a.ID, FormActor, d.Raw(), s.now())
	})
}
