package site

import (
	"context"
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// pageSize is how many posts a page shows.
const pageSize = 20

// front is the home stream of one who lives here. A visitor sees the site of
// the one person who does, or whose house it is.
func (s *Site) front(w http.ResponseWriter, r *http.Request, v *reader) error {
	if v.me != nil {
		return s.home(w, r, v)
	}
	return s.publish(w, r, v, func() (*sheet, error) {
		alone, err := s.Alone(r.Context())
		if err != nil {
			return nil, err
		}
		if alone != nil {
			return s.site(r, v, alone)
		}
		people, _, err := s.Accounts.Population(r.Context())
		if err != nil {
			return nil, err
		}
		return s.porch(r, v, people > 0)
	})
}

// theHouse is what the front of a house without a person is about.
const theHouse id.ID = 0

func (s *Site) home(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.page(r, v, web.PlaceHome, v.me.Hue)
	if err != nil {
		return err
	}
	l, err := s.listAt(r, v, moderation.Home, homePath, false, func(ctx context.Context, at id.Page) ([]post.Item, error) {
		return s.Streams.Home(ctx, v.me.ID, at)
	})
	if err != nil {
		return err
	}
	view := web.HomeView{Posts: l.posts, Older: l.older, Newest: l.newest, Hidden: l.hidden, Stream: eventsPath + streamHome}
	if l.newest == "" {
		view.Desk = s.desk(v)
	}
	if view.Desk != nil {
		if view.Begun, err = s.begun(r, v); err != nil {
			return err
		}
	}
	return s.draw(w, r, http.StatusOK, web.Home(p, view))
}

// A list is a page of posts with the ways on.
type list struct {
	posts         []web.Post
	older, newest string
	hidden        int // left out because the reader does not want to see it
	about         []id.ID
}

// list reads the page of a list that a request asks for by max_id. The path
// is that of the first page.
func (s *Site) list(r *http.Request, v *reader, path string, asked bool, read func(context.Context, id.Page) ([]post.Item, error)) (l list, err error) {
	return s.listAt(r, v, moderation.Public, path, asked, read)
}

// listAt is list at a place, where what its reader does not want to see is left out or folded.
func (s *Site) listAt(r *http.Request, v *reader, place moderation.Place, path string, asked bool, read func(context.Context, id.Page) ([]post.Item, error)) (l list, err error) {
	at := id.Page{Limit: pageSize + 1}
	if at.Max, err = server.QueryID(r, "max_id"); err != nil {
		return l, err
	}
	seen, err := s.veil(r.Context(), v, place, at, pageSize, read)
	if err != nil {
		return l, err
	}
	items := seen.items
	l.hidden = seen.hidden
	if l.posts, err = s.entries(r.Context(), v, items, asked); err != nil {
		return l, err
	}
	for i, it := range items {
		if covers := seen.covers[it.ID]; covers != nil {
			l.posts[i].Fold = s.fold(v, covers)
		}
	}
	if seen.last != 0 {
		l.older = path + further(path) + "max_id=" + seen.last.String()
	}
	if at.Max != 0 {
		l.newest = path
	}
	for _, it := range items {
		l.about = append(l.about, it.Post.AuthorID)
		if it.By != nil {
			l.about = append(l.about, it.By.ID)
		}
	}
	return l, nil
}

// further is what stands between an address and one more value of its query.
func further(path string) string {
	if strings.Contains(path, "?") {
		return "&"
	}
	return "?"
}

// tag is the public posts with a hashtag.
func (s *Site) tag(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.publish(w, r, v, func() (*sheet, error) {
		tag := r.PathValue("tag")
		if !goodTag(tag) {
			return nil, nothingHere()
		}
		l, err := s.list(r, v, r.URL.EscapedPath(), true, func(ctx context.Context, at id.Page) ([]post.Item, error) {
			return s.Posts.ByTag(ctx, v.id(), tag, at)
		})
		if err != nil {
			return nil, err
		}
		p, err := s.page(r, v, web.Nowhere, s.hueFor(r.Context(), v))
		if err != nil {
			return nil, err
		}
		p.Meta.Feeds = s.feeds(v, strand{tag: tag})
		return &sheet{page: web.Tag(p, web.TagView{Tag: tag, Posts: l.posts, Older: l.older, Newest: l.newest, Feeds: p.Meta.Feeds}), about: l.about}, nil
	})
}

// tagMax is the longest hashtag that is looked for, in bytes.
const tagMax = 500

// resident is one who lives here, by name; the house itself is nobody.
func (s *Site) resident(ctx context.Context, name string) (*account.Account, error) {
	a, err := s.Accounts.ByName(ctx, name)
	if err == nil && a.URI == account.HomeURI {
		err = nothingHere()
	}
	return a, err
}
