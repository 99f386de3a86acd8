package site

import (
	"net/http"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/page"
	"allod/internal/server"
	"allod/web"
)

// keptPath is where the owner of a page changes it.
func keptPath(which id.ID) string { return sitePath + "/pages/" + which.String() }

// newPagePath is where a page of a kind is begun.
func newPagePath(k page.Kind) string { return sitePath + "/new?kind=" + string(k) }

// newPageWords are what the buttons say that begin a page.
var newPageWords = map[page.Kind]string{
	page.Text: "mysite.new_text", page.Contact: "mysite.new_contact",
	page.Calendar: "event.new_page", page.Portfolio: "portfolio.new_page",
}

// keep is the list of the pages of the reader's own site.
func (s *Site) keep(w http.ResponseWriter, r *http.Request, v *reader) error {
	all, err := s.Pages.All(r.Context(), v.me.ID, v.me.ID)
	if err != nil {
		return err
	}
	view := web.KeepView{Front: personPath(v.me)}
	for _, k := range page.Kinds {
		view.New = append(view.New, web.Link{Label: v.words.T(newPageWords[k]), URL: newPagePath(k)})
	}
	for i, p := range all {
		one := web.KeptPage{
			Title: p.Title, Menu: p.Label, Path: s.siteBase(v.me) + p.Slug,
			URL: personPath(v.me) + escaped(p.Slug), Kind: string(p.Kind), Draft: p.Draft, Listed: p.Listed, Edit: keptPath(p.ID),
		}
		if i > 0 {
			one.Up = keptPath(p.ID) + "/up"
		}
		if i < len(all)-1 {
			one.Down = keptPath(p.ID) + "/down"
		}
		if !p.Draft {
			one.Toggle = keptPath(p.ID) + "/list"
		}
		view.Pages = append(view.Pages, one)
	}
	p, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Keep(p, view))
}

// arrange moves a page of the reader's in the menu, or puts it there or takes it out.
func (s *Site) arrange(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.myPage(r, v)
	if err != nil {
		return err
	}
	switch r.PathValue("act") {
	case "up":
		err = s.Pages.Step(r.Context(), v.me.ID, p.ID, true)
	case "down":
		err = s.Pages.Step(r.Context(), v.me.ID, p.ID, false)
	case "list":
		p.Listed = !p.Listed
		_, err = s.Pages.Save(r.Context(), *p)
	default:
		err = nothingHere()
	}
	if err != nil {
		return err
	}
	return seeOther(w, sitePath)
}

// myPage is the page of the reader's that an address names.
func (s *Site) myPage(r *http.Request, v *reader) (*page.Page, error) {
	which, err := server.PathID(r, "id")
	if err != nil {
		return nil, err
	}
	return s.Pages.Mine(r.Context(), v.me.ID, which)
}

// askPageDelete asks before a page is taken away.
func (s *Site) askPageDelete(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.myPage(r, v)
	if err != nil {
		return err
	}
	frame, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Ask(frame, web.AskView{
		Title: v.words.T("mysite.delete_title", "title", p.Title), Text: v.words.T("mysite.delete_text"),
		Action: keptPath(p.ID) + "/delete", Do: v.words.T("mysite.do_delete"), Back: keptPath(p.ID),
	}))
}

// deletePage takes a page of the reader's away.
func (s *Site) deletePage(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Pages.Delete(r.Context(), v.me.ID, which); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return seeOther(w, with(sitePath, "page_deleted"))
}
