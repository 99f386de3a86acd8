package site

import (
	"net/http"

	"allod/internal/account"
	"allod/internal/page"
	"allod/internal/server"
	"allod/web"
)

// land is a page at a place on the land of somebody, set as their site is.
func (s *Site) land(r *http.Request, v *reader, place web.Place, a *account.Account) (web.Page, error) {
	p, err := s.page(r, v, place, hue(a))
	if err != nil || !a.Local {
		return p, err
	}
	at, err := s.Pages.Site(r.Context(), a.ID)
	if err == nil {
		p.Look = look(at)
	}
	return p, err
}

// look is how a site is set.
func look(at *page.Site) web.Look {
	return web.Look{Lettering: at.Lettering, Width: at.Width, Scheme: at.Scheme}
}

// askLook is how the reader's site is set.
func (s *Site) askLook(w http.ResponseWriter, r *http.Request, v *reader) error {
	at, err := s.Pages.Site(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	p, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.SetLook(p, web.LookForm{Action: sitePath + "/look", Hue: v.me.Hue, Look: look(at), Front: personPath(v.me)}))
}

// saveLook sets the reader's site.
func (s *Site) saveLook(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.Decode[struct {
		Hue       *int   `form:"hue"`
		Lettering string `form:"lettering"`
		Width     string `form:"width"`
		Scheme    string `form:"scheme"`
	}](r)
	if err != nil {
		return err
	}
	err = s.Pages.ChangeSite(r.Context(), v.me.ID, func(at *page.Site) { at.Lettering, at.Width, at.Scheme = in.Lettering, in.Width, in.Scheme })
	if err == nil && in.Hue != nil && *in.Hue != v.me.Hue {
		_, err = s.Accounts.Edit(r.Context(), v.me.ID, account.Profile{Hue: in.Hue})
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(sitePath+"/look", "saved"))
}
