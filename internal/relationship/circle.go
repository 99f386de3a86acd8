package relationship

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Circle is people whom one writes to together. They are not told of it, nor of one another.
type Circle struct {
	ID        id.ID
	Owner     id.ID
	Name      string
	Members   int
	CreatedAt time.Time
}

// Limits of circles and lists.
const (
	GroupsMax  = 100  // of one owner, of each kind
	MembersMax = 1000 // of one group
	TitleMax   = 100  // characters
)

// groupTitle is a name as it is kept: on one line, without signs that do not show.
func groupTitle(text string) (string, error) {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text)), " ")
	visible := strings.IndexFunc(text, func(r rune) bool { return !unicode.In(r, unicode.Cf, unicode.Zs) }) >= 0
	switch {
	case !utf8.ValidString(text) || !visible:
		return "", fault.New(fault.Invalid, "fault.group.nameless").In("title")
	case utf8.RuneCountInString(text) > TitleMax:
		return "", fault.New(fault.Invalid, "fault.group.long", "max", TitleMax).In("title")
	}
	return text, nil
}

// Circles are those of an owner, the oldest first.
func (s *Service) Circles(ctx context.Context, owner id.ID) (out []*Circle, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = circlesOf(ctx, tx, owner)
		return err
	})
	return out, err
}

// Circle is one of an owner's; NotFound for any other.
func (s *Service) Circle(ctx context.Context, owner, circle id.ID) (c *Circle, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err = ownCircle(ctx, tx, owner, circle)
		return err
	})
	return c, err
}

func ownCircle(ctx context.Context, tx *db.Tx, owner, circle id.ID) (*Circle, error) {
	c, err := getCircle(ctx, tx, circle)
	if errors.Is(err, db.ErrNoRows) || err == nil && c.Owner != owner {
		return nil, fault.New(fault.NotFound, "fault.circle.unknown")
	}
	return c, err
}

// MakeCircle makes a circle without members.
func (s *Service) MakeCircle(ctx context.Context, owner id.ID, name string) (*Circle, error) {
	name, err := groupTitle(name)
	if err != nil {
		return nil, err
	}
	c := &Circle{ID: s.ids.Next(), Owner: owner, Name: name, CreatedAt: s.now()}
	return c, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := circlesOf(ctx, tx, owner)
		if err != nil {
			return err
		}
		if len(all) >= GroupsMax {
			return fault.New(fault.Invalid, "fault.group.many", "max", GroupsMax).In("title")
		}
		return putCircle(ctx, tx, c)
	})
}

// RenameCircle gives a circle of an owner another name.
func (s *Service) RenameCircle(ctx context.Context, owner, circle id.ID, name string) error {
	name, err := groupTitle(name)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := ownCircle(ctx, tx, owner, circle)
		if err != nil {
			return err
		}
		c.Name = name
		return putCircle(ctx, tx, c)
	})
}

// DropCircle ends a circle. What was written to it stays with those who could read it.
func (s *Service) DropCircle(ctx context.Context, owner, circle id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownCircle(ctx, tx, owner, circle); err != nil {
			return err
		}
		return deleteCircle(ctx, tx, circle)
	})
}

// AddToCircle takes somebody in. They read what is posted from now on.
// Invalid for oneself and where the circle is full, Denied across a block.
func (s *Service) AddToCircle(ctx context.Context, owner, circle, who id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := ownCircle(ctx, tx, owner, circle)
		if err != nil {
			return err
		}
		if who == owner {
			return fault.New(fault.Invalid, "fault.circle.self").In("who")
		}
		if c.Members >= MembersMax {
			return fault.New(fault.Invalid, "fault.group.full", "max", MembersMax).In("who")
		}
		if err := reachable(ctx, tx, owner, who); err != nil {
			return err
		}
		return addCircleMember(ctx, tx, circle, who, s.now())
	})
}

// reachable checks that one may take another into a group of theirs.
func reachable(ctx context.Context, tx *db.Tx, owner, who id.ID) error {
	a, err := account.Get(ctx, tx, who)
	if err != nil {
		return err
	}
	if a.Gone() {
		return fault.New(fault.Gone, "fault.account.gone").In("who")
	}
	if no, err := blocked(ctx, tx, owner, who); err != nil || no {
		return orFault(err, fault.New(fault.Denied, "fault.group.blocked").In("who"))
	}
	return nil
}

func orFault(err error, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// RemoveFromCircle lets somebody out. They do not read what is posted next.
func (s *Service) RemoveFromCircle(ctx context.Context, owner, circle, who id.ID) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownCircle(ctx, tx, owner, circle); err != nil {
			return err
		}
		return deleteCircleMember(ctx, tx, circle, who)
	})
}

// CircleMembers are the people of a circle, by when they came, the newest first.
func (s *Service) CircleMembers(ctx context.Context, owner, circle id.ID) (out []*account.Account, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := ownCircle(ctx, tx, owner, circle); err != nil {
			return err
		}
		ids, err := circleMembers(ctx, tx, circle)
		if err != nil {
			return err
		}
		out, err = inOrder(ctx, tx, ids)
		return err
	})
	return out, err
}

func inOrder(ctx context.Context, tx *db.Tx, ids []id.ID) (out []*account.Account, err error) {
	people, err := account.List(ctx, tx, ids)
	for _, i := range ids {
		if a := people[i]; a != nil {
			out = append(out, a)
		}
	}
	return out, err
}

// Circled are the people of circles and lists of an owner, each once, in the
// order of their ids, without those who are gone or blocked either way.
// NotFound for a group that is not the owner's.
func Circled(ctx context.Context, tx *db.Tx, owner id.ID, circles, lists []id.ID) ([]*account.Account, error) {
	met := map[id.ID]bool{owner: true}
	var ids []id.ID
	gather := func(more []id.ID, err error) error {
		for _, i := range more {
			if !met[i] {
				met[i] = true
				ids = append(ids, i)
			}
		}
		return err
	}
	for _, c := range circles {
		if _, err := ownCircle(ctx, tx, owner, c); err != nil {
			return nil, err
		}
		if err := gather(circleMembers(ctx, tx, c)); err != nil {
			return nil, err
		}
	}
	for _, l := range lists {
		if _, err := ownList(ctx, tx, owner, l); err != nil {
			return nil, err
		}
		if err := gather(listMembers(ctx, tx, l)); err != nil {
			return nil, err
		}
	}
	apart, err := blocksBetween(ctx, tx, owner, ids)
	if err != nil {
		return nil, err
	}
	for _, b := range apart {
		met[b.by], met[b.of] = false, false
	}
	ids = slices.DeleteFunc(ids, func(i id.ID) bool { return !met[i] })
	slices.Sort(ids)
	people, err := inOrder(ctx, tx, ids)
	return slices.DeleteFunc(people, (*account.Account).Gone), err
}
