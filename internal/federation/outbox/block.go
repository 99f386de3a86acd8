package outbox

import (
	"context"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
)

const (
	verbBlock   = "block"
	verbUnblock = "unblock"
)

// Blocked tells the server of someone blocked, so that it keeps them away too.
func (s *Service) Blocked(ctx context.Context, tx *db.Tx, f relationship.Blocked) error {
	if !f.By.Local || f.Of.Local {
		return nil
	}
	return s.send(ctx, tx, blockErrand(verbBlock, f.Block, f.By, f.Of))
}

// Unblocked takes it back.
func (s *Service) Unblocked(ctx context.Context, tx *db.Tx, f relationship.Unblocked) error {
	if !f.By.Local || f.Of.Local {
		return nil
	}
	e := blockErrand(verbUnblock, f.Block, f.By, f.Of)
	e.Inner, e.URI = e.URI, undoOf(e.URI)
	return s.send(ctx, tx, e)
}

func blockErrand(verb string, b relationship.Block, by, of *account.Account) errand {
	return errand{Verb: verb, Actor: by.ID, URI: b.URI, Other: of.ID, To: inboxes([]*account.Account{of})}
}

func (s *Service) blockDocument(ctx context.Context, e errand, uri string, me *account.Account) (as.ActivityDocument, error) {
	other, err := s.Accounts.Get(ctx, e.Other)
	if err != nil {
		return as.ActivityDocument{}, err
	}
	return as.NewBlock(s.Names.ID(me, uri), s.Names.Actor(me), s.Names.Actor(other)), nil
}

func (s *Service) block(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	doc, err := s.blockDocument(ctx, e, e.URI, me)
	if err != nil {
		return nil, err
	}
	body, err := s.prove(ctx, me, doc, e.At)
	return &parcel{body: body, to: e.To}, err
}

func (s *Service) unblock(ctx context.Context, e errand, me *account.Account) (*parcel, error) {
	inner, err := s.blockDocument(ctx, e, e.Inner, me)
	if err != nil {
		return nil, err
	}
	return s.undo(ctx, e, me, inner)
}
