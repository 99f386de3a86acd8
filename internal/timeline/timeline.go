// Package timeline is streams: which posts, in which order, and how far one has read.
//
// A home stream is written, not searched: a row per reader and item, made when
// the post arrives, newest first. Nothing is inserted, and what its reader does
// not want to see is kept beside it, with the reason.
package timeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/internal/relationship"
)

// BackfillMax is how many of an author's posts a new follower finds in their stream.
const BackfillMax = 40

// Service writes and reads streams.
type Service struct {
	db    *db.DB
	posts *post.Service
	ids   *id.Source
	now   func() time.Time
	tell  func(reader, item id.ID)
}

// New returns the service. tell wakes the screens of a reader once an item is durable.
func New(d *db.DB, posts *post.Service, ids *id.Source, now func() time.Time, tell func(reader, item id.ID)) *Service {
	return &Service{db: d, posts: posts, ids: ids, now: now, tell: tell}
}

// Home is a page of a reader's home stream, newest first. It may be bounded by
// the ids of its items, or by those of their posts, as apps do.
func (s *Service) Home(ctx context.Context, reader id.ID, p id.Page) (items []post.Item, err error) {
	p = p.Bounded(20, post.ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, bound := range []*id.ID{&p.Max, &p.Since, &p.Min} {
			if *bound, err = itemID(ctx, tx, reader, *bound); err != nil {
				return err
			}
		}
		entries, err := homeEntries(ctx, tx, reader, p)
		if err != nil {
			return err
		}
		items, err = s.posts.Items(ctx, tx, reader, entries)
		return err
	})
	return items, err
}

// NewerThan counts items of a home stream above an id, up to most.
func (s *Service) NewerThan(ctx context.Context, reader, item id.ID, most int) (n int, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err = countAbove(ctx, tx, reader, item, most)
		return err
	})
	return n, err
}

// PlacePublished puts a new post of one who lives here into the streams it belongs in.
func (s *Service) PlacePublished(ctx context.Context, tx *db.Tx, f post.Published) error {
	return s.place(ctx, tx, f.Post, f.Post.ID)
}

// PlaceReceived puts a post that came from elsewhere into the streams it
// belongs in: one that came at once under its own id, one that was on its way
// for a while where it arrived, and one that is older than a day by its own time.
func (s *Service) PlaceReceived(ctx context.Context, tx *db.Tx, f post.Received) error {
	at := f.Post.ID
	if late := f.Post.ArrivedAt.Sub(at.Time()); late > prompt && late < old {
		at = s.ids.Next()
	}
	return s.place(ctx, tx, f.Post, at)
}

// PlaceAdmitted puts a post to a circle into the stream of one whom it reached
// later than others here, if they follow its author.
func (s *Service) PlaceAdmitted(ctx context.Context, tx *db.Tx, f post.Admitted) error {
	follows, err := relationship.FollowedOf(ctx, tx, f.Who.ID, []id.ID{f.Post.AuthorID})
	if err != nil || !follows[f.Post.AuthorID] {
		return err
	}
	return s.write(ctx, tx, []id.ID{f.Who.ID}, entry{id: f.Post.ID, post: f.Post.ID, by: f.Post.AuthorID}, f.Post.Author)
}

const (
	prompt = 2 * time.Second
	old    = 24 * time.Hour
)

func (s *Service) place(ctx context.Context, tx *db.Tx, p *post.Post, at id.ID) error {
	var readers []id.ID
	var err error
	switch p.Visibility {
	case post.Public, post.Unlisted, post.Followers:
		readers, err = relationship.LocalFollowers(ctx, tx, p.AuthorID, false)
	case post.Circle, post.Direct:
		readers, err = namedFollowers(ctx, tx, p.ID, p.AuthorID)
	case post.Self:
	}
	if err != nil {
		return err
	}
	if p.Local {
		readers = append(readers, p.AuthorID)
	}
	return s.write(ctx, tx, readers, entry{id: at, post: p.ID, by: p.AuthorID}, p.Author)
}

// PlaceBoosted puts a boost into the streams of those who want to see it and have not seen the post yet.
func (s *Service) PlaceBoosted(ctx context.Context, tx *db.Tx, f post.Boosted) error {
	all, err := relationship.LocalFollowers(ctx, tx, f.By.ID, false)
	if err != nil {
		return err
	}
	readers, err := relationship.LocalFollowers(ctx, tx, f.By.ID, true)
	if err != nil {
		return err
	}
	e := entry{id: f.Boost.ID, post: f.Post.ID, boost: f.Boost.ID, by: f.By.ID}
	if len(readers) < len(all) {
		for _, r := range all {
			if !slices.Contains(readers, r) {
				if err := hide(ctx, tx, r, e, string(moderation.ByQuiet)); err != nil {
					return err
				}
			}
		}
	}
	return s.write(ctx, tx, readers, e, f.By, f.Post.Author)
}

// write puts an item into streams. Readers who mute somebody it is by, or have
// blocked their servers, do not see it; they find it among what is hidden.
func (s *Service) write(ctx context.Context, tx *db.Tx, readers []id.ID, e entry, by ...*account.Account) error {
	shunned, err := s.shunned(ctx, tx, readers, by)
	if err != nil {
		return err
	}
	for _, r := range readers {
		if why := shunned[r]; why != "" && r != by[0].ID {
			if err := hide(ctx, tx, r, e, string(why)); err != nil {
				return err
			}
			continue
		}
		fresh, err := insert(ctx, tx, r, e)
		if err != nil {
			return err
		}
		if fresh {
			tx.After(func() { s.tell(r, e.id) })
		}
	}
	return nil
}

// RemoveUnboosted takes a boost out of streams.
func (s *Service) RemoveUnboosted(ctx context.Context, tx *db.Tx, f post.Unboosted) error {
	return removeBoost(ctx, tx, f.Post.ID, f.Boost.ID)
}

// RemoveDeleted takes a deleted post out of streams.
func (s *Service) RemoveDeleted(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	return removePost(ctx, tx, f.Post.ID)
}

// Begin gives a new follower who lives here the newest posts of the one they follow.
func (s *Service) Begin(ctx context.Context, tx *db.Tx, f relationship.Began) error {
	if !f.Follower.Local {
		return nil
	}
	ids, err := post.Recent(ctx, tx, f.Followed.ID, BackfillMax)
	if err != nil {
		return err
	}
	for _, p := range ids {
		if _, err := insert(ctx, tx, f.Follower.ID, entry{id: p, post: p, by: f.Followed.ID}); err != nil {
			return err
		}
	}
	return nil
}

// End takes what one brought out of the stream of one who follows them no longer.
func (s *Service) End(ctx context.Context, tx *db.Tx, follower, followed id.ID) error {
	return removeBy(ctx, tx, follower, followed)
}

// A Marker is how far one has read a stream.
type Marker struct {
	LastID    id.ID
	Version   int64
	UpdatedAt time.Time
}

// Marker is how far a reader has read; the zero Marker where they have not said.
func (s *Service) Marker(ctx context.Context, reader id.ID, stream string) (m Marker, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err = getMarker(ctx, tx, reader, stream)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		return err
	})
	return m, err
}

// Mark keeps how far a reader has read; it never goes back.
func (s *Service) Mark(ctx context.Context, reader id.ID, stream string, last id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return putMarker(ctx, tx, reader, stream, last, s.now()) })
}
