package relationship

import (
	"context"
	"errors"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// Block has me block them: neither follows the other any longer, and they
// see and reach me no more.
func (s *Service) Block(ctx context.Context, me, them id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		by, err := account.Get(ctx, tx, me)
		if err != nil {
			return err
		}
		b := Block{ID: s.ids.Next(), By: me, Of: them, CreatedAt: s.now()}
		b.URI = by.Under("block", b.ID)
		return s.block(ctx, tx, b)
	})
}

// TakeBlock is a Block of one who lives here that came from elsewhere.
func (s *Service) TakeBlock(ctx context.Context, tx *db.Tx, from, to id.ID, uri string) error {
	return s.block(ctx, tx, Block{ID: s.ids.Next(), By: from, Of: to, URI: uri, CreatedAt: s.now()})
}

func (s *Service) block(ctx context.Context, tx *db.Tx, b Block) error {
	if b.By == b.Of {
		return fault.New(fault.Invalid, "fault.block.self")
	}
	by, err := account.Get(ctx, tx, b.By)
	if err != nil {
		return err
	}
	of, err := account.Get(ctx, tx, b.Of)
	if err != nil {
		return err
	}
	if err := s.TakeUndo(ctx, tx, b.By, b.Of); err != nil {
		return err
	}
	if err := s.TakeReject(ctx, tx, b.Of, b.By); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err := putBlock(ctx, tx, &b); err != nil {
		return err
	}
	return s.Blocked.Record(ctx, tx, Blocked{b, by, of})
}

// Unblock has me end a block. Nothing to end is no error.
func (s *Service) Unblock(ctx context.Context, me, them id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return s.TakeUnblock(ctx, tx, me, them) })
}

// TakeUnblock ends a block. Nothing to end is no error.
func (s *Service) TakeUnblock(ctx context.Context, tx *db.Tx, from, to id.ID) error {
	b, err := getBlock(ctx, tx, from, to)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	if err := deleteBlock(ctx, tx, b); err != nil {
		return err
	}
	by, err := account.Get(ctx, tx, from)
	if err != nil {
		return err
	}
	of, err := account.Get(ctx, tx, to)
	if err != nil {
		return err
	}
	return s.Unblocked.Record(ctx, tx, Unblocked{*b, by, of})
}

// Either reports whether one of two accounts has blocked the other.
func Either(ctx context.Context, tx *db.Tx, a, b id.ID) (bool, error) { return blocked(ctx, tx, a, b) }
