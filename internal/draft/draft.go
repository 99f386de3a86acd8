// Package draft is what somebody writes and has not posted yet: kept until they go on, or posted by itself when its time comes.
//
// Pictures of a draft stay with it. A draft that is due is posted once,
// whatever happens to the process; one that cannot be posted then stays, and
// its writer is told why.
package draft

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/media"
	"allod/internal/post"
)

// Limits of drafts.
const (
	Most     = 300             // of one person, those to be posted later among them
	Soonest  = 5 * time.Minute // from now a draft may be due
	Latest   = 5 * 366 * 24 * time.Hour
	TextMax  = 1_000_000 // characters; whether it can be posted is asked when it is
	listMost = 40
)

// A Draft is what is not posted yet.
type Draft struct {
	ID        id.ID
	AccountID id.ID
	Form      post.Draft
	Key       string    // of the form it came with
	DueAt     time.Time // zero: it waits for its writer
	Passing   bool      // kept as it was typed, and not put aside by its writer
	Held      *Held     // why it was not posted when it was due; nil for no reason
	UpdatedAt time.Time
	Media     []*media.Medium // those of the form that are still there, where they were asked for
}

// A Held is why a draft was not posted: a sentence of the catalogues.
type Held struct {
	Key  string `json:"key"`
	Args []any  `json:"args,omitempty"`
}

// Stuck is the fact that a draft was due and could not be posted.
type Stuck struct {
	Draft *Draft
	By    *account.Account
}

// Service keeps drafts and posts those that are due.
type Service struct {
	db       *db.DB
	ids      *id.Source
	now      func() time.Time
	accounts *account.Service
	posts    *post.Service
	jobs     *job.Queue

	Stuck fact.Fact[Stuck]
}

// New returns the service and tells the queue, which is not prepared yet, of its job.
func New(d *db.DB, ids *id.Source, now func() time.Time, accounts *account.Service, posts *post.Service, jobs *job.Queue) *Service {
	s := &Service{db: d, ids: ids, now: now, accounts: accounts, posts: posts, jobs: jobs}
	job.Handle(jobs, s.post)
	return s
}

// Keep keeps a form of me as a draft: a new one, or in place of one of mine, or
// of the one that came with its Key. A due time has it posted then. It returns Invalid, with the field at fault,
// for an empty form, a time too near or too far, or one to be posted that
// could not be; TooMany where there are too many; NotFound for a draft or
// picture that is not mine.
func (s *Service) Keep(ctx context.Context, me id.ID, which id.ID, form post.Draft, due time.Time) (d *Draft, err error) {
	return s.keep(ctx, &Draft{ID: which, AccountID: me, Form: form, DueAt: due})
}

// Save keeps a form of me as it is being typed, as Keep does, without putting
// it aside: Latest offers to go on with it. One to be posted later stays so.
// A form that was posted is not kept: NotFound.
func (s *Service) Save(ctx context.Context, me, which id.ID, form post.Draft) (*Draft, error) {
	d := &Draft{ID: which, AccountID: me, Form: form, Passing: true}
	if which != 0 {
		before, err := s.Get(ctx, me, which)
		if err != nil {
			return nil, err
		}
		d.DueAt, d.Passing = before.DueAt, before.Passing
	}
	return s.keep(ctx, d)
}

// keep writes a draft, in place of the one with its id or with the key of its form.
func (s *Service) keep(ctx context.Context, d *Draft) (*Draft, error) {
	me, which, form := d.AccountID, d.ID, d.Form
	if err := s.check(form, d.DueAt); err != nil {
		return nil, err
	}
	d.Key, d.UpdatedAt, d.Form.Key = form.Key, s.now(), ""
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if which == 0 {
			if err := s.begin(ctx, tx, d); err != nil {
				return err
			}
		} else if n, err := update(ctx, tx, d); err != nil || n == 0 {
			return orUnknown(err)
		}
		if err := media.Hold(ctx, tx, me, d.ID, form.Media); err != nil {
			return err
		}
		return s.await(ctx, tx, d)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, me, d.ID)
}

// begin writes a new draft, or one in place of that with its key.
func (s *Service) begin(ctx context.Context, tx *db.Tx, d *Draft) (err error) {
	if d.Passing && d.Key != "" { // what was typed may arrive after the post that was made of it
		if sent, err := post.Sent(ctx, tx, d.AccountID, d.Key); err != nil || sent {
			return orUnknown(err)
		}
	}
	if d.ID, err = withKey(ctx, tx, d.AccountID, d.Key); err != nil {
		return err
	}
	if d.ID != 0 {
		_, err = update(ctx, tx, d)
		return err
	}
	n, err := count(ctx, tx, d.AccountID)
	if err == nil && n >= Most {
		err = fault.New(fault.TooMany, "fault.draft.many", "n", Most)
	}
	if err != nil {
		return err
	}
	d.ID = s.ids.Next()
	return insert(ctx, tx, d)
}

// check refuses what cannot be kept, and what is to be posted later and could not be posted now.
func (s *Service) check(form post.Draft, due time.Time) error {
	invalid := func(field, key string, args ...any) error { return fault.New(fault.Invalid, key, args...).In(field) }
	if !utf8.ValidString(form.Text) || strings.Contains(form.Text, "\x00") {
		return invalid("text", "fault.post.not_text")
	}
	if utf8.RuneCountInString(form.Text) > TextMax {
		return invalid("text", "fault.post.long", "n", TextMax)
	}
	if due.IsZero() {
		if strings.TrimSpace(form.Text) == "" && len(form.Media) == 0 && form.Warning == "" && form.Poll == nil {
			return invalid("text", "fault.draft.empty")
		}
		return nil
	}
	switch now := s.now(); {
	case due.Before(now.Add(Soonest)):
		return invalid("later", "fault.draft.soon")
	case due.After(now.Add(Latest)):
		return invalid("later", "fault.draft.late")
	}
	if form.Poll != nil {
		ask := *form.Poll // as it will be checked when it is posted
		form.Poll = &ask
	}
	return form.Check()
}

// Move has a draft that is to be posted later be posted at another time.
func (s *Service) Move(ctx context.Context, me, which id.ID, due time.Time) (*Draft, error) {
	d, err := s.Get(ctx, me, which)
	if err != nil {
		return nil, err
	}
	if d.DueAt.IsZero() {
		return nil, unknown()
	}
	if err := s.check(d.Form, due); err != nil {
		return nil, err
	}
	d.DueAt, d.UpdatedAt, d.Held = due, s.now(), nil
	return d, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if n, err := update(ctx, tx, d); err != nil || n == 0 {
			return orUnknown(err)
		}
		return s.await(ctx, tx, d)
	})
}

// Get is a draft of mine, with its pictures; NotFound for any other.
func (s *Service) Get(ctx context.Context, me, which id.ID) (d *Draft, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if d, err = get(ctx, tx, which); errors.Is(err, db.ErrNoRows) || err == nil && d.AccountID != me {
			return unknown()
		} else if err != nil {
			return err
		}
		d.Media, err = media.HeldBy(ctx, tx, d.ID, d.Form.Media)
		return err
	})
	return d, err
}

// List are my drafts: those that are to be posted by themselves, next first,
// or the others, last begun first. Bounds of the page are ids.
func (s *Service) List(ctx context.Context, me id.ID, due bool, p id.Page) (all []*Draft, err error) {
	p = p.Bounded(20, listMost)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if all, err = list(ctx, tx, me, due, p); err != nil {
			return err
		}
		for _, d := range all {
			if d.Media, err = media.HeldBy(ctx, tx, d.ID, d.Form.Media); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// Latest is the last draft of mine that was kept in passing, nil for none.
func (s *Service) Latest(ctx context.Context, me id.ID) (d *Draft, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err = latest(ctx, tx, me)
		return err
	})
	return d, err
}

// There reports whether a draft of mine is there, or a post was made by the
// form with a key, which is then sent again.
func (s *Service) There(ctx context.Context, me, which id.ID, key string) (there bool, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := get(ctx, tx, which)
		if there = err == nil && d.AccountID == me; there || !errors.Is(err, db.ErrNoRows) {
			return err
		}
		there, err = post.Sent(ctx, tx, me, key)
		return err
	})
	return there, err
}

// Drop throws a draft of mine away; its pictures go with the next sweep.
func (s *Service) Drop(ctx context.Context, me, which id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if d, err := get(ctx, tx, which); errors.Is(err, db.ErrNoRows) || err == nil && d.AccountID != me {
			return unknown()
		} else if err != nil {
			return err
		}
		return remove(ctx, tx, which)
	})
}

// Posted throws away the draft that a post was made of, by its id, 0 for none,
// or by the key of the form, if it is still there.
func (s *Service) Posted(ctx context.Context, me, which id.ID, key string) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		same, err := withKey(ctx, tx, me, key)
		if err != nil {
			return err
		}
		for _, i := range []id.ID{which, same} {
			d, err := get(ctx, tx, i)
			if errors.Is(err, db.ErrNoRows) || err == nil && d.AccountID != me {
				continue
			} else if err != nil {
				return err
			}
			if err := remove(ctx, tx, i); err != nil {
				return err
			}
		}
		return nil
	})
}

// Forget throws away the drafts of an account that is gone.
func Forget(ctx context.Context, tx *db.Tx, who id.ID) error { return forget(ctx, tx, who) }

func unknown() error { return fault.New(fault.NotFound, "fault.draft.unknown") }

// orUnknown is err, or that there is no such draft.
func orUnknown(err error) error {
	if err == nil {
		err = unknown()
	}
	return err
}
