package app

import (
	"context"

	"allod/internal/backup"
	"allod/internal/federation/delivery"
	"allod/internal/id"
	"allod/internal/server/site"
	"allod/web"
)

// dispatches tells the site what became of what went out, in its own words.
type dispatches struct{ *App }

// sent is what became of what went out; nil for a home that tells others nothing.
func (a *App) sent() site.Dispatches {
	if !a.cfg.Federates() {
		return nil
	}
	return dispatches{a}
}

// Neighbors are how servers take what is sent to them.
func (d dispatches) Neighbors(ctx context.Context, hosts []string) ([]site.Neighbor, error) {
	all, err := d.delivery.Hosts(ctx, hosts)
	out := make([]site.Neighbor, 0, len(all))
	for _, h := range all {
		n := site.Neighbor{
			Host: h.Name, Failures: h.Failures, Trouble: string(delivery.TroubleOf(h.LastError)), First: h.FirstFailed, Last: h.Succeeded, Next: h.ClosedUntil,
			Waiting: h.Waiting, Refused: h.Refused, Gone: h.Gone,
		}
		if !h.FirstFailed.IsZero() {
			n.GivesUpAt = h.FirstFailed.Add(delivery.Patience)
		}
		out = append(out, n)
	}
	return out, err
}

// OfPost is what was sent of a post.
func (d dispatches) OfPost(ctx context.Context, post id.ID) ([]site.Dispatch, error) {
	all, err := d.delivery.OfPost(ctx, post)
	return dispatched(all), err
}

// Recent is what somebody sent of late.
func (d dispatches) Recent(ctx context.Context, who id.ID, verb string, most int) ([]site.Dispatch, error) {
	all, err := d.delivery.Recent(ctx, who, []string{verb}, most)
	return dispatched(all), err
}

// RetryHost tries a server now.
func (d dispatches) RetryHost(ctx context.Context, host string) error {
	return d.delivery.RetryHost(ctx, host)
}

// RetryPost sends a post again to where it did not arrive.
func (d dispatches) RetryPost(ctx context.Context, post id.ID) error {
	return d.delivery.RetryPost(ctx, post)
}

func dispatched(all []*delivery.Dispatch) []site.Dispatch {
	out := make([]site.Dispatch, 0, len(all))
	for _, d := range all {
		s := site.Dispatch{
			Account: d.Account, Post: d.Post, Verb: d.Verb, At: d.At,
			Sent: d.Sent, Done: d.Done, Refused: d.Refused, Gone: d.Gone, GivenUp: d.GivenUp, Waiting: d.Waiting,
		}
		for _, p := range d.Places {
			s.Places = append(s.Places, site.Absent{Host: p.Host, State: p.State, Trouble: string(delivery.TroubleOf(p.Error)), At: p.At})
		}
		out = append(out, s)
	}
	return out
}

// upkeep tells the keeper how the home is.
type upkeep struct{ *App }

// Space is what the home takes up, and what is left.
func (u upkeep) Space(ctx context.Context) (s site.Space, err error) {
	if s.Database, err = u.db.Size(ctx); err != nil {
		return s, err
	}
	s.Free, s.Total, err = backup.Space(u.cfg.Data)
	return s, err
}

// Work is what the home has still to do.
func (u upkeep) Work(ctx context.Context) (out []site.Work, err error) {
	all, err := u.jobs.Summaries(ctx)
	for _, k := range all {
		out = append(out, site.Work(k))
	}
	return out, err
}

// features are what this home can do, as it is set up.
func (a *App) features() []site.Feature {
	ready := func(is bool) web.FeatureState {
		if is {
			return web.Ready
		}
		return web.Off
	}
	return []site.Feature{
		{Name: "federation", State: ready(a.cfg.Federates())},
		{Name: "apps", State: web.Partial},
		{Name: "feeds", State: web.Ready},
		{Name: "pictures", State: web.Ready},
		{Name: "video", State: web.Off},
		{Name: "mail", State: ready(a.mail.Ready())},
		{Name: "push", State: web.Ready},
		{Name: "passkeys", State: ready(a.auth.Passwordless())},
		{Name: "search", State: web.Ready},
		{Name: "comments", State: ready(a.mail.Ready())},
		{Name: "backup", State: web.Ready},
	}
}
