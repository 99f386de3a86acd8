// Package mention is what pages of other sites say about posts here: an
// answer, a like, a repost, or that they link to it.
//
// Whoever writes there is a stranger. So what is kept are plain words with the
// address they were found at; nobody sees them until the author of the post
// lets them be shown; and words that change are let in anew. They stay on
// this home, and are never told to other servers.
package mention

import (
	"context"
	"errors"
	"time"

	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
)

// State is how far a mention has come.
type State string

// The states. Only Shown is for everyone.
const (
	Unread   State = "new"      // its page was not looked at yet
	Waiting  State = "waiting"  // the owner has not decided
	Shown    State = "shown"    // stands under the post
	Hidden   State = "hidden"   // the owner took it off, with a reason
	Declined State = "declined" // the owner does not want it there
)

// Kind is what a page does with a post.
type Kind string

// The kinds.
const (
	Reply  Kind = "reply"
	Like   Kind = "like"
	Repost Kind = "repost"
	Link   Kind = "mention"
)

// A Mention is what a page says about a post.
type Mention struct {
	ID       id.ID
	Source   string // the page
	Target   string // the post, as the page links to it
	Host     string // of the page
	PostID   id.ID
	OwnerID  id.ID
	State    State
	Kind     Kind
	Name     string // of who says it
	URL      string // their page, "" for none
	Text     string // plain words, "" for a like
	Language string
	Reason   string // why it is hidden
	SaidAt   time.Time
	AskedAt  time.Time
	HiddenAt time.Time // zero where it is not
	Tries    int
}

// Limits of what is kept of a page, in characters.
const (
	NameMax = 80
	TextMax = 1000
)

// Caps on what strangers leave behind.
const (
	dueMax     = 1_000 // pages to be looked at, in all
	duePerHost = 30    // and of one host
	perPost    = 1_000 // kept under one post
	perOwner   = 500   // waiting for one owner
	shownMax   = 200   // in a conversation on its page
)

// Changed is that what stands under a post is another.
type Changed struct{ OwnerID id.ID }

// Service keeps mentions and has the owners of posts decide.
type Service struct {
	db  *db.DB
	ids *id.Source
	now func() time.Time

	Changed fact.Fact[Changed]
}

// New returns the service.
func New(d *db.DB, ids *id.Source, now func() time.Time) *Service {
	return &Service{db: d, ids: ids, now: now}
}

// Take keeps that a page is said to mention a post, so that it is looked at.
// TooMany where too much waits.
func (s *Service) Take(ctx context.Context, tx *db.Tx, m Mention) (id.ID, error) {
	known, err := pair(ctx, tx, m.Source, m.PostID)
	if err != nil {
		return 0, err
	}
	n, err := count(ctx, tx, m.Host, m.PostID, m.OwnerID)
	switch {
	case err != nil:
		return 0, err
	case n.due >= dueMax, n.dueOfHost >= duePerHost,
		known == nil && (n.ofPost >= perPost || n.waitingOfOwner >= perOwner):
		return 0, fault.New(fault.TooMany, "fault.mention.many")
	}
	if known != nil {
		return known.ID, makeDue(ctx, tx, known.ID, m.Target, s.now())
	}
	m.ID, m.State, m.Kind, m.AskedAt = s.ids.Next(), Unread, Link, s.now()
	return m.ID, insert(ctx, tx, &m)
}

// Due is a mention whose page is to be looked at; NotFound for any other.
func (s *Service) Due(ctx context.Context, what id.ID) (m *Mention, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if m, err = one(ctx, tx, what); err == nil && m == nil {
			err = fault.New(fault.NotFound, "")
		}
		return err
	})
	return m, err
}

// Tried counts a look that came to nothing and is tried again.
func (s *Service) Tried(ctx context.Context, what id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return tried(ctx, tx, what) })
}

// Found keeps what a look at a page found, nil where it says nothing about
// the post any more. as is the mention as it was when the look began; false
// says that the page is to be looked at once more. Words that are new wait for
// the owner; those that were declined stay so.
func (s *Service) Found(ctx context.Context, tx *db.Tx, as *Mention, found *Mention) (bool, error) {
	now, err := one(ctx, tx, as.ID)
	if err != nil || now == nil {
		return true, err
	}
	if !now.AskedAt.Equal(as.AskedAt) {
		return false, nil
	}
	if found == nil {
		return true, errors.Join(remove(ctx, tx, as.ID), s.Changed.Record(ctx, tx, Changed{as.OwnerID}))
	}
	found.Name, found.Text = media.Line(found.Name, NameMax), media.Line(found.Text, TextMax)
	same := now.Kind == found.Kind && now.Name == found.Name && now.URL == found.URL && now.Text == found.Text
	found.ID, found.State = now.ID, now.State
	if now.State == Unread || now.State == Shown && !same {
		found.State = Waiting
	}
	return true, errors.Join(settle(ctx, tx, found), s.Changed.Record(ctx, tx, Changed{as.OwnerID}))
}

// Show puts a mention under its post, or back there; Decline keeps it off.
// NotFound for what is not the owner's.
func (s *Service) Show(ctx context.Context, owner, what id.ID) error {
	return s.decide(ctx, owner, what, func(m *Mention) error {
		m.State, m.Reason, m.HiddenAt = Shown, "", time.Time{}
		return nil
	})
}

// Decline is described at Show.
func (s *Service) Decline(ctx context.Context, owner, what id.ID) error {
	return s.decide(ctx, owner, what, func(m *Mention) error {
		m.State = Declined
		return nil
	})
}

// Hide takes a mention off the page again, and says why to everybody.
func (s *Service) Hide(ctx context.Context, owner, what id.ID, reason string) error {
	reason, err := post.HideReason(reason)
	if err != nil {
		return err
	}
	return s.decide(ctx, owner, what, func(m *Mention) error {
		if m.State != Shown && m.State != Hidden {
			return fault.New(fault.Conflict, "fault.comment.not_shown")
		}
		m.State, m.Reason, m.HiddenAt = Hidden, reason, s.now()
		return nil
	})
}

func (s *Service) decide(ctx context.Context, owner, what id.ID, how func(m *Mention) error) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := mine(ctx, tx, owner, what)
		if err != nil {
			return err
		}
		if err := how(m); err != nil {
			return err
		}
		return errors.Join(setState(ctx, tx, m), s.Changed.Record(ctx, tx, Changed{owner}))
	})
}

// One is a mention for its owner; NotFound for what is not theirs.
func (s *Service) One(ctx context.Context, owner, what id.ID) (m *Mention, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err = mine(ctx, tx, owner, what)
		return err
	})
	return m, err
}

func mine(ctx context.Context, tx *db.Tx, owner, what id.ID) (*Mention, error) {
	m, err := one(ctx, tx, what)
	if err == nil && (m == nil || m.OwnerID != owner || m.State == Unread) {
		err = fault.New(fault.NotFound, "fault.mention.unknown")
	}
	return m, err
}

// Under are the mentions of posts that viewer has been let see, oldest first:
// those that are shown, and for the owner also those that wait. Of those that
// are hidden nobody but the owner is told more than that, and why.
func (s *Service) Under(ctx context.Context, viewer id.ID, seen []*post.Post) (out []*Mention, err error) {
	var ids []id.ID
	for _, p := range seen {
		if p.Local && p.Visibility.Open() {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := under(ctx, tx, ids, viewer, shownMax)
		for _, m := range all {
			if m.State == Hidden && m.OwnerID != viewer {
				m.Source, m.Target, m.Host, m.Name, m.URL, m.Text = "", "", "", "", "", ""
			}
			out = append(out, m)
		}
		return err
	})
	return out, err
}

// Waits are the mentions that wait for an owner, oldest first, and how many there are.
func (s *Service) Waits(ctx context.Context, owner id.ID, limit int) (all []*Mention, total int, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if total, err = countWaiting(ctx, tx, owner); err != nil || total == 0 {
			return err
		}
		all, err = ofOwner(ctx, tx, owner, limit)
		return err
	})
	return all, total, err
}

// Forget takes away what was said about a post that is gone.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	return forgetPost(ctx, tx, f.Post.ID)
}

// newFor is how long a mention may wait to be looked at.
const newFor = 7 * 24 * time.Hour

// Sweep forgets what was never found to be so.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return forgetNew(ctx, tx, s.now().Add(-newFor)) })
}
