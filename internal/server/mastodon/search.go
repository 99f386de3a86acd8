package mastodon

import (
	"context"
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/post"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// A query is what is searched for: a handle, the address of a profile or post, or a hashtag.
type query struct {
	Q       string `json:"q"`
	Type    string `json:"type"` // accounts, statuses, hashtags or "" for all
	Resolve bool   `json:"resolve"`
	Offset  int    `json:"offset"`
}

func (q *query) wants(what string) bool { return q.Type == "" || q.Type == what }

// found is what a query led to, each nil where there is none.
type found struct {
	account *account.Account
	post    *post.Post
}

// search finds exactly what is named; it does not look inside texts. There is never a second page.
func (d *door) search(w http.ResponseWriter, r *http.Request) error {
	q, err := server.Decode[query](r)
	if err != nil {
		return err
	}
	var out mastodon.Search
	q.Q = strings.TrimSpace(q.Q)
	switch q.Type {
	case "", "accounts", "statuses", "hashtags":
	default:
		return wrong("type")
	}
	if q.Q == "" || q.Offset > 0 {
		return d.answer(w, out)
	}
	f, err := d.find(r.Context(), viewer(r), q)
	if err != nil {
		return err
	}
	if f.account != nil && q.wants("accounts") {
		out.Accounts = mastodon.List[mastodon.Account]{d.Render.Account(f.account)}
	}
	if f.post != nil && q.wants("statuses") {
		out.Statuses = mastodon.List[mastodon.Status]{d.Render.Post(f.post, viewer(r))}
	}
	if q.wants("hashtags") {
		if out.Hashtags, err = d.hashtag(r.Context(), viewer(r), q.Q); err != nil {
			return err
		}
	}
	return d.answer(w, out)
}

func (d *door) searchAccounts(w http.ResponseWriter, r *http.Request) error {
	q, err := server.Decode[query](r)
	if err != nil {
		return err
	}
	out := []mastodon.Account{}
	q.Q, q.Type = strings.TrimSpace(q.Q), "accounts"
	if q.Q == "" || q.Offset > 0 {
		return d.answer(w, out)
	}
	f, err := d.find(r.Context(), viewer(r), q)
	if err != nil {
		return err
	}
	if f.account != nil {
		out = append(out, d.Render.Account(f.account))
	}
	return d.answer(w, out)
}

// find looks at what is known here, and asks other servers only where the caller wants that.
func (d *door) find(ctx context.Context, who id.ID, q query) (f found, err error) {
	if !q.wants("accounts") && !q.wants("statuses") {
		return f, nil
	}
	f.account, err = d.known(ctx, q.Q)
	if !fault.Is(err, fault.NotFound) {
		return f, err
	}
	if f.account = nil; !q.Resolve || !locates(q.Q) {
		return f, nil
	}
	a, postID, err := d.Find(ctx, q.Q)
	if err == nil && a != nil {
		f.account, err = anybody(a, nil)
	} else if err == nil && postID != 0 {
		f.post, err = d.Posts.Get(ctx, who, postID)
	}
	if unfound(err) {
		return found{}, nil
	}
	return f, err
}

// locates reports whether a text says on which server something is.
func locates(text string) bool {
	if _, err := address.ParseHandle(text); err == nil {
		return true
	}
	_, err := address.Parse(text)
	return err == nil
}

// unfound reports whether a search failed as searches do: there is nothing, or its server does not tell.
func unfound(err error) bool {
	return fault.Is(err, fault.NotFound, fault.Gone, fault.Invalid, fault.Denied, fault.Unauthenticated,
		fault.TooLarge, fault.Unsupported, fault.Unavailable, fault.Timeout)
}

// hashtag is the one a text names, if a post that the caller may see has it.
func (d *door) hashtag(ctx context.Context, who id.ID, text string) (mastodon.List[mastodon.Tag], error) {
	folded := markup.FoldTag(strings.TrimPrefix(text, "#"))
	items, err := d.Posts.ByTag(ctx, who, folded, id.Page{Limit: 1})
	if err != nil || len(items) == 0 {
		return nil, err
	}
	return mastodon.List[mastodon.Tag]{{ID: folded, Name: folded, URL: d.Names.Tag(folded), Following: new(false), Featuring: new(false)}}, nil
}
