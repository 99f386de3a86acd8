package relationship

import (
	"context"
	"errors"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A List is people whom one reads together.
type List struct {
	ID        id.ID
	Owner     id.ID
	Title     string
	Replies   Replies
	Exclusive bool // its people are left out of the home stream
	Members   int
	CreatedAt time.Time
}

// Replies are whose answers to others a list shows.
type Replies string

// The choices.
const (
	RepliesToFollowed Replies = "followed" // to anyone the owner follows
	RepliesInList     Replies = "list"     // to the people of the list
	RepliesNone       Replies = "none"
)

// Lists are those of an owner, the oldest first.
func (s *Service) Lists(ctx context.Context, owner id.ID) (out []*List, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = listsOf(ctx, tx, owner)
		return err
	})
	return out, err
}

// List is one of an owner's; NotFound for any other.
func (s *Service) List(ctx context.Context, owner, list id.ID) (l *List, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err = ownList(ctx, tx, owner, list)
		return err
	})
	return l, err
}

// OwnList is List in a transaction.
func OwnList(ctx context.Context, tx *db.Tx, owner, list id.ID) (*List, error) {
	return ownList(ctx, tx, owner, list)
}

func ownList(ctx context.Context, tx *db.Tx, owner, list id.ID) (*List, error) {
	l, err := getList(ctx, tx, list)
	if errors.Is(err, db.ErrNoRows) || err == nil && l.Owner != owner {
		return nil, fault.New(fault.NotFound, "fault.list.unknown")
	}
	return l, err
}

// PutList makes a list, where its id is 0, or changes one of the owner's.
func (s *Service) PutList(ctx context.Context, l List) (*List, error) {
	var err error
	if l.Title, err = groupTitle(l.Title); err != nil {
		return nil, err
	}
	switch l.Replies {
	case "":
		l.Replies = RepliesInList
	case RepliesToFollowed, RepliesInList, RepliesNone:
	default:
		return nil, fault.New(fault.Invalid, "fault.list.replies").In("replies_policy")
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if l.ID == 0 {
			all, err := listsOf(ctx, tx, l.Owner)
			if err != nil {
				return err
			}
			if len(all) >= GroupsMax {
				return fault.New(fault.Invalid, "fault.group.many", "max", GroupsMax).In("title")
			}
			l.ID, l.CreatedAt = s.ids.Next(), s.now()
		} else {
			before, err := ownList(ctx, tx, l.Owner, l.ID)
			if err != nil {
				return err
			}
			l.Members, l.CreatedAt = before.Members, before.CreatedAt
		}
		if err := putList(ctx, tx, &l); err != nil {
			return err
		}
		return s.Regarded.Record(ctx, tx, Regarded{l.Owner})
	})
	return &l, err
}

// DropList ends a list. Its people stay followed.
func (s *Service) DropList(ctx context.Context, owner, list id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownList(ctx, tx, owner, list); err != nil {
			return err
		}
		if err := deleteList(ctx, tx, list); err != nil {
			return err
		}
		return s.Regarded.Record(ctx, tx, Regarded{owner})
	})
}

// AddToList puts people on a list. NotFound for one the owner does not follow.
func (s *Service) AddToList(ctx context.Context, owner, list id.ID, who ...id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		l, err := ownList(ctx, tx, owner, list)
		if err != nil {
			return err
		}
		if l.Members+len(who) > MembersMax {
			return fault.New(fault.Invalid, "fault.group.full", "max", MembersMax).In("who")
		}
		for _, i := range who {
			if i != owner {
				f, err := getFollow(ctx, tx, owner, i)
				if errors.Is(err, db.ErrNoRows) || err == nil && !f.Accepted {
					return fault.New(fault.NotFound, "fault.list.not_followed").In("who")
				} else if err != nil {
					return err
				}
			}
			if err := addListMember(ctx, tx, list, i, s.now()); err != nil {
				return err
			}
		}
		return s.Regarded.Record(ctx, tx, Regarded{owner})
	})
}

// RemoveFromList takes people off a list.
func (s *Service) RemoveFromList(ctx context.Context, owner, list id.ID, who ...id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownList(ctx, tx, owner, list); err != nil {
			return err
		}
		for _, i := range who {
			if err := deleteListMember(ctx, tx, list, i); err != nil {
				return err
			}
		}
		return s.Regarded.Record(ctx, tx, Regarded{owner})
	})
}

// ListMembers are the people of a list, the newest on it first.
func (s *Service) ListMembers(ctx context.Context, owner, list id.ID) (out []*account.Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownList(ctx, tx, owner, list); err != nil {
			return err
		}
		ids, err := listMembers(ctx, tx, list)
		if err != nil {
			return err
		}
		out, err = inOrder(ctx, tx, ids)
		return err
	})
	return out, err
}

// Members are the ids of the people of a list, whoever's it is.
func Members(ctx context.Context, tx *db.Tx, list id.ID) ([]id.ID, error) {
	return listMembers(ctx, tx, list)
}

// ListsWith are the lists of an owner that somebody is on.
func (s *Service) ListsWith(ctx context.Context, owner, who id.ID) (out []*List, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = listsWith(ctx, tx, owner, who)
		return err
	})
	return out, err
}

// FollowedOf are those of them whom who follows.
func FollowedOf(ctx context.Context, tx *db.Tx, who id.ID, them []id.ID) (map[id.ID]bool, error) {
	out := map[id.ID]bool{}
	if len(them) == 0 {
		return out, nil
	}
	all, err := followsBetween(ctx, tx, who, them)
	for _, f := range all {
		if f.Follower == who && f.Accepted {
			out[f.Followed] = true
		}
	}
	return out, err
}
