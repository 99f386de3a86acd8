package site

import (
	"context"
	"html"
	"net/http"

	"allod/internal/comment"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// postOf is the post of an album that a link shows, whoever may see the post.
func (s *Site) postOf(r *http.Request, g *glance) (p *post.Post, err error) {
	err = s.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) error {
		p, err = s.Posts.StoredID(ctx, tx, g.seen.PostID)
		return err
	})
	return p, err
}

// linkedTalk is what was said of an album, for whoever has a link: the whole
// of it where everyone may see that, else what others without an account said.
func (s *Site) linkedTalk(r *http.Request, v *reader, g *glance, view *web.AlbumView) error {
	p, err := s.postOf(r, g)
	if err != nil {
		return err
	}
	if p.Visibility.Open() {
		view.Talk, view.Talks = postPath(p), int(p.Replies)
		return nil
	}
	said, err := s.Comments.Under(r.Context(), 0, []*post.Post{p})
	if err != nil {
		return err
	}
	for _, one := range said {
		if one.State == comment.Shown {
			talk := s.guestTalk(v, one, nil)
			talk.Answer, talk.Hide = "", ""
			view.Said = append(view.Said, talk)
		}
	}
	choice, err := s.Comments.Choice(r.Context(), p.AuthorID)
	if err == nil && choice.Who != comment.Nobody {
		view.Comment = &web.CommentLink{URL: g.base + "/comment"}
	}
	return err
}

// askLinkedComment is the form in which somebody who has a link says something of an album.
func (s *Site) askLinkedComment(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.linkedForm(w, r, v, http.StatusOK, commented{Language: v.words.Tag()}, nil)
}

func (s *Site) linkedForm(w http.ResponseWriter, r *http.Request, v *reader, status int, in commented, wrong error) error {
	g, err := s.glanceOf(w, r)
	if err != nil {
		return err
	}
	if g.locked {
		return seeOther(w, g.base)
	}
	p, err := s.postOf(r, g)
	if err != nil {
		return err
	}
	choice, err := s.Comments.Choice(r.Context(), p.AuthorID)
	if err != nil {
		return err
	}
	if choice.Who == comment.Nobody {
		return fault.New(fault.Denied, "fault.comment.nobody")
	}
	view := s.commentForm(v, p, in, choice, s.began(in, wrong))
	view.Action, view.Back = g.base+"/comment", g.base
	view.Answered = web.Talk{Post: web.Post{
		ID: p.ID.String(), URL: g.base, Author: s.person(v, g.owner), Time: p.PublishedAt.In(v.zone), HTML: "<p>" + html.EscapeString(g.seen.Title) + "</p>", Level: web.Public,
	}}
	s.wrongComment(v, &view, wrong)
	return s.draw(w, r, status, web.CommentPage(web.Page{Frame: s.frame(v), Hue: g.owner.Hue}, view))
}

// linkedComment takes what somebody who has a link says of an album.
func (s *Site) linkedComment(w http.ResponseWriter, r *http.Request, v *reader) error {
	g, err := s.glanceOf(w, r)
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[commented](r)
	if err != nil {
		return err
	}
	if g.locked {
		return seeOther(w, g.base)
	}
	p, err := s.postOf(r, g)
	if err != nil {
		return err
	}
	if in.invited = true; in.Website == "" { // what machines fill in is answered as if all were well
		err = s.write(r, p, p, in)
	}
	if err == nil {
		return seeOther(w, with(g.base, "comment_asked"))
	}
	if !fault.Is(err, fault.Invalid, fault.TooMany, fault.Denied) {
		return err
	}
	status := http.StatusUnprocessableEntity
	if fault.Is(err, fault.TooMany) {
		status = http.StatusTooManyRequests
	}
	return s.linkedForm(w, r, v, status, in, err)
}
