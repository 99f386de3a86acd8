package site

import (
	"net/http"

	"github.com/a-h/templ"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// toggle reads a form that turns something about a post on or off.
func toggle(r *http.Request) (what id.ID, on bool, err error) {
	if what, err = server.PathID(r, "id"); err != nil {
		return 0, false, err
	}
	in, err := server.DecodeBody[struct {
		On bool `form:"on"`
	}](r)
	return what, in.On, err
}

// like likes a post, or takes that back.
func (s *Site) like(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, on, err := toggle(r)
	if err != nil {
		return err
	}
	if on {
		err = s.Posts.Like(r.Context(), v.me, what)
	} else {
		err = s.Posts.Unlike(r.Context(), v.me, what)
	}
	if err != nil {
		return err
	}
	return s.toggled(w, r, what, web.LikeForm(s.frame(v), web.Act{Action: r.URL.Path, On: on}))
}

// boost passes a post on, or takes that back.
func (s *Site) boost(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, on, err := toggle(r)
	if err != nil {
		return err
	}
	if on {
		_, err = s.Posts.Boost(r.Context(), v.me, what, post.Public)
	} else {
		err = s.Posts.Unboost(r.Context(), v.me, what)
	}
	if err != nil {
		return err
	}
	return s.toggled(w, r, what, web.BoostForm(s.frame(v), web.Act{Action: r.URL.Path, On: on}))
}

// toggled answers such a form with its new state for a script, or with the
// page it was on, at the post.
func (s *Site) toggled(w http.ResponseWriter, r *http.Request, what id.ID, form templ.Component) error {
	if fragment(r) {
		return s.draw(w, r, http.StatusOK, form)
	}
	return seeOther(w, back(r, homePath)+"#post-"+what.String())
}

// askDelete asks before a post is deleted.
func (s *Site) askDelete(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	p, err := s.Posts.Get(r.Context(), v.me.ID, what)
	if err != nil {
		return err
	}
	if p.AuthorID != v.me.ID {
		return fault.New(fault.Denied, "fault.post.not_yours")
	}
	c, err := s.castOf(r.Context(), []*post.Post{p})
	if err != nil {
		return err
	}
	page, err := s.page(r, v, web.Nowhere, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.ConfirmDelete(page, web.DeleteView{
		Post: s.entry(v, p, c), Action: r.URL.Path, Back: back(r, postPath(p)),
	}))
}

// delete takes back a post of one's own.
func (s *Site) delete(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if _, err := s.Posts.Delete(r.Context(), v.me.ID, what); err != nil {
		return err
	}
	return seeOther(w, with(personPath(v.me), "deleted"))
}
