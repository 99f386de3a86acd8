package site

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/id"
	"allod/internal/locale"
	"allod/internal/markup"
	"allod/internal/post"
	"allod/web"
)

// A strand is a part of what is said here to everyone, with a page and feeds
// of its own: all of one person, what they said of one kind or with a
// hashtag, or what everybody here said with a hashtag.
type strand struct {
	owner *account.Account // nil for that of the house
	kind  string           // one of kinds, or ""
	tag   string           // as the address has it, or ""
}

// kinds are the kinds of posts that have pages and feeds of their own, by the
// word in their addresses.
var kinds = map[string]post.Choice{
	"notes":    {Public: true, Kind: "note"},
	"articles": {Public: true, Kind: "article"},
	"pictures": {Public: true, MediaOnly: true},
}

// strandOf reads what follows /@name/ in the address of a strand's page.
func strandOf(owner *account.Account, rest string) (strand, bool) {
	if _, ok := kinds[rest]; ok {
		return strand{owner: owner, kind: rest}, true
	}
	if tag, ok := strings.CutPrefix(rest, "tags/"); ok && goodTag(tag) && !strings.Contains(tag, "/") {
		return strand{owner: owner, tag: tag}, true
	}
	return strand{owner: owner}, rest == ""
}

// goodTag reports whether a text may be looked for as a hashtag.
func goodTag(tag string) bool {
	return tag != "" && len(tag) <= tagMax && utf8.ValidString(tag) && !strings.ContainsRune(tag, 0)
}

// path is the address of the strand's page here.
func (st strand) path() string {
	at := ""
	if st.owner != nil {
		at = personPath(st.owner)
	}
	switch {
	case st.kind != "":
		return at + "/" + st.kind
	case st.tag != "":
		return at + tagPath + url.PathEscape(markup.FoldTag(st.tag))
	}
	return at
}

// strandURL is the address of the strand's page as everybody knows it.
func (s *Site) strandURL(st strand) string {
	if st.owner == nil {
		return s.Names.Origin + st.path()
	}
	return s.Names.Site(st.owner) + strings.TrimPrefix(st.path(), personPath(st.owner))
}

// name is what a strand is called.
func (st strand) name(l *locale.Locale) string {
	switch {
	case st.owner == nil:
		return "#" + st.tag
	case st.kind != "":
		return l.T("feeds."+st.kind, "name", st.owner.Called())
	case st.tag != "":
		return l.T("feeds.tagged", "name", st.owner.Called(), "tag", st.tag)
	}
	return st.owner.Called()
}

// items are a page of a strand, as viewer may see it: what is for everyone, but
// for those whom its owner has blocked.
func (s *Site) items(ctx context.Context, viewer id.ID, st strand, abroad bool, at id.Page) ([]post.Item, error) {
	if st.owner == nil {
		return s.Posts.ByTagHere(ctx, st.tag, at)
	}
	c := kinds[st.kind]
	c.Public, c.Abroad, c.Tag = true, abroad, st.tag
	return s.Posts.ByAuthor(ctx, viewer, st.owner.ID, c, at)
}

// strand is the page of a kind or hashtag of one who lives here.
func (s *Site) strand(w http.ResponseWriter, r *http.Request, v *reader, h address.Handle, rest string) error {
	return s.publish(w, r, v, func() (*sheet, error) {
		a, err := s.known(r.Context(), h)
		if err != nil {
			return nil, err
		}
		st, ok := strandOf(a, rest)
		if !ok || !a.Local {
			return nil, nothingHere()
		}
		l, err := s.list(r, v, st.path(), true, func(ctx context.Context, at id.Page) ([]post.Item, error) {
			return s.items(ctx, v.id(), st, false, at)
		})
		if err != nil {
			return nil, err
		}
		p, err := s.land(r, v, web.Nowhere, a)
		if err != nil {
			return nil, err
		}
		feeds := s.feeds(v, st)
		p.Meta = web.Meta{Index: a.Indexable, Canonical: s.strandURL(st), Type: "website", Feeds: feeds}
		view := web.StrandView{
			Title: st.name(v.words), Owner: s.person(v, a), Posts: l.posts, Older: l.older, Newest: l.newest, Feeds: feeds,
		}
		return &sheet{page: web.Strand(p, view), about: append(l.about, a.ID)}, nil
	})
}
