package site

import (
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/page"
	"allod/internal/server"
	"allod/web"
)

const (
	atOnce     = 10 // pictures that a portfolio takes in by one form
	portionMax = 40 // pictures on one page of the form that arranges them
)

// portfolioPath is where the owner of a portfolio keeps its pictures.
func portfolioPath(which id.ID) string { return keptPath(which) + "/pictures" }

// portfolioView is the pictures of a page, as a reader sees them.
func (s *Site) portfolioView(v *reader, a *account.Account, p *page.Page, all []page.Picture) *web.PortfolioView {
	view := &web.PortfolioView{Language: p.Language}
	at := s.stepURL(v, a, escaped(p.Slug)) + "/"
	for i := range all {
		view.Pictures = append(view.Pictures, web.PieceView{URL: at + all[i].ID.String(), Title: all[i].Title, Media: s.medium(all[i].Medium)})
	}
	if v.id() == a.ID {
		view.Change = portfolioPath(p.ID)
	}
	return view
}

// portfolioPart is the page of one picture of a portfolio.
func (s *Site) portfolioPart(w http.ResponseWriter, r *http.Request, v *reader, a *account.Account, p *page.Page, part string) error {
	which, err := id.Parse(part)
	if err != nil {
		return nothingHere()
	}
	return s.publish(w, r, v, func() (*sheet, error) {
		all, err := s.Pages.Pictures(r.Context(), v.id(), p)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if all[i].ID == which {
				return s.pieceSheet(r, v, a, p, all, i)
			}
		}
		return nil, nothingHere()
	})
}

// pieceSheet is the page of a picture, between those beside it.
func (s *Site) pieceSheet(r *http.Request, v *reader, a *account.Account, p *page.Page, all []page.Picture, at int) (*sheet, error) {
	head, err := s.siteView(r.Context(), v, a, p.Slug)
	if err != nil {
		return nil, err
	}
	below := escaped(p.Slug) + "/"
	step := func(i int) string {
		if i < 0 || i >= len(all) {
			return ""
		}
		return s.stepURL(v, a, below+all[i].ID.String())
	}
	one := all[at]
	view := web.PiecePage{
		Site: head, Title: one.Title, Media: s.medium(one.Medium), Language: p.Language, Number: at + 1, Count: len(all),
		Portfolio: p.Title, All: s.stepURL(v, a, escaped(p.Slug)), Before: step(at - 1), Next: step(at + 1), Address: s.pageAddress(a, p) + "/" + one.ID.String(),
	}
	if view.Title == "" {
		view.Title = v.words.T("portfolio.untitled", "n", at+1)
	}
	if v.id() == a.ID {
		view.Edit = portfolioPath(p.ID) + portion(at/portionMax)
	}
	frame, err := s.sitePageAround(r, v, a)
	if err != nil {
		return nil, err
	}
	if !p.Draft {
		frame.Meta = web.Meta{Index: a.Indexable, Canonical: view.Address, Type: "article", Description: clip(one.Alt, descriptionMax), Feeds: s.feeds(v, strand{owner: a})}
		s.show(&frame.Meta, one.Medium)
	}
	return &sheet{page: web.Piece(frame, view), about: []id.ID{a.ID}}, nil
}

// portion is how an address names a part of the pictures, from 0.
func portion(n int) string {
	if n == 0 {
		return ""
	}
	return "?part=" + strconv.Itoa(n+1)
}

// myPortfolio is the portfolio of the reader's that an address names, with its pictures.
func (s *Site) myPortfolio(r *http.Request, v *reader) (*page.Page, []page.Picture, error) {
	p, err := s.myPage(r, v)
	if err == nil && p.Kind != page.Portfolio {
		err = nothingHere()
	}
	if err != nil {
		return nil, nil, err
	}
	all, err := s.Pages.Pictures(r.Context(), v.me.ID, p)
	return p, all, err
}

// askPictures is the form that arranges the pictures of a portfolio.
func (s *Site) askPictures(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, all, err := s.myPortfolio(r, v)
	if err != nil {
		return err
	}
	return s.picturesPage(w, r, v, http.StatusOK, s.picturesForm(r, v, p, all))
}

// picturesForm is a part of the pictures of a portfolio as its owner may change them.
func (s *Site) picturesForm(r *http.Request, v *reader, p *page.Page, all []page.Picture) web.PicturesForm {
	at, err := strconv.Atoi(r.URL.Query().Get("part"))
	last := max(len(all)-1, 0) / portionMax
	if at--; err != nil || at < 0 || at > last {
		at = 0
	}
	base := portfolioPath(p.ID)
	form := web.PicturesForm{
		Title: p.Title, Draft: p.Draft, Page: personPath(v.me) + escaped(p.Slug), Edit: keptPath(p.ID), Add: base, Action: base + "/arrange" + portion(at),
		Count: len(all), Most: page.PortfolioMax, AtOnce: min(atOnce, page.PortfolioMax-len(all)),
	}
	for i := at * portionMax; i < min((at+1)*portionMax, len(all)); i++ {
		one := all[i]
		form.Pictures = append(form.Pictures, web.PieceField{
			ID: one.ID.String(), Small: picture(one.Medium, media.Small), Title: one.Title, Alt: one.Alt, Place: strconv.Itoa(i + 1), First: i == 0, Last: i == len(all)-1,
		})
	}
	for i := range last + 1 {
		if last > 0 {
			form.Parts = append(form.Parts, web.MenuItem{Label: strconv.Itoa(i*portionMax+1) + "–" + strconv.Itoa(min((i+1)*portionMax, len(all))), URL: base + portion(i), Here: i == at})
		}
	}
	return form
}

func (s *Site) picturesPage(w http.ResponseWriter, r *http.Request, v *reader, status int, form web.PicturesForm) error {
	frame, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Pictures(frame, form))
}

// addPictures takes pictures into a portfolio. Those that can be taken are, and of the others the form says why.
func (s *Site) addPictures(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, all, err := s.myPortfolio(r, v)
	if err != nil {
		return err
	}
	in, err := server.DecodeUpload[struct {
		Pictures []*multipart.FileHeader `form:"pictures"`
	}](r, atOnce*media.PictureMax+1<<20)
	if err != nil {
		return err
	}
	form := s.picturesForm(r, v, p, all)
	var ids []id.ID
	var wrong error
	switch {
	case len(in.Pictures) > atOnce:
		wrong = fault.New(fault.Invalid, "fault.page.pictures_at_once", "max", atOnce)
	case len(in.Pictures) == 0:
		wrong = fault.New(fault.Invalid, "fault.page.pictures_none")
	default:
		for _, f := range in.Pictures {
			m, err := s.take(r.Context(), v.me.ID, slot{file: f})
			switch {
			case err != nil && !typedWrong(err) && !fault.Is(err, fault.TooMany):
				return err
			case err != nil:
				wrong = err
				form.Refused = append(form.Refused, clip(f.Filename, 80))
			case m != nil:
				ids = append(ids, m.ID)
			}
		}
	}
	if len(ids) > 0 {
		err := s.Pages.AddPictures(r.Context(), v.me.ID, p.ID, ids)
		if fault.Is(err, fault.Invalid, fault.NotFound) {
			wrong = err
		} else if err != nil {
			return err
		}
	}
	if wrong == nil {
		return seeOther(w, portfolioPath(p.ID)+portion((len(all)+len(ids)-1)/portionMax)+"#added")
	}
	if all, err = s.Pages.Pictures(r.Context(), v.me.ID, p); err != nil {
		return err
	}
	refused := form.Refused
	form = s.picturesForm(r, v, p, all)
	form.Refused, form.Wrong = refused, server.Sentence(v.words, wrong)
	return s.picturesPage(w, r, v, http.StatusUnprocessableEntity, form)
}

// pieced is the form that arranges the pictures of a portfolio, as web.PicturesForm tells it.
type pieced struct {
	ID    map[int]id.ID  `form:"piece-*"`
	Title map[int]string `form:"title-*"`
	Alt   map[int]string `form:"alt-*"`
	Place map[int]string `form:"place-*"`
	Drop  map[int]bool   `form:"drop-*"`
	Do    string         `form:"do"`
}

// captions are what the form says of pictures. A place is told where it is not what it was.
func (in *pieced) captions(all []page.Picture) (out []page.Caption) {
	for i := 1; i <= portionMax; i++ {
		which, ok := in.ID[i]
		if !ok {
			continue
		}
		c := page.Caption{ID: which, Title: in.Title[i], Alt: in.Alt[i], Drop: in.Drop[i]}
		now := 0
		for n := range all {
			if all[n].ID == which {
				now = n + 1
			}
		}
		place, err := strconv.Atoi(in.Place[i])
		if err == nil && place != now && place > 0 {
			c.Place = place
		}
		switch in.Do {
		case "up-" + which.String():
			c.Place = now - 1
		case "down-" + which.String():
			c.Place = now + 1
		}
		out = append(out, c)
	}
	return out
}

// arrangePictures keeps what was said of pictures, and where they stand. Every
// button keeps all that was typed.
func (s *Site) arrangePictures(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, all, err := s.myPortfolio(r, v)
	if err != nil {
		return err
	}
	in, err := server.Decode[pieced](r)
	if err != nil {
		return err
	}
	back := portfolioPath(p.ID)
	if at := r.URL.Query().Get("part"); at != "" {
		if n, err := strconv.Atoi(at); err == nil {
			back += portion(n - 1)
		}
	}
	err = s.Pages.ArrangePictures(r.Context(), v.me.ID, p.ID, in.captions(all))
	if err == nil {
		if _, moved, ok := strings.Cut(in.Do, "-"); ok {
			return seeOther(w, back+"#piece-"+moved)
		}
		if strings.Contains(back, "?") {
			return seeOther(w, back+"&notice=saved")
		}
		return seeOther(w, with(back, "saved"))
	}
	if !typedWrong(err) {
		return err
	}
	form := s.picturesForm(r, v, p, all)
	form.Failed = server.Sentence(v.words, err)
	for i := range form.Pictures {
		if one := &form.Pictures[i]; in.ID[i+1].String() == one.ID {
			one.Title, one.Alt, one.Place = in.Title[i+1], in.Alt[i+1], in.Place[i+1]
		}
	}
	return s.picturesPage(w, r, v, http.StatusUnprocessableEntity, form)
}
