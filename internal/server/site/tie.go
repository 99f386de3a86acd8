package site

import (
	"context"
	"net/http"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/relationship"
	"allod/internal/server"
	"allod/web"
)

// related answers a form about somebody: with the changed buttons for a
// script, or with the page it was on.
func (s *Site) related(w http.ResponseWriter, r *http.Request, v *reader, a *account.Account) error {
	if !fragment(r) {
		return seeOther(w, back(r, personPath(a)))
	}
	rel, err := s.relation(r.Context(), v, a)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.RelationForms(s.frame(v), *rel, s.person(v, a)))
}

// relate changes how the reader and somebody stand.
func (s *Site) relate(w http.ResponseWriter, r *http.Request, v *reader) error {
	them, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	a, err := s.Accounts.Get(r.Context(), them)
	if err != nil {
		return err
	}
	if a.URI == account.HomeURI {
		return nothingHere()
	}
	ctx, me := r.Context(), v.me.ID
	switch r.PathValue("act") {
	case "follow":
		_, err = s.Ties.Follow(ctx, me, them, relationship.Wishes{Boosts: true})
	case "unfollow":
		err = s.Ties.Unfollow(ctx, me, them)
	case "accept":
		err = s.Ties.Accept(ctx, me, them)
	case "reject", "remove":
		if err = s.Ties.Refuse(ctx, me, them); fault.Is(err, fault.NotFound) {
			err = nil // sent twice, or taken back in the meantime
		}
	case "block":
		err = s.Ties.Block(ctx, me, them)
	case "unblock":
		err = s.Ties.Unblock(ctx, me, them)
	default:
		err = nothingHere()
	}
	if err != nil {
		return err
	}
	return s.related(w, r, v, a)
}

// relation is how the reader and another account stand.
func (s *Site) relation(ctx context.Context, v *reader, a *account.Account) (*web.Relation, error) {
	all, err := s.Ties.Relations(ctx, v.me.ID, []id.ID{a.ID})
	return relation(a, all[a.ID]), err
}

// relations are how the reader and other accounts stand, in their order; nil for the reader.
func (s *Site) relations(ctx context.Context, v *reader, all []*account.Account) ([]*web.Relation, error) {
	ids := make([]id.ID, len(all))
	for i, a := range all {
		ids[i] = a.ID
	}
	by, err := s.Ties.Relations(ctx, v.me.ID, ids)
	out := make([]*web.Relation, len(all))
	for i, a := range all {
		if a.ID != v.me.ID {
			out[i] = relation(a, by[a.ID])
		}
	}
	return out, err
}

// relation is how a reader and somebody else stand, with the forms that change it.
func relation(a *account.Account, r relationship.Relation) *web.Relation {
	at := peoplePath + "/" + a.ID.String() + "/"
	out := &web.Relation{
		Following: r.Following, Requested: r.Requested, FollowsYou: r.FollowedBy, Wants: r.RequestedBy, Blocked: r.Blocking,
	}
	switch {
	case r.Blocking:
		out.Unblock = at + "unblock"
		return out
	case r.Following || r.Requested:
		out.Unfollow = at + "unfollow"
	case !r.BlockedBy && !a.Gone():
		out.Follow = at + "follow"
	}
	if r.RequestedBy {
		out.Accept, out.Reject = at+"accept", at+"reject"
	}
	if r.FollowedBy {
		out.Remove = at + "remove"
	}
	out.Block, out.Mute = at+"block", at+"mute"
	return out
}
