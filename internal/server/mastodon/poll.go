package mastodon

import (
	"net/http"
	"time"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/poll"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// A pollForm is the poll of a new status.
type pollForm struct {
	Options    []string `json:"options"`
	ExpiresIn  int64    `json:"expires_in"` // seconds; none is no end
	Multiple   bool     `json:"multiple"`
	HideTotals bool     `json:"hide_totals"`
}

// ask is the poll that a form describes, nil for none.
func (f *pollForm) ask() (*poll.Ask, error) {
	if f == nil {
		return nil, nil
	}
	if f.ExpiresIn < 0 || f.ExpiresIn > int64(poll.LongestOf/time.Second)+1 {
		return nil, fault.New(fault.Invalid, "fault.poll.long").In("poll")
	}
	return &poll.Ask{Options: f.Options, Multiple: f.Multiple, Hidden: f.HideTotals, For: time.Duration(f.ExpiresIn) * time.Second}, nil
}

// getPoll tells the poll of a status; its id is that of the status.
func (d *door) getPoll(w http.ResponseWriter, r *http.Request) error {
	p, err := d.seen(r)
	if err != nil {
		return err
	}
	return d.answerPoll(w, r, p)
}

// vote chooses options by their places, all at once.
func (d *door) vote(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Choices []int `json:"choices"`
	}](r)
	if err != nil {
		return err
	}
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	me, err := d.me(r)
	if err != nil {
		return err
	}
	p, err := d.Posts.Vote(r.Context(), me, i, in.Choices)
	if fault.Is(err, fault.Conflict, fault.Denied) {
		key, args := fault.Message(err)
		return fault.Wrap(err, fault.Invalid, key, args...) // the status apps know
	} else if err != nil {
		return err
	}
	return d.answerPoll(w, r, p)
}

func (d *door) answerPoll(w http.ResponseWriter, r *http.Request, p *post.Post) error {
	if p.Poll == nil {
		return fault.New(fault.NotFound, "fault.poll.unknown")
	}
	if err := d.lookAt(r, p); err != nil {
		return err
	}
	return d.answer(w, d.Render.Poll(p, viewer(r)))
}

// lookAt has a poll of another server counted anew, if a person here looks at it alone.
func (d *door) lookAt(r *http.Request, p *post.Post) error {
	if p.Poll == nil || viewer(r) == 0 || d.LookAtPoll == nil {
		return nil
	}
	return d.LookAtPoll(r.Context(), p)
}

// Poll is the poll of a post as viewer sees it, nil where there is none.
func (r *Renderer) Poll(p *post.Post, viewer id.ID) *mastodon.Poll {
	if p.Poll == nil {
		return nil
	}
	now := r.now()
	out := &mastodon.Poll{
		ID: p.ID.String(), ExpiresAt: mastodon.At(p.Poll.ClosesAt), Expired: p.Poll.Over(now), Multiple: p.Poll.Multiple, VotesCount: p.Poll.Votes(),
	}
	if out.Expired && !p.Poll.ClosedAt.IsZero() && (p.Poll.ClosesAt.IsZero() || p.Poll.ClosedAt.Before(p.Poll.ClosesAt)) {
		out.ExpiresAt = mastodon.At(p.Poll.ClosedAt)
	}
	if p.Poll.Multiple && p.Poll.Voters >= 0 {
		out.VotersCount = &p.Poll.Voters
	}
	for _, o := range p.Poll.Options {
		one := mastodon.PollOption{Title: o.Name}
		if p.Poll.Tells(now) {
			one.VotesCount = &o.Votes
		}
		out.Options = append(out.Options, one)
	}
	if viewer != 0 {
		out.PollViewer = &mastodon.PollViewer{Voted: len(p.Poll.Own) > 0 || viewer == p.AuthorID, OwnVotes: p.Poll.Own}
	}
	return out
}
