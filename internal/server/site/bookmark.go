package site

import (
	"context"
	"net/http"

	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/web"
)

// bookmarksPath is where the posts one keeps are.
const bookmarksPath = "/kept"

// bookmark keeps a post to find it again, or does so no longer.
func (s *Site) bookmark(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, on, err := toggle(r)
	if err != nil {
		return err
	}
	if on {
		err = s.Posts.Keep(r.Context(), v.me.ID, what)
	} else {
		err = s.Posts.Unkeep(r.Context(), v.me.ID, what)
	}
	if err != nil {
		return err
	}
	return s.toggled(w, r, what, web.KeepForm(s.frame(v), web.Act{Action: r.URL.Path, On: on}))
}

// bookmarks are the posts that the reader keeps.
func (s *Site) bookmarks(w http.ResponseWriter, r *http.Request, v *reader) error {
	p, err := s.page(r, v, web.PlaceKept, v.me.Hue)
	if err != nil {
		return err
	}
	l, err := s.listAt(r, v, moderation.Profile, bookmarksPath, true, func(ctx context.Context, at id.Page) ([]post.Item, error) {
		return s.Posts.KeptBy(ctx, v.me.ID, at)
	})
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Kept(p, web.KeptView{Posts: l.posts, Older: l.older, Newest: l.newest}))
}
