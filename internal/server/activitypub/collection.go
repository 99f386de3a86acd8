package activitypub

import (
	"net/http"

	"allod/internal/account"
	"allod/internal/id"
	"allod/internal/post"
	"allod/internal/server"
	as "allod/protocol/activitystreams"
)

// outboxPage is how many things a page of an outbox holds.
const outboxPage = 20

// followers tells how many follow one who lives here, and not who.
func (d *door) followers(w http.ResponseWriter, r *http.Request) error {
	return d.counted(w, r, "followers", func(a *account.Account) int64 { return a.FollowersCount })
}

// following tells how many one who lives here follows, and not whom.
func (d *door) following(w http.ResponseWriter, r *http.Request) error {
	return d.counted(w, r, "following", func(a *account.Account) int64 { return a.FollowingCount })
}

func (d *door) counted(w http.ResponseWriter, r *http.Request, what string, count func(*account.Account) int64) error {
	a, err := d.person(r)
	if err != nil {
		return err
	}
	return writeCollection(w, as.CollectionDocument{
		ID: d.Names.Below(a, what), AttributedTo: d.Names.Actor(a), TotalItems: count(a),
	})
}

// featured is what a person pinned to their profile and everyone may see, the
// newest pin first. It is proved: who begins to follow believes it.
func (d *door) featured(w http.ResponseWriter, r *http.Request) error {
	a, err := d.person(r)
	if err != nil {
		return err
	}
	posts, err := d.Posts.PinnedBy(r.Context(), 0, a.ID)
	if err != nil {
		return err
	}
	items := as.Refs{}
	for _, p := range posts {
		if !p.HereOnly {
			items = append(items, as.RefTo(post.Address(d.Names, p)))
		}
	}
	body, err := d.Documents.Collection(r.Context(), a, as.CollectionDocument{
		ID: d.Names.Below(a, "featured"), AttributedTo: d.Names.Actor(a), TotalItems: int64(len(items)), Items: items,
	})
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, body)
}

// homeOutbox is that of the actor that signs for the house, who says nothing.
func (d *door) homeOutbox(w http.ResponseWriter, r *http.Request) error {
	a, err := d.Accounts.HomeActor(r.Context())
	if err != nil {
		return err
	}
	return writeCollection(w, as.CollectionDocument{
		ID: d.Names.Below(a, "outbox"), AttributedTo: d.Names.Actor(a), Items: as.Refs{},
	})
}

func writeCollection(w http.ResponseWriter, doc as.CollectionDocument) error {
	body, err := doc.JSON()
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, body)
}

// outbox is what one who lives here told everyone, newest first: the
// activities by id, from the page on that "page" asks for.
func (d *door) outbox(w http.ResponseWriter, r *http.Request) error {
	a, err := d.person(r)
	if err != nil {
		return err
	}
	here := d.Names.Below(a, "outbox")
	if r.URL.Query().Get("page") == "" {
		return writeCollection(w, as.CollectionDocument{
			ID: here, AttributedTo: d.Names.Actor(a), TotalItems: a.PostsCount, First: here + "?page=true",
		})
	}
	page := id.Page{Limit: outboxPage}
	if page.Max, err = server.QueryID(r, "max_id"); err != nil {
		return err
	}
	items, err := d.Posts.ByAuthor(r.Context(), 0, a.ID, post.Choice{Replies: true, Boosts: true, Elsewhere: true}, page)
	if err != nil {
		return err
	}
	doc := as.CollectionPageDocument{ID: here + "?page=true", PartOf: here, TotalItems: a.PostsCount, Items: as.Refs{}}
	if page.Max != 0 {
		doc.ID += "&max_id=" + page.Max.String()
	}
	for _, it := range items {
		told := a.Under("create", it.Post.ID)
		if it.Boost != nil {
			told = it.Boost.URI
		}
		doc.Items = append(doc.Items, as.RefTo(d.Names.ID(a, told)))
	}
	if len(items) == outboxPage {
		doc.Next = here + "?page=true&max_id=" + items[len(items)-1].ID.String()
	}
	body, err := doc.JSON()
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, body)
}

// likes tells how many like a post, and not who.
func (d *door) likes(w http.ResponseWriter, r *http.Request) error {
	return d.ofPost(w, r, "likes", func(p *post.Post) (int64, as.Refs, error) { return p.Likes, nil, nil })
}

// shares tells how many passed a post on, and not who.
func (d *door) shares(w http.ResponseWriter, r *http.Request) error {
	return d.ofPost(w, r, "shares", func(p *post.Post) (int64, as.Refs, error) { return p.Boosts, nil, nil })
}

// replies are the ids of the answers to a post that everyone may see.
func (d *door) replies(w http.ResponseWriter, r *http.Request) error {
	return d.ofPost(w, r, "replies", func(p *post.Post) (int64, as.Refs, error) {
		t, err := d.Posts.Thread(r.Context(), 0, p.ID)
		if err != nil {
			return 0, nil, err
		}
		items := as.Refs{}
		for _, reply := range t.Descendants {
			if reply.ReplyToID == p.ID && !reply.HereOnly {
				items = append(items, as.RefTo(post.Address(d.Names, reply)))
			}
		}
		return int64(len(items)), items, nil
	})
}

// ofPost is a collection that belongs to a post, for everyone if the post is.
func (d *door) ofPost(w http.ResponseWriter, r *http.Request, what string, tell func(*post.Post) (int64, as.Refs, error)) error {
	a, err := d.person(r)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	p, err := d.see(w, r, a, which)
	if err != nil {
		return err
	}
	total, items, err := tell(p)
	if err != nil {
		return err
	}
	return writeCollection(w, as.CollectionDocument{ID: Object(d.Names, a, which) + "/" + what, TotalItems: total, Items: items})
}
