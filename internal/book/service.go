package book

import (
	"cmp"
	"context"
	"errors"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// What went wrong, for a door whose protocol has a word for it. They are the causes of faults.
var (
	ErrUID   = errors.New("another entry has this UID")   // Conflict
	ErrState = errors.New("that state is not known here") // Conflict
)

// Service keeps books.
type Service struct {
	db  *db.DB
	ids *id.Source
	now func() time.Time
}

// New returns the service.
func New(d *db.DB, ids *id.Source, now func() time.Time) *Service {
	return &Service{db: d, ids: ids, now: now}
}

func unknown(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return fault.New(fault.NotFound, "fault.book.unknown")
	}
	return err
}

// List is a person's books of a kind. Who has none yet is given one.
func (s *Service) List(ctx context.Context, owner id.ID, kind Kind) (all []*Book, err error) {
	read := func(ctx context.Context, tx *db.Tx) error {
		all, err = booksOf(ctx, tx, owner, kind)
		return err
	}
	if err := s.db.View(ctx, read); err != nil || len(all) > 0 {
		return all, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		b := &Book{ID: s.ids.Next(), OwnerID: owner, Kind: kind, Slug: usual[kind], State: State(s.ids.Next()), CreatedAt: s.now()}
		if _, err := insertBook(ctx, tx, b); err != nil {
			return err
		}
		return read(ctx, tx)
	})
	return all, err
}

// Get is one of them. NotFound.
func (s *Service) Get(ctx context.Context, owner id.ID, kind Kind, slug string) (b *Book, err error) {
	if _, err := s.List(ctx, owner, kind); err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		b, err = getBook(ctx, tx, owner, kind, slug)
		return unknown(err)
	})
	return b, err
}

// Make makes a book. Conflict for a slug that is taken, TooMany.
func (s *Service) Make(ctx context.Context, b Book) (*Book, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	b.ID, b.State, b.CreatedAt = s.ids.Next(), State(s.ids.Next()), s.now()
	return &b, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := booksOf(ctx, tx, b.OwnerID, b.Kind)
		if err != nil {
			return err
		}
		if len(all) >= BooksMax {
			return fault.New(fault.TooMany, "fault.book.many", "n", BooksMax)
		}
		n, err := insertBook(ctx, tx, &b)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.book.taken").In("slug")
		}
		return err
	})
}

// Change has change say how a book looks: its title, description, color and
// position. NotFound, Invalid, and what change returns.
func (s *Service) Change(ctx context.Context, owner id.ID, kind Kind, slug string, change func(b *Book) error) (b *Book, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if b, err = getBook(ctx, tx, owner, kind, slug); err != nil {
			return unknown(err)
		}
		if err := change(b); err != nil {
			return err
		}
		if err := b.check(); err != nil {
			return err
		}
		return updateBook(ctx, tx, b)
	})
	return b, err
}

// Remove deletes a book with all it holds. NotFound.
func (s *Service) Remove(ctx context.Context, owner id.ID, kind Kind, slug string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		b, err := getBook(ctx, tx, owner, kind, slug)
		if err != nil {
			return unknown(err)
		}
		return deleteBook(ctx, tx, b.ID)
	})
}

// Entries are all of a book, by name.
func (s *Service) Entries(ctx context.Context, b *Book) (all []*Entry, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = entriesOf(ctx, tx, b.ID)
		return err
	})
	return all, err
}

// Marks are the states of all entries of a book, by name.
func (s *Service) Marks(ctx context.Context, b *Book) (all []Mark, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = marksOf(ctx, tx, b.ID, 0)
		return err
	})
	return all, err
}

// Changed is what became of a book since it was in a state, 0 for its
// beginning: the entries that are new or other, and the names of those that are
// gone. Now is the state it is in. Conflict because of ErrState where what
// became of it since is not known.
func (s *Service) Changed(ctx context.Context, b *Book, since State) (all []Mark, gone []string, now State, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		is, err := getBook(ctx, tx, b.OwnerID, b.Kind, b.Slug)
		if err != nil {
			return unknown(err)
		}
		if since > is.State || since > 0 && since < is.KnownSince {
			return fault.New(fault.Conflict, "fault.dav.changed").Because("%w", ErrState)
		}
		now = is.State
		if all, err = marksOf(ctx, tx, b.ID, since); err != nil || since == 0 {
			return err
		}
		gone, err = goneSince(ctx, tx, b.ID, since)
		return err
	})
	return all, gone, now, err
}

// Entry is one of a book. NotFound.
func (s *Service) Entry(ctx context.Context, b *Book, name string) (e *Entry, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		e, err = getEntry(ctx, tx, b.ID, name)
		return unknown(err)
	})
	return e, err
}

// Put writes an entry, and tells whether it is new. check, if not nil, is asked
// first with what is there, nil for nothing. Faults: Invalid, TooLarge, TooMany, and Conflict because of ErrUID.
func (s *Service) Put(ctx context.Context, b *Book, e Entry, check func(now *Entry) error) (_ *Entry, fresh bool, err error) {
	if err := e.check(); err != nil {
		return nil, false, err
	}
	e.BookID, e.ModifiedAt = b.ID, s.now()
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if e.State, err = s.next(ctx, tx, b); err != nil {
			return err
		}
		now, err := getEntry(ctx, tx, b.ID, e.Name)
		if errors.Is(err, db.ErrNoRows) {
			now, err = nil, nil
		}
		if err == nil && check != nil {
			err = check(now)
		}
		if err != nil {
			return err
		}
		if fresh = now == nil; fresh {
			if err := s.room(ctx, tx, b); err != nil {
				return err
			}
		}
		if other, err := entryWithUID(ctx, tx, b.ID, e.UID); err == nil && other.Name != e.Name {
			return fault.New(fault.Conflict, "fault.book.uid").Because("%w", ErrUID)
		} else if err != nil && !errors.Is(err, db.ErrNoRows) {
			return err
		}
		if err := putEntry(ctx, tx, &e); err != nil {
			return err
		}
		return forgetGone(ctx, tx, b.ID, e.Name)
	})
	return &e, fresh, err
}

// next gives a book its next state. Whoever changes a book comes here first and
// holds it until the end, so that states follow each other as changes do.
func (s *Service) next(ctx context.Context, tx *db.Tx, b *Book) (State, error) {
	if n, err := touchBook(ctx, tx, b.ID, State(s.ids.Next())); err != nil || n == 0 {
		return 0, cmp.Or(err, unknown(db.ErrNoRows))
	}
	return stateOf(ctx, tx, b.ID)
}

func (s *Service) room(ctx context.Context, tx *db.Tx, b *Book) error {
	n, err := countEntries(ctx, tx, b.ID)
	if err == nil && n >= EntriesMax {
		err = fault.New(fault.TooMany, "fault.book.full", "n", EntriesMax)
	}
	return err
}

// Delete takes an entry out. NotFound.
func (s *Service) Delete(ctx context.Context, b *Book, name string, check func(now *Entry) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		state, err := s.next(ctx, tx, b)
		if err != nil {
			return err
		}
		now, err := getEntry(ctx, tx, b.ID, name)
		if err != nil {
			return unknown(err)
		}
		if check != nil {
			if err := check(now); err != nil {
				return err
			}
		}
		if err := deleteEntry(ctx, tx, b.ID, name); err != nil {
			return err
		}
		if err := insertGone(ctx, tx, b.ID, name, state); err != nil {
			return err
		}
		return s.prune(ctx, tx, b, state)
	})
}

// prune forgets what went from a book when it is very much; devices then begin anew.
func (s *Service) prune(ctx context.Context, tx *db.Tx, b *Book, now State) error {
	n, err := countGone(ctx, tx, b.ID)
	if err != nil || n <= goneMax {
		return err
	}
	return forgetAllGone(ctx, tx, b.ID, now)
}

// Leave forgets the books of somebody who is gone. It is a reaction.
func (s *Service) Leave(ctx context.Context, tx *db.Tx, gone account.Ended) error {
	for _, kind := range []Kind{Contacts, Dates} {
		all, err := booksOf(ctx, tx, gone.Account.ID, kind)
		if err != nil {
			return err
		}
		for _, b := range all {
			if err := deleteBook(ctx, tx, b.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
