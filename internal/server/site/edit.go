package site

import (
	"net/http"

	"allod/internal/fault"
	"allod/internal/page"
	"allod/internal/server"
	"allod/web"
)

// written is the form of a page, as web.PageForm tells it.
type written struct {
	Title    string `form:"title"`
	Text     string `form:"text"`
	Slug     string `form:"slug"`
	Label    string `form:"label"`
	Language string `form:"language"`
	Listed   bool   `form:"listed"`
	Do       string `form:"do"`
}

// onto puts what was written onto a page.
func (in *written) onto(p *page.Page) {
	p.Title, p.Text, p.Slug, p.Label, p.Language, p.Listed = in.Title, in.Text, in.Slug, in.Label, in.Language, in.Listed
	p.Draft = in.Do == "draft"
}

// askNewPage is the page that a page is begun on.
func (s *Site) askNewPage(w http.ResponseWriter, r *http.Request, v *reader) error {
	k, ok := page.ParseKind(r.URL.Query().Get("kind"))
	if !ok {
		k = page.Text
	}
	p := &page.Page{AccountID: v.me.ID, Kind: k, Language: v.words.Tag(), Listed: true, Title: v.words.T(firstTitles[k])}
	return s.editPage(w, r, v, http.StatusOK, s.pageForm(v, p))
}

// firstTitles are what a new page of a kind is called until its owner says otherwise.
var firstTitles = map[page.Kind]string{
	page.Text: "mysite.first_text", page.Contact: "mysite.first_contact",
	page.Calendar: "event.first",
}

// newPage keeps a new page.
func (s *Site) newPage(w http.ResponseWriter, r *http.Request, v *reader) error {
	k, ok := page.ParseKind(r.URL.Query().Get("kind"))
	if !ok {
		return nothingHere()
	}
	return s.savePage(w, r, v, &page.Page{AccountID: v.me.ID, Kind: k})
}

// askPage is a page of the reader's with all that may be changed.
func (s *Site) askPage(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.myPage(r, v)
	if err != nil {
		return err
	}
	return s.editPage(w, r, v, http.StatusOK, s.pageForm(v, p))
}

// changePage keeps a page of the reader's as it was written.
func (s *Site) changePage(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.myPage(r, v)
	if err != nil {
		return err
	}
	return s.savePage(w, r, v, p)
}

// savePage keeps a page, or shows how it would look. If it cannot be kept,
// the form comes back with everything that was typed.
func (s *Site) savePage(w http.ResponseWriter, r *http.Request, v *reader, was *page.Page) error {
	in, err := server.DecodeUpload[written](r, appearanceMax)
	if err != nil {
		return err
	}
	p, fresh := *was, was.ID == 0
	in.onto(&p)
	form := s.pageForm(v, &p)
	form.Draft = was.Draft
	if in.Do == "preview" {
		form.Preview = s.pageHTML(p.Text)
		return s.editPage(w, r, v, http.StatusOK, form)
	}
	kept, err := s.Pages.Save(r.Context(), p)
	switch {
	case err == nil && fresh && !kept.Draft:
		return seeOther(w, personPath(v.me)+escaped(kept.Slug))
	case err == nil:
		return seeOther(w, with(keptPath(kept.ID), "saved"))
	case !fault.Is(err, fault.Invalid, fault.Conflict):
		return err
	}
	sentence := server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "title":
		form.Title.Error = sentence
	case "text":
		form.Text.Error = sentence
	case "slug":
		form.Slug.Error = sentence
	case "label":
		form.Label.Error = sentence
	default:
		form.Failed = sentence
	}
	return s.editPage(w, r, v, http.StatusUnprocessableEntity, form)
}

// pageForm is a page as its owner may change it.
func (s *Site) pageForm(v *reader, p *page.Page) web.PageForm {
	f := web.PageForm{
		Action: newPagePath(p.Kind), New: p.ID == 0, Kind: string(p.Kind), Title: web.Field{Value: p.Title}, Text: web.Field{Value: p.Text},
		Slug: web.Field{Value: p.Slug}, Base: s.siteBase(v.me),
		Label: web.Field{Value: p.Label}, Language: p.Language, Listed: p.Listed, Draft: p.Draft,
	}
	if p.ID != 0 {
		if p.Kind == page.Calendar {
			f.Parts = &web.Link{Label: v.words.T("event.to_dates"), URL: datesPath(p.ID)}
		}
		f.Action, f.Delete, f.URL = keptPath(p.ID), keptPath(p.ID)+"/delete", personPath(v.me)+escaped(p.Slug)
	}
	for _, l := range s.Bundle.Locales() {
		f.Languages = append(f.Languages, web.Option{Value: l.Tag(), Label: l.Name()})
	}
	return f
}

func (s *Site) editPage(w http.ResponseWriter, r *http.Request, v *reader, status int, form web.PageForm) error {
	p, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.EditPage(p, form))
}
