package mastodon

import (
	"context"
	"net/http"

	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

func listOf(l *relationship.List) mastodon.ReadingList {
	return mastodon.ReadingList{ID: l.ID.String(), Title: l.Title, RepliesPolicy: string(l.Replies), Exclusive: l.Exclusive}
}

func (d *door) lists(w http.ResponseWriter, r *http.Request) error {
	return d.someLists(w, func() ([]*relationship.List, error) { return d.Ties.Lists(r.Context(), viewer(r)) })
}

// listsOfAccount are those of the caller's lists that an account is on.
func (d *door) listsOfAccount(w http.ResponseWriter, r *http.Request) error {
	a, err := d.account(r)
	if err != nil {
		return err
	}
	return d.someLists(w, func() ([]*relationship.List, error) { return d.Ties.ListsWith(r.Context(), viewer(r), a.ID) })
}

func (d *door) someLists(w http.ResponseWriter, read func() ([]*relationship.List, error)) error {
	all, err := read()
	if err != nil {
		return err
	}
	out := make([]mastodon.ReadingList, len(all))
	for i, l := range all {
		out[i] = listOf(l)
	}
	return d.answer(w, out)
}

// list is the caller's own that the path names.
func (d *door) list(r *http.Request) (*relationship.List, error) {
	which, err := server.PathID(r, "id")
	if err != nil {
		return nil, err
	}
	return d.Ties.List(r.Context(), viewer(r), which)
}

func (d *door) getList(w http.ResponseWriter, r *http.Request) error {
	l, err := d.list(r)
	if err != nil {
		return err
	}
	return d.answer(w, listOf(l))
}

func (d *door) createList(w http.ResponseWriter, r *http.Request) error {
	return d.putList(w, r, relationship.List{Owner: viewer(r)})
}

func (d *door) updateList(w http.ResponseWriter, r *http.Request) error {
	l, err := d.list(r)
	if err != nil {
		return err
	}
	return d.putList(w, r, *l)
}

// putList keeps a list; what a form does not say stays as it is.
func (d *door) putList(w http.ResponseWriter, r *http.Request, l relationship.List) error {
	in, err := server.Decode[struct {
		Title     *string `json:"title"`
		Replies   string  `json:"replies_policy"`
		Exclusive *bool   `json:"exclusive"`
	}](r)
	if err != nil {
		return err
	}
	if in.Title != nil {
		l.Title = *in.Title
	}
	if in.Replies != "" {
		l.Replies = relationship.Replies(in.Replies)
	}
	if in.Exclusive != nil {
		l.Exclusive = *in.Exclusive
	}
	kept, err := d.Ties.PutList(r.Context(), l)
	if err != nil {
		return err
	}
	return d.answer(w, listOf(kept))
}

func (d *door) deleteList(w http.ResponseWriter, r *http.Request) error {
	l, err := d.list(r)
	if err == nil {
		err = d.Ties.DropList(r.Context(), viewer(r), l.ID)
	}
	if err != nil {
		return err
	}
	return d.answer(w, struct{}{})
}

// listAccounts are all people of a list at once: there are never many.
func (d *door) listAccounts(w http.ResponseWriter, r *http.Request) error {
	l, err := d.list(r)
	if err != nil {
		return err
	}
	all, err := d.Ties.ListMembers(r.Context(), viewer(r), l.ID)
	if err != nil {
		return err
	}
	out := make([]mastodon.Account, len(all))
	for i, a := range all {
		out[i] = d.Render.Account(a)
	}
	return d.answer(w, out)
}

func (d *door) addToList(w http.ResponseWriter, r *http.Request) error {
	return d.changeList(w, r, d.Ties.AddToList)
}

func (d *door) removeFromList(w http.ResponseWriter, r *http.Request) error {
	return d.changeList(w, r, d.Ties.RemoveFromList)
}

func (d *door) changeList(w http.ResponseWriter, r *http.Request, change func(ctx context.Context, owner, list id.ID, who ...id.ID) error) error {
	in, err := server.Decode[struct {
		IDs []string `json:"account_ids"`
	}](r)
	if err != nil {
		return err
	}
	ids, err := parseIDs(in.IDs, "account_ids", relationship.MembersMax)
	if err != nil {
		return err
	}
	l, err := d.list(r)
	if err == nil {
		err = change(r.Context(), viewer(r), l.ID, ids...)
	}
	if err != nil {
		return err
	}
	return d.answer(w, struct{}{})
}

// listTimeline is what came from the people of a list.
func (d *door) listTimeline(w http.ResponseWriter, r *http.Request) error {
	p, err := page(r, statusesUsual, post.ListMax)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	items, err := d.Streams.List(r.Context(), viewer(r), which, p)
	if err != nil {
		return err
	}
	return d.items(w, r, moderation.Together, items)
}
