package relationship

import (
	"context"
	"errors"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
)

// FollowedElsewhere are the ties of one who lives here to those who do not, asked for or granted.
func FollowedElsewhere(ctx context.Context, tx *db.Tx, me *account.Account) ([]Tie, error) {
	follows, err := followedElsewhere(ctx, tx, me.ID)
	if err != nil {
		return nil, err
	}
	var whom []id.ID
	for _, f := range follows {
		whom = append(whom, f.Followed)
	}
	them, err := account.List(ctx, tx, whom)
	var ties []Tie
	for _, f := range follows {
		if other := them[f.Followed]; other != nil && !other.Gone() {
			ties = append(ties, Tie{f, me, other})
		}
	}
	return ties, err
}

// Asks reports whether a follow of to by from was asked for by an activity of an id.
func Asks(ctx context.Context, tx *db.Tx, from, to id.ID, uri string) (bool, error) {
	f, err := getFollow(ctx, tx, from, to)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return f.URI == uri, nil
}
