package site

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/page"
	"allod/web"
)

// sitePage is what is at a path below /@name that is none of the house's own.
func (s *Site) sitePage(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, path string) error {
	if h.Host != "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nothingHere()
	}
	a, err := s.known(r.Context(), h)
	if err != nil {
		return err
	}
	if slug, part, below := strings.Cut(path, "/"); below {
		if err := s.pagePart(w, r, v, a, slug, part); !errors.Is(err, errNoPart) {
			return err
		}
	}
	at, err := s.Pages.Find(r.Context(), v.id(), a.ID, path)
	if fault.Is(err, fault.NotFound) && r.URL.RawQuery != "" {
		at, err = s.Pages.Find(r.Context(), v.id(), a.ID, path+"?"+r.URL.RawQuery)
	}
	switch {
	case err != nil:
		return err
	case at.Page == nil:
		to := s.stepURL(v, a, escaped(at.To))
		if to == "" {
			to = homePath
		}
		return leadOn(w, to)
	}
	return s.publish(w, r, v, func() (*sheet, error) { return s.pageSheet(r, v, a, at.Page, "") })
}

// errNoPart is that a path is of no part of a page.
var errNoPart = errors.New("no part of a page")

// pagePart is what lies below the address of a page, or below one it had before.
func (s *Site) pagePart(w http.ResponseWriter, r *http.Request, v *reader, a *account.Account, slug, part string) error {
	at, err := s.Pages.Find(r.Context(), v.id(), a.ID, slug)
	switch {
	case fault.Is(err, fault.NotFound, fault.Gone):
		return errNoPart
	case err != nil:
		return err
	case at.Page == nil && !strings.Contains(at.To, "/"):
		if moved, err := s.Pages.Find(r.Context(), v.id(), a.ID, at.To); err != nil || moved.Page == nil || !moved.Page.HasParts() {
			return errNoPart
		}
		return leadOn(w, s.stepURL(v, a, escaped(at.To+"/"+part)))
	case at.Page == nil || !at.Page.HasParts():
		return errNoPart
	}
	if at.Page.Kind == page.Portfolio {
		return s.portfolioPart(w, r, v, a, at.Page, part)
	}
	return s.calendarPart(w, r, v, a, at.Page, part)
}

// escaped is a path below a site, as it stands in an address.
func escaped(path string) string {
	if path == "/" {
		return ""
	}
	steps := strings.Split(path, "/")
	for i, step := range steps {
		steps[i] = url.PathEscape(step)
	}
	return "/" + strings.Join(steps, "/")
}

// leadOn leads on for good.
func leadOn(w http.ResponseWriter, to string) error {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusMovedPermanently)
	return nil
}

// pageSheet is a page of somebody's site as a reader sees it.
// It is one part of it, where the page has several.
func (s *Site) pageSheet(r *http.Request, v *reader, a *account.Account, p *page.Page, part string) (*sheet, error) {
	at, err := s.siteView(r.Context(), v, a, p.Slug)
	if err != nil {
		return nil, err
	}
	pictures, err := s.Pages.Pictures(r.Context(), v.id(), p)
	if err != nil {
		return nil, err
	}
	html, rest := s.pageWords(p, pictures)
	view := web.PageView{
		Site: at, Title: p.Title, HTML: html, Language: p.Language, URL: s.pageAddress(a, p), Draft: p.Draft,
		Updated: p.UpdatedAt.In(v.zone),
	}
	if p.Kind == page.Contact {
		view.Reach = &web.ReachView{Address: s.Names.Handle(a), Facts: s.facts(a)}
	}
	if p.Kind == page.Portfolio {
		view.Portfolio = s.portfolioView(v, a, p, pictures)
	} else {
		view.Beside = s.besides(rest)
	}
	if p.Kind == page.Calendar {
		if view.Calendar, err = s.calendarView(r, v, a, p, part == pastStep); err != nil {
			return nil, err
		}
	}
	if v.id() == a.ID {
		view.Edit = keptPath(p.ID)
	}
	frame, err := s.sitePageAround(r, v, a)
	if err != nil {
		return nil, err
	}
	if !p.Draft {
		frame.Meta = web.Meta{
			Index: a.Indexable, Canonical: view.URL, Description: clip(s.Text.Plain(view.HTML), descriptionMax), Type: "article", Feeds: s.feeds(v, strand{owner: a}),
		}
		if cover := p.CoverOf(pictures); cover != nil {
			s.show(&frame.Meta, cover.Medium)
		}
	}
	return &sheet{page: web.SitePage(frame, view), about: []id.ID{a.ID}}, nil
}

// pageHTML is what somebody wrote on a page of theirs.
func (s *Site) pageHTML(text string) string {
	return s.Text.RenderArticle(text, markup.Links{Tag: func(tag string) string { return s.Names.Tag(markup.FoldTag(tag)) }}).HTML
}

// pageWords is what somebody wrote on a page of theirs, with the pictures that
// it names by their number, and those that it does not name.
func (s *Site) pageWords(p *page.Page, all []page.Picture) (html string, rest []page.Picture) {
	named := make([]bool, len(all))
	html = s.Text.RenderArticle(p.Text, markup.Links{
		Tag: func(tag string) string { return s.Names.Tag(markup.FoldTag(tag)) },
		Picture: func(destination string) (markup.Picture, bool) {
			n, err := strconv.Atoi(destination)
			if err != nil || n < 1 || n > len(all) || p.Kind == page.Portfolio {
				return markup.Picture{}, false
			}
			m := all[n-1]
			named[n-1] = true
			return markup.Picture{Source: picture(m.Medium, media.Large), Alt: m.Alt, Width: m.Width, Height: m.Height}, true
		},
	}).HTML
	for i, m := range all {
		if !named[i] {
			rest = append(rest, m)
		}
	}
	return html, rest
}

// besides are pictures below the words of a page.
func (s *Site) besides(all []page.Picture) (out []web.Media) {
	for _, m := range all {
		out = append(out, s.medium(m.Medium))
	}
	return out
}

// show has links to a page show a picture (Open Graph).
func (s *Site) show(meta *web.Meta, m *media.Medium) {
	if f := m.Variant(media.Large); f != nil && m.Kind == media.Image {
		meta.Image, meta.ImageAlt, meta.ImageType, meta.ImageWidth, meta.ImageHeight = s.Names.File(f.Key), m.Alt, f.Mime, f.Width, f.Height
	}
}

// pageAddress is the absolute address of a page.
func (s *Site) pageAddress(a *account.Account, p *page.Page) string {
	return s.Names.Site(a) + escaped(p.Slug)
}

// sitePageAround is what stands around a page of somebody's site.
func (s *Site) sitePageAround(r *http.Request, v *reader, a *account.Account) (web.Page, error) {
	place := web.Nowhere
	if v.id() == a.ID {
		place = web.PlaceSite
	}
	return s.land(r, v, place, a)
}

// siteView is the head of somebody's site; here is the slug of the page one is on, "" for its front.
func (s *Site) siteView(ctx context.Context, v *reader, a *account.Account, here string) (web.SiteView, error) {
	view := web.SiteView{Person: s.person(v, a), URL: s.personURL(v, a)}
	if !a.Local {
		return view, nil
	}
	pages, err := s.Pages.Menu(ctx, v.id(), a.ID)
	if err != nil {
		return view, err
	}
	view.Menu = append(view.Menu, web.MenuItem{Label: v.words.T("site.front"), URL: view.URL, Here: here == ""})
	whole, err := s.Pages.Site(ctx, a.ID)
	if err != nil {
		return view, err
	}
	if len(whole.Front) > 0 {
		view.Menu = append(view.Menu, web.MenuItem{Label: v.words.T("site.posts"), URL: s.stepURL(v, a, "/"+postsStep), Here: here == postsStep})
	}
	for _, p := range pages {
		view.Menu = append(view.Menu, web.MenuItem{Label: p.Called(), URL: s.stepURL(v, a, escaped(p.Slug)), Here: here == p.Slug})
	}
	return view, nil
}

// nowhere is the word for a page of a site that its menu does not list.
const nowhere = "?"

// missing answers for an address of somebody's site that nothing is at, in
// their words. What else went wrong, or nobody is there, stays err.
func (s *Site) missing(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, err error) error {
	if h.Host != "" || !fault.Is(err, fault.NotFound, fault.Gone) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return err
	}
	a, none := s.known(r.Context(), h)
	if none != nil {
		return err
	}
	at, none := s.siteView(r.Context(), v, a, nowhere)
	if none != nil {
		return none
	}
	frame, none := s.sitePageAround(r, v, a)
	if none != nil {
		return none
	}
	status := http.StatusNotFound
	if fault.Is(err, fault.Gone) {
		status = http.StatusGone
	}
	view := web.MissingView{Site: at, Gone: status == http.StatusGone}
	if whole, none := s.Pages.Site(r.Context(), a.ID); none != nil {
		return none
	} else if whole.Missing != "" {
		view.HTML = s.pageHTML(whole.Missing)
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.draw(w, r, status, web.Missing(frame, view))
}
