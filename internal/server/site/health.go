package site

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/server"
	"allod/web"
)

// A Neighbor is how another server takes what is sent to it.
type Neighbor struct {
	Host      string
	Failures  int // in a row
	Trouble   string
	First     time.Time // of the failures
	Last      time.Time // when something arrived, zero for never
	Next      time.Time // when it is tried again
	Waiting   int
	Refused   int
	Gone      int
	GivesUpAt time.Time
}

// A Dispatch is one thing that was sent out, and what became of it.
type Dispatch struct {
	Account                                     id.ID
	Post                                        id.ID
	Verb                                        string
	At                                          time.Time
	Sent, Done, Refused, Gone, GivenUp, Waiting int
	Places                                      []Absent
}

// Absent is a place that does not have what was sent.
type Absent struct {
	Host, State, Trouble string
	At                   time.Time
}

// Dispatches tells what became of what went out, and tries again.
type Dispatches interface {
	Neighbors(ctx context.Context, hosts []string) ([]Neighbor, error)
	OfPost(ctx context.Context, post id.ID) ([]Dispatch, error)
	Recent(ctx context.Context, who id.ID, verb string, most int) ([]Dispatch, error)
	RetryHost(ctx context.Context, host string) error
	RetryPost(ctx context.Context, post id.ID) error
}

// How much the page about deliveries lists.
const (
	healthHosts     = 1000
	healthDeletions = 20
	healthRecent    = 10
)

// health is whether what the reader says arrives, server by server.
func (s *Site) health(w http.ResponseWriter, r *http.Request, v *reader) error {
	view := web.HealthView{Alone: s.Dispatches == nil}
	if s.Dispatches != nil {
		if err := s.fillHealth(r.Context(), v, &view); err != nil {
			return err
		}
	}
	p, err := s.settingsRoom(r, v, healthPath)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Health(p, view))
}

func (s *Site) fillHealth(ctx context.Context, v *reader, view *web.HealthView) error {
	rows, err := s.hostsOf(ctx, v)
	if err != nil {
		return err
	}
	view.Servers = len(rows)
	for _, row := range rows {
		view.Waiting += row.Waiting
		if row.State == web.HostWell || row.State == web.HostUntried {
			view.Well = append(view.Well, row)
		} else {
			view.Troubled = append(view.Troubled, row)
		}
	}
	if view.Deletions, err = s.dispatches(ctx, v, "delete", healthDeletions); err != nil {
		return err
	}
	view.Recent, err = s.dispatches(ctx, v, "create", healthRecent)
	return err
}

// hostsOf are the servers that hold the reader's followers, the worst first.
func (s *Site) hostsOf(ctx context.Context, v *reader) ([]web.HostRow, error) {
	counts, err := s.Ties.FollowerHosts(ctx, v.me.ID, healthHosts)
	if err != nil || len(counts) == 0 {
		return nil, err
	}
	names := make([]string, 0, len(counts))
	followers := map[string]int{}
	for _, c := range counts {
		names, followers[c.Host] = append(names, c.Host), c.Followers
	}
	all, err := s.Dispatches.Neighbors(ctx, names)
	if err != nil {
		return nil, err
	}
	return hostRows(v, all, followers, s.Now()), nil
}

// hostRows are servers as lines, the worst first.
func hostRows(v *reader, all []Neighbor, followers map[string]int, now time.Time) []web.HostRow {
	rows := make([]web.HostRow, 0, len(all))
	for _, n := range all {
		row := web.HostRow{
			Host: n.Host, State: hostState(n), Why: n.Trouble, Followers: followers[n.Host], Waiting: n.Waiting, Refused: n.Refused,
		}
		if !n.Last.IsZero() {
			row.Last = n.Last.In(v.zone)
		}
		if n.Next.After(now) {
			row.Next, row.Until = n.Next.In(v.zone), n.GivesUpAt.In(v.zone)
		}
		if row.State == web.HostSilent || n.Waiting > 0 {
			row.Retry = healthPath + "/retry"
		}
		rows = append(rows, row)
	}
	rank := map[web.HostState]int{web.HostGone: 0, web.HostSilent: 1, web.HostRefusing: 2, web.HostUntried: 4, web.HostWell: 3}
	slices.SortStableFunc(rows, func(a, b web.HostRow) int {
		return cmp.Or(cmp.Compare(rank[a.State], rank[b.State]), cmp.Compare(b.Followers, a.Followers), cmp.Compare(a.Host, b.Host))
	})
	return rows
}

func hostState(n Neighbor) web.HostState {
	switch {
	case n.Failures > 0:
		return web.HostSilent
	case n.Gone > 0 && n.Last.IsZero():
		return web.HostGone
	case n.Refused > 0:
		return web.HostRefusing
	case n.Last.IsZero():
		return web.HostUntried
	}
	return web.HostWell
}

// dispatches are the reader's newest of a verb, as lines.
func (s *Site) dispatches(ctx context.Context, v *reader, verb string, most int) ([]web.Dispatch, error) {
	all, err := s.Dispatches.Recent(ctx, v.me.ID, verb, most)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, 0, len(all))
	for _, d := range all {
		ids = append(ids, d.Post)
	}
	var posts []*post.Post
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		posts, err = s.Posts.See(ctx, tx, v.me.ID, ids)
		return err
	})
	if err != nil {
		return nil, err
	}
	words := map[id.ID]string{}
	for _, p := range posts {
		words[p.ID] = clip(s.Text.Plain(p.HTML), excerptMax)
	}
	out := make([]web.Dispatch, 0, len(all))
	for _, d := range all {
		line := dispatch(v, d)
		line.URL, line.Excerpt = postsPath+d.Post.String()+"/delivery", words[d.Post]
		out = append(out, line)
	}
	return out, nil
}

func dispatch(v *reader, d Dispatch) web.Dispatch {
	out := web.Dispatch{
		Verb: d.Verb, At: d.At.In(v.zone), Sent: d.Sent, Have: d.Done, Refused: d.Refused, Gone: d.Gone, GivenUp: d.GivenUp, Waiting: d.Waiting,
		Finished: d.Waiting == 0,
	}
	for _, p := range d.Places {
		row := web.PlaceRow{Host: p.Host, State: p.State, Why: p.Trouble}
		if !p.At.IsZero() {
			row.At = p.At.In(v.zone)
		}
		out.Places = append(out.Places, row)
	}
	return out
}

// delivery is what became of a post of the reader's, also once it is deleted.
func (s *Site) delivery(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, all, err := s.mine(r, v)
	if err != nil {
		return err
	}
	view := web.DeliveryView{Alone: s.Dispatches == nil}
	deleted := false
	for _, d := range all {
		line := dispatch(v, d)
		if deleted = deleted || d.Verb == "delete"; d.Done < d.Sent && (!deleted || d.Verb == "delete") {
			line.Retry = postsPath + which.String() + "/delivery/retry"
		}
		view.Acts = append(view.Acts, line)
	}
	if !deleted {
		view.Post = personPath(v.me) + "/" + which.String()
	}
	p, err := s.page(r, v, web.Nowhere, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Delivery(p, view))
}

// mine is the post of a path with what was sent of it, if it is or was the reader's.
func (s *Site) mine(r *http.Request, v *reader) (which id.ID, all []Dispatch, err error) {
	if which, err = server.PathID(r, "id"); err != nil {
		return 0, nil, err
	}
	if s.Dispatches != nil {
		if all, err = s.Dispatches.OfPost(r.Context(), which); err != nil {
			return 0, nil, err
		}
	}
	if len(all) > 0 {
		if all[0].Account != v.me.ID {
			return 0, nil, fault.New(fault.NotFound, "fault.post.unknown")
		}
		return which, all, nil
	}
	p, err := s.Posts.Get(r.Context(), v.me.ID, which)
	if err == nil && p.AuthorID != v.me.ID {
		err = fault.New(fault.NotFound, "fault.post.unknown")
	}
	return which, nil, err
}

// retryPost sends a post of the reader's again to where it did not arrive.
func (s *Site) retryPost(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, all, err := s.mine(r, v)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		if err := s.Dispatches.RetryPost(r.Context(), which); err != nil {
			return err
		}
	}
	return seeOther(w, with(postsPath+which.String()+"/delivery", "trying"))
}

// retryHost tries a server that holds followers of the reader's now; the
// keeper may try any.
func (s *Site) retryHost(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Host string `form:"host"`
	}](r)
	if err != nil {
		return err
	}
	if s.Dispatches == nil {
		return fault.New(fault.Unsupported, "")
	}
	known, err := s.knowsHost(r.Context(), v, in.Host)
	if err != nil {
		return err
	}
	if !known {
		return fault.New(fault.NotFound, "fault.address.host")
	}
	if err := s.Dispatches.RetryHost(r.Context(), in.Host); err != nil {
		return err
	}
	return seeOther(w, with(pathOnly(back(r, healthPath)), "trying"))
}

// knowsHost reports whether a host is one of those the reader is shown.
func (s *Site) knowsHost(ctx context.Context, v *reader, host string) (bool, error) {
	counts, err := s.Ties.FollowerHosts(ctx, v.me.ID, healthHosts)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(counts, func(c relationship.HostCount) bool { return c.Host == host }) {
		return true, nil
	}
	if !v.keeper {
		return false, nil
	}
	all, err := s.Dispatches.Neighbors(ctx, nil)
	return slices.ContainsFunc(all, func(n Neighbor) bool { return n.Host == host }), err
}

// pathOnly is a path without its query.
func pathOnly(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}
