package site

import (
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/page"
	"allod/internal/server"
	"allod/web"
)

// siteBase is the address of somebody's site as people read it, with a slash.
func (s *Site) siteBase(a *account.Account) string {
	return strings.TrimPrefix(strings.TrimPrefix(s.Names.Site(a), "https://"), "http://") + "/"
}

// askMoved is what leads on in the reader's site.
func (s *Site) askMoved(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.movedPage(w, r, v, http.StatusOK, web.MovedView{})
}

func (s *Site) movedPage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.MovedView) error {
	all, err := s.Pages.Forwarded(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	pages, err := s.Pages.All(r.Context(), v.me.ID, v.me.ID)
	if err != nil {
		return err
	}
	at, err := s.Pages.Site(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	slugs := map[string]string{}
	for _, p := range pages {
		slugs[p.ID.String()] = p.Slug
	}
	view.Base, view.Add, view.Drop, view.Save = s.siteBase(v.me), sitePath+"/moved", sitePath+"/moved/end", sitePath+"/missing"
	if view.Missing.Error == "" {
		view.Missing.Value = at.Missing
	}
	for _, m := range all {
		row := web.MovedRow{Path: m.Path, From: view.Base + m.Path}
		to := m.Target
		if m.PageID != 0 {
			to = slugs[m.PageID.String()]
		}
		if to != "" {
			row.To, row.URL = view.Base+strings.TrimPrefix(to, "/"), personPath(v.me)+escaped(to)
		}
		view.Rows = append(view.Rows, row)
	}
	p, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.MovedPages(p, view))
}

// stepsOf is a path below the reader's site, of what was typed or pasted: the whole address too.
func (s *Site) stepsOf(v *reader, typed string) string {
	typed = strings.TrimSpace(typed)
	plain := strings.TrimPrefix(strings.TrimPrefix(typed, "https://"), "http://")
	if rest, ok := strings.CutPrefix(plain+"/", s.siteBase(v.me)); ok {
		return "/" + rest
	}
	return typed
}

// leadFrom has an address of the reader's site lead to another.
func (s *Site) leadFrom(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.Decode[struct {
		From string `form:"from"`
		To   string `form:"to"`
	}](r)
	if err != nil {
		return err
	}
	err = s.Pages.Lead(r.Context(), v.me.ID, s.stepsOf(v, in.From), s.stepsOf(v, in.To))
	if err == nil {
		return seeOther(w, with(sitePath+"/moved", "saved"))
	}
	if !fault.Is(err, fault.Invalid, fault.Conflict) {
		return err
	}
	view := web.MovedView{From: web.Field{Value: in.From}, To: web.Field{Value: in.To}}
	if fault.Field(err) == "to" {
		view.To.Error = server.Sentence(v.words, err)
	} else {
		view.From.Error = server.Sentence(v.words, err)
	}
	return s.movedPage(w, r, v, http.StatusUnprocessableEntity, view)
}

// leadNoMore ends what an address of the reader's site leads to.
func (s *Site) leadNoMore(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.Decode[struct {
		Path string `form:"path"`
	}](r)
	if err != nil {
		return err
	}
	if err := s.Pages.Unlead(r.Context(), v.me.ID, in.Path); err != nil {
		return err
	}
	return seeOther(w, with(sitePath+"/moved", "saved"))
}

// saveMissing keeps what the reader's site says where nothing is.
func (s *Site) saveMissing(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.Decode[struct {
		Missing string `form:"missing"`
	}](r)
	if err != nil {
		return err
	}
	err = s.Pages.ChangeSite(r.Context(), v.me.ID, func(at *page.Site) { at.Missing = strings.TrimSpace(in.Missing) })
	if fault.Is(err, fault.Invalid) {
		return s.movedPage(w, r, v, http.StatusUnprocessableEntity, web.MovedView{Missing: web.Field{Value: in.Missing, Error: server.Sentence(v.words, err)}})
	} else if err != nil {
		return err
	}
	return seeOther(w, with(sitePath+"/moved", "saved"))
}
