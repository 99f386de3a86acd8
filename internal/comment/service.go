package comment

import (
	"context"
	"time"

	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/post"
)

// Service takes comments in and has their owners decide.
type Service struct {
	db    *db.DB
	posts *post.Service
	ids   *id.Source
	now   func() time.Time

	Written  fact.Fact[Written]
	Arrived  fact.Fact[Arrived]
	Told     fact.Fact[Told]
	Taken    fact.Fact[Taken]
	Answered fact.Fact[Answered]
	Disowned fact.Fact[Disowned]
	Chosen   fact.Fact[Chosen]
}

// New returns the service.
func New(d *db.DB, posts *post.Service, ids *id.Source, now func() time.Time) *Service {
	return &Service{db: d, posts: posts, ids: ids, now: now}
}

// Caps on what strangers leave behind.
const (
	askedPerGuest   = 5    // comments of an address that wait to be confirmed
	waitingPerPost  = 100  // and those under one post that wait for the owner
	waitingPerOwner = 500  // and under all their posts
	askedPerHome    = 2000 // and those of everybody that wait to be confirmed
	alikeMax        = 3    // comments of the same words in a day
	alikeFor        = 24 * time.Hour
)

// Choice is what an owner wants of comments: at first that they are held.
func (s *Service) Choice(ctx context.Context, owner id.ID) (c Choice, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err = choice(ctx, tx, owner)
		return err
	})
	return c, err
}

// Choose keeps what an owner wants of comments.
func (s *Service) Choose(ctx context.Context, owner id.ID, c Choice) error {
	if _, ok := ParseWho(string(c.Who)); !ok {
		return invalid("who", "fault.invalid")
	}
	if c.Rules = markup.Words(c.Rules); len([]rune(c.Rules)) > RulesMax {
		return invalid("rules", "fault.comment.rules_long", "max", RulesMax)
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := putChoice(ctx, tx, owner, c); err != nil {
			return err
		}
		return s.Chosen.Record(ctx, tx, Chosen{owner})
	})
}

// Place is where a comment would stand: a post of one who lives here that is
// for everyone, or of which the guest was shown the matter by a link, and what of its conversation the comment answers. NotFound
// for what a visitor may not see, Denied where nobody may comment.
func (s *Service) Place(ctx context.Context, tx *db.Tx, d Draft) (root, below *post.Post, answered *Comment, err error) {
	if d.Invited {
		root, err = s.posts.StoredID(ctx, tx, d.PostID)
	} else {
		root, err = s.posts.SeeOne(ctx, tx, 0, d.PostID)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	if !root.Local || !root.Visibility.Open() && (!d.Invited || root.Visibility == post.Self) {
		return nil, nil, nil, fault.New(fault.NotFound, "fault.post.unknown")
	}
	c, err := choice(ctx, tx, root.AuthorID)
	if err != nil {
		return nil, nil, nil, err
	}
	if c.Who == Nobody {
		return nil, nil, nil, fault.New(fault.Denied, "fault.comment.nobody")
	}
	below = root
	if d.BelowPostID != 0 && d.BelowPostID != root.ID {
		if below, err = s.posts.SeeOne(ctx, tx, 0, d.BelowPostID); err != nil {
			return nil, nil, nil, err
		}
		if below.ThreadID != root.ThreadID {
			return nil, nil, nil, fault.New(fault.NotFound, "fault.post.unknown")
		}
	}
	if d.BelowID != 0 {
		all, err := withIDs(ctx, tx, []id.ID{d.BelowID})
		if err != nil {
			return nil, nil, nil, err
		}
		if len(all) == 0 || all[0].State != Shown || all[0].BelowPostID != below.ID {
			return nil, nil, nil, fault.New(fault.NotFound, "fault.comment.unknown")
		}
		answered = all[0]
	}
	return root, below, answered, nil
}

// Write takes a comment in and has its guest asked to confirm it. The same
// words sent twice under one post are one comment.
func (s *Service) Write(ctx context.Context, d Draft) (c *Comment, g *Guest, err error) {
	if err := d.Check(); err != nil {
		return nil, nil, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		root, below, _, err := s.Place(ctx, tx, d)
		if err != nil {
			return err
		}
		if g, err = s.guest(ctx, tx, d); err != nil {
			return err
		}
		now := s.now()
		c = &Comment{
			ID: s.ids.Next(), PostID: root.ID, OwnerID: root.AuthorID, BelowPostID: below.ID, BelowID: d.BelowID, GuestID: g.ID,
			Name: d.Name, Text: d.Text, Language: d.Language, State: Asked, Tell: d.Tell, Hears: d.Tell, CreatedAt: now, print: fingerprint(d.Text),
		}
		same, err := s.room(ctx, tx, c)
		if err != nil {
			return err
		}
		if same {
			return s.Written.Record(ctx, tx, Written{c, g})
		}
		if err := insert(ctx, tx, c); err != nil {
			return err
		}
		return s.Written.Record(ctx, tx, Written{c, g})
	})
	return c, g, err
}

// guest is who writes, by address; their name and language are what they gave last.
func (s *Service) guest(ctx context.Context, tx *db.Tx, d Draft) (*Guest, error) {
	g, err := guestByFolded(ctx, tx, d.folded)
	if err != nil {
		return nil, err
	}
	if g != nil {
		return g, nil
	}
	g = &Guest{ID: s.ids.Next(), Address: d.Address, Folded: d.folded, Name: d.Name, Language: d.Language}
	return g, insertGuest(ctx, tx, g, s.now())
}

// room finds that there is none left for a comment, or that it was sent before.
func (s *Service) room(ctx context.Context, tx *db.Tx, c *Comment) (same bool, err error) {
	if out, err := shutOut(ctx, tx, c.OwnerID, c.GuestID); err != nil {
		return false, err
	} else if out {
		return false, fault.New(fault.Denied, "fault.comment.shut_out")
	}
	n, err := countRoom(ctx, tx, c, s.now().Add(-alikeFor))
	switch {
	case err != nil:
		return false, err
	case n.same > 0:
		return true, nil
	case n.alike >= alikeMax:
		return false, fault.New(fault.TooMany, "fault.comment.alike").In("text")
	case n.askedOfGuest >= askedPerGuest:
		return false, fault.New(fault.TooMany, "fault.comment.unconfirmed", "n", askedPerGuest)
	case n.waitingOnPost >= waitingPerPost:
		return false, fault.New(fault.TooMany, "fault.comment.post_full", "n", waitingPerPost)
	case n.waitingOfOwner >= waitingPerOwner, n.asked >= askedPerHome:
		return false, fault.New(fault.TooMany, "fault.comment.home_full")
	}
	return false, nil
}

// Under are the comments under posts that viewer has been let see, oldest
// first: those that are shown, and for the owner also those that wait or are
// hidden. Comments that others answered but that are gone come without words.
func (s *Service) Under(ctx context.Context, viewer id.ID, seen []*post.Post) (out []*Comment, err error) {
	var ids []id.ID
	for _, p := range seen {
		if p.Visibility != post.Self {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := under(ctx, tx, ids, underMax)
		if err != nil {
			return err
		}
		for _, c := range all {
			mine := viewer != 0 && viewer == c.OwnerID
			switch {
			case c.State == Shown, mine && (c.State == Waiting || c.State == Hidden):
			case c.State == Hidden, c.State == Withdrawn:
				c.Name, c.Text = "", ""
			default:
				continue
			}
			out = append(out, c)
		}
		return nil
	})
	return out, err
}

// underMax is how many comments a conversation shows.
const underMax = 500

// ByID are comments by id, for those who were told of them.
func ByID(ctx context.Context, tx *db.Tx, ids []id.ID) (map[id.ID]*Comment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := withIDs(ctx, tx, ids)
	out := make(map[id.ID]*Comment, len(all))
	for _, c := range all {
		out[c.ID] = c
	}
	return out, err
}

// Forget takes away the comments under a post that is gone.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	return forgetPost(ctx, tx, f.Post.ID)
}

// How long comments that are not on the page are kept.
const (
	askedFor   = 7 * 24 * time.Hour
	decidedFor = 60 * 24 * time.Hour
)

// Sweep forgets comments nobody confirmed and those that were declined long
// ago, and guests who have none left.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return forgetOld(ctx, tx, s.now().Add(-askedFor), s.now().Add(-decidedFor))
	})
}
