package page

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

func unknownEvent() error { return fault.New(fault.NotFound, "fault.event.unknown") }

// Events are the dates of a page that viewer may see, which has been seen
// already, in the order they first begin.
func (s *Service) Events(ctx context.Context, viewer id.ID, p *Page) (all []*Event, err error) {
	if !p.CanSee(viewer) {
		return nil, unknown()
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = eventsOf(ctx, tx, p.ID)
		return err
	})
	return slices.DeleteFunc(all, func(e *Event) bool { return e.Draft && viewer != p.AccountID }), err
}

// Event is one of them; NotFound for any other.
func (s *Service) Event(ctx context.Context, viewer id.ID, p *Page, which id.ID) (e *Event, err error) {
	if !p.CanSee(viewer) {
		return nil, unknownEvent()
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		e, err = eventByID(ctx, tx, p.ID, which)
		return err
	})
	if err == nil && e.Draft && viewer != p.AccountID {
		return nil, unknownEvent()
	}
	return e, err
}

// CheckEvent is an event in the form it would be kept in; Invalid, with the field at fault, for what cannot be kept.
func CheckEvent(e Event) (*Event, error) {
	e.Skips = slices.Clone(e.Skips)
	return &e, e.check()
}

// SaveEvent keeps a date of owner's as it was written: a new one where it has no id.
// Invalid for what cannot be kept, NotFound for a page or date that is not owner's.
func (s *Service) SaveEvent(ctx context.Context, owner id.ID, e Event) (*Event, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	err := s.changeEvents(ctx, owner, e.PageID, func(ctx context.Context, tx *db.Tx) error {
		if e.ID == 0 {
			return s.addEvent(ctx, tx, &e)
		}
		was, err := eventByID(ctx, tx, e.PageID, e.ID)
		if err != nil {
			return err
		}
		e.UID, e.CreatedAt, e.UpdatedAt, e.Sequence = was.UID, was.CreatedAt, s.now(), was.Sequence
		if e.revised(was) && !was.Draft {
			e.Sequence++
		}
		return putEvent(ctx, tx, &e)
	})
	return &e, err
}

func (s *Service) addEvent(ctx context.Context, tx *db.Tx, e *Event) error {
	n, err := countEvents(ctx, tx, e.PageID)
	if err != nil {
		return err
	}
	if n >= EventsMax {
		return fault.New(fault.Invalid, "fault.event.many", "max", EventsMax)
	}
	now := s.now()
	e.ID, e.UID, e.Sequence, e.CreatedAt, e.UpdatedAt = s.ids.Next(), newUID(), 0, now, now
	return putEvent(ctx, tx, e)
}

// newUID is a random UUID (RFC 9562 §5.4), as RFC 7986 §5.3 has it.
func newUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// DeleteEvent takes a date away.
func (s *Service) DeleteEvent(ctx context.Context, owner, page, which id.ID) error {
	return s.changeEvents(ctx, owner, page, func(ctx context.Context, tx *db.Tx) error {
		if _, err := eventByID(ctx, tx, page, which); err != nil {
			return err
		}
		return removeEvent(ctx, tx, which)
	})
}

// changeEvents is a change of the dates of owner's page.
func (s *Service) changeEvents(ctx context.Context, owner, page id.ID, f func(ctx context.Context, tx *db.Tx) error) error {
	return s.change(ctx, owner, func(ctx context.Context, tx *db.Tx) error {
		p, err := mine(ctx, tx, owner, page)
		if err != nil {
			return err
		}
		if p.Kind != Calendar {
			return unknown()
		}
		if err := f(ctx, tx); err != nil {
			return err
		}
		return touch(ctx, tx, page, s.now())
	})
}
