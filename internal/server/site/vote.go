package site

import (
	"net/http"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// poll is what a post asks, as a reader sees it.
func (s *Site) poll(v *reader, p *post.Post) *web.Poll {
	if p.Poll == nil {
		return nil
	}
	now := s.Now()
	out := &web.Poll{
		Post: p.ID.String(), Multiple: p.Poll.Multiple, Hidden: p.Poll.Hidden, Over: p.Poll.Over(now),
		People: int(p.Poll.People()), Voted: len(p.Poll.Own) > 0,
	}
	switch ends := p.Poll.ClosesAt; {
	case !p.Poll.ClosedAt.IsZero() && (ends.IsZero() || p.Poll.ClosedAt.Before(ends)):
		out.Ends = p.Poll.ClosedAt.In(v.zone)
	case !ends.IsZero():
		out.Ends = ends.In(v.zone)
	}
	for _, o := range p.Poll.Options {
		out.Options = append(out.Options, web.PollOption{Name: o.Name, Votes: int(o.Votes)})
	}
	for _, mine := range p.Poll.Own {
		if mine < len(out.Options) {
			out.Options[mine].Mine = true
		}
	}
	if v.me != nil && v.me.ID != p.AuthorID && !out.Over && !out.Voted {
		out.Vote = postsPath + out.Post + "/vote"
	}
	return out
}

// vote chooses options of a poll. What cannot be counted is said at the poll.
func (s *Site) vote(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Choices []int `form:"choice"`
	}](r)
	if err != nil {
		return err
	}
	p, err := s.Posts.Vote(r.Context(), v.me, what, in.Choices)
	if fault.Is(err, fault.Invalid, fault.Conflict, fault.Denied) {
		return s.notCounted(w, r, v, what, err)
	} else if err != nil {
		return err
	}
	return s.toggled(w, r, what, web.PollPart(s.frame(v), *s.poll(v, p)))
}

// notCounted shows the post again with why the choice was not counted.
func (s *Site) notCounted(w http.ResponseWriter, r *http.Request, v *reader, what id.ID, why error) error {
	p, err := s.Posts.Get(r.Context(), v.me.ID, what)
	if err != nil {
		return err
	}
	c, err := s.castOf(r.Context(), []*post.Post{p})
	if err != nil {
		return err
	}
	page, err := s.page(r, v, web.Nowhere, v.me.Hue)
	if err != nil {
		return err
	}
	view := web.VoteView{Post: s.entry(v, p, c), Back: postPath(p)}
	view.Post.Acts = nil
	key, args := fault.Message(why)
	view.Post.Poll.Error = v.words.T(key, args...)
	return s.draw(w, r, http.StatusUnprocessableEntity, web.VotePage(page, view))
}
