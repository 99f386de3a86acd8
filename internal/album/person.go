package album

import (
	"context"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
)

// PeopleMax is how many people of the home one album is shown to one by one.
const PeopleMax = 200

// A Person lives here and is shown an album.
type Person struct {
	AccountID id.ID
	Adds      bool // and may put photos of their own into it
}

// open is an album that who may put photos into.
func (s *Service) open(ctx context.Context, tx *db.Tx, who, album id.ID) (*Album, error) {
	a, err := found(get(ctx, tx, album))
	if err != nil || a.OwnerID == who {
		return a, err
	}
	if err := s.shownTo(ctx, tx, who, a); err != nil {
		return nil, err
	}
	p, ok, err := personOf(ctx, tx, album, who)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, unknown()
	case !p.Adds:
		return nil, fault.New(fault.Denied, "fault.album.look_only")
	}
	return a, nil
}

// People are those of the home to whom owner shows an album one by one.
func (s *Service) People(ctx context.Context, owner, album id.ID) (all []Person, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := mine(ctx, tx, owner, album); err != nil {
			return err
		}
		all, err = peopleOf(ctx, tx, album)
		return err
	})
	return all, err
}

// Invite shows an album of owner's to one who lives here, or says anew whether
// they may add to it. An album that nobody was shown has a post from then on
// that none but those who are invited see, and who have a link. Invalid for
// one who does not live here, TooMany beyond PeopleMax.
func (s *Service) Invite(ctx context.Context, owner, who *account.Account, album id.ID, adds bool) error {
	if !who.Local || who.Gone() || who.ID == owner.ID {
		return fault.New(fault.Invalid, "fault.album.not_here").In("who")
	}
	if err := s.between(ctx, owner, album); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := mine(ctx, tx, owner.ID, album)
		if err != nil {
			return err
		}
		all, err := peopleOf(ctx, tx, album)
		if err == nil && len(all) >= PeopleMax {
			err = fault.New(fault.TooMany, "fault.album.people_many", "max", PeopleMax).In("who")
		}
		if err != nil {
			return err
		}
		if err := putPerson(ctx, tx, album, who.ID, adds); err != nil {
			return err
		}
		return s.Posts.Invite(ctx, tx, a.PostID, who)
	})
}

// between has an album be shown that is shown to nobody yet, to a circle of nobody.
func (s *Service) between(ctx context.Context, owner *account.Account, album id.ID) error {
	a, err := s.Mine(ctx, owner.ID, album)
	if err != nil || a.PostID != 0 {
		return err
	}
	_, err = s.Show(ctx, owner, album, Audience{Visibility: "circle", HereOnly: true})
	if fault.Is(err, fault.Conflict) { // it was shown meanwhile
		return nil
	}
	return err
}

// Exclude shows an album of owner's to one who was invited no longer, unless
// they may see it as others do. What they put into it leaves it.
func (s *Service) Exclude(ctx context.Context, owner, album, who id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := mine(ctx, tx, owner, album)
		if err != nil {
			return err
		}
		return s.exclude(ctx, tx, a, who)
	})
}

// Leave has one who was invited see an album no longer, with what they put into it.
func (s *Service) Leave(ctx context.Context, who, album id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := found(get(ctx, tx, album))
		if err != nil {
			return err
		}
		return s.exclude(ctx, tx, a, who)
	})
}

func (s *Service) exclude(ctx context.Context, tx *db.Tx, a *Album, who id.ID) error {
	theirs, err := chosenBy(ctx, tx, a.ID, who)
	if err != nil {
		return err
	}
	made, err := piecesOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	var over []id.ID
	for _, node := range theirs {
		over = append(over, made[node].medium)
		if err := dropPiece(ctx, tx, a.ID, node); err != nil {
			return err
		}
		if err := drop(ctx, tx, a.ID, node); err != nil {
			return err
		}
	}
	if err := media.Drop(ctx, tx, a.ID, over); err != nil {
		return err
	}
	if err := dropPerson(ctx, tx, a.ID, who); err != nil {
		return err
	}
	if a.PostID != 0 {
		if err := s.Posts.Exclude(ctx, tx, a.PostID, who); err != nil {
			return err
		}
	}
	return s.keep(ctx, tx, a)
}

// AddsTo are the albums of others that who may put photos into.
func (s *Service) AddsTo(ctx context.Context, who id.ID) (all []*Album, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err = addsTo(ctx, tx, who)
		return err
	})
	return all, err
}

// SharedWith are the albums of others that who was invited to, that which changed last first.
func (s *Service) SharedWith(ctx context.Context, who id.ID) (all []*Summary, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		albums, err := ofPerson(ctx, tx, who)
		if err != nil {
			return err
		}
		all, err = summaries(ctx, tx, albums)
		return err
	})
	return all, err
}

// Invited reports whether who was invited to an album.
func (s *Service) Invited(ctx context.Context, who, album id.ID) (ok bool, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, ok, err = personOf(ctx, tx, album, who)
		return err
	})
	return ok, err
}
