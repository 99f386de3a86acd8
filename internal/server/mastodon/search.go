package mastodon

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/moderation"
	"allod/internal/post"
	"allod/internal/search"
	"allod/internal/server"
	"allod/protocol/mastodon"
)

// A query is what is searched for: a handle, the address of a profile or post, a hashtag, or words.
type query struct {
	Q         string `json:"q"`
	Type      string `json:"type"` // accounts, statuses, hashtags or "" for all
	Resolve   bool   `json:"resolve"`
	Following bool   `json:"following"`  // only people the caller follows
	AccountID id.ID  `json:"account_id"` // only statuses of this account
	MaxID     id.ID  `json:"max_id"`
	MinID     id.ID  `json:"min_id"`
	Offset    int    `json:"offset"`
	Limit     int    `json:"limit"`
}

// offsetMax is how far into what is found a caller may go by number.
const offsetMax = 400

// page is where the query begins and ends in a list that is read from its top.
func (q *query) page(usual, most int) (from, to int) {
	limit := id.Page{Limit: q.Limit}.Bounded(usual, most).Limit
	from = min(max(q.Offset, 0), offsetMax)
	return from, from + limit
}

// cut is the query's part of a list read from its top.
func cut[T any](list []T, from, to int) []T {
	to = min(to, len(list))
	return list[min(from, to):to]
}

func (q *query) wants(what string) bool { return q.Type == "" || q.Type == what }

// found is what a query led to, each nil where there is none.
type found struct {
	account *account.Account
	post    *post.Post
}

// search finds what is named, and what holds the words asked for.
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
	if q.Q == "" {
		return d.answer(w, out)
	}
	f, err := d.find(r.Context(), viewer(r), q)
	if err != nil {
		return err
	}
	if q.wants("accounts") {
		if out.Accounts, err = d.accountsFound(r.Context(), viewer(r), q, f.account); err != nil {
			return err
		}
	}
	if q.wants("statuses") {
		if out.Statuses, err = d.statusesFound(r.Context(), viewer(r), q, f.post); err != nil {
			return err
		}
	}
	if q.wants("hashtags") && q.Offset <= 0 {
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
	q.Q, q.Type = strings.TrimSpace(q.Q), "accounts"
	if q.Q == "" {
		return d.answer(w, []mastodon.Account{})
	}
	f, err := d.find(r.Context(), viewer(r), q)
	if err != nil {
		return err
	}
	out, err := d.accountsFound(r.Context(), viewer(r), q, f.account)
	if err != nil {
		return err
	}
	return d.answer(w, out)
}

// accountsFound are the account that is named, and then those with such names.
func (d *door) accountsFound(ctx context.Context, who id.ID, q query, named *account.Account) (mastodon.List[mastodon.Account], error) {
	from, to := q.page(20, 40)
	people, err := d.Search.People(ctx, who, q.Q, search.Choice{Followed: q.Following, Most: to})
	if err != nil {
		return nil, err
	}
	if named != nil && !q.Following {
		people = slices.DeleteFunc(people, func(a *account.Account) bool { return a.ID == named.ID })
		people = slices.Insert(people, 0, named)
	}
	out := mastodon.List[mastodon.Account]{}
	for _, a := range cut(people, from, to) {
		if a.URI != account.HomeURI {
			out = append(out, d.Render.Account(a))
		}
	}
	return out, nil
}

// statusesFound are the post that is named, or those with such words.
func (d *door) statusesFound(ctx context.Context, who id.ID, q query, named *post.Post) (mastodon.List[mastodon.Status], error) {
	out := mastodon.List[mastodon.Status]{}
	from, to := q.page(20, post.ListMax)
	if named != nil {
		for _, p := range cut([]*post.Post{named}, from, to) {
			s, err := d.status(ctx, who, p)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
		return out, nil
	}
	if locates(q.Q) {
		return out, nil
	}
	asked := search.Read(q.Q)
	asked.Author = q.AccountID
	posts, err := d.Search.Posts(ctx, who, asked, id.Page{Max: q.MaxID, Since: q.MinID, Limit: to})
	if err != nil {
		return nil, err
	}
	items := make([]post.Item, 0, len(posts))
	for _, p := range cut(posts, from, to) {
		items = append(items, post.Item{ID: p.ID, Post: p})
	}
	return d.shown(ctx, who, moderation.Public, items)
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
