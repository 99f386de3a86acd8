package relationship

import (
	"cmp"
	"context"
	"slices"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/id"
)

// A HostCount is how many followers are reached at a server.
type HostCount struct {
	Host      string
	Followers int
}

// FollowerHosts are the servers at which followers of who are reached, those
// with the most first; at most limit.
func (s *Service) FollowerHosts(ctx context.Context, who id.ID, limit int) ([]HostCount, error) {
	var all []inboxCount
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = followersByInbox(ctx, tx, who)
		return err
	})
	if err != nil {
		return nil, err
	}
	by := map[string]int{}
	for _, c := range all {
		if host, err := address.HostOf(c.inbox); err == nil {
			by[host] += c.n
		}
	}
	out := make([]HostCount, 0, len(by))
	for host, n := range by {
		out = append(out, HostCount{host, n})
	}
	slices.SortFunc(out, func(a, b HostCount) int {
		return cmp.Or(cmp.Compare(b.Followers, a.Followers), cmp.Compare(a.Host, b.Host))
	})
	return out[:min(len(out), limit)], nil
}

// An inboxCount is how many followers an inbox reaches.
type inboxCount struct {
	inbox string
	n     int
}

// CutHost ends what followers at a server may see of who: each is removed, as
// by hand. They can ask again, which is for who to answer.
func (s *Service) CutHost(ctx context.Context, who id.ID, host string) error {
	var all []reached
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = remoteFollowers(ctx, tx, who)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range all {
		if at, err := address.HostOf(f.inbox); err != nil || at != host {
			continue
		}
		if err := s.Refuse(ctx, who, f.follower); err != nil {
			return err
		}
	}
	return nil
}

// A reached follower is one of another server, with the inbox that reaches them.
type reached struct {
	follower id.ID
	inbox    string
}
