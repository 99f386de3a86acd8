package relationship

import (
	"context"
	"slices"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
)

// ListMax is the most a page of people holds.
const ListMax = 80

// A Listed is one line of a list of followers, follows, requests or blocks:
// the account at the other end, and the id of the follow or block, which the
// list pages by.
type Listed struct {
	ID      id.ID
	Account *account.Account
}

// Followers are those who follow who, newest first.
func (s *Service) Followers(ctx context.Context, who id.ID, p id.Page) ([]Listed, error) {
	return s.list(ctx, followed, who, true, p)
}

// Following are those whom who follows, newest first.
func (s *Service) Following(ctx context.Context, who id.ID, p id.Page) ([]Listed, error) {
	return s.list(ctx, follower, who, true, p)
}

// Requests are those who ask to follow who, newest first.
func (s *Service) Requests(ctx context.Context, who id.ID, p id.Page) ([]Listed, error) {
	return s.list(ctx, followed, who, false, p)
}

// Requested are those whom who asked and who have not answered, newest first.
func (s *Service) Requested(ctx context.Context, who id.ID, p id.Page) ([]Listed, error) {
	return s.list(ctx, follower, who, false, p)
}

func (s *Service) list(ctx context.Context, side string, who id.ID, accepted bool, p id.Page) (out []Listed, err error) {
	p = p.Bounded(40, ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		follows, err := listed(ctx, tx, side, who, accepted, p)
		if err != nil {
			return err
		}
		other := func(f Follow) id.ID {
			if side == followed {
				return f.Follower
			}
			return f.Followed
		}
		ends := make([]end, len(follows))
		for i, f := range follows {
			ends[i] = end{f.ID, other(f)}
		}
		out, err = meet(ctx, tx, ends)
		return err
	})
	return out, err
}

// Blocks are those whom who has blocked, the newest block first.
func (s *Service) Blocks(ctx context.Context, who id.ID, p id.Page) (out []Listed, err error) {
	p = p.Bounded(40, ListMax)
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		ends, err := blocksBy(ctx, tx, who, p)
		if err != nil {
			return err
		}
		out, err = meet(ctx, tx, ends)
		return err
	})
	return out, err
}

// An end is the account at the other end of a tie.
type end struct{ tie, account id.ID }

// meet finds the accounts at the ends of ties.
func meet(ctx context.Context, tx *db.Tx, ends []end) (out []Listed, err error) {
	ids := make([]id.ID, len(ends))
	for i, e := range ends {
		ids[i] = e.account
	}
	people, err := account.List(ctx, tx, ids)
	for _, e := range ends {
		if a := people[e.account]; a != nil {
			out = append(out, Listed{e.tie, a})
		}
	}
	return out, err
}

// Relations are what me is to each of them.
func (s *Service) Relations(ctx context.Context, me id.ID, them []id.ID) (out map[id.ID]Relation, err error) {
	out = map[id.ID]Relation{}
	if me == 0 || len(them) == 0 {
		return out, nil
	}
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		follows, err := followsBetween(ctx, tx, me, them)
		if err != nil {
			return err
		}
		for _, f := range follows {
			if f.Follower == me {
				r := out[f.Followed]
				r.Following, r.Requested, r.Boosts, r.Notify = f.Accepted, !f.Accepted, f.Boosts, f.Notify
				out[f.Followed] = r
			} else {
				r := out[f.Follower]
				r.FollowedBy, r.RequestedBy = f.Accepted, !f.Accepted
				out[f.Follower] = r
			}
		}
		blocks, err := blocksBetween(ctx, tx, me, them)
		for _, b := range blocks {
			if b.by == me {
				r := out[b.of]
				r.Blocking = true
				out[b.of] = r
			} else {
				r := out[b.by]
				r.BlockedBy = true
				out[b.by] = r
			}
		}
		if err != nil {
			return err
		}
		return s.addRegard(ctx, tx, me, them, out)
	})
	return out, err
}

// addRegard adds whom of them me mutes and whose servers me has blocked.
func (s *Service) addRegard(ctx context.Context, tx *db.Tx, me id.ID, them []id.ID, out map[id.ID]Relation) error {
	mutes, err := mutesBetween(ctx, tx, me, them, s.now())
	if err != nil {
		return err
	}
	for _, m := range mutes {
		r := out[m.Of]
		r.Mute = &m
		out[m.Of] = r
	}
	n, err := countHostBlocks(ctx, tx, me)
	if err != nil || n == 0 {
		return err
	}
	people, err := account.List(ctx, tx, them)
	if err != nil {
		return err
	}
	var hosts []string
	for _, a := range people {
		hosts = append(hosts, Above(a.Host)...)
	}
	blocked, err := hostBlocksAmong(ctx, tx, me, hosts)
	for _, a := range people {
		if slices.ContainsFunc(Above(a.Host), func(h string) bool { return slices.Contains(blocked, h) }) {
			r := out[a.ID]
			r.HostBlocked = true
			out[a.ID] = r
		}
	}
	return err
}

// LocalFollowers are the ids of those here who follow who; with boosts, only
// those who want to see boosts.
func LocalFollowers(ctx context.Context, tx *db.Tx, who id.ID, boosts bool) ([]id.ID, error) {
	return localFollowers(ctx, tx, who, boosts)
}

// FollowerInboxes are at most limit inboxes at which the followers of who on
// other servers are reached, shared ones once, in order, after the one given.
func FollowerInboxes(ctx context.Context, tx *db.Tx, who id.ID, after string, limit int) ([]string, error) {
	return followerInboxes(ctx, tx, who, after, limit)
}

// Forget ends all ties of an account that is gone, without telling anybody.
func Forget(ctx context.Context, tx *db.Tx, who id.ID) error {
	ties, err := tiesWithLocals(ctx, tx, who)
	if err != nil {
		return err
	}
	for _, f := range ties {
		if err := count(ctx, tx, f, -1); err != nil {
			return err
		}
	}
	return deleteAll(ctx, tx, who)
}
