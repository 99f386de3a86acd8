package site

import (
	"context"
	"net/http"
	"strconv"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/relationship"
	"allod/protocol/syndication"
)

// followsMax is how many people a list to take away holds.
const followsMax = 10_000

// follows is the list of whom the reader follows, to take away: for feed
// readers, and for whoever keeps it (OPML 2.0). People who live here have
// feeds; of others their pages are known, and not what their servers offer.
func (s *Site) follows(w http.ResponseWriter, r *http.Request, v *reader) error {
	people, err := s.followed(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	list := syndication.Subscriptions{
		Title: v.words.T("feeds.follows_of", "name", v.me.Called()), OwnerName: v.me.Called(), OwnerURL: s.Names.Profile(v.me), Made: s.Now(),
	}
	for _, a := range people {
		source := syndication.Source{Name: a.Called(), Page: s.Names.Profile(a), Handle: s.Names.Handle(a)}
		if a.Local {
			source.Feed = source.Page + "/" + formats[0].file
		}
		list.Sources = append(list.Sources, source)
	}
	body, err := list.OPML()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", syndication.ContentTypeOPML)
	h.Set("Content-Disposition", `attachment; filename="follows.opml"`)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "private, no-store")
	_, err = w.Write(body)
	return err
}

// followed are the people that who follows, newest first.
func (s *Site) followed(ctx context.Context, who id.ID) (out []*account.Account, err error) {
	at := id.Page{Limit: relationship.ListMax}
	for len(out) < followsMax {
		some, err := s.Ties.Following(ctx, who, at)
		if err != nil || len(some) == 0 {
			return out, err
		}
		for _, l := range some {
			out = append(out, l.Account)
		}
		at.Max = some[len(some)-1].ID
	}
	return out, nil
}
