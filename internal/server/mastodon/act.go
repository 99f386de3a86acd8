package mastodon

import (
	"context"
	"net/http"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

func (d *door) favourite(w http.ResponseWriter, r *http.Request) error {
	return d.act(w, r, d.Posts.Like)
}

func (d *door) unfavourite(w http.ResponseWriter, r *http.Request) error {
	return d.act(w, r, d.Posts.Unlike)
}

func (d *door) unreblog(w http.ResponseWriter, r *http.Request) error {
	return d.act(w, r, d.Posts.Unboost)
}

// act has the caller do something with the status of the path, and answers how it is then.
func (d *door) act(w http.ResponseWriter, r *http.Request, do func(context.Context, *account.Account, id.ID) error) error {
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	me, err := d.me(r)
	if err != nil {
		return err
	}
	if err := do(r.Context(), me, i); err != nil {
		return err
	}
	return d.getStatus(w, r)
}

// reblog passes a status on and answers with the boost around it.
func (d *door) reblog(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Visibility string `json:"visibility"`
	}](r)
	if err != nil {
		return err
	}
	v := post.Public
	if in.Visibility != "" {
		var ok bool
		if v, ok = levelOf(in.Visibility); !ok || v == post.Direct {
			return wrong("visibility")
		}
	}
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	me, err := d.me(r)
	if err != nil {
		return err
	}
	b, err := d.Posts.Boost(r.Context(), me, i, v)
	if err != nil {
		return err
	}
	p, err := d.Posts.Get(r.Context(), me.ID, i)
	if err != nil {
		return err
	}
	return d.answer(w, d.Render.Item(post.Item{ID: b.ID, Post: p, Boost: b, By: me}, me.ID))
}

func (d *door) favouritedBy(w http.ResponseWriter, r *http.Request) error {
	return d.actors(w, r, d.Posts.LikedBy)
}

func (d *door) rebloggedBy(w http.ResponseWriter, r *http.Request) error {
	return d.actors(w, r, d.Posts.BoostedBy)
}

// actors tells who did something with a status.
func (d *door) actors(w http.ResponseWriter, r *http.Request, list func(ctx context.Context, viewer, post id.ID, p id.Page) ([]*account.Account, []id.ID, error)) error {
	p, err := page(r, accountsUsual, accountsMax)
	if err != nil {
		return err
	}
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	people, at, err := list(r.Context(), viewer(r), i, p)
	if err != nil {
		return err
	}
	out := make([]mastodon.Account, len(people))
	for n, a := range people {
		out[n] = d.Render.Account(a)
	}
	if len(at) > 0 {
		d.link(w, r, at[0], at[len(at)-1])
	}
	return d.answer(w, out)
}
