package site

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/post"
	"allod/internal/search"
	"allod/internal/server"
	"allod/web"
)

// Bounds of a question, and of the people it finds.
const (
	questionMax    = 2000 // bytes
	peopleFoundMax = 6
	pagesFoundMax  = 6
	beginningMax   = 160 // characters of how a page begins
)

// search finds posts, and for those who live here people, by words. Who lives
// here and typed an address nobody here knows has its own home asked, but not
// by a link on another site.
func (s *Site) search(w http.ResponseWriter, r *http.Request, v *reader) error {
	view := web.SearchView{Action: searchPath, Sought: web.Field{Value: strings.TrimSpace(r.URL.Query().Get("q"))}}
	q := view.Sought.Value
	if len(q) > questionMax || !utf8.ValidString(q) {
		return fault.New(fault.Invalid, "")
	}
	first := r.URL.Query().Get("max_id") == ""
	if q != "" && first {
		if err := s.searchNames(r, v, q, &view); err != nil {
			return err
		}
		if view.Elsewhere != "" && ours(r) {
			if p, err := s.askThere(r, v, q, &view); p != nil || err != nil {
				return orThere(w, p, err)
			}
		}
		if err := s.searchPages(r, v, q, &view); err != nil {
			return err
		}
	}
	path := searchPath + "?" + url.Values{"q": {q}}.Encode()
	l, err := s.list(r, v, path, true, func(ctx context.Context, at id.Page) ([]post.Item, error) {
		posts, err := s.Search.Posts(ctx, v.id(), search.Read(q), at)
		items := make([]post.Item, len(posts))
		for i, p := range posts {
			items[i] = post.Item{ID: p.ID, Post: p}
		}
		return items, err
	})
	if err != nil {
		return err
	}
	view.Posts, view.Older, view.Newest = l.posts, l.older, l.newest
	p, err := s.page(r, v, web.Nowhere, s.hueFor(r.Context(), v))
	if err != nil {
		return err
	}
	status := http.StatusOK
	if view.Sought.Error != "" {
		status = http.StatusUnprocessableEntity
	}
	return s.draw(w, r, status, web.Search(p, view))
}

// ours reports whether a request may make the home ask another: a browser says
// that a page of this home made it, or the address was typed.
func ours(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "same-origin" || site == "none"
}

// askThere has the home asked that an address is of. Somebody found is put
// among the people; a post is returned.
func (s *Site) askThere(r *http.Request, v *reader, q string, view *web.SearchView) (*post.Post, error) {
	a, what, err := s.seek(r, v, q)
	switch {
	case fault.Is(err, notThere...):
		view.Sought.Error, view.Elsewhere = server.Sentence(v.words, err), ""
		return nil, nil
	case err != nil:
		return nil, err
	case a == nil:
		return s.Posts.Get(r.Context(), v.me.ID, what)
	}
	relations, err := s.relations(r.Context(), v, []*account.Account{a})
	view.People, view.Elsewhere = []web.PersonRow{{Person: s.person(v, a), Relation: relations[0]}}, ""
	return nil, err
}

// orThere leads to a post that was found.
func orThere(w http.ResponseWriter, p *post.Post, err error) error {
	if err != nil {
		return err
	}
	return seeOther(w, postPath(p))
}

// searchNames finds what the words are the name of: people, a hashtag, an address elsewhere.
func (s *Site) searchNames(r *http.Request, v *reader, q string, view *web.SearchView) error {
	ctx := r.Context()
	if tag := markup.FoldTag(strings.TrimPrefix(q, "#")); len(tag) <= tagMax && !strings.ContainsAny(tag, " \x00/") {
		items, err := s.Posts.ByTag(ctx, v.id(), tag, id.Page{Limit: 1})
		if err != nil {
			return err
		}
		if len(items) > 0 {
			view.Tag = &web.Link{Label: "#" + tag, URL: tagPath + url.PathEscape(tag)}
		}
	}
	if v.me == nil {
		return nil
	}
	people, err := s.Search.People(ctx, v.me.ID, q, search.Choice{Most: peopleFoundMax})
	if err != nil {
		return err
	}
	relations, err := s.relations(ctx, v, people)
	if err != nil {
		return err
	}
	for i, a := range people {
		if a.URI != account.HomeURI {
			view.People = append(view.People, web.PersonRow{Person: s.person(v, a), Relation: relations[i]})
		}
	}
	if len(people) == 0 && locates(q) {
		view.Elsewhere = peoplePath + "/find?" + url.Values{"address": {q}}.Encode()
	}
	return nil
}

// searchPages finds pages of the sites of people who live here.
func (s *Site) searchPages(r *http.Request, v *reader, q string, view *web.SearchView) error {
	pages, err := s.Search.Pages(r.Context(), search.Read(q), pagesFoundMax)
	if err != nil {
		return err
	}
	for _, p := range pages {
		a, err := s.Accounts.Get(r.Context(), p.AccountID)
		if err != nil {
			return err
		}
		view.Pages = append(view.Pages, web.PageFound{
			Page: web.Link{Label: p.Title, URL: s.pageAddress(a, p)}, Whose: s.person(v, a),
			Words: clip(s.Text.Plain(s.pageHTML(p.Text)), beginningMax),
		})
	}
	return nil
}

// locates reports whether a text says on which server something is.
func locates(text string) bool {
	if h, err := address.ParseHandle(text); err == nil && h.Host != "" {
		return true
	}
	_, err := address.Parse(text)
	return err == nil
}
