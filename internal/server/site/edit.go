package site

import (
	"net/http"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/page"
	"allod/internal/post"
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
	Cover    string `form:"cover"`
	Do       string `form:"do"`

	picturedField
}

// writtenMax is the largest form of a page, in bytes: the pictures that come at once, and the words.
const writtenMax = media.AtOnce*media.PictureMax + 1<<20

// onto puts what was written onto a page.
func (in *written) onto(p *page.Page) {
	p.Title, p.Text, p.Slug, p.Label, p.Language, p.Listed = in.Title, in.Text, in.Slug, in.Label, in.Language, in.Listed
	p.Draft = in.Do == "draft"
	switch which, err := id.Parse(in.Cover); {
	case in.Cover == noCover:
		p.Cover = page.CoverNone
	case err != nil || p.Kind == page.Portfolio && in.Cover == "":
		p.Cover = page.CoverFirst
	default:
		p.Cover = which
	}
}

// noCover is the choice that links to a page show no picture.
const noCover = "none"

// askNewPage is the page that a page is begun on.
func (s *Site) askNewPage(w http.ResponseWriter, r *http.Request, v *reader) error {
	k, ok := page.ParseKind(r.URL.Query().Get("kind"))
	if !ok {
		k = page.Text
	}
	p := &page.Page{AccountID: v.me.ID, Kind: k, Language: v.words.Tag(), Listed: true, Title: v.words.T(firstTitles[k])}
	return s.editPage(w, r, v, http.StatusOK, s.pageForm(v, p, nil))
}

// firstTitles are what a new page of a kind is called until its owner says otherwise.
var firstTitles = map[page.Kind]string{
	page.Text: "mysite.first_text", page.Contact: "mysite.first_contact",
	page.Calendar: "event.first", page.Portfolio: "portfolio.first",
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
	all, err := s.Pages.Pictures(r.Context(), v.me.ID, p)
	if err != nil {
		return err
	}
	return s.editPage(w, r, v, http.StatusOK, s.pageForm(v, p, s.pictureSlots(all)))
}

// pictureSlots are the pictures of a page as its form has them.
func (s *Site) pictureSlots(all []page.Picture) (slots []web.PictureField) {
	for i, m := range all {
		slots = append(slots, web.PictureField{Held: m.ID.String(), Small: picture(m.Medium, media.Small), Alt: m.Alt, Number: i + 1})
	}
	return slots
}

// changePage keeps a page of the reader's as it was written.
func (s *Site) changePage(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.myPage(r, v)
	if fault.Is(err, fault.NotFound) {
		return s.orphaned(w, r, v)
	} else if err != nil {
		return err
	}
	return s.savePage(w, r, v, p)
}

// orphaned brings back what was typed for a page that went meanwhile, as a
// new page, so that no word is lost.
func (s *Site) orphaned(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeUpload[written](r, writtenMax)
	if err != nil {
		return err
	}
	p := &page.Page{AccountID: v.me.ID, Kind: page.Text}
	in.onto(p)
	form := s.pageForm(v, p, nil)
	form.Failed = v.words.T("mysite.went")
	return s.editPage(w, r, v, http.StatusNotFound, form)
}

// savePage keeps a page, or shows how it would look. If it cannot be kept,
// the form comes back with everything that was typed and the pictures that came.
func (s *Site) savePage(w http.ResponseWriter, r *http.Request, v *reader, was *page.Page) error {
	in, err := server.DecodeUpload[written](r, writtenMax)
	if err != nil {
		return err
	}
	p, fresh := *was, was.ID == 0
	in.onto(&p)
	pictures := taken{}
	if p.Kind != page.Portfolio { // which keeps its own elsewhere
		if pictures, err = s.takePictures(r.Context(), v, in.slots()); err != nil {
			return err
		}
		p.Text = renumber(post.Article, p.Text, pictures.moved)
	}
	form := s.pageForm(v, &p, pictures.fields)
	form.Draft = was.Draft
	if in.Do == "preview" && pictures.wrong == nil {
		form.Preview, form.Beside = s.previewPage(&p, pictures.media)
		return s.editPage(w, r, v, http.StatusOK, form)
	}
	var kept *page.Page
	switch {
	case pictures.wrong != nil:
		err = pictures.wrong
	case p.Kind == page.Portfolio:
		kept, err = s.Pages.Save(r.Context(), p)
	default:
		kept, err = s.Pages.SaveWith(r.Context(), p, pictures.ids(), pictures.said)
	}
	switch {
	case err == nil && fresh && p.Kind == page.Portfolio:
		return seeOther(w, with(portfolioPath(kept.ID), "saved"))
	case err == nil && fresh && !kept.Draft:
		return seeOther(w, personPath(v.me)+escaped(kept.Slug))
	case err == nil:
		return seeOther(w, with(keptPath(kept.ID), "saved"))
	case !typedWrong(err) && !fault.Is(err, fault.Conflict):
		return err
	}
	blamePage(v, &form, err)
	return s.editPage(w, r, v, http.StatusUnprocessableEntity, form)
}

// previewPage is what a page would say, with the pictures that its words do not name.
func (s *Site) previewPage(p *page.Page, all []*media.Medium) (html string, beside []web.Media) {
	pictures := make([]page.Picture, len(all))
	for i, m := range all {
		pictures[i].Medium = m
	}
	html, rest := s.pageWords(p, pictures)
	if html == "" && len(rest) == 0 {
		html = " "
	}
	return html, s.besides(rest)
}

// blamePage puts the sentence of an error where it belongs in the form of a page.
func blamePage(v *reader, form *web.PageForm, err error) {
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
	case "pictures", "description":
		form.Picture = sentence
	default:
		form.Failed = sentence
	}
}

// pageForm is a page as its owner may change it.
func (s *Site) pageForm(v *reader, p *page.Page, pictures []web.PictureField) web.PageForm {
	f := web.PageForm{
		Action: newPagePath(p.Kind), New: p.ID == 0, Kind: string(p.Kind), Title: web.Field{Value: p.Title}, Text: web.Field{Value: p.Text},
		Slug: web.Field{Value: p.Slug}, Base: s.siteBase(v.me),
		Label: web.Field{Value: p.Label}, Language: p.Language, Listed: p.Listed, Draft: p.Draft,
	}
	if p.Kind != page.Portfolio {
		f.Pictures, f.Room = pictures, min(page.PicturesMax, len(pictures)+media.AtOnce)
	}
	if f.Cover = p.Cover.String(); p.Cover == page.CoverNone {
		f.Cover = noCover
	}
	f.Covers = []web.Option{{Value: "", Label: v.words.T("portfolio.cover_first")}, {Value: noCover, Label: v.words.T("portfolio.cover_none")}}
	for _, one := range pictures {
		if one.Held != "" {
			f.Covers = append(f.Covers, web.Option{Value: one.Held, Label: v.words.T("portfolio.cover_number", "n", one.Number)})
		}
	}
	if p.ID != 0 {
		switch p.Kind {
		case page.Calendar:
			f.Parts = &web.Link{Label: v.words.T("event.to_dates"), URL: datesPath(p.ID)}
		case page.Portfolio:
			f.Parts = &web.Link{Label: v.words.T("portfolio.to_pictures"), URL: portfolioPath(p.ID)}
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
