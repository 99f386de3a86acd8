package mastodon

import (
	"context"
	"net/http"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/post"
)

func (d *door) bookmark(w http.ResponseWriter, r *http.Request) error {
	return d.act(w, r, func(ctx context.Context, me *account.Account, p id.ID) error { return d.Posts.Keep(ctx, me.ID, p) })
}

func (d *door) unbookmark(w http.ResponseWriter, r *http.Request) error {
	return d.act(w, r, func(ctx context.Context, me *account.Account, p id.ID) error { return d.Posts.Unkeep(ctx, me.ID, p) })
}

// bookmarks are the statuses that the caller keeps. The list is paged by when
// they were kept, as its Link header says.
func (d *door) bookmarks(w http.ResponseWriter, r *http.Request) error {
	p, err := page(r, statusesUsual, post.ListMax)
	if err != nil {
		return err
	}
	items, err := d.Posts.KeptBy(r.Context(), viewer(r), p)
	if err != nil {
		return err
	}
	if len(items) > 0 {
		d.link(w, r, items[0].ID, items[len(items)-1].ID)
	}
	return d.answer(w, d.Render.Items(items, viewer(r)))
}
