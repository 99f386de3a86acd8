package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/id"
	"allod/protocol/sitemap"
)

const (
	sitemapPath  = "/sitemap.xml"
	sitemapsPath = "/sitemaps/"
	pagesMap     = "pages.xml"
	xmlType      = "application/xml; charset=utf-8"
	mappedMax    = 5000 // people in the map of a home
)

// sitemap tells search engines of the maps of all sites at this host.
func (s *Site) sitemap(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.mapped(w, r, v, func() (*sheet, error) {
		people, err := s.mappedPeople(r.Context(), v)
		if err != nil {
			return nil, err
		}
		var maps []sitemap.Place
		about := []id.ID{theHouse}
		for _, a := range people {
			at := s.mapOrigin(v) + sitemapsPath + url.PathEscape(a.Name) + "/"
			maps = append(maps, sitemap.Place{Address: at + pagesMap})
			for year := s.Now().UTC().Year(); year >= a.CreatedAt.UTC().Year() && !a.LastPostAt.IsZero(); year-- {
				maps = append(maps, sitemap.Place{Address: at + strconv.Itoa(year) + ".xml"})
			}
			about = append(about, a.ID)
		}
		body, err := sitemap.Index(maps)
		return &sheet{feed: body, kind: xmlType, about: about}, err
	})
}

// mappedPeople are those whose sites are at the host asked, as far as they want to be found.
func (s *Site) mappedPeople(ctx context.Context, v *reader) ([]*account.Account, error) {
	if v.domain == nil {
		return s.Accounts.Indexable(ctx, mappedMax)
	}
	if !v.domain.Indexable {
		return nil, nil
	}
	return []*account.Account{v.domain}, nil
}

// mapOrigin is the origin of the host asked.
func (s *Site) mapOrigin(v *reader) string {
	if v.domain != nil {
		return s.Names.Own(v.domain)
	}
	return s.Names.Origin
}

// siteMap is the map of somebody's pages, or of what they posted in a year.
func (s *Site) siteMap(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.mapped(w, r, v, func() (*sheet, error) {
		a, err := s.resident(r.Context(), r.PathValue("name"))
		if err != nil {
			return nil, err
		}
		own := v.domain != nil && v.domain.ID == a.ID || v.domain == nil && a.Domain == ""
		if !own || a.Gone() || !a.Indexable {
			return nil, nothingHere()
		}
		var places []sitemap.Place
		if part := r.PathValue("part"); part == pagesMap {
			places, err = s.mapOfPages(r.Context(), a)
		} else {
			places, err = s.mapOfYear(r.Context(), a, part)
		}
		if err != nil {
			return nil, err
		}
		body, err := sitemap.Set(places)
		return &sheet{feed: body, kind: xmlType, about: []id.ID{a.ID}}, err
	})
}

func (s *Site) mapOfPages(ctx context.Context, a *account.Account) ([]sitemap.Place, error) {
	places := []sitemap.Place{{Address: s.siteAddress(a), Changed: a.LastPostAt}}
	pages, err := s.Pages.All(ctx, 0, a.ID)
	for _, p := range pages {
		places = append(places, sitemap.Place{Address: s.pageAddress(a, p), Changed: p.UpdatedAt})
	}
	return places, err
}

func (s *Site) mapOfYear(ctx context.Context, a *account.Account, part string) ([]sitemap.Place, error) {
	number, ok := strings.CutSuffix(part, ".xml")
	year, err := strconv.Atoi(number)
	if !ok || err != nil || year < 1970 || year > s.Now().UTC().Year() {
		return nil, nothingHere()
	}
	begin := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
	all, err := s.Pages.Map(ctx, a.ID, begin, begin.AddDate(1, 0, 0))
	places := make([]sitemap.Place, len(all))
	for i, spot := range all {
		places[i] = sitemap.Place{Address: s.Names.Site(a) + "/" + spot.ID.String(), Changed: spot.ChangedAt}
	}
	return places, err
}

// mapped answers with a map, the same for every reader.
func (s *Site) mapped(w http.ResponseWriter, r *http.Request, v *reader, write func() (*sheet, error)) error {
	visitor := *v
	visitor.me = nil
	return s.publish(w, r, &visitor, write)
}
