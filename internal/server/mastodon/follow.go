package mastodon

import (
	"context"
	"net/http"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/relationship"
	"allod/internal/server"
)

// follow follows, asks to, or changes how one follows: what is not said stays as it is.
func (d *door) follow(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Reblogs *bool `json:"reblogs"`
		Notify  *bool `json:"notify"`
	}](r)
	if err != nil {
		return err
	}
	return d.relate(w, r, func(ctx context.Context, me, them id.ID) error {
		relations, err := d.Ties.Relations(ctx, me, []id.ID{them})
		if err != nil {
			return err
		}
		before := relations[them]
		wishes := relationship.Wishes{Boosts: true}
		if before.Following || before.Requested {
			wishes = relationship.Wishes{Boosts: before.Boosts, Notify: before.Notify}
		}
		if in.Reblogs != nil {
			wishes.Boosts = *in.Reblogs
		}
		if in.Notify != nil {
			wishes.Notify = *in.Notify
		}
		_, err = d.Ties.Follow(ctx, me, them, wishes)
		return err
	})
}

func (d *door) unfollow(w http.ResponseWriter, r *http.Request) error {
	return d.relate(w, r, d.Ties.Unfollow)
}

// removeFollower ends a follow of the caller, if there is one.
func (d *door) removeFollower(w http.ResponseWriter, r *http.Request) error {
	return d.relate(w, r, func(ctx context.Context, me, them id.ID) error {
		if err := d.Ties.Refuse(ctx, me, them); !fault.Is(err, fault.NotFound) {
			return err
		}
		return nil
	})
}

func (d *door) block(w http.ResponseWriter, r *http.Request) error {
	return d.relate(w, r, d.Ties.Block)
}

func (d *door) unblock(w http.ResponseWriter, r *http.Request) error {
	return d.relate(w, r, d.Ties.Unblock)
}

func (d *door) authorizeFollow(w http.ResponseWriter, r *http.Request) error {
	return d.relate(w, r, d.Ties.Accept)
}

func (d *door) rejectFollow(w http.ResponseWriter, r *http.Request) error {
	return d.relate(w, r, d.Ties.Refuse)
}

// relate has the caller do something to the account of the path, and answers how they stand then.
func (d *door) relate(w http.ResponseWriter, r *http.Request, do func(ctx context.Context, me, them id.ID) error) error {
	them, err := d.account(r)
	if err != nil {
		return err
	}
	if err := do(r.Context(), viewer(r), them.ID); err != nil {
		return err
	}
	return d.relation(w, r, them)
}

func (d *door) relation(w http.ResponseWriter, r *http.Request, them *account.Account) error {
	relations, err := d.Ties.Relations(r.Context(), viewer(r), []id.ID{them.ID})
	if err != nil {
		return err
	}
	return d.answer(w, relationshipOf(them.ID, relations[them.ID]))
}

func (d *door) followRequests(w http.ResponseWriter, r *http.Request) error {
	return d.own(w, r, d.Ties.Requests)
}

func (d *door) blocks(w http.ResponseWriter, r *http.Request) error {
	return d.own(w, r, d.Ties.Blocks)
}

// own answers a page of a list of the caller's.
func (d *door) own(w http.ResponseWriter, r *http.Request, list func(context.Context, id.ID, id.Page) ([]relationship.Listed, error)) error {
	p, err := page(r, accountsUsual, accountsMax)
	if err != nil {
		return err
	}
	all, err := list(r.Context(), viewer(r), p)
	if err != nil {
		return err
	}
	return d.listed(w, r, all)
}
