// Package notification is what someone should be told.
package notification

import (
	"context"
	"time"

	"allod/internal/account"
	"allod/internal/comment"
	"allod/internal/db"
	"allod/internal/draft"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/poll"
	"allod/internal/post"
	"allod/internal/relationship"
)

// Kind is what happened.
type Kind string

// The kinds.
const (
	Follow        Kind = "follow"
	FollowRequest Kind = "follow_request"
	Mention       Kind = "mention" // a post names one, or answers one's post
	Like          Kind = "like"
	Boost         Kind = "boost"
	Held          Kind = "held"    // a draft that was to be posted by itself could not be; its id stands for that of a post
	Update        Kind = "update"  // a post one passed on was edited
	Poll          Kind = "poll"    // a poll one asked or voted in has ended
	Comment       Kind = "comment" // a guest comments on one's post
	Hidden        Kind = "hidden"  // one's reply is hidden by the owner of a post above it
	Opened        Kind = "opened"  // a browser unlike one's others was let in; the id of its session stands for that of a post
	Shared        Kind = "shared"  // somebody here shares a file or folder with one; the id of the grant stands for that of a post
	Applied       Kind = "applied" // somebody asks the keeper to live here; the id of what they ask stands for that of a post
)

// A Notification is one thing that one person is told.
type Notification struct {
	ID        id.ID
	AccountID id.ID // who is told
	Kind      Kind
	FromID    id.ID // of the account, or of the comment
	From      *account.Account
	PostID    id.ID            // 0 for follows
	Post      *post.Post       // nil for follows
	Comment   *comment.Comment // of a guest, who is no account: From is nil
	CreatedAt time.Time
	Hidden    moderation.Why // why one is not told of it, "" where they are
}

// ListMax is the most a page of notifications holds.
const ListMax = 80

// Service makes and tells notifications.
type Service struct {
	db    *db.DB
	posts *post.Service
	ids   *id.Source
	now   func() time.Time
	tell  func(who, notification id.ID)

	Made fact.Fact[Made]
}

// Made is the fact that someone is told something they were not told before.
type Made struct{ Notification *Notification }

// New returns the service. tell wakes the screens of one who is told something, once it is durable.
func New(d *db.DB, posts *post.Service, ids *id.Source, now func() time.Time, tell func(who, notification id.ID)) *Service {
	return &Service{db: d, posts: posts, ids: ids, now: now, tell: tell}
}

func (s *Service) add(ctx context.Context, tx *db.Tx, to *account.Account, k Kind, from, post id.ID) error {
	if !to.Local || to.ID == from && k != Poll && k != Held {
		return nil
	}
	blocked, err := relationship.Either(ctx, tx, to.ID, from)
	if err != nil || blocked {
		return err
	}
	n := Notification{AccountID: to.ID, Kind: k, FromID: from, PostID: post}
	if n.Hidden, err = s.hidden(ctx, tx, &n); err != nil {
		return err
	}
	return s.put(ctx, tx, n)
}

// Asked tells of someone who asks to follow.
func (s *Service) Asked(ctx context.Context, tx *db.Tx, f relationship.Asked) error {
	return s.add(ctx, tx, f.Followed, FollowRequest, f.Follower.ID, 0)
}

// Began tells of a new follower; the request, if there was one, is answered.
func (s *Service) Began(ctx context.Context, tx *db.Tx, f relationship.Began) error {
	if err := remove(ctx, tx, f.Followed.ID, FollowRequest, f.Follower.ID, 0); err != nil {
		return err
	}
	return s.add(ctx, tx, f.Followed, Follow, f.Follower.ID, 0)
}

// Ended forgets a follow that is no more, asked or granted.
func (s *Service) Ended(ctx context.Context, tx *db.Tx, t relationship.Tie) error {
	for _, k := range []Kind{Follow, FollowRequest} {
		if err := remove(ctx, tx, t.Followed.ID, k, t.Follower.ID, 0); err != nil {
			return err
		}
	}
	return nil
}

// Named tells those who live here that a post names them or answers them.
func (s *Service) Named(ctx context.Context, tx *db.Tx, p *post.Post, named []*account.Account) error {
	told := map[id.ID]bool{}
	for _, a := range named {
		told[a.ID] = true
		if err := s.add(ctx, tx, a, Mention, p.AuthorID, p.ID); err != nil {
			return err
		}
	}
	if p.ReplyToAccountID == 0 || told[p.ReplyToAccountID] || !reaches(p.Visibility) {
		return nil
	}
	a, err := account.Get(ctx, tx, p.ReplyToAccountID)
	if err != nil {
		return err
	}
	return s.add(ctx, tx, a, Mention, p.AuthorID, p.ID)
}

// Circled tells those of the circle of a post who live here of it, unless
// their stream does because they follow its author.
func (s *Service) Circled(ctx context.Context, tx *db.Tx, p *post.Post, members []*account.Account) error {
	for _, a := range members {
		if !a.Local {
			continue
		}
		follows, err := relationship.FollowedOf(ctx, tx, a.ID, []id.ID{p.AuthorID})
		if err != nil {
			return err
		}
		if !follows[p.AuthorID] {
			if err := s.add(ctx, tx, a, Mention, p.AuthorID, p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// reaches reports whether a post of that level can be seen by one it answers but does not name.
func reaches(v post.Visibility) bool { return v == post.Public || v == post.Unlisted }

// Liked tells an author who lives here of a like.
func (s *Service) Liked(ctx context.Context, tx *db.Tx, f post.Liked) error {
	return s.add(ctx, tx, f.Post.Author, Like, f.By.ID, f.Post.ID)
}

// Unliked forgets a like that was taken back.
func (s *Service) Unliked(ctx context.Context, tx *db.Tx, f post.Unliked) error {
	return remove(ctx, tx, f.Post.AuthorID, Like, f.By.ID, f.Post.ID)
}

// Boosted tells an author who lives here of a boost.
func (s *Service) Boosted(ctx context.Context, tx *db.Tx, f post.Boosted) error {
	return s.add(ctx, tx, f.Post.Author, Boost, f.By.ID, f.Post.ID)
}

// Unboosted forgets a boost that was taken back.
func (s *Service) Unboosted(ctx context.Context, tx *db.Tx, f post.Unboosted) error {
	return remove(ctx, tx, f.Post.AuthorID, Boost, f.By.ID, f.Post.ID)
}

// Edited tells those who live here and passed a post on that it says
// something else now, each time anew.
func (s *Service) Edited(ctx context.Context, tx *db.Tx, f post.Edited) error {
	who, err := post.BoostedHere(ctx, tx, f.Post.ID, boostersTold)
	if err != nil {
		return err
	}
	for _, a := range who {
		if err := remove(ctx, tx, a.ID, Update, f.Post.AuthorID, f.Post.ID); err != nil {
			return err
		}
		if err := s.add(ctx, tx, a, Update, f.Post.AuthorID, f.Post.ID); err != nil {
			return err
		}
	}
	return nil
}

// boostersTold is how many of those who passed a post on are told of its edit.
const boostersTold = 1000

// Closed tells the one who asked, and those who live here and voted, that a poll has ended.
func (s *Service) Closed(ctx context.Context, tx *db.Tx, f post.Closed) error {
	who, err := poll.Voters(ctx, tx, f.Post.ID, true, votersTold)
	if err != nil {
		return err
	}
	people, err := account.List(ctx, tx, append(who, f.Post.AuthorID))
	if err != nil {
		return err
	}
	for _, a := range people {
		if err := s.add(ctx, tx, a, Poll, f.Post.AuthorID, f.Post.ID); err != nil {
			return err
		}
	}
	return nil
}

// Stuck tells the writer of a draft that it could not be posted when it was due.
func (s *Service) Stuck(ctx context.Context, tx *db.Tx, f draft.Stuck) error {
	if err := remove(ctx, tx, f.By.ID, Held, f.By.ID, f.Draft.ID); err != nil {
		return err
	}
	return s.add(ctx, tx, f.By, Held, f.By.ID, f.Draft.ID)
}

// votersTold is the most that are told of the end of one poll.
const votersTold = 10_000

// Deleted forgets all that was told of a post.
func (s *Service) Deleted(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	return removePost(ctx, tx, f.Post.ID)
}

// Blocked forgets all that one blocked had caused.
func (s *Service) Blocked(ctx context.Context, tx *db.Tx, f relationship.Blocked) error {
	return removeFrom(ctx, tx, f.By.ID, f.Of.ID)
}

// List are a person's notifications, newest first; of the kinds given, or all.
func (s *Service) List(ctx context.Context, who id.ID, kinds []Kind, p id.Page) (out []*Notification, err error) {
	return s.list(ctx, who, kinds, false, p)
}

// Unsaid are those a person is not told because of whom they mute or block.
func (s *Service) Unsaid(ctx context.Context, who id.ID, p id.Page) (out []*Notification, err error) {
	return s.list(ctx, who, nil, true, p)
}

// Get is one notification of a person; NotFound for one that they are not, or no longer, told.
func (s *Service) Get(ctx context.Context, who, which id.ID) (*Notification, error) {
	all, err := s.List(ctx, who, nil, id.Page{Max: which + 1, Since: which - 1, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || all[0].ID != which {
		return nil, fault.New(fault.NotFound, "")
	}
	return all[0], nil
}

func (s *Service) list(ctx context.Context, who id.ID, kinds []Kind, hidden bool, p id.Page) (out []*Notification, err error) {
	p = p.Bounded(40, ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := list(ctx, tx, who, kinds, hidden, p)
		if err != nil {
			return err
		}
		var from, posts, guests []id.ID
		for _, n := range all {
			if n.Kind == Comment {
				guests = append(guests, n.FromID)
			} else {
				from = append(from, n.FromID)
			}
			if n.PostID != 0 {
				posts = append(posts, n.PostID)
			}
		}
		people, err := account.List(ctx, tx, from)
		if err != nil {
			return err
		}
		seen, err := s.posts.See(ctx, tx, who, posts)
		if err != nil {
			return err
		}
		comments, err := comment.ByID(ctx, tx, guests)
		if err != nil {
			return err
		}
		by := map[id.ID]*post.Post{}
		for _, p := range seen {
			by[p.ID] = p
		}
		for _, n := range all {
			n.From, n.Post = people[n.FromID], by[n.PostID]
			if n.Kind == Comment {
				n.From, n.Comment = nil, comments[n.FromID]
			}
			if shut, err := s.posts.ShutOut(ctx, tx, n.From); err != nil {
				return err
			} else if shut {
				continue
			}
			if (n.From != nil || n.Comment != nil) && (n.PostID == 0 || n.Post != nil || n.Kind.ofHouse()) {
				out = append(out, n)
			}
		}
		return nil
	})
	return out, err
}

// ofHouse reports whether it is about something else than a post, whose id is in the place of one.
func (k Kind) ofHouse() bool { return k == Held || k == Opened || k == Applied || k == Shared }

// Granted tells somebody that a file or folder is shared with them.
func (s *Service) Granted(ctx context.Context, tx *db.Tx, f file.Granted) error {
	to, err := account.Get(ctx, tx, f.Grant.ReceiverID)
	if err != nil {
		return err
	}
	return s.add(ctx, tx, to, Shared, f.Grant.GiverID, f.Grant.ID)
}

// Ungranted forgets what was told of something that is not shared any more.
func (s *Service) Ungranted(ctx context.Context, tx *db.Tx, f file.Ungranted) error {
	return removePost(ctx, tx, f.Grant.ID)
}

// Opened tells somebody that a browser unlike their others was let in.
func (s *Service) Opened(ctx context.Context, tx *db.Tx, who, session id.ID) error {
	return s.put(ctx, tx, Notification{AccountID: who, Kind: Opened, FromID: who, PostID: session})
}

// Applied tells those who keep the home that somebody asks to live here.
func (s *Service) Applied(ctx context.Context, tx *db.Tx, keepers []id.ID, asks id.ID) error {
	for _, k := range keepers {
		if err := s.put(ctx, tx, Notification{AccountID: k, Kind: Applied, FromID: k, PostID: asks}); err != nil {
			return err
		}
	}
	return nil
}

// NewerThan counts a person's notifications above an id, up to most.
func (s *Service) NewerThan(ctx context.Context, who, last id.ID, most int) (n int, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err = countAbove(ctx, tx, who, last, most)
		return err
	})
	return n, err
}
